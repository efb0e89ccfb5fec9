"""The calls of prun that a shell script comes to, without running it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..text.shell_tokens import Literal, NotUnderstood, ShellWord
from .assignments import Assigner
from .calls import PROGRAMS, Call
from .command_output import ReadFile, printed, printed_by
from .expansion import Expander
from .job_texts import job_text
from .loop_values import count, fields_of_lines, names_read_by, values_of
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

#: Commands that run the command after them.
_RUNNERS = frozenset({"time", "nohup", "exec", "command", "env", "sudo", "nice", "builtin"})
_DECLARING = frozenset({"export", "declare", "local", "readonly", "typeset"})
#: Options whose value a job runs.
_JOB_TEXTS = re.compile(r"--(?:exec|bexec|mergeScript)(=|\Z)")
_MOST_CALLS = 200
_MOST_STEPS = 20_000
_DEEPEST = 30


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
            case ForLoop():
                self._loop(statement)
            case CountingLoop():
                self._count(statement)
            case WhileLoop():
                self._while(statement, None)
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
                call = self.found[place]
                notes = tuple(one for one in call.notes if one != note)
                self.found[place] = replace(call, notes=notes)

    # Loops

    def _loop(self, loop: ForLoop) -> None:
        variable = loop.variable
        note = f"What the loop over '{variable}' goes through is not known here: it is an input."
        for value, is_known in values_of(loop, self.shell):
            self.assigner.set(variable, value)
            self._run_noting("" if is_known else note, loop.body)

    def _count(self, loop: CountingLoop) -> None:
        variable, numbers = count(loop.head, self.shell)
        for number in numbers:
            self.assigner.set(variable, (str(number),))
            self.run(loop.body)

    def _while(self, loop: WhileLoop, given: Value | None) -> None:
        names = names_read_by(loop)
        if not names:
            self.run(loop.condition)
            self.run(loop.body)
            return
        if given is None and loop.reads is not None:
            path = text_of(self.shell.value(loop.reads))
            text = None if path is None else self._read(path)
        else:
            text = None if given is None else text_of(given)
        if text is None:
            for name in names:
                self.assigner.set(name, (Reference(f"${name}", name, f"${name}"),))
            said = ", ".join(f"'{name}'" for name in names)
            note = f"What the loop reads into {said} is not known here: it is an input."
            self._run_noting(note, loop.body)
            return
        for fields in fields_of_lines(text, len(names)):
            for name, field_ in zip(names, fields, strict=True):
                self.assigner.set(name, (field_,))
            self.run(loop.body)

    def _run_noting(self, note: str, script: Script) -> None:
        """Run ``script``, whose calls get ``note``, unless it is empty."""
        if not note:
            self.run(script)
            return
        self.notes.append(note)
        self.run(script)
        self.notes.pop()

    def _pipe(self, commands: Sequence[Statement]) -> None:
        last = commands[-1]
        if isinstance(last, WhileLoop):
            before: Statement = Pipeline(tuple(commands[:-1])) if len(commands) > 2 else commands[0]
            self._while(last, printed_by(before, self.shell, self._read))
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
