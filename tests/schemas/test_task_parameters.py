"""``schemas/task-parameters.schema.json`` against the maps of the real prun."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import alw
from alw.panda.client import PrunError, check_out_ds, prun, prun_options
from alw.panda.maps import Request, normalise, task_map
from alw.targets.idds2.idds_marks import IddsPlaceholders

from .documents import M1, PRUN, PRUN_WITH_FILES, REQUIRED, RUN, Idds, prun_arguments
from .mutate import Path as Place
from .mutate import accepted, added, places, renamed, replaced, walk, without

Json = dict[str, Any]
VALIDATOR = Draft202012Validator(alw.schema("task-parameters"))
DEFINITIONS: Json = alw.schema("task-parameters")["$defs"]  # type: ignore[assignment]


def _definition(name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": DEFINITIONS})


def _json(value: object) -> Any:
    return json.loads(json.dumps(value))


# What is accepted


@pytest.mark.parametrize("case", PRUN)
def test_accepts_what_prun_makes(case: str) -> None:
    made = prun(prun_arguments(PRUN[case])).map
    VALIDATOR.validate(_json(made))
    VALIDATOR.validate(_json(normalise(made)))


def test_accepts_what_every_option_makes() -> None:
    """Each of prun's options alone, and with input; a few need more, or files."""
    values = {
        "transferType": "root",
        "dbRelease": "LATEST",
        "nGBPerJob": "2",
        "nGBPerMergeJob": "2",
    }
    refused: set[str] = set()
    for option in prun_options().values():
        if option.name in ("exec", "outDS"):
            continue
        value = str(option.choices[0]) if option.choices else "3" if option.kind == "int" else "x"
        words = [f"--{option.name}"]
        if option.kind != "flag":
            words.append(values.get(option.name, value))
        for more in ([], ["--inDS", "user.you.in/"], ["--mergeOutput"]):
            try:
                made = prun([*prun_arguments(more), *words]).map
            except PrunError:
                refused.add(option.name)
                continue
            VALIDATOR.validate(_json(made))
            VALIDATOR.validate(_json(normalise(made)))
    alone = {
        "inDsTxt", "inOutDsJson", "eventPickEvtList", "bulkSubmission", "inputFileList",
        "pfnList", "version", "secondaryDSs", "useAthenaPackages", "workDir", "loadJson",
        "writeInputToTxt", "dumpTaskParams",
    }  # fmt: skip
    # with input, two ways of choosing it exclude each other
    assert refused <= alone | {"goodRunListXML"}


_SCRIPT = """
import json, sys
cases = json.load(sys.stdin)
from pandaclient import PrunScript
maps = {}
for name, words in cases.items():
    sys.argv = ["prun", *words]
    maps[name] = PrunScript.main(True, words, dry_mode=True)
with open("maps.json", "w") as file:
    json.dump(maps, file)
"""


def test_accepts_what_panda_client_alone_makes(tmp_path: Path) -> None:
    """panda-client itself in a process of its own, without anything of alw."""
    (tmp_path / "datasets.txt").write_text("mc23.1.AOD\n# no\nmc23.2.AOD/\n")
    (tmp_path / "files.txt").write_text("a.root\n\nroot://host//b.root\n")
    cases = {name: [*prun_arguments(c), "-y"] for name, c in {**PRUN, **PRUN_WITH_FILES}.items()}
    environment = {
        **os.environ,
        "PANDA_BEHIND_REAL_LB": "1",
        "PANDA_URL": "http://127.0.0.1:1/server/panda",
        "PANDA_URL_SSL": "https://127.0.0.1:1/server/panda",
        "PANDACACHE_URL": "https://127.0.0.1:1/server/panda",
        "HOME": str(tmp_path),
    }
    subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        input=json.dumps(cases),
        env=environment,
        cwd=tmp_path,
        text=True,
        timeout=300,
        check=True,
        capture_output=True,
    )
    maps = json.loads((tmp_path / "maps.json").read_text())
    assert set(maps) == set(cases)
    for made in maps.values():
        VALIDATOR.validate(made)
    assert "osInfo" in maps["nothing"]
    assert any(item["value"] == "__delimiter__" for item in maps["nothing"]["jobParameters"])


