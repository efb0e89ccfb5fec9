"""The driver: from sources and inputs to compiled workflows, and to files.

:mod:`.pipeline` is pure; :mod:`.loader`, :mod:`.parameter_files` and :mod:`.output` read and write
files.  :mod:`.session` holds what compilations share, :mod:`.result` what comes of them.
"""
