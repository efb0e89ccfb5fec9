"""Running a compiled workflow on this machine: ``alw run`` and ``alw simulate``.

What runs is what was compiled, and nothing reads the source a second time.

:mod:`.engine` is iDDS: its own classes release works, under the rules of its server.
:mod:`.jedi` is PanDA: it cuts a task into jobs and writes the command line of each.
:mod:`.worker` is the worker node: the wrapper makes a process of the command line.
:mod:`.history` is the record of a run, for reports and for the library.

The engine is an optional part: ``pip install 'alw[run]'``.
"""