@cache
def _marked() -> Json:
    """A map with placeholders wherever iDDS fills them in, and every kind of item."""
    request = Request(
        f"run.sh {M1} {RUN} %IN %IN2 %RNDM:5 %SKIPEVENTS",
        f"user.me.test.{RUN}",
        f"user.me.before.{RUN}_out.root/",
        (
            ("outputs", "a.root,b.root"),
            ("secondaryDSs", f"IN2:2:user.me.second.{RUN}_a/"),
            ("notExpandInDS", None),
            ("nJobs", "3"),
            ("memory", "4000"),
        ),
    )
    made = _json(task_map(request).map)
    for item in made["jobParameters"]:
        if item.get("value") == '-i "${IN/T}"':
            item["consolidate"] = f"user.me.test.{RUN}.IN/"
    return made  # type: ignore[no-any-return]


def test_accepts_placeholders() -> None:
    VALIDATOR.validate(_marked())
    kinds = {item.get("param_type") for item in _marked()["jobParameters"]}
    assert kinds == {None, "input", "output", "pseudo_input", "number"}
    assert IddsPlaceholders().find_unfilled(_marked()) == []


def test_accepts_braces_and_unbound_markers_of_others() -> None:
    """A brace is text; only iDDS's own marker is looked at."""
    made = _marked()
    made = replaced(made, ("cliParams",), "prun --exec 'awk {print} %7Bm1%7D {m1} __idds__ ___'")
    VALIDATOR.validate(made)
    VALIDATOR.validate(replaced(made, ("cliParams",), f"{RUN}{M1}_{RUN}__{M1}___ idds___"))


@pytest.mark.parametrize("key", ["walltime", "userName", "nucleus", "someNewOption"])
def test_accepts_further_keys(key: str) -> None:
    VALIDATOR.validate(added(_marked(), (), key, "x"))


# What is rejected: keys


def _rich() -> dict[str, Json]:
    """Maps that together have every key that prun writes."""
    return {
        "marked": _marked(),
        **{
            case: _json(prun(prun_arguments(PRUN[case])).map)
            for case in (
                "container", "merge", "good run list", "resources", "secondary, ratio", "outputs",
            )
        },
    }  # fmt: skip


def test_rejects_a_missing_key() -> None:
    """What may be left out is listed here; all else may not."""
    missing = set()
    for name, made in _rich().items():
        VALIDATOR.validate(made)
        keys = places(made, lambda p, v: bool(p) and isinstance(p[-1], str))
        missing |= set(accepted(VALIDATOR, ((kind, without(made, p)) for kind, p, _ in keys)))
        assert missing, name
    top = {m for m in missing if "." not in m}
    coupled = {"mergeSpec", "mergeOutput", "ramCountUnit", "cpuTimeUnit", "outDiskUnit"}
    assert top.isdisjoint({*REQUIRED, *coupled, "container_name"})
    assert missing - top == {
        "log.container", "log_merge.container",
        "jobParameters.constant.hidden", "jobParameters.constant.padding",
        *(f"jobParameters.{kind}.padding" for kind in ("number", "pseudo_input")),
        *(f"jobParameters.output.{key}" for key in ("allowNoOutput", "container", "hidden")),
        *(
            f"jobParameters.input.{key}"
            for key in (
                "consolidate", "exclude", "expand", "files", "hidden", "nFilesPerJob", "ratio",
                "reusable",
            )
        ),
        "jobParameters.pseudo_input.offset",
    }  # fmt: skip


def test_rejects_an_unknown_key() -> None:
    for name, made in _rich().items():
        objects = list(places(made, lambda p, v: isinstance(v, dict)))
        open_ = accepted(VALIDATOR, ((k, added(made, p, "paramtype", "x")) for k, p, _ in objects))
        assert open_ == [""], name
        assert len(objects) > 3


def test_rejects_a_key_with_a_placeholder() -> None:
    made = _marked()
    objects = places(made, lambda p, v: isinstance(v, dict))
    mutants = ((kind, added(made, p, f"a{M1}", "x")) for kind, p, _ in objects)
    assert accepted(VALIDATOR, mutants) == []
    keys = places(made, lambda p, v: bool(p) and isinstance(p[-1], str))
    mutants = ((kind, renamed(made, p, f"{p[-1]}{RUN}")) for kind, p, _ in keys)
    assert accepted(VALIDATOR, mutants) == []


