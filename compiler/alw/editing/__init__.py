"""Editing: answers about a source while it is being written.  No protocol, no I/O."""
