"""The lexer of shell commands: words and operators, as bash reads them.

Everything that looks at a command uses this one: imported scripts, the values in a command, the
files that it names.  The rules are those of bash(1), QUOTING and EXPANSION; expansions are
recognised, not carried out.  A word is a row of segments, so that its reader still knows what
was quoted.

A script is read strictly: a quote without an end is an error, the lines of a here-document are
no commands, and ``NAME=(a b)`` is one word.  A single command may have values that are not known
yet, and is read leniently: a quote without an end reaches to the end of the text, any other
opening sign without an end means itself, lines are commands and brackets are operators.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .shell_tokens import (
    ArithmeticExpansion,
    CommandSubstitution,
    Literal,
    NotUnderstood,
    Operator,
    ParameterExpansion,
    Segment,
    ShellToken,
    ShellWord,
    merge_literals,
)

_OPERATOR = re.compile(
    r"\n|;;&|;;|;&|;|&&|&>>|&>|\|\||\|&|\||&|<<<|<<-|<<|<&|<>|<|>>|>\||>&|>|\(|\)"
)
_FILE_NUMBER = re.compile(r"\d+(?=[<>])")
#: The same in a script, which bash reads: there, ``{x}>`` also puts the number into a variable.
_FILE_NUMBER_OF_BASH = re.compile(
    r"(?:\d+|\{[A-Za-z_]\w*(?:\[[^][\s]*\])?\}(?=[<>](?!\()))(?=[<>])", re.ASCII
)
_NAME = re.compile(r"[A-Za-z_]\w*|[0-9@*#?$!-]")
_ARRAY = re.compile(r"[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=\Z")
_BLANKS = re.compile(r"(?:[ \t]|\\\n)+")
#: Characters that mean themselves outside of quotes, and within double ones.
_ORDINARY = re.compile(r"""[^ \t\n;&|<>()'"\\$`]+""")
_ORDINARY_WORD = re.compile(r"""[^ \t\n;&|<>()'"\\$`]+(?=[ \t\n;&|<>)]|\Z)""")
_ORDINARY_IN_QUOTES = re.compile(r'[^"\\$`]+')
_ANSI_QUOTED = re.compile(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL)
_ANSI = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "e": "\x1b"}
_BACKTICKS = re.compile(r"`((?:[^`\\]|\\.)*)`", re.DOTALL)
#: Inside of brackets and braces: what may hide their end, or one character.
_NESTED = re.compile(r"""'[^']*'|"(?:[^"\\]|\\.)*"|\\.|`(?:[^`\\]|\\.)*`|.""", re.DOTALL)


def tokenize(text: str, *, lenient: bool = False) -> list[ShellToken]:
    """Return the words and operators of ``text``.

    :param lenient: read a single command, which need not be complete.
    :raises NotUnderstood: if a quote or a bracket has no end; never if ``lenient``.
    """
    return _Lexer(text, lenient).tokens()


