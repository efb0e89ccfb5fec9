"""The words of the language: the forms they begin, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a construct.

    :param label: with its variable parts in capitals.
    :param parameters: these parts, in order.
    :param snippet: the same for an editor that jumps from part to part.
    """

    label: str
    parameters: tuple[str, ...]
    documentation: str
    snippet: str

    def places(self) -> tuple[tuple[int, int], ...]:
        """Return the places of the parts in the label."""
        found: list[tuple[int, int]] = []
        at = 0
        for part in self.parameters:
            at = self.label.index(part, at)
            found.append((at, at + len(part)))
            at += len(part)
        return tuple(found)


def _declared(keyword: str, documentation: str) -> Form:
    return Form(
        f"{keyword} NAME: TYPE = VALUE",
        ("NAME", "TYPE", "VALUE"),
        documentation,
        f"{keyword} ${{1:name}}: ${{2:int}} = $0",
    )


def _body(keyword: str, documentation: str, inner: str = "$0") -> Form:
    snippet = f"{keyword} ${{1:name}} {{\n\t{inner}\n}}"
    return Form(f"{keyword} NAME {{ … }}", ("NAME",), documentation, snippet)


FORMS: Mapping[str, Form] = {
    "workflow": _body(
        "workflow", "A workflow becomes one iDDS request.", 'dataset = "user.$2"\n\t$0'
    ),
    "loop": _body(
        "loop",
        "Repeats its tasks. A learner decides whether to go on, and with which values.",
        "$0\n\trepeat at most ${2:10} times",
    ),
    "task": _body("task", "One PanDA task, as one call of prun submits it.", 'exec = "$0"'),
    "learn": _body(
        "learn",
        "The task of a loop whose result has the parameters of the next iteration.",
        'exec = "$0"\n\tresult "${2:result.json}" { $3 }',
    ),
    "input": _declared(
        "input", "A value that is set from outside. `VALUE` is its default and can be omitted."
    ),
    "const": _declared("const", "A named value. It may use inputs and other constants."),
    "param": _declared(
        "param",
        "A loop parameter. `VALUE` is used in the first iteration; later ones take their value "
        "from the field of this name in the learner's result.",
    ),
    "after": Form(
        "after TASK, …",
        ("TASK",),
        "Waits for tasks, or for the loop, without reading anything.",
        "after $0",
    ),
    "replace": Form(
        'replace "OLD" with "NEW" N times',
        ('"OLD"', '"NEW"', "N"),
        "Changes a literal part of the stored map's command. It must occur once, or `N times`.",
        'replace "$1" with "$0"',
    ),
    "result": Form(
        'result "FILE" { NAME: TYPE, … }',
        ('"FILE"', "NAME", "TYPE"),
        "The JSON file that the learner writes. A field with the name of a parameter is its "
        "next value.",
        'result "${1:result.json}" { $0 }',
    ),
    "repeat": Form(
        "repeat while CONDITION at most N times",
        ("CONDITION", "N"),
        "Repeats the loop while the condition is true. It can use the result's fields, the "
        "parameters and `iteration`. `N` is the maximum number of iterations.",
        "repeat while $1 at most ${2:10} times",
    ),
}

TYPES: Mapping[str, str] = {
    "int": "A whole number: `200`, `1_000`.",
    "float": "A number: `0.5`, `1e-7`, or an int.",
    "bool": "`true` or `false`.",
    "string": 'Text: `"text"`. `string of "a-z0-9_"` is not empty and has only these characters.',
    "dataset": "The name of an existing dataset; in a command, its files.",
}

ITERATION = "The number of the iteration: 1, 2, …"

#: Attributes that are no options of prun, or mean more here than there.
ATTRIBUTES: Mapping[str, tuple[str, str]] = {
    "exec": ("string", "The command that the jobs run. `{NAME}` inserts a value."),
    "dataset": (
        "string",
        "The start of all dataset names: a task writes to `<dataset>.<task>`, in a loop to "
        "`<dataset>.<task>.<iteration>`. In a task it is the whole name, prun's `outDS`.",
    ),
    "outputs": ("list", "The files that the command leaves in its directory."),
    "map": ("string", "The task parameter map of an existing task, a JSON file."),
    "sandbox": (
        "list",
        'The files that the jobs get: files and folders, `["run.py", "lib/"]`, the content of '
        'one folder, `"lib"` or `"."`, `TASK.sandbox`, or an archive on PanDA\'s cache '
        "(`https://…`).",
    ),
    "executable": ("string", "The program of a learner that is written with iDDS's fields."),
    "arguments": ("string", "The arguments of `executable`; each value becomes a parameter."),
    "interpreter": ("string", "The Python that checks the learner's result."),
}

MEMBERS: Mapping[str, str] = {
    "outputs": "The outputs of the task: `outputs[0]` is the first. In a command it means the "
    "files, in an option the name of the dataset.",
    "result": "Whether the learner's result is not empty.",
    "sandbox": "The sandbox of the task, for another task.",
}
