"""Texts: sources and their positions, the nearest name, JSON with positions, files of the user."""
