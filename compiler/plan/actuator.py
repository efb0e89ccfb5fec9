"""Learners that iDDS runs itself, on its own cluster: the seed's actuators.

An actuator is no PanDA task.  iDDS writes a bash script in which it downloads the sandbox and one
dataset, and then runs ``executable arguments`` (idds 0.2.1, idds/atlas/workflow/
atlasactuatorwork.py:310-350).  The script also holds the arguments unquoted, as the value of a
variable, and in single quotes, for a message: so the learner's command is handed over encoded, in
a word that reads the same in all three places.
"""

from __future__ import annotations

from base64 import b64encode

from ..rules import ENGINE_CANNOT
from ..semantics.program import Task
from ..semantics.terms import FieldValue, Known, ParamValue, leaves
from ..semantics.types import as_text
from .command import Part, Stream, command_parts, streams
from .desk import Desk
from .epilogue import checks
from .learner import interpreter_for
from .model import ActuatorPlan

#: Puts what was checked into the result's place: as it is, or empty, which ends the loop
#: (``generate_new_task`` is the truth of the result, atlasactuatorwork.py:97-102).
_PUT = (
    'import json; fields = json.load(open(".alw.json")); '
    "go_on = fields.pop(\"to_continue\"); json.dump(fields if go_on else {{}}, open({file}, 'w'))"
)

#: The files that iDDS has downloaded: the dataset, ``scope:name``, is the first argument.
_FILES = "$(echo \"${1#*:}\"/* | tr ' ' ,)"


def actuator(desk: Desk, task: Task) -> ActuatorPlan | None:
    """The actuator that ``task`` becomes; ``None`` if something was reported."""
    loop, setting, result = desk.workflow.loop, task.settings.get("exec"), task.result
    if loop is None or setting is None or result is None or not loop.repeats:
        return None
    parts = command_parts(setting.term, desk.report)
    if parts is None:
        return None
    read = streams(parts)
    names = [desk.name_of(dataset) for dataset in read]
    if len(names) != 1 or names[0] is None:
        if None not in names:
            desk.report(
                ENGINE_CANNOT,
                setting.term.span,
                f"'{task.name}' reads {len(names)} datasets: an actuator reads one",
                "use the output of one task in its command",
            )
        return None
    interpreter = interpreter_for(desk, task, parts, setting.term.span)
    condition = loop.repeats[0].condition
    for leaf in leaves(condition) if condition else ():
        if not isinstance(leaf, Known | FieldValue):
            desk.report(
                ENGINE_CANNOT,
                leaf.span,
                "an actuator knows neither the loop's parameters nor the iteration",
                "use fields of its result only",
            )
            return None
    if interpreter is None:
        return None
    first = {p.name: as_text(p.first.value) for p in loop.params if p.first is not None}
    command = "".join(_text(part, first) for part in parts)
    code = checks(result, loop.params, condition, 1)
    script = (
        f"(\n{command}\n)\n{interpreter} -c {_quoted(code)} $? 0"
        f" && {interpreter} -c {_quoted(_PUT.format(file=repr(result.file)))}"
        f" || rm -f {result.file}\n"
    )
    encoded = b64encode(script.encode("utf-8")).decode("ascii")
    return ActuatorPlan(
        "sh",
        f' -c "$(echo {encoded} | base64 -d)" alw {{dataset}}',
        {},
        names[0].removesuffix("/"),
        result.file,
    )


def _text(part: Part, first: dict[str, str]) -> str:
    match part:
        case str():
            return part
        case ParamValue():
            return first.get(part.name, "")
        case Stream():
            return _FILES
    return ""  # the iteration, which the target has refused


def _quoted(code: str) -> str:
    return "'" + code.replace("'", "'\\''") + "'"
