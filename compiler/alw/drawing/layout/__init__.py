"""Layered layout: blocks in rows, and orthogonal lines in the channels between the rows.

It is our own because nothing on PyPI does what is needed on a bare machine: frames around
nodes, room for labels, lines that share a trunk, and rows that are wrapped.
"""
