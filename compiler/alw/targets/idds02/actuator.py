"""Learners that iDDS runs itself, on its own cluster: the seed's actuators.

An actuator is no PanDA task.  iDDS writes a bash script in which it downloads the sandbox and one
dataset, and then runs ``executable arguments`` (idds 0.2.1, idds/atlas/workflow/
atlasactuatorwork.py:310-350).  The script also holds the arguments unquoted, as the value of a
variable, and in single quotes, for a message: so the learner's command is handed over encoded, in
a word that reads the same in all three places.
"""

from __future__ import annotations

import re
from base64 import b64encode

from ...diagnostics.diagnostic import Failed
from ...diagnostics.rules import ENGINE_CANNOT
from ...plan.model import ActuatorPlan
from ...prun.command import Part, Stream, command_parts, streams
from ...prun.plan_context import PlanContext
from ...semantics.expr import FieldValue, Known, ParamValue, ResultOf, leaves
from ...semantics.expressions import known_text
from ...semantics.program import Actuator, Argument, Loop, Task
from ...semantics.types import DATASET, Value, as_text, brief
from ..idds.epilogue import render_checks, render_removal
from ..idds.learner_command import choose_interpreter

#: Puts what was checked into the result's place: as it is, or empty, which ends the loop
#: (``generate_new_task`` is the truth of the result, atlasactuatorwork.py:97-102).
_PUT = (
    'import json; fields = json.load(open(".alw.json")); '
    "go_on = fields.pop(\"to_continue\"); json.dump(fields if go_on else {{}}, open({file}, 'w'))"
)

#: The files that iDDS has downloaded: the dataset, ``scope:name``, is the first argument.
_FILES = "$(echo \"${1#*:}\"/* | tr ' ' ,)"

#: Text that a shell reads in the same way without quotes, between single ones, and after ``=``.
_WORD = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")
_WORDS = re.compile(r"[A-Za-z0-9_@%+=:,./*? -]*")


def plan_actuator(context: PlanContext, task: Task) -> ActuatorPlan | Failed:
    """Return the actuator that ``task`` becomes."""
    loop, result = context.workflow.loop_around(task), task.result
    setting = task.settings.get("exec")
    if loop is None or setting is None or result is None or not loop.repeats:
        return context.failed_before(task.head, f"the decision of learner '{task.name}'")
    parts = command_parts(context, setting.term)
    if isinstance(parts, Failed):
        return parts
    read = streams(parts)
    if len(read) != 1:
        return context.fail(
            ENGINE_CANNOT,
            setting.term.span,
            f"'{task.name}' reads {len(read)} datasets: an actuator reads one",
            "read the output of one task only",
        )
    name = context.name_of(read[0])
    if isinstance(name, Failed):
        return name
    dataset = name.removesuffix("/")
    if task.actuator is not None:
        return _plan_as_written(context, task, task.actuator, loop, dataset)
    interpreter = choose_interpreter(context, task, parts, setting.term.span)
    condition = loop.repeats[0].condition
    for leaf in leaves(condition) if condition else ():
        if not isinstance(leaf, Known | FieldValue | ResultOf):
            return context.fail(
                ENGINE_CANNOT,
                leaf.span,
                "an actuator cannot use the loop's parameters or the iteration",
                "use only fields of its result",
            )
    if isinstance(interpreter, Failed):
        return interpreter
    first = {p.name: as_text(p.first.value) for p in loop.params if p.first is not None}
    command = "".join(_render(part, first) for part in parts)
    code = render_checks(result, loop.params, condition, 1)
    script = (
        f"{render_removal(result.file)}(\n{command}\n)\n{interpreter} -c {_quote(code)} $? 0"
        f" && {interpreter} -c {_quote(_PUT.format(file=repr(result.file)))}"
        f" || rm -f {result.file}\n"
    )
    encoded = b64encode(script.encode("utf-8")).decode("ascii")
    return ActuatorPlan(
        "sh",
        f' -c "$(echo {encoded} | base64 -d)" alw {{dataset}}',
        {},
        dataset,
        result.file,
    )


def _plan_as_written(
    context: PlanContext, task: Task, form: Actuator, loop: Loop, dataset: str
) -> ActuatorPlan | Failed:
    """Return the actuator with the executable and the arguments of the source, and no checks.

    What it gets instead of files is ``scope:name`` of the dataset, and it goes on while its
    result is not empty.
    """

    condition, result = loop.repeats[0].condition, task.result
    if result is None:
        return context.failed_before(task.head, f"the result of '{task.name}'")
    if not isinstance(condition, ResultOf):
        return context.fail(
            ENGINE_CANNOT,
            condition.span if condition else loop.repeats[0].span,
            "the loop of an actuator with 'executable' goes on while the result is not empty; "
            "no other condition is possible",
            f"write: repeat while {task.name}.result at most N times; or give '{task.name}' exec",
        )
    executable = known_text(form.executable)
    if executable is None or not _WORD.fullmatch(executable):
        return context.fail(
            ENGINE_CANNOT,
            form.executable.span,
            "the executable of an actuator must be one word known before submission",
            "put the rest into 'arguments'",
        )
    text, parameters = "", dict[str, Value]()
    for part in form.arguments:
        name, value = _read_argument(part, loop) if isinstance(part, Argument) else ("", part)
        if name == "dataset":
            text += "{dataset}"
            continue
        if isinstance(value, str) and not (_WORD if name else _WORDS).fullmatch(value):
            span = part.term.span if isinstance(part, Argument) else form.span
            return context.fail(
                ENGINE_CANNOT,
                span,
                f"iDDS does not quote the arguments of an actuator: {brief(value)} would "
                "be read differently",
                "remove it, or write the whole command with exec",
            )
        if name:
            parameters[name] = value
        text += f"{{{name}}}" if name else as_text(value)
    return ActuatorPlan(
        executable, text, parameters, dataset, result.file, removes_old_result=False
    )


def _read_argument(argument: Argument, loop: Loop) -> tuple[str, Value]:
    """Return the parameter that an argument becomes; without a name, its value is written.

    ``dataset`` is the one whose value only the target knows.
    """
    term, name = argument.term, argument.name
    value: Value = ""
    if term.type == DATASET:
        return "dataset", value
    if isinstance(term, ParamValue):
        param, name = loop.param(term.name), term.name
        value = param.first.value if param and param.first else value
    elif isinstance(term, Known):
        value = term.value
    return ("" if name == "dataset" else name), value


def _render(part: Part, first: dict[str, str]) -> str:
    match part:
        case str():
            return part
        case ParamValue():
            return first.get(part.name, "")
        case Stream():
            return _FILES
    return ""  # the iteration, which the target has refused


def _quote(code: str) -> str:
    return "'" + code.replace("'", "'\\''") + "'"
