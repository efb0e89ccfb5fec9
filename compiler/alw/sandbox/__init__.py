"""Sandboxes: a folder's files as an archive that is the same on every machine."""
