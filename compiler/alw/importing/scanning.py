"""Words and signs of a shell script, as bash reads them (bash(1), QUOTING and EXPANSION)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .tokens import Arithmetic, NotWords, Parameter, Segment, Sign, Substitution, Text, Token, Word

_SIGN = re.compile(r"\n|;;&|;;|;&|;|&&|&>>|&>|\|\||\|&|\||<<<|<<-|<<|<&|<>|<|>>|>&|>\||>|&|\(|\)")
_NUMBERED = re.compile(r"\d+(?=[<>])")
_NAME = re.compile(r"[A-Za-z_]\w*|[0-9@*#?$!-]")
_ASSIGNED = re.compile(r"[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=\Z")
_ENDS = " \t\n;&|<>()"


class Scanner:
    """Reads tokens off a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._documents: list[tuple[str, bool]] = []

    def tokens(self) -> list[Token]:
        """Return all of them.

        :raises NotWords: if a quote or a bracket has no end.
        """
        found: list[Token] = []
        while self._at < len(self._text):
            start = self._at
            char = self._text[start]
            if char in " \t":
                self._at += 1
            elif self._text.startswith("\\\n", start):
                self._at += 2
            elif char == "#":
                self._at = self._until("\n")
            elif match := _NUMBERED.match(self._text, start):
                self._at = match.end()
            elif self._process(start):
                found.append(Word((self._substitution(False),), self._line(start)))
            elif match := _SIGN.match(self._text, start):
                self._at = match.end()
                found.append(Sign(match[0], self._line(start)))
                if match[0] == "\n":
                    self._skip_documents()
            else:
                found.append(self._word())
                self._note_document(found)
        return found

    def _process(self, start: int) -> bool:
        return self._text.startswith(("<(", ">("), start)

    def _until(self, text: str) -> int:
        place = self._text.find(text, self._at)
        return len(self._text) if place < 0 else place

    def _line(self, position: int) -> int:
        return self._text.count("\n", 0, position) + 1

    def _unended(self, what: str, start: int) -> NotWords:
        return NotWords(f"the {what} in line {self._line(start)} has no end")

    # Here-documents, whose lines are no commands

    def _note_document(self, found: Sequence[Token]) -> None:
        if len(found) > 1 and isinstance(sign := found[-2], Sign) and sign.text in ("<<", "<<-"):
            word = found[-1]
            assert isinstance(word, Word)
            end = "".join(s.text for s in word.segments if isinstance(s, Text))
            self._documents.append((end, sign.text == "<<-"))

    def _skip_documents(self) -> None:
        for end, indented in self._documents:
            while self._at < len(self._text):
                line_end = self._until("\n")
                line = self._text[self._at : line_end]
                self._at = min(line_end + 1, len(self._text))
                if (line.lstrip("\t") if indented else line) == end:
                    break
        self._documents.clear()

    # Words

    def _word(self) -> Word:
        line = self._line(self._at)
        segments: list[Segment] = []
        while self._at < len(self._text):
            char = self._text[self._at]
            if char == "(" and _ASSIGNED.match(_joined(segments)):
                segments.append(Text(self._array(), False))
            elif char in _ENDS:
                break
            else:
                segments += self._segment(char)
        return Word(tuple(_merged(segments)), line)

    def _array(self) -> str:
        """``(a b)`` after ``NAME=``, brackets included."""
        start = self._at
        inner = self._bracketed()
        if inner is None:
            raise self._unended("bracket", start)
        return f"({inner})"

    def _segment(self, char: str) -> list[Segment]:
        text, start = self._text, self._at
        if char == "'":
            end = text.find("'", start + 1)
            if end < 0:
                raise self._unended("quote", start)
            self._at = end + 1
            return [Text(text[start + 1 : end], True)]
        if char == '"':
            return self._double()
        if char == "\\":
            self._at += 2
            if text.startswith("\\\n", start):
                return []
            return [Text(text[start + 1 : start + 2], True)] if start + 1 < len(text) else []
        if char == "$" and text.startswith("$'", start):
            return [self._ansi()]
        if char == "$" and text.startswith('$"', start):
            self._at += 1
            return self._double()
        if char in "$`":
            return [self._expansion(False)]
        self._at += 1
        return [Text(char, False)]

    def _double(self) -> list[Segment]:
        start = self._at
        self._at += 1
        segments: list[Segment] = [Text("", True)]
        while self._at < len(self._text):
            char = self._text[self._at]
            if char == '"':
                self._at += 1
                return segments
            if char == "\\":
                follows = self._text[self._at + 1 : self._at + 2]
                self._at += 2
                if follows != "\n":
                    segments.append(Text(follows if follows in '$`"\\' else f"\\{follows}", True))
            elif char in "$`":
                segments.append(self._expansion(True))
            else:
                self._at += 1
                segments.append(Text(char, True))
        raise self._unended("quote", start)

    _ANSI = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "e": "\x1b"}

    def _ansi(self) -> Segment:
        start = self._at
        match = re.compile(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL).match(self._text, start)
        if match is None:
            raise self._unended("quote", start)
        self._at = match.end()
        return Text(
            re.sub(
                r"\\(.)",
                lambda m: self._ANSI.get(m[1], m[0]),
                match[1],
                flags=re.DOTALL,
            ),
            True,
        )

    # Expansions

    def _expansion(self, quoted: bool) -> Segment:
        text, start = self._text, self._at
        if text[start] == "`":
            return self._backticks(quoted)
        if text.startswith("$((", start):
            self._at = start + 1
            inner = self._bracketed()
            if inner is not None and inner.startswith("(") and inner.endswith(")"):
                return Arithmetic(inner[1:-1], text[start : self._at], quoted)
            self._at = start
        if text.startswith("$(", start):
            return self._substitution(quoted)
        if text.startswith("${", start):
            self._at = start + 1
            end = self._braced()
            return Parameter(text[start + 2 : end], text[start : self._at], quoted)
        match = _NAME.match(text, start + 1)
        if match is None:
            self._at += 1
            return Text("$", quoted)
        self._at = match.end()
        return Parameter(match[0], f"${match[0]}", quoted)

    def _backticks(self, quoted: bool) -> Segment:
        start = self._at
        match = re.compile(r"`((?:[^`\\]|\\.)*)`", re.DOTALL).match(self._text, start)
        if match is None:
            raise self._unended("backtick", start)
        self._at = match.end()
        escaped = r'\\([$`\\"])' if quoted else r"\\([$`\\])"
        inner = re.sub(escaped, r"\1", match[1])
        return Substitution(inner, f"`{inner}`", quoted)

    def _substitution(self, quoted: bool) -> Segment:
        """``$(…)``, ``<(…)`` or ``>(…)``."""
        start = self._at
        self._at = start + 1
        inner = self._bracketed()
        if inner is None:
            raise self._unended("bracket", start)
        return Substitution(inner, self._text[start : self._at], quoted)

    def _bracketed(self) -> str | None:
        """What stands in the brackets here, which are passed over; ``None`` without an end."""
        end = _closing(self._text, self._at, "(", ")")
        if end is None:
            return None
        inner = self._text[self._at + 1 : end]
        self._at = end + 1
        return inner

    def _braced(self) -> int:
        end = _closing(self._text, self._at, "{", "}")
        if end is None:
            raise self._unended("brace", self._at)
        self._at = end + 1
        return end


