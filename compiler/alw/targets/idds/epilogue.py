"""The compiled end of a learner's command.

iDDS reads one JSON file of a learner, turns every key ``k`` of it into the attribute
``user_k``, and compares ``to_continue`` for equality
(idds/atlas/workflowv2/atlaslocalpandawork.py, ``set_output_data``; idds/workflowv2/work.py,
``get_custom_condition_status_value``).  It has no counter, and it would take any value of
any type.  So the learner's job checks its own result, after the learner's command has run:
the declared fields with their declared types, the condition, the bound.

A file of the result's name that is there already, from the sandbox or an earlier attempt, is
removed before the command runs; where it cannot be, the job fails.  A result that is missing,
malformed or ill-typed fails the job, with a message in its log,
and is removed: it never feeds the next iteration.  What was checked is written to a second
file, and only the shell after the command moves it to the result's place: so a command that
gets round the checks (``exec``, a ``trap`` of its own) fails, too.

The checks run from an EXIT trap of the subshell in which the command runs.  Thus an ``exit``
in the command does not skip them, and they find the interpreter that the command has set up.
The text keeps clear of everything that is replaced or read on its way: no ``%``, no ``${``,
no three double quotes, and in the code no single quote, since it is between two.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from ...prun.command import Part, Stream
from ...semantics.expr import (
    Apply,
    FieldValue,
    IterationNumber,
    Known,
    ParamValue,
    ResultOf,
    TypedExpr,
    leaves,
)
from ...semantics.program import Param, ResultFile
from ...semantics.types import BOOL, FLOAT, INT, MOST_FLOAT, MOST_LETTERS, STRING, Type, same

#: Exit status of a job whose result cannot be used: EX_DATAERR of sysexits.h.  Not a
#: multiple of 255, which the wrapper would make a success (runGen.py:655, ``%= 255``).
REFUSED = 65

_PYTHON = re.compile(r"(?:[A-Za-z0-9_.+/-]*/)?python[0-9.]*\Z")
_FIRST_WORD = re.compile(r"\s*([A-Za-z0-9_.+/-]+)(?=\s|\Z)")
#: Commands after which the trap would not run.  ``exec 2>&1`` only redirects; in
#: parentheses or a pipe they end another shell.
LEAVING = re.compile(
    r"(?:^|[;&{\n]|\|\||\bthen\b|\bdo\b|\belse\b)[ \t]*(exec(?!\s*\d*[<>])|trap)(?=[\s;&|]|\Z)"
)
#: What was checked, until it is moved to the result's place.
CHECKED = ".alw.json"
#: Stands in the compiled text between the checks and the learner's own command.
_BEFORE = "; exit $?' EXIT\n"
_AFTER = "\n)\nalw=$?\n"
_SAFE = re.compile(r"[ !#&(-\[\]-~]")

#: The words of :mod:`.learner_check` that are replaced.
_WORDS = re.compile(
    r"\b(?:NAME|SHOWN|BOUND|REFUSED|LETTERS|FLOAT|FIELDS|PARAMETERS|CONDITION|CHECKED)\b"
)


@cache
def _read_program() -> str:
    """Return the text of :mod:`.learner_check` as it stands in a command."""
    text = Path(__file__).with_name("learner_check.py").read_text(encoding="utf-8")
    code = text.split('"""', 2)[2]
    lines = [line for line in code.splitlines() if line and not line.lstrip().startswith("#")]
    return "".join(f"{line}\n" for line in lines)


def find_interpreter(command: Sequence[Part]) -> str | None:
    """Return the Python interpreter that a command uses: its first word that names one."""
    literal = "".join(part if isinstance(part, str) else "0" for part in command)
    for word in re.split(r"[\s;&|()'\"]+", literal):
        if _PYTHON.match(word):
            return word
    return None


def render_checks(
    result: ResultFile, params: Sequence[Param], condition: TypedExpr | None, bound: int
) -> str:
    """Return the program, in Python 2.7 and 3, that checks a result and says whether to go on.

    Its arguments are the exit status of the learner's command, the number of the iteration, and
    the values of the parameters that ``condition`` uses.  What it found good it writes, with
    ``to_continue``, to the file ``.alw.json``.  There is no single quote in it.
    """
    # an empty result, where the condition asks for one, ends the loop
    decides = f"bool({_translate(condition)})" if condition is not None else "True"
    words = {
        "NAME": _quote(result.file),
        "SHOWN": _quote(ascii(result.file)[1:-1]),
        "BOUND": str(bound),
        "REFUSED": str(REFUSED),
        "LETTERS": str(MOST_LETTERS),
        "FLOAT": str(MOST_FLOAT),
        "FIELDS": "\n".join(_render_fields(result, params, condition)),
        "PARAMETERS": "\n".join(
            f"{_name_variable(p.name)} = {_find_reader(p.type)}(arguments[{number}])"
            for number, p in enumerate(_find_used(condition, params), 2)
        ),
        "CONDITION": f"bool(result) and {decides}" if _asks_for_result(condition) else decides,
        "CHECKED": CHECKED,
    }
    return _WORDS.sub(lambda word: words[word[0]], _read_program()).replace("\n\n", "\n")


