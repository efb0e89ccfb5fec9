"""Programs with options that decide how a task is cut, and the input for each."""

from __future__ import annotations

import copy
import dataclasses
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import alw
from alw.execution.jedi import InputFile, fill_markers

MB = 1 << 20
DATASETS = ("data.one", "data.two", "data.three")

#: In a command: what prun takes out of it, and the streams.
COMMANDS = (
    "run", "run %RNDM:5", "run %MAXEVENTS %SKIPEVENTS", "run s=%RNDM:100 f=%FIRSTEVENT:7",
    "run %RNDM:1 %RNDM:20 %MAXEVENTS %FIRSTEVENT:3 out.root",
)  # fmt: skip
WITHOUT_INPUT = {
    "n_jobs": (1, 2, 9, 10, 11, 30, 120),
    "n_events": (1, 7, 100, 1000),
    "n_events_per_job": (1, 3, 10, 250),
}
WITH_INPUT = {
    "n_files_per_job": (1, 2, 3, 7, 50, 300),
    "max_n_files_per_job": (1, 4, 10, 100, 1500),
    "n_files": (1, 3, 10, 25, 400),
    "n_jobs": (1, 3, 12),
    "n_skip_files": (1, 5, 40),
    "n_gb_per_job": ('"1"', '"10"', '"MAX"'),
    "n_events_per_job": (10, 40, 100, 130, 1000),
    "n_events_per_file": (50, 100),
    "n_events": (1, 90, 450, 5000),
    "match": ('"_00000[0-4]"', '"1,5"', '"2.file$"', '"nothing"'),
    "anti_match": ('"_00000[0-4]"', '"7"', '"1,2,9"'),
    "not_expand_in_ds": ("true",),
    "not_expand_sec_dss": ("true",),
    "use_num_files_in_sec_dss_as_ratio": ("true",),
    "use_log_as_input": ("true",),
    "skip_empty_input": ("true",),
    "cpu_time_per_event": (1, 5000),
    "expert_only_skip_scout": ("true",),
    "max_attempt": (1, 5),
    "force_staged": ("true",),
    "no_separate_log": ("true",),
    "no_build": ("true",),
    "out_disk_count": (100, 100000),
}
SECONDARIES = (
    '"IN2:1:other.a"', '"IN2:3:other.a"', '"IN2:1:other.a:_00000[1-3]"', '"IN2:2:other.a::3"',
    '"IN2:1:other.a,IN3:2:other.b"', '"BG:10:other.b"', '"IN2:1:other.a^other.b"',
    '"IN2:0:other.a"', '"IN2:4:other.a,BG:1:other.b:[02468].file"',
)  # fmt: skip

