"""Plan: what each task asks of PanDA, and in which order tasks run."""
