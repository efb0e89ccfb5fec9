"""Editing: what is known of a source while it is being written.  No protocol, no I/O."""
