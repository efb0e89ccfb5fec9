"""Finds the calls of prun in a shell script, without running it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..text.shell_tokens import Literal, NotUnderstood, ShellWord
from .assignments import Assigner
from .calls import PROGRAMS, Call
from .command_output import ReadFile, predict_output, predict_output_of
from .expansion import Expander
from .job_texts import expand_job_text
from .loop_values import count_range, find_read_names, iterate_values, split_lines
from .script_parser import parse_assignment, parse_script
from .shell_values import Reference, Value, join, spell, to_text
from .statements import (
    Branches,
    CountingLoop,
    ForLoop,
    FunctionDefinition,
    Group,
    Script,
    ShellPipeline,
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


def find_calls(text: str, read: ReadFile) -> list[Call]:
    """Return the calls in ``text``, in their order.

    :param read: gives the text of a file; its name is as seen from the script.
    :raises NotUnderstood: if they are not known.
    """
    runner = _Interpreter(read)
    runner.run(parse_script(text))
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
        self.shell = Expander(
            substitute=lambda segment, shell: predict_output(segment, shell, self._read_file)
        )
        self.assigner = Assigner(self.shell)

    def _read_file(self, path: str) -> str | None:
        return self.read(posixpath.join(self.directory, path))

    def run(self, script: Script) -> None:
        self._step()
        self.depth += 1
        if self.depth > _DEEPEST:
            raise NotUnderstood("it is nested too deeply, or a function calls itself")
        for statement in script:
            self._step()
            self._run_statement(statement)
        self.depth -= 1

    def _step(self) -> None:
        self.steps += 1
        if self.steps > _MOST_STEPS or len(self.found) > _MOST_CALLS:
            raise NotUnderstood(f"it has more than {_MOST_CALLS} calls, or takes too many steps")

    def _run_statement(self, statement: Statement) -> None:
        match statement:
            case SimpleCommand():
                self._run_command(statement)
            case ForLoop():
                self._run_for(statement)
            case CountingLoop():
                self._run_counting(statement)
            case WhileLoop():
                self._run_while(statement, None)
            case Branches(branches=branches):
                self._run_branches(branches)
            case FunctionDefinition(name=name, body=body):
                self.functions[name] = body
            case ShellPipeline(commands=commands):
                self._run_pipeline(commands)
            case Group(body=body):
                self.run(body)

    def _run_branches(self, branches: Sequence[Script]) -> None:
        before = len(self.found)
        note = "Which branch of an 'if' or 'case' of the script runs is not known: all are here."
        self.notes.append(note)
        for branch in branches:
            self.run(branch)
        self.notes.pop()
        if len(branches) < 3:  # one condition, one branch
            for place in range(before, len(self.found)):
                call = self.found[place]
                notes = tuple(one for one in call.notes if one != note)
                self.found[place] = replace(call, notes=notes)

    # Loops

    def _run_for(self, loop: ForLoop) -> None:
        variable = loop.variable
        note = f"What the loop over '{variable}' goes through is not known here: it is an input."
        for value, is_known in iterate_values(loop, self.shell):
            self.assigner.set(variable, value)
            self._run_noting("" if is_known else note, loop.body)

    def _run_counting(self, loop: CountingLoop) -> None:
        variable, numbers = count_range(loop.head, self.shell)
        for number in numbers:
            self.assigner.set(variable, (str(number),))
            self.run(loop.body)

    def _run_while(self, loop: WhileLoop, given: Value | None) -> None:
        names = find_read_names(loop)
        if not names:
            self.run(loop.condition)
            self.run(loop.body)
            return
        if given is None and loop.reads is not None:
            path = to_text(self.shell.expand_unsplit(loop.reads))
            text = None if path is None else self._read_file(path)
        else:
            text = None if given is None else to_text(given)
        if text is None:
            for name in names:
                self.assigner.set(name, (Reference(f"${name}", name, f"${name}"),))
            said = ", ".join(f"'{name}'" for name in names)
            note = f"What the loop reads into {said} is not known here: it is an input."
            self._run_noting(note, loop.body)
            return
        for fields in split_lines(text, len(names)):
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

    def _run_pipeline(self, commands: Sequence[Statement]) -> None:
        last = commands[-1]
        if isinstance(last, WhileLoop):
            before: Statement = (
                ShellPipeline(tuple(commands[:-1])) if len(commands) > 2 else commands[0]
            )
            self._run_while(last, predict_output_of(before, self.shell, self._read_file))
        else:
            for command in commands:
                self._run_statement(command)

    # Commands

    def _run_command(self, command: SimpleCommand) -> None:
        if not command.words:
            for name, word in command.assignments:
                self.assigner.assign(name, word)
            return
        words = list(command.words)
        name = self._find_name(words)
        while name in _RUNNERS and len(words) > 1:
            words = words[1:]
            while len(words) > 1 and (
                parse_assignment(words[0]) or (words[0].unquoted or "")[:1] == "-"
            ):
                words = words[1:]
            name = self._find_name(words)
        if name.rpartition("/")[2] in PROGRAMS:
            self._note_call(name.rpartition("/")[2], words, command.line)
        elif name in self.functions:
            self._call_function(name, words)
        else:
            self._run_builtin(name, words)

    def _find_name(self, words: list[ShellWord]) -> str:
        """Return the command's name; replace a variable with a complete command in ``words``."""
        values = self.shell.expand_word(words[0])
        if not values:
            return ""
        text = to_text(values[0])
        if len(values) > 1:
            if text and text.rpartition("/")[2] in PROGRAMS:
                words[:1] = [ShellWord(_to_segments(value), words[0].line) for value in values]
            return text or ""
        return text or ""

    def _note_call(self, program: str, words: Sequence[ShellWord], line: int) -> None:
        notes = [*self.notes]
        found: list[Value] = []
        after: str | None = None
        for word in words[1:]:
            first = word.segments[0] if word.segments else None
            start = first.text if isinstance(first, Literal) else ""
            match = _JOB_TEXTS.match(start) if after is None else None
            if after is not None or (match and match[1]):
                found.append(expand_job_text(self.shell, word, notes))
                after = None
            else:
                found += self.shell.expand_word(word)
                after = start if match and len(word.segments) == 1 else None
        self.found.append(
            Call(program, tuple(found), line, self.directory, tuple(dict.fromkeys(notes)))
        )

    def _call_function(self, name: str, words: Sequence[ShellWord]) -> None:
        before = self.shell.positional
        self.shell.positional = [
            value for word in words[1:] for value in self.shell.expand_word(word)
        ]
        self.run(self.functions[name])
        self.shell.positional = before

    def _run_builtin(self, name: str, words: Sequence[ShellWord]) -> None:
        if name in _DECLARING:
            for word in words[1:]:
                if found := parse_assignment(word):
                    self.assigner.assign(*found)
        elif name == "setenv" and len(words) >= 3:
            self.assigner.assign(words[1].unquoted or "_", words[2])
        elif name == "set" and len(words) > 1:
            self.assigner.set_in_csh(words[1:])
        elif name == "unset":
            for word in words[1:]:
                self.shell.variables.pop(word.unquoted or "", None)
                self.shell.arrays.pop(word.unquoted or "", None)
        elif name in ("cd", "pushd") and len(words) > 1:
            self.directory = posixpath.join(
                self.directory, spell(self.shell.expand_unsplit(words[1]))
            )
        elif name == "shift" and self.shell.positional is not None:
            self.shell.positional = self.shell.positional[1:]
        elif name == "eval" or (
            name in ("bash", "sh") and words[1:2] and words[1].unquoted == "-c"
        ):
            self._eval(words[1:] if name == "eval" else words[2:3])
        elif name == "let" and len(words) > 1:
            self.assigner.let(to_text(self.shell.expand_unsplit(words[1])) or "")
        elif len(words) == 1:
            self.assigner.let(name)

    def _eval(self, words: Sequence[ShellWord]) -> None:
        value = join(tuple(p for word in words for p in (*self.shell.expand_unsplit(word), " ")))
        text = to_text(value)
        if text is not None:
            self.run(parse_script(text))
        elif (
            isinstance(value[0], str)
            and value[0].split()[:1]
            and (value[0].split()[0].rpartition("/")[2] in PROGRAMS)
        ):
            raise NotUnderstood(
                "it puts a command line together for 'eval' out of what only the shell knows: "
                "write the command line itself"
            )


def _to_segments(value: Value) -> tuple[Literal, ...]:
    text = to_text(value)
    if text is None:
        raise NotUnderstood(
            f"the command is {spell(value)!r}, of which only the shell knows the words: "
            "write the command line itself"
        )
    return (Literal(text, True),)
