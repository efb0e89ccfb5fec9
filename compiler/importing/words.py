"""The words of a command line of prun, from the text that is left of it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

Words = list[str]

#: What panda-client makes of a word with a blank, ``*`` or ``'`` in it, perhaps behind the name of
#: its option (pandaclient/PsubUtils.py:308, ``convSysArgv``); and any other word.
_QUOTED = re.compile(r'(-[^=\s]+=)?"(.*?)"(?=\s|\Z)|(\S+)', re.DOTALL)
_STAND_IN = "\x00"


class NotWords(Exception):
    """A text whose words are not known; carries the reason."""


def readings(cli_params: str, command: str | None) -> Iterator[Words]:
    """What may have been the words of ``cliParams``, without the leading ``prun``.

    panda-client puts quotes around words and escapes nothing in them, so a text has several
    readings.

    :param command: what followed ``--exec``, if known, as a regular expression.
    """
    seen: list[Words] = []
    for words in _readings(cli_params, command):
        if words and words[0] == "prun" and words[1:] not in seen:
            seen.append(words[1:])
            yield words[1:]


def _readings(text: str, command: str | None) -> Iterator[Words]:
    shell = _by_shell(text)
    if shell is not None and shlex.join(shell) == text:  # nobody else quotes like this
        yield shell
    if command is not None:
        # The blank that the compiler puts behind some commands was not there.
        for known in (command, command.removesuffix(re.escape(" "))):
            for written in (f'"({known})"', f"({known})"):
                if match := re.search(rf"--exec[= ]{written}(?=\s|\Z)", text):
                    rest = f"{text[: match.start()]}--exec={_STAND_IN}{text[match.end() :]}"
                    yield [word.replace(_STAND_IN, match[1]) for word in _by_client(rest)]
    if shell is not None:
        yield shell
    yield _by_client(text)


def _by_shell(text: str) -> Words | None:
    try:
        return shlex.split(text)
    except ValueError:
        return None


def _by_client(text: str) -> Words:
    return [
        match[3] if match[3] is not None else (match[1] or "") + match[2]
        for match in _QUOTED.finditer(text)
    ]


_TOKEN = re.compile(
    r"""(?P<blank>[ \t]+|\\\n)
      | (?P<end>[;&|\n]+(?!>))
      | '(?P<literal>[^']*)'
      | "(?P<quoted>(?:[^"\\]|\\.)*)"
      | \\(?P<escaped>.)
      | (?P<plain>[^\s'"\\;&|<>()$`*?\[\]{}~\#]+|[\[\]{}~\#])
      | (?P<foreign>.)""",
    re.VERBOSE | re.DOTALL,
)
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")


def prun_command(text: str) -> Words:
    """The words behind ``prun`` of the one such command in ``text``, read as a shell does.

    :raises NotWords: if there is not exactly one, or only that shell knew its words.
    """
    found = [words for words in _commands(text) if words[0].rpartition("/")[2] == "prun"]
    if len(found) != 1:
        raise NotWords("there is no prun command" if not found else "there are several commands")
    for word in found[0]:
        if _STAND_IN in word:
            raise NotWords(
                f"{word.partition(_STAND_IN)[2][:40]!r} means something to the shell alone: "
                "write what it stands for"
            )
    return found[0][1:]


def _commands(text: str) -> Iterator[Words]:
    """Simple commands; what a shell would replace is kept behind a mark."""
    words: Words = []
    word: str | None = None
    position = 0
    while position < len(text):
        if text[position] == "#" and word is None:
            position = (text.find("\n", position) + len(text) + 1) % (len(text) + 1)
            continue
        match = _TOKEN.match(text, position)
        assert match is not None
        position = match.end()
        kind = match.lastgroup or ""
        if kind in ("blank", "end"):
            if match[0] == "\\\n":
                continue
            if word is not None and (words or not _ASSIGNMENT.match(word)):
                words.append(word)
            word = None
            if kind == "end" and words:
                yield words
                words = []
            continue
        word = (word or "") + _value(kind, match, word is None)
    if word is not None:
        words.append(word)
    if words:
        yield words


def _value(kind: str, match: re.Match[str], first: bool) -> str:
    if kind == "quoted":
        inner = match["quoted"]
        expands = re.search(r"(?<!\\)(?:\\\\)*(?:\$[\w{(@*#?!$-]|`)", inner)
        value = re.sub(r'\\([$`"\\\n])', lambda m: "" if m[1] == "\n" else m[1], inner)
        return _STAND_IN + value if expands else value
    if kind == "foreign" or (kind == "plain" and first and match[0] == "~"):
        return _STAND_IN + match[0]
    return match[kind]
