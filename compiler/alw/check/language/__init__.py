"""Checks of the language: what they report is an error."""
