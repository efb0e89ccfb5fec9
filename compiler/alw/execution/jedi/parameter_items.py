"""The items of a task parameter map: what a task reads and writes.

As JEDI's refiner reads them (``RB``: pandajedi/jedirefine/TaskRefinerBase.py,
``doBasicRefine``, of panda-server-source 1.0.4).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .errors import NotRetold

#: For ``$JEDITASKID`` where nobody gives a number.
TASK_ID = 4711
#: Datasets without files: one of a task without input, and one that numbers the jobs.
NO_INPUT, SEQUENCE = "pseudo_dataset", "seq_number"

_REFUSED_KEYS = {"random": "random", "eventRatio": "eventRatio", "indexConsistent": "the index"}
#: Keys of an item, and what the refiner adds to the attributes of its dataset (RB:523-553,
#: pandaserver/taskbuffer/JediDatasetSpec.py:72-88).
_ATTRIBUTES = {
    "attributes": "{}", "ratio": "ratio={}", "usedup": "ud", "reusable": "ru",
    "offset": "of={}", "nFilesPerJob": "np={}",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TaskInput:
    """A stream that a task reads.

    :param stream: its name in the templates; empty where no command names it.
    :param names: its datasets, bare.
    :param gathered: JEDI gathers the datasets in a container of its own first (``consolidate``).
    :param attributes: of each dataset, in JEDI's notation.
    :param files: the only names to read; empty for all.
    """

    stream: str
    names: tuple[str, ...]
    gathered: bool = False
    attributes: str = ""
    files: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    @property
    def is_pseudo(self) -> bool:
        """True if it has no files."""
        return self.names in ((NO_INPUT,), (SEQUENCE,))

    @property
    def is_for_every_job(self) -> bool:
        """True if each job gets all of its files (``nosplit``)."""
        return "nosplit" in self.attributes

    @property
    def is_repeated(self) -> bool:
        """True if its files start anew after the last (``repeat``)."""
        return "repeat" in self.attributes

    @property
    def is_reusable(self) -> bool:
        """True if a file may belong to several jobs."""
        return "ru" in self.attributes.split(",")

    @property
    def is_tracked(self) -> bool:
        """True if a file that was used is not used again (JediDatasetSpec.py:244-251)."""
        return not (self.is_for_every_job and self.is_repeated) and not self.is_reusable

    @property
    def skips(self) -> int:
        """Return the number of files to leave out at the start."""
        return self._number("of") or 0

    @property
    def files_per_job(self) -> int | None:
        """Return the number of records of a job; ``None``: by ``ratio``."""
        number = self._number("np")
        return 1 if number is None and self.names == (SEQUENCE,) else number

    def by_ratio(self, masters: int) -> int:
        """Return the number of its files that belong to so many of the first input."""
        found = re.search(r"ratio=(\d+(\.\d+)*)", self.attributes)
        if not found:
            return masters
        if found[1].isdecimal():
            return masters * int(found[1])
        ratio = float(found[1])
        return -int(-masters * ratio // 1)

    def _number(self, key: str) -> int | None:
        found = re.search(rf"{key}=(\d+)", self.attributes)
        return int(found[1]) if found else None


@dataclass(frozen=True, slots=True)
class TaskOutput:
    """The file that each job of a task leaves in a dataset.

    :param stream: ``OUTPUT0``, ….
    :param template: of the file's name.
    :param first: the serial number of the first file.
    """

    stream: str
    dataset: str
    template: str
    first: int

    def name(self, serial: int) -> str:
        """Return the name of the file of a job (task_complex_module.py:6189-6193)."""
        number = f"{serial + self.first - 1:06d}"
        return self.template.replace("${SN}", number).replace("${SN/P}", number)


def strip_scope(dataset: str) -> str:
    """Return the name of a dataset without its scope and a trailing slash."""
    return dataset.strip().rpartition(":")[2].rstrip("/")


def library(task_id: int) -> str:
    """Return the name of the archive that the build job leaves; on the grid, one with a date."""
    return f"panda.lib._{task_id:06d}.lib.tgz"


def inputs_of(task_map: Mapping[str, Any]) -> tuple[TaskInput, ...]:
    """Return the streams of a task, the one first that is cut into jobs.

    An item that names what an item before it names is skipped (RB:517-521).
    """
    found: list[TaskInput] = []
    if task_map.get("noInput") is True:
        found.append(TaskInput("", (NO_INPUT,)))
    for item in _distinct(task_map):
        if item.get("param_type") in ("input", "pseudo_input"):
            found.append(_input(task_map, item))
    return tuple(found)


def outputs_of(task_map: Mapping[str, Any], task_id: int = TASK_ID) -> tuple[TaskOutput, ...]:
    """Return the outputs of a task, without its log."""
    return tuple(
        _output(f"OUTPUT{number}", item, task_id)
        for number, item in enumerate(_output_items(task_map))
    )


def log_of(task_map: Mapping[str, Any], task_id: int = TASK_ID) -> TaskOutput | None:
    """Return where the logs of a task go, if it keeps them."""
    item = task_map.get("log")
    return _output("LOG0", item, task_id) if isinstance(item, Mapping) else None


def show_value(task_map: Mapping[str, Any], item: Mapping[str, Any]) -> str:
    """Return the value of an item as it gets into the job parameters.

    That of an output has its stream in place of the file's name (RB:703).
    """
    value = str(item["value"])
    if item.get("param_type") == "output":
        for number, output in enumerate(_output_items(task_map)):
            if output is item:
                return value.replace(_file_template(item), f"${{OUTPUT{number}}}")
    return value


def datasets_read(task_map: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the datasets and containers that a task reads, with wildcards as they are written."""
    names = (name for one in inputs_of(task_map) if not one.is_pseudo for name in one.names)
    return tuple(dict.fromkeys(names))


