"""Asserts that alw and the script by hand made the same workflow.

`python verify.py ALW_DIR PEER_DIR DESCRIPTION`: the same works under the same task names, the
same task parameter maps, the same dependencies, the same loop.  Written without iDDS's classes
and without alw's: both sides are read as plain JSON.
"""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote

Json = dict[str, Any]

#: What differs between machines and versions, and is left out by alw (compiler/alw/panda/maps.py).
LEFT_OUT = {"osInfo", "processingType"}


def attributes(value: Json) -> Json:
    """The attributes of a serialised object, those of its metadata among them."""
    found: Json = value["attributes"]
    metadata = found.get("_metadata", {}).get("attributes", {})
    return {**metadata, **found}


def stated(found: Json, name: str) -> Any:
    """An attribute, stated as such or through the property of that name."""
    return found[f"_{name}"] if f"_{name}" in found else found[name]


def works(template: Json) -> dict[str, Json]:
    """The works by internal id."""
    return {identity: attributes(work) for identity, work in stated(template, "works").items()}


def dependencies(template: Json) -> set[tuple[str, frozenset[tuple[str, str]]]]:
    """Each waiting task, with the tasks and the state it waits for."""
    name = {identity: work["task_name"] for identity, work in works(template).items()}
    found: set[tuple[str, frozenset[tuple[str, str]]]] = set()
    for condition in stated(template, "conditions").values():
        parts = attributes(condition)
        assert condition["class"] == "AndCondition"
        awaited = frozenset(
            (name[method["idds_method_internal_id"]], method["idds_method"])
            for method in stated(parts, "conditions")
        )
        found |= {(name[work], awaited) for work in stated(parts, "true_works")}
    return found


def command(task_map: Json) -> str:
    """The unquoted text that the worker node executes."""
    values = [item.get("value", "") for item in task_map["jobParameters"]]
    start = values.index('-p "')
    return unquote("".join(values[start + 1 : values.index('"', start)]))


def without_command(task_map: Json) -> Json:
    """The map without its command and what cannot agree."""
    rest = {k: v for k, v in task_map.items() if k not in LEFT_OUT and k != "cliParams"}
    values = [item.get("value", "") for item in task_map["jobParameters"]]
    start = values.index('-p "')
    items = task_map["jobParameters"]
    rest["jobParameters"] = [
        # panda-client draws a random name for what it would consolidate into
        {**item, "consolidate": "…"} if "consolidate" in item else item
        for item in items[:start] + items[values.index('"', start) :]
    ]
    return rest


def same_map(ours: Json, theirs: Json, learns: bool) -> None:
    """Assert that two task parameter maps say the same."""
    assert without_command(ours) == without_command(theirs), ours["taskName"]
    if learns:  # alw adds the checks of the result to a learner's command
        assert command(theirs) in command(ours), ours["taskName"]
        return
    assert command(ours) == command(theirs)
    words = [sorted(shlex.split(side["cliParams"])) for side in (ours, theirs)]
    assert words[0] == words[1], words


def main(alw: Path, peer: Path, description_file: Path) -> None:
    """Assert that the two output directories hold the same workflow."""
    description = json.loads(description_file.read_text(encoding="utf-8"))
    learner = description.get("loop", {}).get("learner")
    ours, theirs = (
        attributes(attributes(json.loads((folder / "workflow.json").read_text()))["template"])
        for folder in (alw / description["name"], peer)
    )
    by_name = [
        {work["task_name"]: work for work in works(template).values()}
        for template in (ours, theirs)
    ]
    expected = {f"{task['dataset']}/" for task in description["tasks"]}
    assert len(works(ours)) == len(works(theirs)) == len(description["tasks"])
    assert set(by_name[0]) == set(by_name[1]) == expected
    assert dependencies(ours) == dependencies(theirs)
    waiting = sum(1 for t in description["tasks"] if "reads" in t or t.get("after"))
    assert len(dependencies(ours)) == waiting
    for task in description["tasks"]:
        learns = task["name"] == learner
        name = f"{task['dataset']}/"
        maps = [side[name]["task_parameters"] for side in by_name]
        same_map(maps[0], maps[1], learns)
        files = [
            json.loads((folder / "tasks" / f"{task['name']}.json").read_text())
            for folder in (alw / description["name"], peer)
        ]
        assert files[0] == maps[0]
        same_map(files[0], files[1], learns)
    if learner:
        values = {f"user_{name}": v for name, v in description["loop"]["params"].items()}
        for template in (ours, theirs):
            assert template.get("global_parameters") == values or template["gp"] == values
            decides = stated(attributes(stated(template, "loop_condition")), "conditions")
            assert decides[0]["idds_method"] == "get_custom_condition_status"
    print(f"{len(expected)} works, {waiting} of them waiting: the same workflow")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