class _Lexer:
    def __init__(self, text: str, lenient: bool) -> None:
        self._text = text
        self._lenient = lenient
        self._file_number = _FILE_NUMBER if lenient else _FILE_NUMBER_OF_BASH
        self._at = 0
        self._line = 1
        self._counted = 0
        self._documents: list[tuple[str, bool]] = []

    def tokens(self) -> list[ShellToken]:
        text = self._text
        found: list[ShellToken] = []
        while self._at < len(text):
            start = self._at
            if match := _BLANKS.match(text, start) or self._file_number.match(text, start):
                self._at = match.end()
            elif text[start] == "#":
                self._at = self._find("\n")
            elif text.startswith(("<(", ">("), start) and (one := self._substitution(False)):
                found.append(ShellWord((one,), self._line_of(start)))
            elif match := _OPERATOR.match(text, start):
                self._at = match.end()
                found.append(Operator(match[0], self._line_of(start)))
                if match[0] == "\n":
                    self._skip_documents()
            else:
                found.append(self._word())
                if not self._lenient:
                    self._note_document(found)
        return found

    def _find(self, text: str) -> int:
        place = self._text.find(text, self._at)
        return len(self._text) if place < 0 else place

    def _line_of(self, place: int) -> int:
        """Return the number of a line; places do not go back."""
        self._line += self._text.count("\n", self._counted, place)
        self._counted = place
        return self._line

    def _refuse(self, what: str, start: int) -> None:
        """Refuse something without an end, unless the text need not be complete."""
        if not self._lenient:
            line = self._text.count("\n", 0, start) + 1
            raise NotUnderstood(f"the {what} in line {line} has no end")

    # Here-documents

    def _note_document(self, found: Sequence[ShellToken]) -> None:
        before = found[-2] if len(found) > 1 else None
        if isinstance(before, Operator) and before.text in ("<<", "<<-"):
            word = found[-1]
            assert isinstance(word, ShellWord)
            end = "".join(s.text for s in word.segments if isinstance(s, Literal))
            self._documents.append((end, before.text == "<<-"))

    def _skip_documents(self) -> None:
        for end, is_indented in self._documents:
            while self._at < len(self._text):
                line_end = self._find("\n")
                line = self._text[self._at : line_end]
                self._at = min(line_end + 1, len(self._text))
                if (line.lstrip("\t") if is_indented else line) == end:
                    break
        self._documents.clear()

    # Words

    def _word(self) -> ShellWord:
        line = self._line_of(self._at)
        if match := _ORDINARY_WORD.match(self._text, self._at):  # most of them, by far
            self._at = match.end()
            return ShellWord((Literal(match[0], False),), line)
        segments: list[Segment] = []
        while self._at < len(self._text):
            char = self._text[self._at]
            if char == "(" and not self._lenient and _opens_array(segments):
                segments.append(self._array())
            elif char in " \t\n;&|<>()":
                break
            else:
                segments += self._segments(char)
        return ShellWord(merge_literals(segments), line)

    def _array(self) -> Segment:
        """Read ``(a b)`` after ``NAME=``, brackets included."""
        start = self._at
        inner = self._read_brackets()
        if inner is None:
            self._refuse("bracket", start)
        return Literal(f"({inner})", False)

    def _segments(self, char: str) -> list[Segment]:
        """Read the next segments of a word, of which ``char`` is the next character."""
        text, start = self._text, self._at
        if char == "'":
            end = text.find("'", start + 1)
            if end < 0:
                self._refuse("quote", start)
                end = len(text)
            self._at = end + 1
            return [Literal(text[start + 1 : end], True)]
        if char == '"':
            return self._double_quoted()
        if char == "\\":
            self._at += 2
            escaped = text[start + 1 : start + 2]
            if not escaped and self._lenient:  # the end of a file ends a line as well
                escaped = "\\"
            return [Literal(escaped, True)] if escaped not in ("", "\n") else []
        if text.startswith("$'", start) and (ansi := self._ansi_quoted()):
            return [ansi]
        if text.startswith('$"', start):
            self._at += 1
            return self._double_quoted()
        if char in "$`":
            return [self._expansion(False)]
        match = _ORDINARY.match(text, start)
        assert match is not None
        self._at = match.end()
        return [Literal(match[0], False)]

    def _double_quoted(self) -> list[Segment]:
        text, start = self._text, self._at
        self._at += 1
        segments: list[Segment] = [Literal("", True)]
        while self._at < len(text):
            char = text[self._at]
            if char == '"':
                self._at += 1
                return segments
            if char == "\\":
                escaped = text[self._at + 1 : self._at + 2]
                self._at += 2
                if escaped != "\n":
                    shown = escaped if escaped in '$`"\\' else f"\\{escaped}"
                    segments.append(Literal(shown, True))
            elif match := _ORDINARY_IN_QUOTES.match(text, self._at):
                self._at = match.end()
                segments.append(Literal(match[0], True))
            else:
                segments.append(self._expansion(True))
        self._refuse("quote", start)
        return segments

    def _ansi_quoted(self) -> Segment | None:
        match = _ANSI_QUOTED.match(self._text, self._at)
        if match is None:
            self._refuse("quote", self._at)
            return None
        self._at = match.end()
        shown = re.sub(r"\\(.)", lambda m: _ANSI.get(m[1], m[0]), match[1], flags=re.DOTALL)
        return Literal(shown, True)

    # Expansions

    def _expansion(self, quoted: bool) -> Segment:
        """Read what begins with ``$`` or a backtick."""
        text, start = self._text, self._at
        found: Segment | None = None
        if text[start] == "`":
            found = self._backticks(quoted)
        elif text.startswith("$(", start):
            found = self._arithmetic(quoted) or self._substitution(quoted)
        elif text.startswith("${", start):
            found = self._braced_parameter(quoted)
        elif match := _NAME.match(text, start + 1):
            self._at = match.end()
            found = ParameterExpansion(match[0], f"${match[0]}", quoted)
        if found is None:
            self._at = start + 1
            return Literal(text[start], quoted)
        return found

    def _backticks(self, quoted: bool) -> Segment | None:
        match = _BACKTICKS.match(self._text, self._at)
        if match is None:
            self._refuse("backtick", self._at)
            return None
        self._at = match.end()
        escaped = r'\\([$`\\"])' if quoted else r"\\([$`\\])"
        inner = re.sub(escaped, r"\1", match[1])
        return CommandSubstitution(inner, f"`{inner}`", quoted)

    def _arithmetic(self, quoted: bool) -> Segment | None:
        """Read ``$((…))``; return ``None`` for a substitution, as ``$( (…) …)``."""
        start = self._at
        self._at = start + 1
        inner = self._read_brackets() if self._text.startswith("((", start + 1) else None
        if inner is None or not inner.endswith(")"):
            self._at = start
            return None
        return ArithmeticExpansion(inner[1:-1], self._text[start : self._at], quoted)

    def _substitution(self, quoted: bool) -> Segment | None:
        """Read ``$(…)``, ``<(…)`` or ``>(…)``."""
        start = self._at
        self._at = start + 1
        inner = self._read_brackets()
        if inner is None:
            self._refuse("bracket", start)
            self._at = start
            return None
        return CommandSubstitution(inner, self._text[start : self._at], quoted)

    def _braced_parameter(self, quoted: bool) -> Segment | None:
        start = self._at
        end = _closing(self._text, start + 1, "{", "}")
        if end is None:
            self._refuse("brace", start + 1)
            return None
        self._at = end + 1
        return ParameterExpansion(self._text[start + 2 : end], self._text[start : end + 1], quoted)

    def _read_brackets(self) -> str | None:
        """Read what is in the brackets here; return ``None`` if they have no end."""
        end = _closing(self._text, self._at, "(", ")")
        if end is None:
            return None
        inner = self._text[self._at + 1 : end]
        self._at = end + 1
        return inner


def _closing(text: str, start: int, opening: str, closing: str) -> int | None:
    """Return where the bracket at ``start`` is closed."""
    depth = 0
    for match in _NESTED.finditer(text, start):
        if match[0] == opening:
            depth += 1
        elif match[0] == closing:
            depth -= 1
            if depth == 0:
                return match.start()
    return None


def _opens_array(segments: Sequence[Segment]) -> bool:
    """True after ``NAME=``."""
    return _ARRAY.match(ShellWord(tuple(segments), 0).unquoted or "") is not None