# What is rejected: values


@pytest.mark.parametrize(
    ("place", "values"),
    [
        (("taskName",), [None, "", "user.me/", "me.test/", "user.me", "user.me.a b/",
                         "user.me.a{b}/", "user.me.a%b/", "user.me.a/b/", "user.me.test/\n",
                         "user..test/", "User.me.test/", "group1.phys.a/", "user.me.ä/"]),
        (("vo",), [None, "", "a b", 1]),
        (("prodSourceLabel",), [None, "", "a b"]),
        (("architecture",), [1, [], {}]),
        (("transUses",), [None, 1]),
        (("transHome",), [1, []]),
        (("processingType",), [None, "", "panda-client", "panda-client-2.2.0-jedi",
                               "panda-client-jedi-walk", "panda-client--jedi-run",
                               "panda-client-jedi-run-"]),
        (("jobParameters",), [None, [], {}, "x", [None], ["x"], [[]], [{}]]),
        (("log",), [None, [], "x", {}]),
        (("uniqueTaskName",), ["true", 1, None]),
        (("nEvents",), [0, -1, 1.5, "10", True]),
        (("nFilesPerJob",), [0, -1, "10"]),
        (("maxAttempt",), [0, 51]),
        (("excludedSite",), [None, "A", [1], ["A B"]]),
        (("includedSite",), [[], "A", [None]]),
        (("site",), [1, []]),
        (("cpuTimeUnit",), ["", "HS06"]),
        (("ramCountUnit",), ["", "MB"]),
        (("useLocalIO",), [2, True, "1"]),
        (("log", "type"), ["constant", None]),
        (("log", "param_type"), ["output", "input", None]),
        (("log", "dataset"), ["", "a", "user.me.a.log"]),
        (("log", "value"), ["", "ä", 1]),
        (("buildSpec", "archiveName"), [1]),
        (("buildSpec", "jobParameters"), [None, []]),
        (("jobParameters", 0, "type"), ["const", "Constant", "template", None, 1]),
        (("jobParameters", 0, "value"), [None, 1, []]),
        (("jobParameters", 0, "padding"), ["false", 0, None]),
        (("jobParameters", 0, "hidden"), ["true", 1]),
    ],
)  # fmt: skip
def test_rejects_a_wrong_value(place: Place, values: list[object]) -> None:
    made = {**_marked(), "buildSpec": prun(prun_arguments([])).map["buildSpec"]}
    VALIDATOR.validate(made)
    mutants = ((repr(value), replaced(made, place, value)) for value in values)
    assert accepted(VALIDATOR, mutants) == []


@pytest.mark.parametrize(
    ("kind", "key", "values"),
    [
        ("input", "param_type", ["Input", "output", "number", "pseudo_input", "trn_log", None]),
        ("input", "dataset", ["", "a b", "a\nb", "-a", "a'b", "user.me.{x}", "%%IN%%", None]),
        ("input", "value", ["", "-i IN", None]),
        ("input", "consolidate", ["", 'user.me.a.-i "/', "a/", None, True]),
        ("input", "expand", ["true", 1]),
        ("input", "offset", [-1, "1"]),
        ("input", "nFilesPerJob", [0, "2"]),
        ("input", "files", [[], "a", [""], [1]]),
        ("output", "param_type", ["Output", "input", "log", "number", None]),
        ("output", "dataset", ["", "user.me.a", "user.me.a:b/", "user.me.a,b/", None]),
        ("output", "container", ["", "user.me.a"]),
        ("output", "value", ["", "ä.root", None]),
        ("output", "allowNoOutput", ["true"]),
        ("pseudo_input", "dataset", ["", "seq_numbers", "user.me.a/"]),
        ("pseudo_input", "value", ["10"]),
        ("number", "value", ["%SKIPEVENTS"]),
        ("number", "dataset", ["seq_number", "user.me.a/"]),
        ("number", "param_type", ["numbers"]),
    ],
)
def test_rejects_a_wrong_value_in_an_item(kind: str, key: str, values: list[object]) -> None:
    made = _marked()
    number = next(
        n for n, item in enumerate(made["jobParameters"]) if item.get("param_type") == kind
    )
    place = ("jobParameters", number)
    mutants = ((repr(value), added(made, place, key, value)) for value in values)
    assert accepted(VALIDATOR, mutants) == []


