"""The attributes of tasks: the language's own and prun's.

prun's options come from panda-client's parser, each under its own name (``nJobs``) and in
snake_case (``n_jobs``).  ``dataset`` is the readable name of ``outDS``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from .client import Option, prun_options

#: Readable names for options whose own name is not.
READABLE = {"dataset": "outDS"}
#: Attributes that are no options of prun.
TASK = ("map", "sandbox")
LEARNER = ("executable", "arguments", "interpreter", "sandbox")


@cache
def _options() -> tuple[Mapping[str, Option], Mapping[str, str]]:
    options = prun_options()
    spellings = {option.snake: name for name, option in options.items()}
    spellings |= {name: name for name in options}
    spellings |= READABLE
    return options, spellings


def canonical(name: str, learner: bool) -> str | None:
    """Return prun's own name of the option that attribute ``name`` sets.

    An attribute of the language is its own canonical name; ``None`` means that there is
    no such attribute.
    """
    if name in (LEARNER if learner else TASK):
        return name
    return _options()[1].get(name)


def option(name: str) -> Option | None:
    """Return prun's option of that canonical name; ``None`` for the language's own attributes."""
    return _options()[0].get(name)


def spell(name: str) -> str:
    """Return how an attribute is written in a message: in snake_case, ``dataset`` for ``outDS``.

    :param name: a canonical name, or any spelling of an option.
    """
    canonical_name = _options()[1].get(name, name)
    for readable, known in READABLE.items():
        if known == canonical_name:
            return readable
    found = option(canonical_name)
    return found.snake if found else name


def setting_names(learner: bool) -> Iterable[str]:
    """Return every attribute that a task, or a learner, may have."""
    return [*_options()[1], *(LEARNER if learner else TASK)]
