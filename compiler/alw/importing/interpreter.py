"""The calls of prun that a shell script comes to, without running it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..text.shell_tokens import Literal, NotUnderstood, ShellWord
from .assignments import Assigner
from .command_output import ReadFile, printed, printed_by
from .expansion import Expander
from .job_texts import job_text
from .script_parser import assignment, parsed
from .shell_values import Reference, Value, joined, spelled, text_of
from .statements import (
    Branches,
    CountingLoop,
    ForLoop,
    FunctionDefinition,
    Group,
    Pipeline,
    Script,
    SimpleCommand,
    Statement,
    WhileLoop,
)

#: Programs of panda-client that submit something.
PROGRAMS = frozenset({"prun", "pathena", "pchain", "phpo", "pcontainer"})
#: Commands that run the command after them.
_RUNNERS = frozenset({"time", "nohup", "exec", "command", "env", "sudo", "nice", "builtin"})
_DECLARING = frozenset({"export", "declare", "local", "readonly", "typeset"})
#: Options whose value a job runs.
_JOB_TEXTS = re.compile(r"--(?:exec|bexec|mergeScript)(=|\Z)")
_MOST_CALLS = 200
_MOST_STEPS = 20_000
_DEEPEST = 30


@dataclass(frozen=True, slots=True)
class Call:
    """A call of one of the :data:`PROGRAMS`."""

    program: str
    words: tuple[Value, ...]
    line: int
    directory: str
    """Where it is called, from the folder of the script; what ``cd`` has said."""
    notes: tuple[str, ...] = ()


def calls(text: str, read: ReadFile) -> list[Call]:
    """Return the calls in ``text``, in their order.

    :param read: gives the text of a file; its name is as seen from the script.
    :raises NotUnderstood: if they are not known.
    """
    runner = _Interpreter(read)
    runner.run(parsed(text))
    return runner.found


@dataclass
class _Interpreter:
    read: ReadFile
    found: list[Call] = field(default_factory=list)
    functions: dict[str, Script] = field(default_factory=dict)
    directory: str = ""
    steps: int = 0
    depth: int = 0
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shell = Expander(substitute=lambda segment, shell: printed(segment, shell, self._read))
        self.assigner = Assigner(self.shell)

    def _read(self, path: str) -> str | None:
        return self.read(posixpath.join(self.directory, path))

    def run(self, script: Script) -> None:
        self._step()
        self.depth += 1
        if self.depth > _DEEPEST:
            raise NotUnderstood("it is nested too deeply, or a function calls itself")
        for statement in script:
            self._step()
            self._statement(statement)
        self.depth -= 1

    def _step(self) -> None:
        self.steps += 1
        if self.steps > _MOST_STEPS or len(self.found) > _MOST_CALLS:
            raise NotUnderstood(f"it has more than {_MOST_CALLS} calls, or takes too many steps")

    def _statement(self, statement: Statement) -> None:
        match statement:
            case SimpleCommand():
                self._simple(statement)
            case ForLoop(variable=variable, items=items, body=body):
                self._loop(variable, items, body)
            case CountingLoop(head=head, body=body):
                self._count(head, body)
            case WhileLoop():
                self._reading(statement, None)
            case Branches(branches=branches):
                self._branches(branches)
            case FunctionDefinition(name=name, body=body):
                self.functions[name] = body
            case Pipeline(commands=commands):
                self._pipe(commands)
            case Group(body=body):
                self.run(body)

    def _branches(self, branches: Sequence[Script]) -> None:
        before = len(self.found)
        note = "Which branch of an 'if' or 'case' of the script runs is not known: all are here."
        self.notes.append(note)
        for branch in branches:
            self.run(branch)
        self.notes.pop()
        if len(branches) < 3:  # one condition, one branch: whether it runs
            for place in range(before, len(self.found)):
                self.found[place] = _without(self.found[place], note)

    # Loops

    def _loop(self, variable: str, items: Sequence[ShellWord] | None, body: Script) -> None:
        if items is None:
            values = self.shell.positional
        else:
            values = [value for word in items for value in self.shell.words(word)]
            values = [value for value in values if text_of(value) not in ("",)]
        if values is None or any(isinstance(p, Reference) and p.many for v in values for p in v):
            values = [(Reference(f"${variable}", variable, f"${variable}"),)]
        note = f"What the loop over '{variable}' goes through is not known here: it is an input."
        for value in values:
            unknown = len(value) == 1 and isinstance(value[0], Reference)
            if unknown:
                # the loop's variable is a better name for an item of it
                part = value[0]
                assert isinstance(part, Reference)
                value = (Reference(part.key, variable, part.spelled, part.default),)
                self.notes.append(note)
            self.assigner.set(variable, value)
            self.run(body)
            if unknown:
                self.notes.pop()

    def _count(self, head: str, body: Script) -> None:
        match = re.fullmatch(
            r"\s*(\w+)\s*=\s*(-?\w+)\s*;\s*\1\s*(<=?)\s*\$?\{?(-?\w+)\}?\s*;\s*"
            r"(?:\1\s*\+\+|\+\+\s*\1|\1\s*\+\s*=\s*(\d+))\s*",
            re.sub(r"\s+([=+<])\s*=", r"\1=", head).replace("< =", "<="),
        )
        numbers = [self._number(match[place]) for place in (2, 4)] if match else [None]
        if match is None or None in numbers:
            raise NotUnderstood(f"'for (({head.strip()}))' is not understood: write 'for X in …'")
        first, last = (number or 0 for number in numbers)
        for number in range(first, last + (match[3] == "<="), int(match[5] or 1)):
            self.assigner.set(match[1], (str(number),))
            self.run(body)

    def _number(self, text: str) -> int | None:
        value = text_of(self.shell.variables.get(text, (text,))) or ""
        return int(value) if re.fullmatch(r"-?\d{1,6}", value) else None

    def _reading(self, statement: WhileLoop, given: Value | None) -> None:
        last = statement.condition[-1] if statement.condition else None
        words = (
            [word.unquoted or "" for word in last.words] if isinstance(last, SimpleCommand) else []
        )
        if words[:1] != ["read"]:
            self.run(statement.condition)
            self.run(statement.body)
            return
        names = [word for word in words[1:] if not word.startswith("-")] or ["REPLY"]
        if given is None and statement.reads is not None:
            path = text_of(self.shell.value(statement.reads))
            text = None if path is None else self._read(path)
            given = None if text is None else (text,)
        text = None if given is None else text_of(given)
        if text is None:
            for name in names:
                self.assigner.set(name, (Reference(f"${name}", name, f"${name}"),))
            said = ", ".join(f"'{name}'" for name in names)
            self.notes.append(f"What the loop reads into {said} is not known here: it is an input.")
            self.run(statement.body)
            self.notes.pop()
            return
        for line in text.rstrip("\n").split("\n"):
            fields = line.split(None, len(names) - 1) if len(names) > 1 else [line.strip()]
            for place, name in enumerate(names):
                self.assigner.set(name, (fields[place].strip() if place < len(fields) else "",))
            self.run(statement.body)

    def _pipe(self, commands: Sequence[Statement]) -> None:
        last = commands[-1]
        if isinstance(last, WhileLoop):
            before: Statement = Pipeline(tuple(commands[:-1])) if len(commands) > 2 else commands[0]
            self._reading(last, printed_by(before, self.shell, self._read))
        else:
            for command in commands:
                self._statement(command)

    # Commands

    def _simple(self, command: SimpleCommand) -> None:
        if not command.words:
            for name, word in command.assignments:
                self.assigner.assign(name, word)
            return
        words = list(command.words)
        name = self._name(words)
        while name in _RUNNERS and len(words) > 1:
            words = words[1:]
            while len(words) > 1 and (assignment(words[0]) or (words[0].unquoted or "")[:1] == "-"):
                words = words[1:]
            name = self._name(words)
        if name.rpartition("/")[2] in PROGRAMS:
            self._call(name.rpartition("/")[2], words, command.line)
        elif name in self.functions:
            self._function(name, words)
        else:
            self._builtin(name, words)

    def _name(self, words: list[ShellWord]) -> str:
        """The command's name; a variable that holds a whole command is replaced in ``words``."""
        values = self.shell.words(words[0])
        if not values:
            return ""
        text = text_of(values[0])
        if len(values) > 1:
            if text and text.rpartition("/")[2] in PROGRAMS:
                words[:1] = [ShellWord(_segments(value), words[0].line) for value in values]
            return text or ""
        return text or ""

    def _call(self, program: str, words: Sequence[ShellWord], line: int) -> None:
        notes = [*self.notes]
        found: list[Value] = []
        after: str | None = None
        for word in words[1:]:
            first = word.segments[0] if word.segments else None
            start = first.text if isinstance(first, Literal) else ""
            match = _JOB_TEXTS.match(start) if after is None else None
            if after is not None or (match and match[1]):
                found.append(job_text(self.shell, word, notes))
                after = None
            else:
                found += self.shell.words(word)
                after = start if match and len(word.segments) == 1 else None
        self.found.append(
            Call(program, tuple(found), line, self.directory, tuple(dict.fromkeys(notes)))
        )

    def _function(self, name: str, words: Sequence[ShellWord]) -> None:
        before = self.shell.positional
        self.shell.positional = [value for word in words[1:] for value in self.shell.words(word)]
        self.run(self.functions[name])
        self.shell.positional = before

    def _builtin(self, name: str, words: Sequence[ShellWord]) -> None:
        if name in _DECLARING:
            for word in words[1:]:
                if found := assignment(word):
                    self.assigner.assign(*found)
        elif name == "setenv" and len(words) >= 3:
            self.assigner.assign(words[1].unquoted or "_", words[2])
        elif name == "set" and len(words) > 1:
            self.assigner.set_of_csh(words[1:])
        elif name == "unset":
            for word in words[1:]:
                self.shell.variables.pop(word.unquoted or "", None)
                self.shell.arrays.pop(word.unquoted or "", None)
        elif name in ("cd", "pushd") and len(words) > 1:
            self.directory = posixpath.join(self.directory, spelled(self.shell.value(words[1])))
        elif name == "shift" and self.shell.positional is not None:
            self.shell.positional = self.shell.positional[1:]
        elif name == "eval" or (
            name in ("bash", "sh") and words[1:2] and words[1].unquoted == "-c"
        ):
            self._eval(words[1:] if name == "eval" else words[2:3])
        elif name == "let" and len(words) > 1:
            self.assigner.let(text_of(self.shell.value(words[1])) or "")
        elif len(words) == 1:
            self.assigner.let(name)

    def _eval(self, words: Sequence[ShellWord]) -> None:
        value = joined(tuple(p for word in words for p in (*self.shell.value(word), " ")))
        text = text_of(value)
        if text is not None:
            self.run(parsed(text))
        elif (
            isinstance(value[0], str)
            and value[0].split()[:1]
            and (value[0].split()[0].rpartition("/")[2] in PROGRAMS)
        ):
            raise NotUnderstood(
                "it puts a command line together for 'eval' out of what only the shell knows: "
                "write the command line itself"
            )


def _segments(value: Value) -> tuple[Literal, ...]:
    text = text_of(value)
    if text is None:
        raise NotUnderstood(
            f"the command is {spelled(value)!r}, of which only the shell knows the words: "
            "write the command line itself"
        )
    return (Literal(text, True),)


def _without(call: Call, note: str) -> Call:
    notes = tuple(one for one in call.notes if one != note)
    return Call(call.program, call.words, call.line, call.directory, notes)
