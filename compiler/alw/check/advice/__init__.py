"""Advice: what runs, but is probably a mistake.  Given for workflows without errors only."""
