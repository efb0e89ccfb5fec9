"""Showing a run: a page for the browser, a summary for the terminal, CSV and JSON.

All from a :class:`~alw.execution.history.History`; nothing here executes anything.
"""