PLACEHOLDERS = (
    "${IN}", "${IN/L}", "${IN/L/A}", "${IN/L/S}", "${IN/L/A/S}", "${IN/E}", "${IN,IN2/T}", "${IN2}",
    "${IN2/L}", "${SN}", "${SN/P}", "${SEQNUMBER}", "${OUTPUT0}", "${OUTPUT0/T}", "${LOG0}",
    "${ATTEMPTNR}", "${MIDDLENAME}", "${UNKNOWN}", "${SURL}", "${IN[0:2]/L}", "$JEDITASKID",
    "${FIRSTEVENT}", "${MAXEVENTS}", "${SKIPEVENTS}", "${IN${SN}", "${BG}", "${IN2,IN}",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """A task that compiles, and the files it finds.

    :param events: of each file, as the data catalogue knows it.
    """

    text: str
    task_map: Mapping[str, object]
    files: Mapping[str, int]
    size: int
    events: int | None

    def catalogue(self, name: str) -> Sequence[InputFile] | None:
        count = self.files.get(name)
        if count is None:
            return None
        return [
            InputFile(f"{name}.000000001._{n:06d}.file", self.size, self.events)
            for n in range(count)
        ]


def plan(source: random.Random) -> Plan | None:
    """Return a task with options by chance; ``None`` if it does not compile."""
    text = source.choice((_with_input, _with_input, _with_input, _alone, _learner))(source)
    compilation = alw.compile_text(text)
    if not compilation.ok:
        return None
    (workflow,) = compilation.workflows.values()
    files = {name: source.choice((0, 1, 2, 5, 11, 23, 60, 300)) for name in DATASETS}
    files |= {"other.a": source.choice((1, 2, 10, 80)), "other.b": source.choice((3, 25))}
    files |= {"user.me.w.sim.4_x.json": source.choice((1, 10, 40))}
    files |= {"user.me.w.other.4_y.json": source.choice((1, 7, 15))}
    task_map = fill_markers(workflow.tasks["t"], {"m": 0.5}, 4 if "loop" in text else None)
    return Plan(
        text,
        task_map,
        files,
        source.choice((0, 1000, MB, 300 * MB, 3000 * MB, 20000 * MB)),
        source.choice((100, 100, 1, 37, None)),
    )


def of_text(settings: str, files: Mapping[str, int]) -> Plan:
    """Return a task with these settings, and small files."""
    text = _program(settings)
    compilation = alw.compile_text(text)
    assert compilation.ok, [d.to_json() for d in compilation.diagnostics]
    (workflow,) = compilation.workflows.values()
    return Plan(text, workflow.tasks["t"], files, MB, None)


def with_option(setting: str, value: str) -> Plan | None:
    """Return a task with two inputs and one option more; ``None`` if it does not compile."""
    text = _program(
        'exec = "run %IN %IN2 o.root" outputs = ["o.root"] in_ds = ["data.one"] '
        f'secondary_dss = "IN2:2:other.a" {setting} = {value}'
    )
    compilation = alw.compile_text(text)
    if not compilation.ok:
        return None
    (workflow,) = compilation.workflows.values()
    files = {"data.one": 45, "other.a": 7, "user.me.x": 3, "user.me.y": 4}
    return Plan(text, workflow.tasks["t"], files, 400 * MB, 100)


def with_template(source: random.Random) -> Plan:
    """Return a task whose job parameters have placeholders that prun does not write."""
    made = None
    while made is None or made.task_map.get("noInput") or "log" not in made.task_map:
        made = plan(source)
    changed = copy.deepcopy(dict(made.task_map))
    items = changed["jobParameters"]
    assert isinstance(items, list)
    for item in items:
        if item.get("param_type") == "input" and item.get("hidden") and source.random() < 0.5:
            item.pop("nFilesPerJob", None)
            item["ratio"] = source.choice((2, 0.5, 1.5, 0.3))
    words = source.sample(PLACEHOLDERS, source.randint(1, 6))
    items.append({"type": "constant", "value": " ".join(words)})
    if source.random() < 0.5:
        items.append({
            "type": "template", "param_type": "output", "dataset": "user.me.more/",
            "value": source.choice(("--out=user.me.${SN}.root", "--out 'f._${SN/P}.root'")),
            "offset": source.choice((0, 5)),
        })  # fmt: skip
    if source.random() < 0.5:
        items.append({
            "type": "template", "param_type": "number", "value": "seed=${RNDMSEED}", "offset": 30,
        })  # fmt: skip
    return dataclasses.replace(made, task_map=changed)


def _options(source: random.Random, choice: Mapping[str, Sequence[object]], most: int) -> str:
    names = source.sample(sorted(choice), source.randint(0, most))
    return " ".join(f"{name} = {source.choice(choice[name])}" for name in names)


def _alone(source: random.Random) -> str:
    outputs = source.choice(('"o.root"', '"a.txt", "o.root"', '"data:o.root", "b.json"'))
    return _program(
        f'exec = "{source.choice(COMMANDS)} o.root" outputs = [{outputs}] '
        + _options(source, WITHOUT_INPUT, 3)
    )


def _with_input(source: random.Random) -> str:
    names = source.choice(
        (['"data.one"'], ['"data.one"'], ['"data.one"', '"data.two"'], ['"data.*"'],
         ['"data.three"', '"data.one"', '"data.two"'])
    )  # fmt: skip
    options = _options(source, WITH_INPUT, 4)
    streams = "%IN"
    if source.random() < 0.4:
        chosen = source.choice(SECONDARIES)
        options += f" secondary_dss = {chosen}"
        found = [part.split(":")[0].strip('"') for part in chosen.split(",")]
        streams += "".join(f" %{stream}" for stream in found)
        if source.random() < 0.5:
            options += f' reusable_secondary = "{found[0]}"'
    return _program(
        f'exec = "{source.choice(COMMANDS)} {streams} o.root" outputs = ["o.root"] '
        f"in_ds = [{', '.join(names)}] {options}"
    )


def _learner(source: random.Random) -> str:
    reads = source.choice(
        ('"fit {sim.outputs[0]}"', '"fit {sim.outputs[0]} {other.outputs[0]}"',
         '"fit %IN" in_ds = [sim.outputs[0], other.outputs[0]]')
    )  # fmt: skip
    return f"""workflow w {{ dataset = "user.me.w"
  loop l {{
    param m: float = 0.5
    task sim {{ exec = "sim {{m}}" outputs = ["x.json"] n_jobs = 20 }}
    task other {{ exec = "sim {{m}}" outputs = ["y.json"] n_jobs = 7 }}
    learn t {{ exec = {reads} result "f.json" {{ m: float }} after sim, other }}
    repeat at most 5 times
  }}
}}"""


def _program(settings: str) -> str:
    return f'workflow w {{ dataset = "user.me.w"\n  task t {{ {settings} }}\n}}'