def test_rejects_a_value_of_another_type() -> None:
    """In every place of maps that together have every key; some may be null or text."""
    others: tuple[object, ...] = (None, True, -1, 0.5, "", [], {})
    texts = {"architecture", "transHome", "site", "archiveName", "fixedSandbox"}
    right: dict[str, set[str]] = {
        "None": texts | {"includedSite"},
        "''": texts,
        "-1": {"currentPriority"},
    }
    for name, made in _every_key().items():
        VALIDATOR.validate(made)
        for _, path, value in places(made, lambda p, v: bool(p)):
            for other in others:
                if type(other) is type(value) and other != -1:
                    continue
                expected = path[-1] in right.get(repr(other), set())
                mutant = replaced(made, path, other)
                assert VALIDATOR.is_valid(mutant) == expected, (name, path, other)


def _every_key() -> dict[str, Json]:
    maps = {name: _json(prun(prun_arguments(case)).map) for name, case in PRUN.items()}
    seen: set[str] = set()
    found: dict[str, Json] = {}
    for name, made in maps.items():
        kinds = {kind for kind, _, _ in places(made)}
        if kinds - seen:
            seen |= kinds
            found[name] = made
    # listed in the schema, but not made by prun without files
    listed = set(alw.schema("task-parameters")["properties"])  # type: ignore[call-overload]
    assert listed - {key for made in maps.values() for key in made} == {"pfnList", "runOnInstant"}
    return found


def test_rejects_what_belongs_together_apart() -> None:
    made = _json(prun(prun_arguments(PRUN["merge"])).map)
    VALIDATOR.validate(made)
    assert not VALIDATOR.is_valid(without(made, ("mergeOutput",)))
    assert not VALIDATOR.is_valid(without(made, ("mergeSpec",)))
    assert not VALIDATOR.is_valid(without(made, ("log_merge", "mergeOnly")))
    assert not VALIDATOR.is_valid(added(made, ("log",), "mergeOnly", True))
    long = replaced(made, ("taskName",), "user.me." + "x" * 111 + "/")
    VALIDATOR.validate(long)
    assert not VALIDATOR.is_valid(replaced(made, ("taskName",), "user.me." + "x" * 112 + "/"))


# What is rejected: placeholders

MALFORMED = [
    "___idds___", "___idds______", "___idds___num_run", "___idds___num_run__",
    "___idds___user_m1__", "___idds___user_m1", "___idds___user____", "___idds___user___",
    "___idds___user_a b___", "___idds___user_a-b___", "___idds___user_ä___",
    "___idds___task_name___", "___idds___NUM_RUN___", "___idds___m1___", "___idds___num_runs___",
    "___idds______idds___num_run___", "___idds___%75ser_m1___", "___idds___user_m1\n___",
    f"{RUN} ___idds___", f"___idds___ {RUN}", f"{RUN}idds___",
    "___idds___user_m1___idds___num_run___", "___idds___user_m1____idds___num_run___",
    "___idds___num_run_____idds___user_m1___",
]  # fmt: skip


def _is_filled(path: Place) -> bool:
    """Where iDDS replaces, if a string stands there (engine.md, section 2)."""
    return (
        (len(path) == 1 and path[0] not in ("jobParameters", "log"))
        or (path[0] == "jobParameters" and len(path) == 3)
        or (path[0] == "log" and len(path) == 2)
    )


@pytest.mark.parametrize("marker", [RUN, M1])
def test_rejects_placeholders_that_iDDS_leaves(marker: str) -> None:  # noqa: N802
    """In every place: accepted exactly where iDDS replaces, and the place takes any text."""
    typed = {
        "type", "param_type", "processingType", "ramCountUnit", "cpuTimeUnit", "outDiskUnit",
        "padding", "hidden", "expand", "offset", "nFilesPerJob", "files", "reusable", "random",
        "ratio", "allowNoOutput", "mergeOnly", "allowInputLAN",
    }  # fmt: skip
    tried = 0
    for name, made in _rich().items():
        for path, value in walk(made):
            if not path or isinstance(value, dict | list):
                continue
            text = isinstance(value, str)
            ends = text and value.endswith("/")
            fresh = f"{value[:-1]}{marker}/" if ends else f"{value}{marker}" if text else marker
            mutant = replaced(made, path, fresh)
            nullable = value is None and path[-1] in ("architecture", "transHome", "site")
            right = _is_filled(path) and path[-1] not in typed and (text or nullable)
            if path[-1] == "dataset" and value in ("seq_number", "%%INDS%%"):
                right = False
            if path == ("dsForIN",) and value == "%%INDS%%":
                right = False
            assert VALIDATOR.is_valid(mutant) == right, (name, path, fresh)
            if _is_filled(path):
                assert IddsPlaceholders().find_unfilled(mutant) == []
            tried += 1
    assert tried > 200


