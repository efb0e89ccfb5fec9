"""Sources for tasks that exist: from a task parameter map, or a command line of prun.

A source is only given away when it was compiled and what it compiles to was compared.
"""
