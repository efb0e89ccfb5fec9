"""What is filled into a task parameter map before a worker node sees it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MARK, END = "___idds___", "___"
SOURCE_URL = "https://aipanda.example.org:25443"
TASK_ID = "4711"

_LEFT_OVER = re.compile(r"\$\{(?:IN.*|SEQNUMBER)\}")
_STREAM = re.compile(r"\$\{([A-Za-z0-9_]+)(/T)?\}")


class NotRetoldError(NotImplementedError):
    """The map asks for something that this oracle leaves out."""


class UnfilledError(ValueError):
    """A placeholder is left: the job would not be generated, or would run with it."""


def fill(
    task_map: Mapping[str, Any], values: Mapping[str, object], iteration: int | None = None
) -> dict[str, Any]:
    """``task_map`` as iDDS submits it, ``___idds___ATTRIBUTE___`` replaced by ``str(value)``.

    iDDS looks into string values of the map, of the items of ``jobParameters`` and of ``log``, and
    nowhere else (idds/atlas/workflowv2/atlaspandawork.py, ``renew_parameters_from_attributes``).

    :param values: the loop parameters by their name in the source, without ``user_``.
    :param iteration: ``num_run``; ``None`` outside a loop, where iDDS has an empty one.
    """
    attributes = {f"user_{name}": str(value) for name, value in values.items()}
    attributes["num_run"] = "" if iteration is None else str(iteration)

    def text(value: Any) -> Any:
        return renewed(value, attributes) if isinstance(value, str) else value

    filled = {key: text(value) for key, value in task_map.items()}
    filled["jobParameters"] = [
        {key: text(value) for key, value in item.items()} for item in task_map["jobParameters"]
    ]
    if "log" in task_map:
        filled["log"] = {key: text(value) for key, value in task_map["log"].items()}
    return filled


def renewed(text: str, attributes: Mapping[str, str]) -> str:
    """``text`` with the markers of known attributes replaced.

    The name of an attribute is what follows the first marker *after every opening marker has been
    taken out*, up to three underscores.  Hence a marker that is not closed, or one made by chance
    of a marker's neighbours, hides the proper ones behind it.

    :raises UnfilledError: where the engine would not come to an end.
    """
    start = text.find(MARK)
    while start >= 0:
        name = text[start:].replace(MARK, "").split(END, 1)[0]
        if name and name in attributes:
            marker = MARK + name + END
            if marker not in text:
                raise UnfilledError(f"iDDS would look for {marker} for ever")
            text = text.replace(marker, attributes[name])
            start = text.find(MARK, start)
        else:
            start = text.find(MARK, start + len(MARK))
    return text


def job_parameters(
    task_map: Mapping[str, Any],
    inputs: Mapping[str, Sequence[str]] | None = None,
    serial: int = 1,
) -> str:
    """The command line that JEDI makes for one job.

    :param inputs: the files of each stream (``IN``, ``IN2``, …) that belong to the job.
    :param serial: the job's number, ``${SN}``.
    :raises UnfilledError: as JEDI fails on a left-over ``${IN…}`` (JG:2514-2521), and for any
        marker of iDDS, with which the job would run.
    """
    template = parameters_template(task_map)
    streams = {name: sorted(set(files)) for name, files in (inputs or {}).items()}

    def stream(match: re.Match[str]) -> str:
        files = streams.get(match[1])
        if not files:
            return match[0]
        return str(files) if match[2] else ",".join(files)

    text = _STREAM.sub(stream, template)
    numbers = {
        "SN": str(serial),
        "SN/P": f"{serial:06d}",
        "SEQNUMBER": str(serial + _offset(task_map, "seq_number")),
        "SKIPEVENTS": "0",
        "MAXEVENTS": "-1",
        "SURL": SOURCE_URL,
        "ATTEMPTNR": "1",
    }
    for name, value in numbers.items():
        text = text.replace(f"${{{name}}}", value)
    text = text.replace("$JEDITASKID", TASK_ID)
    left = _LEFT_OVER.search(text) or re.search(MARK, text)
    if left:
        raise UnfilledError(left[0])
    return text


def parameters_template(task_map: Mapping[str, Any]) -> str:
    """What JEDI stores of a task, ``jobParamsTemplate``."""
    return "".join(_items(task_map))[:-1]


def _items(task_map: Mapping[str, Any]) -> Iterator[str]:
    """The visible items; a blank behind each, unless ``padding`` is false (RB:808-837)."""
    for item in task_map["jobParameters"]:
        if "value" in item and item.get("hidden") is not True:
            yield str(item["value"])
            if item.get("padding") is not False:
                yield " "


def _offset(task_map: Mapping[str, Any], dataset: str) -> int:
    for item in task_map["jobParameters"]:
        if item.get("dataset") == dataset:
            return int(item.get("offset", 0))
    return 0