@pytest.mark.parametrize("marker", [RUN, M1])
@pytest.mark.parametrize("wrapped", [["{}"], {"a": "{}"}, {"{}": "a"}, [[{"a": ["{}"]}]]])
def test_rejects_placeholders_in_lists_and_objects(marker: str, wrapped: object) -> None:
    value = json.loads(json.dumps(wrapped).replace("{}", marker))
    made = _marked()
    assert not VALIDATOR.is_valid(added(made, (), "someNewOption", value))
    VALIDATOR.validate(added(made, (), "someNewOption", json.loads(json.dumps(wrapped))))
    for key in ("excludedSite", "pfnList", "fixedSandbox", "multiStepExec"):
        assert not VALIDATOR.is_valid(added(made, (), key, value)), key


@pytest.mark.parametrize("marker", MALFORMED)
def test_rejects_malformed_placeholders(marker: str) -> None:
    made = _marked()
    strings = places(made, lambda p, v: isinstance(v, str))
    mutants = (
        (kind, replaced(made, path, f"{value}{marker}/" if value.endswith("/") else value + marker))
        for kind, path, value in strings
    )
    assert accepted(VALIDATOR, mutants) == []


_PIECES = [
    "___idds___", "num_run", "user_", "m1", "user_m1", "___", "__", "_", "a", " ", "%20", RUN, M1,
]  # fmt: skip
_TEXT = st.lists(st.sampled_from(_PIECES), max_size=12).map("".join)


@given(_TEXT)
@settings(max_examples=400, deadline=None)
def test_iDDS_fills_every_placeholder_that_is_accepted(idds: Idds, text: str) -> None:  # noqa: N802
    """iDDS's own replacement, asked about text that was put together at random."""
    if not _definition("filled").is_valid(text):
        assert "___idds___" in text
        return
    work = idds.processing.ATLASPandaWork()
    for name in re.findall(r"___idds___(.*?)___", text):
        setattr(work, name, "7")
    filled = work.renew_parameter(text)
    assert "___idds___" not in filled
    assert filled == re.sub(r"___idds___.*?___", "7", text)


# Names


@pytest.mark.parametrize(("name", "length"), [("container", 132), ("mergedTaskName", 120)])
def test_names_are_as_long_as_prun_allows(name: str, length: int) -> None:
    validator = _definition(name)
    merges = name == "mergedTaskName"
    for more in (length - 1, length, length + 1):
        text = "user.me." + "x" * (more - 9) + "/"
        assert validator.is_valid(text) == (more <= length)
        assert (check_out_ds(text, "me", False, merges) is None) == (more <= length)
    # a placeholder counts as one character at least
    text = f"user.me.{RUN}" + "x" * (length - 10) + "/"
    assert validator.is_valid(text)
    assert not validator.is_valid(text.replace("x", "xx", 1))


@given(st.from_regex(r"(user|group|group08)\.[a-z]{1,3}\.[!-~]{1,6}/", fullmatch=True))
@settings(max_examples=400, deadline=None)
def test_prun_and_panda_take_every_name_that_is_accepted(text: str) -> None:
    owner = text.split(".")[1]
    said = check_out_ds(text, owner, text.startswith("group"), False)
    # pandaserver/dataservice/DataServiceUtils.py:41; a further slash would name no dataset
    panda = re.match(r"^[A-Za-z0-9][A-Za-z0-9\.\-\_/]{1,255}$", text) is not None
    right = said is None and panda and "/" not in text[:-1]
    assert _definition("container").is_valid(text) == right
