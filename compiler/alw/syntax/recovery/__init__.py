"""Reading on after a syntax error.

The plain parser stops at the first fault.  Then the text is read again here, token by
token: at a fault the parser first tries to drop the token, then to supply the one that
is missing, and otherwise drops everything to the next line that starts an item,
completing or taking back what it had begun.  One fault is reported per line, and what
could be read is kept; a body that lost something says so (``Block.is_complete``), so that no
later phase complains about what is not there.
"""
