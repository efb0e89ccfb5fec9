"""Drawing workflows: what there is to draw, and writers for Mermaid, Graphviz and SVG.

Pure: the same workflows give the same bytes on any machine.
"""
