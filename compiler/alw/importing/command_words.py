"""The words of a command line of prun, from the text that is left of it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

Words = list[str]

#: What panda-client makes of a word with a blank, ``*`` or ``'`` in it, perhaps after the name of
#: its option (pandaclient/PsubUtils.py:308, ``convSysArgv``); and any other word.
_QUOTED = re.compile(r'(-[^=\s]+=)?"(.*?)"(?=\s|\Z)|(\S+)', re.DOTALL)
_STAND_IN = "\x00"


def guess_words(cli_params: str, command: str | None) -> Iterator[Words]:
    """Yield the words that ``cliParams`` may have had, without the leading ``prun``.

    panda-client puts quotes around words and escapes nothing in them, so a text has several
    readings.

    :param command: what followed ``--exec``, if known, as a regular expression.
    """
    seen: list[Words] = []
    for words in _guess_words(cli_params, command):
        if words and words[0] == "prun" and words[1:] not in seen:
            seen.append(words[1:])
            yield words[1:]


def _guess_words(text: str, command: str | None) -> Iterator[Words]:
    shell = _split_by_shell(text)
    if shell is not None and shlex.join(shell) == text:  # nobody else quotes like this
        yield shell
    if command is not None:
        # The blank that the compiler puts after some commands was not there.
        for known in (command, command.removesuffix(re.escape(" "))):
            for written in (f'"({known})"', f"({known})"):
                if match := re.search(rf"--exec[= ]{written}(?=\s|\Z)", text):
                    rest = f"{text[: match.start()]}--exec={_STAND_IN}{text[match.end() :]}"
                    yield [word.replace(_STAND_IN, match[1]) for word in _split_by_client(rest)]
    if shell is not None:
        yield shell
    yield _split_by_client(text)


def _split_by_shell(text: str) -> Words | None:
    try:
        return shlex.split(text)
    except ValueError:
        return None


def _split_by_client(text: str) -> Words:
    return [
        match[3] if match[3] is not None else (match[1] or "") + match[2]
        for match in _QUOTED.finditer(text)
    ]