def datasets_written(task_map: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the datasets that a task writes, without its log."""
    return tuple(dict.fromkeys(output.dataset for output in outputs_of(task_map)))


def offset_of(task_map: Mapping[str, Any], dataset: str) -> int:
    """Return the ``offset`` of the first item with that dataset."""
    for item in task_map["jobParameters"]:
        if item.get("dataset") == dataset:
            return int(item.get("offset", 0))
    return 0


def _distinct(task_map: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    seen: set[str] = set()
    for item in task_map["jobParameters"]:
        if item.get("type") == "template" and "dataset" in item and item["dataset"] not in seen:
            seen.add(item["dataset"])
            yield item


def _output_items(task_map: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (item for item in _distinct(task_map) if item.get("param_type") == "output")


def _file_template(item: Mapping[str, Any]) -> str:
    """Return the name of the file in an output's value, ``--option=NAME`` (RefinerUtils.py)."""
    return str(item["value"]).split("=")[-1].replace("'", "")


def _output(stream: str, item: Mapping[str, Any], task_id: int) -> TaskOutput:
    return TaskOutput(
        stream,
        strip_scope(item["dataset"]),
        _file_template(item).replace("$JEDITASKID", str(task_id)),
        1 + int(item.get("offset", 0)),
    )


def _input(task_map: Mapping[str, Any], item: Mapping[str, Any]) -> TaskInput:
    for key, shown in _REFUSED_KEYS.items():
        if key in item:
            raise NotRetold(f"'{shown}' of the input '{item['dataset']}' is not done here")
    found = re.search(r"\$\{([^\}]+)\}", str(item["value"]))
    stream = found[1].split("/")[0] if found else ""
    names = [name for name in str(item["dataset"]).split(",") if name]
    added = task_map.get(f"dsFor{stream}")  # RB:588-594
    if isinstance(added, str):
        names += [name for name in added.split(",") if name and name not in names]
    attributes = [form.format(item[key]) for key, form in _ATTRIBUTES.items() if key in item]
    return TaskInput(
        stream,
        tuple(map(strip_scope, names)),
        len(names) > 1 and "consolidate" in item,
        ",".join(attributes),
        tuple(str(f["lfn"] if isinstance(f, dict) else f) for f in item.get("files", ())),
        tuple(str(item["include"]).split(",")) if "include" in item else (),
        tuple(str(item["exclude"]).split(",")) if "exclude" in item else (),
    )
