"""Expands the words of a shell: the values that its commands get.

A value that only the submitting machine knows stays a :class:`~.shell_values.Reference`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ..text.shell_lexer import tokenize
from ..text.shell_tokens import (
    ArithmeticExpansion,
    CommandSubstitution,
    Literal,
    NotUnderstood,
    ParameterExpansion,
    Segment,
    ShellWord,
)
from .shell_values import (
    Reference,
    Value,
    apply_operation,
    assigns,
    calculate,
    expand_braces,
    has_blank,
    join,
    join_with_blanks,
    split_fields,
    split_operation,
    to_text,
)

_SPECIAL = {
    "?": "status", "!": "process", "$": "process", "-": "flags", "#": "count", "0": "script",
    "@": "arguments", "*": "arguments", "_": "last",
}  # fmt: skip
PARAMETER = re.compile(
    r"(?P<length>\#)?(?P<name>[A-Za-z_]\w*|\d+|[@*#?$!-])(?:\[(?P<index>[^\]]*)\])?(?P<rest>.*)",
    re.DOTALL,
)
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
_MOST_WORDS = 1000


@dataclass(slots=True)
class Expander:
    """Expands words with the variables of a shell."""

    variables: dict[str, Value] = field(default_factory=dict)
    arrays: dict[str, list[Value]] = field(default_factory=dict)
    positional: list[Value] | None = None
    """``None`` outside of functions: the script's own arguments, which are unknown."""
    substitute: Callable[[CommandSubstitution, Expander], Value | None] = lambda segment, shell: (
        None
    )
    """Returns the output of a command, if that is known."""
    serial: int = 0

    def make_reference(self, name: str, spelled: str, *, fresh: bool = False) -> Reference:
        """Return the reference to something from outside.

        :param fresh: true if it differs from time to time.
        """
        self.serial += fresh
        key = f"{spelled} {self.serial}" if fresh else spelled
        return Reference(key, name, spelled)

    # Words

    def expand_word(self, word: ShellWord) -> list[Value]:
        """Return the words that ``word`` becomes."""
        return [value for one in self._expand_braces(word) for value in self._split(one)]

    def expand_unsplit(self, word: ShellWord) -> Value:
        """Return the value of ``word`` in ``NAME=word``: it is not split."""
        values = [self.expand_segment(segment) for segment in word.segments]
        return join(tuple(part for value in values for part in value))

    def replace_known(self, text: str, whole: str) -> str:
        """Return ``text`` with the values of variables that the script has set."""

        def known(match: re.Match[str]) -> str:
            value = self.variables.get(match[1])
            text = None if value is None or assigns(whole, match[1]) else to_text(value)
            return match[0] if text is None else text

        return re.sub(r"\$\{?([A-Za-z_]\w*)\b\}?", known, text)

    def _expand_braces(self, word: ShellWord) -> list[ShellWord]:
        for place, segment in enumerate(word.segments):
            if isinstance(segment, Literal) and not segment.quoted and "{" in segment.text:
                texts = expand_braces(segment.text)
                if len(texts) > 1:
                    before, after = word.segments[:place], word.segments[place + 1 :]
                    rest = self._expand_braces(ShellWord(after, word.line))
                    if len(texts) * len(rest) > _MOST_WORDS:
                        raise NotUnderstood(
                            f"the braces in line {word.line} expand to too many words"
                        )
                    return [
                        ShellWord(_glue(before, text) + one.segments, word.line)
                        for text in texts
                        for one in rest
                    ]
        return [word]

    def _split(self, word: ShellWord) -> list[Value]:
        fields: list[Value] = []
        current: Value | None = None
        for place, segment in enumerate(word.segments):
            if isinstance(segment, Literal):
                current = (current or ()) + self._expand_literal(segment, place == 0, word)
                continue
            several = (
                self._expand_several(segment) if isinstance(segment, ParameterExpansion) else None
            )
            if segment.quoted:
                pieces = [self.expand_segment(segment)] if several is None else several
                begins = ends = False
            else:
                whole = (
                    self.expand_segment(segment) if several is None else join_with_blanks(several)
                )
                pieces = split_fields(whole)
                begins, ends = has_blank(whole, 0), has_blank(whole, -1)
            if begins and current is not None:
                fields.append(current)
                current = None
            for number, piece in enumerate(pieces):
                if number and current is not None:
                    fields.append(current)
                    current = None
                current = (current or ()) + piece
            if ends and current is not None:
                fields.append(current)
                current = None
        if current is not None:
            fields.append(current)
        return [join(value) for value in fields]

    def _expand_literal(self, segment: Literal, first: bool, word: ShellWord) -> Value:
        text = segment.text
        if first and not segment.quoted and re.match(r"~(?:/|\Z)", text):
            if text == "~" and len(word.segments) > 1:
                return (text,)
            return (self.variables.get("HOME") or (self.make_reference("HOME", "~"),)) + (text[1:],)
        return (text,)

    # Segments

    def expand_segment(self, segment: Segment) -> Value:
        """Return the value of a part of a word."""
        match segment:
            case Literal(text=text):
                return (text,)
            case ParameterExpansion():
                return self._expand_parameter(segment)
            case CommandSubstitution():
                found = self.substitute(segment, self)
                return self._expand_command(segment) if found is None else found
            case ArithmeticExpansion():
                return self.calculate(segment.body, segment.spelled)

    def _expand_command(self, segment: CommandSubstitution) -> Value:
        words = re.findall(r"[A-Za-z]\w*", segment.command)
        name = words[0] if words else "value"
        spelled = self.replace_known(segment.spelled, "")
        return (self.make_reference(name, spelled, fresh=name in ("uuidgen", "mktemp", "openssl")),)

    def calculate(self, body: str, spelled: str) -> Value:
        """Return the value of an arithmetic expression."""

        def known(match: re.Match[str]) -> str:
            return to_text(self.variables.get(match[1], ("?",))) or "0"

        number = calculate(re.sub(r"\$?\{?\b([A-Za-z_]\w*)\}?", known, body))
        if number is not None:
            return (str(number),)
        name = _IDENTIFIER.search(body)
        return (
            self.make_reference(name[0] if name else "number", spelled, fresh="RANDOM" in body),
        )

    def _expand_several(self, segment: ParameterExpansion) -> list[Value] | None:
        """Return the words of ``$@`` or ``${X[@]}``; ``None`` for anything else."""
        match = PARAMETER.fullmatch(segment.body)
        if match is None or match["length"] or match["rest"]:
            return None
        if match["name"] in ("@", "*") and self.positional is not None:
            whole = self.positional
        elif match["index"] in ("@", "*") and match["name"] in self.arrays:
            whole = self.arrays[match["name"]]
        else:
            return None
        if "*" in (match["name"], match["index"]) and segment.quoted:
            return None
        return whole

    def _expand_parameter(self, segment: ParameterExpansion) -> Value:
        match = PARAMETER.fullmatch(segment.body)
        if match is None:
            return (self.make_reference("value", segment.spelled),)
        name, rest = match["name"], match["rest"]
        if match["length"]:
            return self._measure_length(segment, match)
        value = self._look_up(name, match["index"])
        if not rest:
            if value is not None:
                return value
            many = name in ("@", "*")
            called = f"arg{name}" if name.isdigit() and name != "0" else _SPECIAL.get(name, name)
            fresh = name == "RANDOM"
            found = self.make_reference(called, f"${name}", fresh=fresh)
            return (Reference(found.key, found.name, segment.spelled, None, many),)
        return self._apply_operation(segment, name, value, rest)

    def _apply_operation(
        self, segment: ParameterExpansion, name: str, value: Value | None, rest: str
    ) -> Value:
        found = split_operation(rest)
        if found is None:
            return (self.make_reference(name, segment.spelled),)
        sign, operand = found
        text = None if value is None else to_text(value)
        if sign.lstrip(":") in ("-", "=", "?", "+") and sign != ":":
            empty = text == "" and sign.startswith(":")
            other = self._expand_operand(operand)
            if sign.endswith("+"):
                if value is None:
                    return (self.make_reference(name, segment.spelled),)
                return () if empty else other
            if value is not None:
                return other if empty and not sign.endswith("?") else value
            default = None if sign.endswith("?") else to_text(other)
            called = f"arg{name}" if name.isdigit() else name
            return (Reference(f"${name}", called, segment.spelled, default),)
        operand_text = to_text(self._expand_operand(operand)) if "$" in operand else operand
        if text is not None and operand_text is not None and not set("'\"\\`") & set(operand):
            made = apply_operation(text, sign, operand_text)
            if made is not None:
                return (made,)
        return (self.make_reference(name, self.replace_known(segment.spelled, "")),)

    def _expand_operand(self, operand: str) -> Value:
        try:
            tokens = tokenize(f'"{operand}"' if '"' not in operand else operand)
        except NotUnderstood:
            return (operand,)
        words = [token for token in tokens if isinstance(token, ShellWord)]
        return self.expand_unsplit(words[0]) if len(words) == 1 else (operand,)

    def _measure_length(self, segment: ParameterExpansion, match: re.Match[str]) -> Value:
        name = match["name"]
        if match["index"] in ("@", "*") and name in self.arrays:
            return (str(len(self.arrays[name])),)
        text = to_text(self.variables.get(name, (self.make_reference(name, name),)))
        if text is None or match["rest"]:
            return (self.make_reference(name, segment.spelled),)
        return (str(len(text)),)

    def _look_up(self, name: str, index: str | None) -> Value | None:
        if self.positional is not None:
            if name.isdigit() and name != "0":
                place = int(name) - 1
                return self.positional[place] if place < len(self.positional) else ()
            if name in ("@", "*"):
                return join_with_blanks(self.positional)
            if name == "#":
                return (str(len(self.positional)),)
        if name not in self.arrays:
            return self.variables.get(name)
        items = self.arrays[name]
        if index in ("@", "*"):
            return join_with_blanks(items)
        number = calculate(to_text(self.calculate(index or "0", "")) or "?")
        if number is None or not -len(items) <= number < len(items):
            return () if number is not None else None
        return items[number]


def _glue(before: tuple[Segment, ...], text: str) -> tuple[Segment, ...]:
    """Join ``before`` and ``text``; braces come first: ``$N{1,2}`` is ``$N1 $N2``."""
    last = before[-1] if before else None
    match = re.match(r"\w+", text, re.ASCII)
    if (
        not isinstance(last, ParameterExpansion)
        or last.quoted
        or last.spelled[1:2] == "{"
        or not match
    ):
        return (*before, Literal(text, False))
    if not _IDENTIFIER.fullmatch(last.body):
        return (*before, Literal(text, False))
    glued = ParameterExpansion(last.body + match[0], last.spelled + match[0], False)
    return (*before[:-1], glued, Literal(text[match.end() :], False))