def _asks_for_result(condition: TypedExpr | None) -> bool:
    """True if a condition asks if there is a result, which then may be empty."""
    return condition is not None and any(isinstance(t, ResultOf) for t in leaves(condition))


def _find_used(condition: TypedExpr | None, params: Sequence[Param]) -> list[Param]:
    needed = _find_needed(condition)
    return [param for param in params if param.name in needed]


def add_epilogue(
    command: Sequence[Part],
    interpreter: str,
    result: ResultFile,
    params: Sequence[Param],
    condition: TypedExpr | None,
    bound: int,
) -> tuple[Part, ...]:
    """Return a learner's command, followed by the checks of its result.

    :param interpreter: the Python (2.7 or 3) that runs the checks.
    :param params: the loop's parameters, in order.
    :param condition: whether to go on; ``None`` for always, up to the bound.
    :param bound: the largest number of iterations.
    """
    used = _find_used(condition, params)
    code = render_checks(result, params, condition, bound)
    head = (
        f'alw () {{\ncd "$alw" && {interpreter} -c \'{code}\' "$@"\n}}\n'
        f"alw=$PWD\n{render_removal(result.file)}(\n"
    )
    first = _FIRST_WORD.match("".join(p if isinstance(p, str) else "\0" for p in command))
    if first and not _PYTHON.match(first[1]):
        # runGen does this to the first word of the whole command (runGen.py:557)
        head += f"chmod +x {first[1]} 2>/dev/null\n"
    values: list[Part] = []
    for param in used:
        values += [" ", ParamValue(param.type, param.name, param.span)]
    # runGen finds a placeholder before a blank, but not before a line end
    blank = " " if command and isinstance(command[-1], Stream) else ""
    file = shlex.quote(result.file)
    return (
        f"{head}trap 'alw $? ",
        IterationNumber(result.span),
        *values,
        _BEFORE,
        *command,
        # no && after the parentheses: it would undo a "set -e" between them
        f"{blank}{_AFTER}if test $alw = 0\nthen mv -f -- {CHECKED} {file} || alw=1\nfi\n"
        f"test $alw = 0 || rm -f -- {file}\nexit $alw",
    )


def render_removal(file: str) -> str:
    """Return lines of a shell that remove what lies there under the names of a result.

    :param file: the result's.
    """
    names = (file, CHECKED)
    found = " || ".join(f"test -{kind} {shlex.quote(name)}" for name in names for kind in "eL")
    return (
        f"rm -f -- {shlex.join(names)}\nif {found}\n"
        f"then echo 'alw: {file} lies there already, or {CHECKED} does, and cannot be removed: "
        f"the loop stops here' >&2\nexit {REFUSED}\nfi\n"
    )


def strip_epilogue(command: str) -> str:
    """Return a learner's command as the author wrote it, without the checks after it."""
    _, _, own = command.partition(_BEFORE)
    return own.rpartition(_AFTER)[0].rstrip(" ") or command


def _render_fields(
    result: ResultFile, params: Sequence[Param], condition: TypedExpr | None
) -> Iterator[str]:
    declared = {param.name: param.type for param in params}
    yield "fields = {}"
    head = "if result: " if _asks_for_result(condition) else ""
    for field in result.fields:
        key, kind = _quote(field.name), field.type.name
        wanted = declared.get(field.name, field.type)
        if kind == "int" and wanted == FLOAT:
            kind = "float"
        alphabets = [t.alphabet for t in (wanted, field.type) if t.alphabet is not None]
        letters = ""
        if alphabets:
            letters = ", " + _quote("".join(sorted(set.intersection(*map(set, alphabets)))))
        yield f'{head}fields[{key}] = field({key}, "{kind}"{letters})'


def _find_needed(condition: TypedExpr | None) -> set[str]:
    if condition is None:
        return set()
    return {leaf.name for leaf in leaves(condition) if isinstance(leaf, ParamValue)}


def _quote(text: str) -> str:
    """Return ``text`` as a Python string literal without a character that anything reads."""
    escaped = "".join(char if _SAFE.match(char) else _escape(char) for char in text)
    return 'u"' + escaped.replace("__", "_\\u005f") + '"'


def _escape(char: str) -> str:
    code = ord(char)
    return f"\\U{code:08x}" if code > 0xFFFF else f"\\u{code:04x}"


def _name_variable(name: str) -> str:
    return f"p_{name}"


def _find_reader(type_: Type) -> str:
    if type_ == BOOL:
        return '"True".__eq__'
    return {INT: "int", FLOAT: "float"}.get(type_, 'type(u"")')


def _translate(term: TypedExpr) -> str:
    match term:
        case Known():
            if same(term.type, STRING):
                return _quote(str(term.value))
            return repr(term.value)
        case FieldValue():
            return f"fields[{_quote(term.name)}]"
        case ResultOf():
            return "bool(result)"
        case ParamValue():
            return _name_variable(term.name)
        case IterationNumber():
            return "iteration"
        case Apply(operator="not" | "-" | "+" as symbol, operands=(operand,)):
            return f"({symbol} {_translate(operand)})"
        case Apply():
            if term.operator == "%":  # which would be read as a placeholder
                return f"divmod({', '.join(map(_translate, term.operands))})[1]"
            return "(" + f" {term.operator} ".join(map(_translate, term.operands)) + ")"
    raise AssertionError(term)