_INNER = re.compile(r"""'[^']*'|"(?:[^"\\]|\\.)*"|\\.|`(?:[^`\\]|\\.)*`|.""", re.DOTALL)


def _closing(text: str, start: int, opens: str, closes: str) -> int | None:
    depth = 0
    at = start
    while at < len(text):
        match = _INNER.match(text, at)
        assert match is not None
        if match[0] == opens:
            depth += 1
        elif match[0] == closes:
            depth -= 1
            if depth == 0:
                return at
        at = match.end()
    return None


def _merged(segments: Sequence[Segment]) -> list[Segment]:
    """Characters that stand together, as one text."""
    merged: list[Segment] = []
    for segment in segments:
        last = merged[-1] if merged else None
        if isinstance(segment, Text) and isinstance(last, Text) and last.quoted == segment.quoted:
            merged[-1] = Text(last.text + segment.text, last.quoted)
        else:
            merged.append(segment)
    return merged


def _joined(segments: Sequence[Segment]) -> str:
    if all(isinstance(s, Text) and not s.quoted for s in segments):
        return "".join(s.text for s in segments if isinstance(s, Text))
    return ""


def scanned(text: str) -> list[Token]:
    """Return the tokens of ``text``.

    :raises NotWords: if a quote or a bracket has no end.
    """
    return Scanner(text).tokens()
