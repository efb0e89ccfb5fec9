"""Composes a source whose tasks have given maps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..panda.client import Given, Map
from ..panda.maps import output_datasets
from ..syntax.spelling import spell_options, spell_string
from .attempts import MOST, NotImported, compile_source, get_task_maps
from .compare import find_differences
from .source_writer import SourceTask, make_name, write_source
from .stand_ins import StandIns


@dataclass(slots=True)
class WantedTask:
    """A task that a call of prun submits."""

    given: list[Given]
    expected: Map
    comments: list[str]
    edges: dict[str, str] = field(default_factory=dict)
    """The outputs of other tasks, by their stand-ins."""

    @property
    def dataset(self) -> str:
        """The dataset that it writes."""
        return str(self.expected["taskName"]).removesuffix("/")


def compose_source(
    wanted: Sequence[WantedTask], stand_ins: StandIns, name: str, workflow: str
) -> str:
    """Return a source for the tasks.

    :param name: what diagnostics call the source.
    :param workflow: a name for a workflow of several tasks.
    :raises NotImported: if it has errors, or a task's map is another.
    """
    names = _choose_names(wanted, stand_ins)
    joined = [_join(place, wanted, names) for place in range(len(wanted))]
    settings = [
        [
            (key, _spell_setting(key, value, one, stand_ins))
            for key, value in spell_options(one.given)
        ]
        for one in joined
    ]
    values = [value for task in settings for _, value in task]
    inputs = [one for one in stand_ins.inputs if _is_used(one.name, values)]
    head = ["From a command line of prun." if len(wanted) == 1 else "From command lines of prun."]
    head += [
        f"{one.name} is {one.spelled} of the shell: set it with --set {one.name}=…"
        for one in inputs
    ]
    if len(wanted) == 1:
        head += joined[0].comments
        workflow = make_name(stand_ins.drop_inputs(joined[0].dataset))
    tasks = [
        SourceTask(name, written, one.comments if len(wanted) > 1 else ())
        for name, written, one in zip(names, settings, joined, strict=True)
    ]
    text = write_source(head, workflow, tasks, [one.declare() for one in inputs])
    result = compile_source(name, text, inputs={one.name: one.value for one in inputs})
    if not result.ok:
        said = [
            replace(
                d, message=stand_ins.spell_inputs(d.message), help=stand_ins.spell_inputs(d.help)
            )
            for d in result.diagnostics
        ]
        raise NotImported("the source for it has errors", said)
    made = get_task_maps(result)
    for task, one in zip(names, joined, strict=True):
        differing = find_differences(one.expected, made[task])
        if differing:
            told = [d.describe("in the map", "from the options") for d in differing[:MOST]]
            where = f"'{task}': " if len(wanted) > 1 else ""
            message = stand_ins.spell_inputs("; ".join(told))
            raise NotImported(f"no task is equal to it: {where}{message}")
    return text


def _is_used(name: str, values: Sequence[str]) -> bool:
    return any(value == name or f"{{{name}}}" in value for value in values)


def _choose_names(wanted: Sequence[WantedTask], stand_ins: StandIns) -> list[str]:
    """Choose names for tasks, from their datasets."""
    if len(wanted) == 1:
        return ["run"]
    taken = {one.name for one in stand_ins.inputs}
    names: list[str] = []
    for one in wanted:
        name = free = make_name(stand_ins.drop_inputs(one.dataset))
        number = 2
        while free in taken:
            free = f"{name}_{number}"
            number += 1
        taken.add(free)
        names.append(free)
    return names


def _join(place: int, wanted: Sequence[WantedTask], names: Sequence[str]) -> WantedTask:
    """Return a task that reads the outputs of others instead of their datasets."""
    one = wanted[place]
    edges: dict[str, str] = {}
    given = list(one.given)
    others = [other for other in range(len(wanted)) if other != place]
    for other in others:
        for number, dataset in enumerate(output_datasets(wanted[other].expected)):
            pattern = re.compile(rf"(?<![\w.-]){re.escape(dataset.rstrip('/'))}/?(?![\w.-])")
            stand_in = f"qzedge{other}x{number}z"
            for at, option in enumerate(given):
                if option.option.name not in ("inDS", "secondaryDSs"):
                    continue
                text = str(option.value)
                if pattern.search(text):
                    edges[stand_in] = f"{names[other]}.outputs[{number}]"
                    given[at] = Given(option.option, pattern.sub(stand_in, text))
    if not edges:
        return one
    expected = one.expected
    for other in others:
        for dataset in output_datasets(wanted[other].expected):
            expected = _add_slash(expected, dataset)
    return replace(one, given=given, edges=edges, expected=expected)


def _add_slash(task_map: Map, dataset: str) -> Map:
    """Return a map that names ``dataset`` as a container, which means the same."""
    bare = dataset.rstrip("/")
    items = [
        {**item, "dataset": dataset}
        if item.get("param_type") == "input" and item.get("dataset") == bare
        else item
        for item in task_map["jobParameters"]
    ]
    made = {**task_map, "jobParameters": items}
    if made.get("dsForIN") is not None:
        names = str(made["dsForIN"]).split(",")
        made["dsForIN"] = ",".join(dataset if name == bare else name for name in names)
    return made


def _spell_setting(key: str, setting: str, one: WantedTask, stand_ins: StandIns) -> str:
    if key == "in_ds" and one.edges and "," in setting:
        names = setting.strip('"').split(",")
        setting = f"[{', '.join(spell_string(name) for name in names)}]"
    for stand_in, expression in one.edges.items():
        setting = setting.replace(spell_string(stand_in), expression)
        setting = setting.replace(stand_in, f"{{{expression}}}")
    return stand_ins.name_inputs(setting)
