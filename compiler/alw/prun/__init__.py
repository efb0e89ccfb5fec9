"""prun's rules: how commands, options and data streams of a task must be written."""
