"""Diagnostics: the rules and what is reported of a source."""
