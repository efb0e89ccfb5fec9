"""Turns a map into a source that compiles to an equal map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..panda.archives import by_ddm, find_place, place_at, unpacks
from ..panda.client import Given, Map, PrunError, prun_options
from ..panda.command_line import read_options
from ..panda.maps import fault
from ..syntax.spelling import spell_options, spell_string
from ..text.source import Reader
from .attempts import (
    MOST,
    OF_THE_MACHINE,
    Attempt,
    NotImported,
    comment_on_left_out,
    compile_source,
    get_task_maps,
)
from .command_words import guess_words
from .compare import drop_sandbox, find_command, find_differences, find_sandbox
from .from_command import from_command
from .source_writer import SourceTask, make_name, write_source

__all__ = ["NotImported", "from_command", "from_map"]

_NEEDED = ("taskName", "jobParameters", "processingType")


def from_map(task_map: Map, name: str, path: str | None, reader: Reader, shown: str) -> str:
    """Return a source for the task of a map.

    :param name: of the source; files beside it can be read.
    :param path: of the map's file, from the folder of the source; ``None`` if it has none there.
    :param reader: reads the map's file.
    :param shown: what a comment calls the map.
    :raises NotImported: if there is none.
    """
    missing = [key for key in _NEEDED if not isinstance(task_map, dict) or key not in task_map]
    items = [] if missing else task_map["jobParameters"]
    if missing or not isinstance(items, list) or not all(isinstance(i, dict) for i in items):
        raise NotImported(
            "it is not a task parameter map: "
            + (f"it has no {missing[0]}" if missing else "its jobParameters is not a list of items")
        )
    comments = [f"From the task parameter map {shown}."]
    text, objections = _try_options(task_map, name, comments)
    if text is not None:
        return text
    if path is None:
        raise NotImported(
            "options of prun do not give this map, and the source could not name its file, which "
            "is not in the folder of the source or below it: " + "; ".join(objections[:MOST])
        )
    return _name_file(task_map, name, path, reader, [*comments, *_describe(objections)])


def _try_options(
    task_map: Map, name: str, comments: Sequence[str]
) -> tuple[str | None, Sequence[str]]:
    """Return a source with options, or ``None`` and the reasons."""
    if found := fault(task_map):
        return None, [found]
    objections: list[str] = []
    sandbox = _find_address(task_map)
    for given in _find_command_lines(task_map, objections):
        task = [g for g in given if g.option.name not in OF_THE_MACHINE]
        apart = [
            *comment_on_left_out(given, task),
            *([] if sandbox else _describe_sandbox(task_map)),
        ]
        for more in _guess_environment(task_map, task):
            settings = spell_options([*task, *more], sandbox)
            attempt = _try_source(
                name, [*comments, *apart], settings, task_map, sandbox_counts=bool(sandbox)
            )
            if attempt.is_equal:
                return attempt.text, []
            objections = objections or attempt.find_objections()
    return None, objections


def _describe(objections: Sequence[str]) -> list[str]:
    more = len(objections) - MOST
    return [
        "prun options cannot express it:",
        *(f"  {objection}" for objection in objections[:MOST]),
        *([f"  and {more} more"] if more > 0 else []),
    ]


def _name_file(task_map: Map, name: str, path: str, reader: Reader, comments: Sequence[str]) -> str:
    text = write_source(
        comments,
        make_name(_find_dataset(task_map)),
        [SourceTask("run", [("map", spell_string(path))])],
    )
    result = compile_source(name, text, reader)
    if not result.ok:
        raise NotImported("no task can start from this map", result.diagnostics)
    (made,) = get_task_maps(result).values()
    differing = find_differences(task_map, made)
    if differing:
        raise NotImported(f"the file {path!r} has changed: {differing[0].place}")
    return text


def _find_dataset(task_map: Map) -> str:
    return str(task_map["taskName"]).removesuffix("/")


def _try_source(
    name: str,
    comments: Sequence[str],
    settings: Sequence[tuple[str, str]],
    expected: Map,
    *,
    sandbox_counts: bool,
) -> Attempt:
    text = write_source(comments, make_name(_find_dataset(expected)), [SourceTask("run", settings)])
    result = compile_source(name, text)
    if not result.ok:
        return Attempt(text, result, [])
    (made,) = get_task_maps(result).values()
    if not sandbox_counts:
        expected, made = drop_sandbox(expected), drop_sandbox(made)
    return Attempt(text, result, find_differences(expected, made))


def _find_command_lines(task_map: Map, objections: list[str]) -> Iterator[list[Given]]:
    """Yield the options that the map's ``cliParams`` may have had."""
    text = task_map.get("cliParams")
    if not isinstance(text, str) or not text.strip():
        objections.append("it has no cliParams")
        return
    found = False
    for words in guess_words(text, find_command(task_map)):
        try:
            given = read_options(words)
        except PrunError as error:
            objections.append(f"cliParams: {error.message}")
            continue
        if {"exec", "outDS"} <= {g.option.name for g in given}:
            found = True
            objections.clear()
            yield given
    if not found and not objections:
        objections.append("its cliParams is not a command line of prun")


def _guess_environment(task_map: Map, given: Sequence[Given]) -> Iterator[list[Given]]:
    """Yield options for what prun had from the environment (pandaclient/AthenaUtils.py:1390-1452).

    ``ALRB_USER_PLATFORM`` gives the platform, ``CMTCONFIG`` the part before it.
    """
    yield []
    architecture = task_map.get("architecture")
    names = {g.option.name for g in given}
    if not isinstance(architecture, str) or not architecture or "architecture" in names:
        return
    options = prun_options()
    software, at, platform = architecture.partition("@")
    more = [Given(options["architecture"], at + platform)] if at else []
    if software and "cmtConfig" not in names:
        more.append(Given(options["cmtConfig"], software))
    yield more


def _find_address(task_map: Map) -> str | None:
    """Return the address for ``sandbox``; ``None`` if jobs fetch no sandbox, or none from there."""
    place = find_place(task_map) if unpacks(task_map) else None
    return place.address if place and place_at(place.address) else None


def _describe_sandbox(task_map: Map) -> list[str]:
    archive = None if by_ddm(task_map) else find_sandbox(task_map)
    at = f" at {task_map['sourceURL']}" if task_map.get("sourceURL") else ""
    return [f"Its sandbox is not part of the source: {archive}{at}"] if archive else []
