"""Values in the text of a program inside a command: ``bash -c '…'``, ``awk '…'``, ``eval``.

The quotes of the command protect a value from the shell that reads the command.  A program that
reads its text again has rules of its own: there a value must be harmless without any quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..semantics.types import HARMLESS
from .shell_reader import Shell
from .shell_words import VARIABLE, Word, shell_words, simple_commands

SHELLS = frozenset(["sh", "bash", "dash", "ash", "ksh", "mksh", "zsh", "csh", "tcsh", "fish"])
#: Programs with an option that takes program text, by the letters of the option.
_BY_OPTION = {
    **dict.fromkeys(("python", "ipython", "athena", "psql", "pypy", "root.exe"), "c"),
    **dict.fromkeys(("perl",), "eE"),
    **dict.fromkeys(("ruby", "node", "lua", "julia", "R", "Rscript", "gnuplot", "mysql"), "e"),
    **dict.fromkeys(("su", "runuser", "script", "flock"), "c"),
    **dict.fromkeys(("php", "setupATLAS"), "r"),
}
#: Programs whose first plain argument is program text, unless a file of it is named.
_FIRST = frozenset(["awk", "gawk", "mawk", "nawk", "sed", "gsed", "jq", "trap"])
#: Programs all of whose arguments are read again.
_ALL = frozenset(["eval", "let", "unset", "watch", "parallel", "ssh", "rsh", "root", "sqlite3"])
#: Commands of which another one is an argument.
_PREFIXES = frozenset(
    re.findall(
        r"\S+",
        "env nohup time timeout nice ionice exec command builtin sudo stdbuf setsid xargs chroot "
        "then do else elif if while until ! { singularity apptainer docker podman shifter srun "
        "mpirun mpiexec catchsegv strace valgrind taskset numactl doas busybox",
    )
)
_FED = SHELLS | frozenset(re.findall(r"\S+", "python ipython perl ruby node php R ssh source . bc"))
#: Options of shells and of Python that have a value of their own.
_WITH_VALUE = ("-o", "+o", "-O", "+O", "-W", "-X", "--rcfile", "--init-file")
#: Take their option after a plain argument, too.
_LATE = ("su", "runuser", "flock", "setupATLAS", "psql", "mysql", "script")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)\+?=(.*)", re.DOTALL)
_SPECIAL_IN_SED = re.compile(r"[^A-Za-z0-9_.+%-]")
#: One substitution, ``s|a|b|g``, without classes: its delimiter is what a value must not hold.
_SUBSTITUTION = re.compile(
    r"s(?P<delimiter>[^\w\s\\\[\]{}&])(?:(?!(?P=delimiter))[^\\\n\[\]]){1,}"
    r"(?P=delimiter)(?:(?!(?P=delimiter))[^\\\n])*(?P=delimiter)[gpiI0-9]*"
)
#: There names are read again as expressions, and what the variables of these names hold.
_ARITHMETIC = re.compile(r"\(\((?P<command>.*?)\)\)|\blet\s+(?P<let>[^;\n]*)", re.DOTALL)
_POSITIONAL = (*"123456789", "@", "*")


@dataclass(frozen=True, slots=True)
class Inner:
    """A value in the text of a program."""

    mark: str
    program: str
    """The program that reads the text: ``bash -c``."""


def find_reread_value(text: str, values: Mapping[str, str]) -> Inner | None:
    """Return the first value in ``text`` that a program inside would read as more than text.

    :param values: by the characters that replace them.
    """
    reader = _Reader(values)
    return reader.find_first(list(shell_words(text))) or reader.find_calculated(text)


class _Reader:
    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._variables: dict[str, str] = {}
        """The marks of the values that are in variables of the shell."""
        self._files: dict[str, str] = {}
        """The marks in what is written to files."""

    def find_first(self, words: Sequence[Word]) -> Inner | None:
        fed = array = ""
        #: The groups that are open: what reads their output, and the values in it.
        outer: list[tuple[list[Word], str]] = []
        for command, ending in simple_commands(words):
            plain, written = self._find_redirected(command)
            if ending == "<(":
                outer.append((plain, ""))
            elif ending in ("(", ">("):
                outer.append(([], ""))
            plain = _replace(plain, fed)
            for program, text, shell in self._texts(plain, fed):
                for mark in self._marks(text):
                    if not self._is_harmless(mark, text.text, program, shell):
                        return Inner(mark, program)
            marks = fed + "".join(m for word in plain for m in self._marks(word))
            for file in written:
                self._files[file.removeprefix("./")] = marks
            self._assign(plain, fed + "".join(m for word in command for m in self._marks(word)))
            if array:
                self._variables[array] = marks
            opens = _ASSIGNMENT.fullmatch(plain[-1].text) if plain and ending == "(" else None
            array = opens[1] if opens and not opens[2] else ""
            if plain and plain[0].text == "{":
                outer.append(([], ""))
            if outer:
                outer[-1] = (outer[-1][0], outer[-1][1] + marks)
            if outer and (ending == ")" or (plain and plain[0].text == "}")):
                reader, marks = outer.pop()
                hostile = [m for m in marks if not self._is_harmless(m, "", "", False)]
                if reader and hostile and _base(reader[0].text) in _FED:
                    return Inner(hostile[0], reader[0].text)
                if ending == ")":
                    fed = marks
                    continue
            elif ending == "|" and not plain:
                continue
            fed = marks if ending.startswith("|") and ending != "||" else ""
        return None

    def find_calculated(self, text: str) -> Inner | None:
        """Return a value in ``(( … ))`` or ``let …``, or in a variable that is named there."""
        for match in _ARITHMETIC.finditer(text):
            inside = match["command"] or match["let"] or ""
            marks = self._marks(Word(inside, set(re.findall(r"[A-Za-z_]\w*", inside))))
            hostile = [mark for mark in marks if not self._is_harmless(mark, "", "", False)]
            if hostile:
                return Inner(hostile[0], "((" if match["let"] is None else "let")
        return None

    def _marks(self, word: Word) -> str:
        inside = "".join(char for char in word.text if char in self._values)
        return inside + "".join(self._variables.get(name, "") for name in word.variables)

    def _assign(self, words: Sequence[Word], read: str) -> None:
        """Note what is put into variables.

        :param read: the marks of the values in the whole command, and in what it reads.
        """
        names = [word.text for word in words]
        for setter in ("read", "mapfile", "readarray"):
            if setter in names and read:
                after = names[names.index(setter) + 1 :]
                self._variables.update(dict.fromkeys((*after, "REPLY", "MAPFILE"), read))
        if names[:2] == ["printf", "-v"] and len(names) > 2 and read:
            self._variables[names[2]] = read
        if names[:1] == ["set"] and read:
            self._variables.update(dict.fromkeys(_POSITIONAL, read))
        for number, word in enumerate(words):
            if (match := _ASSIGNMENT.match(word.text)) and (marks := self._marks(word)):
                self._variables[match[1]] = marks
            if word.text == "for" and number + 2 < len(words):
                marks = "".join(self._marks(w) for w in words[number + 2 :])
                self._variables[words[number + 1].text] = marks

    def _find_redirected(self, command: Sequence[Word]) -> tuple[list[Word], list[str]]:
        """Return a command without its redirections, and the files that it writes."""
        plain: list[Word] = []
        written: list[str] = []
        words = iter(command)
        for word in words:
            if word.is_operator:
                file = next(words, None)
                if file is not None and ">" in word.text:
                    written.append(file.text)
            else:
                plain.append(word)
        if plain and _base(plain[0].text) == "tee":
            written += [word.text for word in plain[1:]]
        return plain, written

    def _texts(self, words: list[Word], fed: str) -> Iterator[tuple[str, Word, bool]]:
        """Yield what reads program text in a command, the text, and whether it is a shell."""
        start = _command_position(words)
        for number, word in enumerate(words):
            name = _base(word.text)
            rest = words[number + 1 :]
            for program, text, shell in self._by_option(name, rest):
                yield program, text, shell
                if shell and re.search(r"\beval\b", text.text):  # what it gets is read again
                    used = {m[1] or m[2] for m in VARIABLE.finditer(text.text)}
                    given = "".join(m for w in words if w is not text for m in self._marks(w))
                    yield f"eval in {program}", Word(given, used), False
            if name in ("-exec", "-execdir", "-ok", "-okdir") or number == start:
                first = number if number == start else number + 1
                yield from self._at_command(words[first:], fed)
        if start < len(words) and words[start].text in ("test", "[", "[["):
            for option, word in zip(words[start:], words[start + 1 :], strict=False):
                if option.text == "-v":  # the subscript of an array is read again
                    yield f"{words[start].text} -v", word, False
        if start < len(words) and words[start].text == "[[":
            compares = any(re.fullmatch("-(eq|ne|l[te]|g[te])", word.text) for word in words)
            yield from (("[[", word, False) for word in words[start + 1 :] if compares)

    def _by_option(self, name: str, rest: Sequence[Word]) -> Iterator[tuple[str, Word, bool]]:
        letters = "c" if name in SHELLS else _BY_OPTION.get(name, "")
        skip = False
        for number, word in enumerate(rest if letters else ()):
            option = word.text
            if skip or (name in SHELLS | {"python"} and option in _WITH_VALUE):
                skip = not skip
                continue
            long = re.match(r"--(command|eval|execute|expression|runpayload)(=|\Z)", option)
            short = re.match(rf"-[A-Za-z0-9]*[{letters}]", option)
            if not option.startswith("--") and short:
                shown = f"{name} -{short[0][-1]}"
                if len(option) > short.end() and name not in SHELLS:
                    yield shown, word, False
                elif number + 1 < len(rest):
                    yield shown, rest[number + 1], name in SHELLS or name in ("su", "runuser")
                if name not in ("setupATLAS", "perl", "ruby", "mysql", "psql", "gnuplot"):
                    return
            elif long:
                text = word if long[2] else rest[number + 1] if number + 1 < len(rest) else word
                yield f"{name} --{long[1]}", text, False
            elif not option.startswith(("-", "+")) and name not in _LATE:
                return

    def _at_command(self, words: Sequence[Word], fed: str) -> Iterator[tuple[str, Word, bool]]:
        if not words:
            return
        name, rest = _base(words[0].text), list(words[1:])
        if name in _ALL:
            yield from ((name, word, name in ("eval", "ssh", "watch")) for word in rest)
        elif name in _FIRST:
            explicit = False
            skip = False
            plain: list[Word] = []
            for word, following in zip(rest, [*rest[1:], Word()], strict=True):
                if skip:
                    skip = False
                elif name != "trap" and word.text in ("-e", "--expression", "--source"):
                    explicit = skip = True
                    yield name, following, False
                elif name in ("sed", "gsed") and re.match(r"-[A-Za-z]*e|--expression=", word.text):
                    explicit = True
                    yield name, following if word.text[-1] == "e" else word, False
                elif name != "trap" and word.text in ("-f", "--file", "-v", "-F", "--assign"):
                    explicit, skip = explicit or word.text in ("-f", "--file"), True
                elif name == "jq" and word.text in ("--arg", "--argjson", "--slurpfile"):
                    plain += [Word("-"), Word("-")]
                    skip = True
                elif not word.text.startswith("-"):
                    plain.append(word)
            if name == "jq":
                plain = [word for word in plain if word.text != "-" and not self._is_value(word)]
            if plain and not explicit:
                yield name, plain[0], name == "trap"
        if name in _FED:
            files = [word.text.removeprefix("./") for word in rest]
            marks = "".join(self._files.get(file, "") for file in files)
            plain_ones = [word.text for word in rest if not word.text.startswith("-")]
            if not plain_ones or name == "ssh" or "-s" in files or "/dev/stdin" in plain_ones:
                marks += fed
            yield name, Word(marks), False
        script = words[0].text.removeprefix("./")
        if script in self._files:
            yield script, Word(self._files[script]), False

    def _is_value(self, word: Word) -> bool:
        return len(word.text) == 1 and word.text in self._values

    def _is_harmless(self, mark: str, text: str, program: str, shell: bool) -> bool:
        value = self._values[mark]
        if not HARMLESS.match(value.replace("%", "_")):
            return False
        if program in ("sed", "gsed"):
            return not _SPECIAL_IN_SED.search(value) or _is_substituted(mark, value, text)
        if not shell or mark not in text:
            return True
        inner = Shell()
        for piece in re.split(f"({'|'.join(map(re.escape, self._values))})", text):
            if piece == mark and (
                (value.startswith("-") and inner.find_objection(value))
                or (not inner.comment and inner.quote_value(value).strip("'") != value)
                or (not value and inner.quote_value(value) != value)
            ):
                return False
            if piece in self._values:
                inner.pass_value(self._values[piece])
            else:
                inner.read(piece)
        return True


def _is_substituted(mark: str, value: str, text: str) -> bool:
    """True if a program of ``sed`` is only substitutions, and ``value`` ends none of them."""
    found = [_SUBSTITUTION.fullmatch(part.strip(" ")) for part in text.split(";")]
    return mark in text and all(
        match is not None and (mark not in match[0] or match["delimiter"] not in value)
        for match in found
    )


def _replace(words: list[Word], fed: str) -> list[Word]:
    """Return the words of ``xargs -I%`` with what it reads in their text."""
    if not fed or not words or _base(words[0].text) != "xargs":
        return words
    for word, following in zip(words, [*words[1:], Word()], strict=True):
        if word.text.startswith(("-I", "-i")):
            mark = word.text[2:] or (following.text if word.text == "-I" else "{}")
            return [Word(w.text.replace(mark, fed) if mark else w.text, w.variables) for w in words]
    return words


def _base(text: str) -> str:
    name = text.rpartition("/")[2]
    return re.sub(r"[0-9.]+\Z", "", name) if re.match("i?python|pypy|perl|ruby|lua", name) else name


def _command_position(words: Sequence[Word]) -> int:
    """Return the place of the program: after assignments, and after commands that run another."""
    prefixed = False
    for number, word in enumerate(words):
        text = word.text
        if _ASSIGNMENT.match(text):
            continue
        name = _base(text)
        if name in _PREFIXES:
            prefixed = True
        elif not prefixed or name in SHELLS | _ALL | _FIRST | _FED:
            return number
    return 0
