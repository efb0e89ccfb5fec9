"""Syntax: from text to tokens and to a tree, whole or with gaps where it has faults."""
