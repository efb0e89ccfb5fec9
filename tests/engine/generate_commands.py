"""Commands of the language, made at random, with the words that a job must get to see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from tests.commands.programs import literal

Draw = st.DrawFn


@dataclass(frozen=True)
class Param:
    """The current value of a loop parameter."""

    name: str


@dataclass(frozen=True)
class Iteration:
    """The iteration's number."""


@dataclass(frozen=True)
class Files:
    """The files of a dataset: of an output of a task, or of one from outside."""

    task: str
    output: int | str


Piece = str | Param | Iteration | Files
Word = tuple[Piece, ...]


@dataclass(frozen=True)
class Scope:
    """What a command may name."""

    known: Mapping[str, Any] = field(default_factory=dict)
    """Inputs and constants, with their values."""
    params: Mapping[str, str] = field(default_factory=dict)
    """Parameters as they are written here (``m`` or ``scan.m``), with their own names."""
    iteration: bool = False

    def of_type(self, kind: str) -> list[str]:
        """The inputs and constants of a type."""
        types: Mapping[str, type] = {"int": int, "float": float, "bool": bool, "string": str}
        return [name for name, value in self.known.items() if type(value) is types[kind]]


SAFE = "abcXYZ019_./=,:@+-"
HOSTILE = "'\"%$`{}\\;#~*?[]!&|<>() éΩ😀\tm1_"
#: Whole words that mean something to a shell or to prun, and what a job gets to see.
SPECIAL = {
    "$HOME": "$HOME",
    '\\"${{HOME}}/x\\"': "${HOME}/x",
    "|": "|",
    "&&": "&&",
    ";": ";",
    "2>&1": "2>&1",
    "--seed=%RNDM:100": "--seed=${SEQNUMBER}",
    "a\\\\ b": "a b",
    "'{{m}}'": "{m}",
    '\\"\\"': "",
}


def expression(draw: Draw, kind: str, atoms: Mapping[str, Sequence[str]], depth: int = 2) -> str:
    """An expression of a type that means the same to Python.

    :param atoms: what can be named, by type.
    """

    def inner(kind: str) -> str:
        return expression(draw, kind, atoms, depth - 1)

    def pick(*options: str) -> str:
        return draw(st.sampled_from(options))

    own = list(atoms.get(kind, ()))
    if depth <= 0 or draw(st.integers(0, 3)) == 0:
        constants = {
            "int": ["0", "1", "7", "1_000", "-3"],
            "float": ["0.5", "1e-7", "2.0", "-1.25"],
            "bool": ["true", "false"],
            "string": ['"a"', '"b c"', '"it\'s"'],
        }[kind]
        return draw(st.sampled_from(own * 3 + constants))
    if kind == "int":
        return pick("{} + {}", "({} - {})", "{} * 2 - {}", "-({} + {})", "({}) // 3 + {}").format(
            f"({inner('int')})", f"({inner('int')})"
        )
    if kind == "float":
        return pick("{} + {}", "({} - {})", "{} / 4 * {}").format(
            f"({inner('float')})", f"({inner(pick('float', 'int'))})"
        )
    if kind == "string":
        return draw(st.sampled_from(own or ['"a"']))
    match pick("order", "order", "equal", "string", "and", "or", "not", "group"):
        case "order":
            symbol = pick("<", "<=", ">", ">=", "==", "!=")
            return f"{inner(pick('int', 'float'))} {symbol} {inner(pick('int', 'float'))}"
        case "equal":
            return f"({inner('bool')}) == ({inner('bool')})"
        case "string":
            return f"{inner('string')} {pick('==', '!=')} {inner('string')}"
        case "not":
            return f"not {inner('bool')}"
        case "group":
            return f"({inner('bool')})"
        case symbol:
            return f"{inner('bool')} {symbol} {inner('bool')} {symbol} {inner('bool')}"


def evaluated(text: str, names: Mapping[str, object]) -> Any:
    """What an expression means, as Python understands it."""
    return eval(text, {"__builtins__": {}}, {"true": True, "false": False, **names})


def value(draw: Draw, scope: Scope) -> tuple[str, Piece]:
    """A value between braces, as it is written and what it is."""
    options: list[str] = ["known"] * bool(scope.known)
    options += ["param", "param", "param"] * bool(scope.params) + ["iteration"] * scope.iteration
    match draw(st.sampled_from([*options, "expression"])):
        case "param":
            written = draw(st.sampled_from(sorted(scope.params)))
            return f"{{{written}}}", Param(scope.params[written])
        case "iteration":
            return "{iteration}", Iteration()
        case "known":
            name = draw(st.sampled_from(sorted(scope.known)))
            return f"{{{name}}}", str(scope.known[name])
        case _:
            kind = draw(st.sampled_from(["int", "float", "bool"]))
            atoms = {k: scope.of_type(k) for k in ("int", "float", "bool")}
            text = expression(draw, kind, {**atoms, "string": []}, 1)
            if '"' in text:
                text = "1"
            return f"{{{text}}}", str(evaluated(text, scope.known))


def word(draw: Draw, scope: Scope) -> tuple[str, Word]:
    """One word of a command, as it is written between the quotes of the source."""
    if draw(st.integers(0, 5)) == 0:
        written = draw(st.sampled_from(sorted(SPECIAL)))
        return written, (SPECIAL[written],)
    pieces: list[Piece] = []
    text = ""
    for _ in range(draw(st.integers(1, 3))):
        quote = draw(st.sampled_from(["", "", "'", '"']))
        inside = ""
        for _ in range(draw(st.integers(1, 2))):
            if draw(st.booleans()):
                written, piece = value(draw, scope)
                if inside.endswith("$"):  # ${…} is the shell's
                    inside += "."
                    pieces.append(".")
                inside += written
                pieces.append(piece)
            else:
                alphabet = st.sampled_from(HOSTILE if quote else SAFE)
                plain = draw(st.text(alphabet, min_size=1, max_size=5))
                plain = plain.replace("'", "") if quote == "'" else plain
                inside += literal(_escaped(plain) if quote == '"' else plain)
                pieces.append(plain)
        text += literal(quote) + inside + literal(quote)
    return text, tuple(pieces)


def _escaped(text: str) -> str:
    """``text`` between double quotes of a shell."""
    for char in '\\"$`':
        text = text.replace(char, "\\" + char)
    return text


def shown(
    word: Word, values: Mapping[str, object], iteration: int, streams: Sequence[Files]
) -> str:
    """A word as the job gets it; files are still prun's placeholders."""
    text = ""
    for piece in word:
        match piece:
            case str():
                text += piece
            case Param(name):
                text += str(values[name])
            case Iteration():
                text += str(iteration)
            case Files():
                number = streams.index(piece)
                text += "%IN" if number == 0 else f"%IN{number + 1}"
    return text
