"""Folders that are replaced as a whole: the lock, the one switch, and what users put there."""
