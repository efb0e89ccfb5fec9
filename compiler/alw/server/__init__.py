"""The language server: the protocol around :mod:`alw.editing`, and nothing else.

Needs pygls (``alw[lsp]``); only ``alw lsp`` imports it.
"""
