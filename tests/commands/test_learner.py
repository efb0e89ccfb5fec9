"""The compiled end of a learner: what it lets through, what it stops, and with which message."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.commands.nodes import GOOD, NODES, RESULT, Node, checked, give, stopped

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("node", NODES, ids=str)]

# Good results


def test_a_good_result(node: Node, tmp_path: Path) -> None:
    give(tmp_path, GOOD)
    job = node.run(tmp_path)
    found = checked(job)
    assert found == {**GOOD, "to_continue": True}
    assert [type(found[k]) for k in ("x", "n", "b", "s", "to_continue")] == [
        float, int, bool, str, bool,
    ]  # fmt: skip
    assert "alw: iteration 1 of at most 5, condition True: the loop goes on" in job.stderr


def test_in_a_container_and_with_plain_sh(node: Node, tmp_path: Path) -> None:
    for other in (replace(node, container=True), replace(node, shell="/bin/sh")):
        give(tmp_path, GOOD)
        assert checked(other.run(tmp_path)) == {**GOOD, "to_continue": True}
        give(tmp_path, b"{}")
        stopped(other.run(tmp_path), tmp_path, "r.json has no field x")


def test_other_fields_are_dropped(node: Node, tmp_path: Path) -> None:
    give(tmp_path, {**GOOD, "to_continue": False, "more": float("nan"), "user_x": 1, "é": []})
    assert checked(node.run(tmp_path)) == {**GOOD, "to_continue": True}


@pytest.mark.parametrize("given", ['{"x": 2}', '{"x": 2.0}', '\n{"x":2e0, "x": 2}\n', '{"x": 2 }'])
def test_an_int_is_a_float(node: Node, tmp_path: Path, given: str) -> None:
    give(tmp_path, given.encode())
    found = checked(node.run(tmp_path, result="x: float", condition="step.x == 2", params=FLOAT))
    assert found == {"x": 2.0, "to_continue": True}
    assert isinstance(found["x"], float)


def test_an_int_field_for_a_float_parameter(node: Node, tmp_path: Path) -> None:
    give(tmp_path, {"x": 2})
    found = checked(node.run(tmp_path, result="x: int", condition=None, params=FLOAT))
    assert isinstance(found["x"], float)


FLOAT = "param x: float = 0.5"
EXTREMES = [0.1, -0.0, 5e-324, 1.7e-300, 9.9e299, -1e-07, 123456789.123456789, 10**17 + 1]


@pytest.mark.parametrize("value", EXTREMES)
def test_numbers_keep_their_value(node: Node, tmp_path: Path, value: float) -> None:
    give(tmp_path, {"x": value})
    found = checked(node.run(tmp_path, result="x: float", condition=None, params=FLOAT))
    assert repr(found["x"]) == repr(float(value))


def test_large_ints(node: Node, tmp_path: Path) -> None:
    for value in (10**18 - 1, 1 - 10**18, 2**53 + 1):
        give(tmp_path, {"n": value})
        found = checked(node.run(tmp_path, result="n: int", condition="step.n != 0", params=INT))
        assert found["n"] == value


INT = "param n: int = 1"


@pytest.mark.parametrize(
    "condition",
    ["step.result", "step.result and step.n < 9", "step.n < 9 and step.result",
     "not (not step.result)", "(step.result or false) and 1 / step.n > 0"],
)  # fmt: skip
def test_an_empty_result_ends_a_loop_that_asks_for_one(
    node: Node, tmp_path: Path, condition: str
) -> None:
    def found(value: object) -> object:
        give(tmp_path, value)
        job = node.run(tmp_path, result="n: int", condition=condition, params=INT)
        return checked(job)

    assert found({}) == {"to_continue": False}
    assert found({"n": 3}) == {"n": 3, "to_continue": True}


def test_a_loop_that_asks_for_a_result_gets_every_field(node: Node, tmp_path: Path) -> None:
    for condition, left, why in (
        ("step.result", {"x": 1}, "has no field n"),
        ("step.result", {"n": "1"}, "not int"),
        ("step.result and step.n > 0", [], "does not hold an object"),
        ("step.result", None, "does not hold an object"),
    ):
        give(tmp_path, left)
        job = node.run(tmp_path, result="n: int", condition=condition, params=INT)
        stopped(job, tmp_path, why)


def test_a_field_may_be_called_result(node: Node, tmp_path: Path) -> None:
    give(tmp_path, {"result": False, "n": 1})
    found = checked(
        node.run(tmp_path, result="result: bool, n: int", condition="step.result", params=INT)
    )
    assert found == {"result": False, "n": 1, "to_continue": False}


# Bad results

BAD: list[tuple[bytes, str]] = [
    (b"", "is not JSON"),
    (b"hello", "is not JSON"),
    (b'{"x": 1', "is not JSON"),
    (b"{'x': 1}", "is not JSON"),
    (b"[1, 2]", "does not hold an object"),
    (b"null", "does not hold an object"),
    (b'"x"', "does not hold an object"),
    (b"\xff\xfe{}", "is not JSON"),
    (b'{"note": "\xff"}', "is not JSON"),
    (b'\xef\xbb\xbf{"x": 1}', "is not JSON"),
    ('{"x": 1}'.encode("utf-16"), "is not JSON"),
    (b"[" * 200000, "is not JSON"),
    (b"{}", "has no field x"),
]
NO_FLOATS = [
    "true", '"1.5"', "null", "[1]", "NaN", "Infinity", "-Infinity", "1e999", "1e300",
    "1" + "0" * 400,
]  # fmt: skip
NO_INTS = ["200.0", "true", '"200"', "null", "1e3", "1" + "0" * 18, "NaN", "{}"]
NO_STRINGS = [
    "", "-rf", "a b", "a;b", "$(id)", "`id`", "a'b", 'a"b', "a\nb", "A", "é", "a___b", "%41",
    "a\\b", "___idds___user_x___", "a/b", "_", "_a", "a_", "__idds__",
]  # fmt: skip
WRONG = [("x", v) for v in NO_FLOATS] + [("n", v) for v in NO_INTS]
WRONG += [("s", json.dumps(v)) for v in NO_STRINGS]
WRONG += [("s", v) for v in ("1", "null", '["a"]', '"\\ud800"')]
WRONG += [("b", v) for v in ("1", "0", '"true"', "null", "1.0")]
WRONG += [("note", v) for v in ("1", "null", "true", '["a"]')]


@pytest.mark.parametrize(("content", "said"), BAD, ids=[repr(c[:12]) for c, _ in BAD])
def test_bad_files(node: Node, tmp_path: Path, content: bytes, said: str) -> None:
    give(tmp_path, content)
    job = node.run(tmp_path)
    stopped(job, tmp_path, f"alw: r.json {said}", "the loop stops here")
    assert job.status == 65


@pytest.mark.parametrize("field_values", [WRONG[n::5] for n in range(5)], ids=range(5))
def test_wrong_types(node: Node, tmp_path: Path, field_values: Sequence[tuple[str, str]]) -> None:
    for field, value in field_values:
        texts = {name: json.dumps(good) for name, good in GOOD.items()} | {field: value}
        inner = ", ".join(f'"{k}": {v}' for k, v in texts.items())
        give(tmp_path, f"{{{inner}}}".encode())
        job = node.run(tmp_path)
        said = "is not JSON" if len(value) > 400 and job.stderr.count("limit") else f"field {field}"
        stopped(job, tmp_path, "alw: r.json ", said)


def test_missing_fields(node: Node, tmp_path: Path) -> None:
    for name in GOOD:
        give(tmp_path, {k: v for k, v in GOOD.items() if k != name})
        stopped(node.run(tmp_path), tmp_path, f"alw: r.json has no field {name}")


@pytest.mark.parametrize("command", ["true", "mkdir r.json", "ln -s nowhere r.json", "echo x > r"])
def test_no_file(node: Node, tmp_path: Path, command: str) -> None:
    stopped(node.run(tmp_path, command), tmp_path, "alw: r.json cannot be read")


# What lies there already


def _stale(path: Path, kind: str) -> None:
    """What the sandbox or an earlier attempt may have left at ``path``."""
    text = json.dumps({**GOOD, "to_continue": True})
    if kind == "folder":
        (path / "sub").mkdir(parents=True)
    elif kind == "dangling link":
        path.symlink_to("nowhere")
    elif kind == "link to a folder":
        path.symlink_to("/tmp")
    elif kind == "link":
        (path.parent / "kept").write_text(text)
        path.symlink_to("kept")
    else:
        path.write_text(text)
        path.chmod(0o400 if kind == "read-only" else 0o644)


REMOVED = ["file", "read-only", "link", "dangling link", "link to a folder"]
NAMES = [RESULT, ".alw.json"]


@pytest.mark.parametrize("kind", REMOVED)
@pytest.mark.parametrize("names", [NAMES[:1], NAMES[1:], NAMES], ids="+".join)
@pytest.mark.parametrize(
    "command", ["true", "eval exec true", "eval 'trap - EXIT'", "true ) ; (true"]
)
def test_a_stale_result_is_not_taken(
    node: Node, tmp_path: Path, kind: str, names: Sequence[str], command: str
) -> None:
    for name in names:
        _stale(tmp_path / name, kind)
    stopped(node.run(tmp_path, command), tmp_path)
    assert not any((tmp_path / name).is_symlink() for name in NAMES)
    assert kind != "link" or (tmp_path / "kept").exists()


@pytest.mark.parametrize("kind", REMOVED)
def test_a_stale_result_gives_way_to_a_new_one(node: Node, tmp_path: Path, kind: str) -> None:
    for name in NAMES:
        _stale(tmp_path / name, kind)
    new = {**GOOD, "n": 99}
    give(tmp_path, new)
    assert checked(node.run(tmp_path)) == {**new, "to_continue": True}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("command", ["cp given r.json", "true", "eval exec true", "touch ran"])
def test_a_folder_in_the_result_s_place_stops_the_job(
    node: Node, tmp_path: Path, name: str, command: str
) -> None:
    _stale(tmp_path / name, "folder")
    give(tmp_path, GOOD)
    job = node.run(tmp_path, command)
    assert job.status == 65
    assert "lies there already" in job.stderr and "the loop stops here" in job.stderr
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / RESULT).is_file()


@pytest.mark.parametrize("left", ['{"x": 1.5, "n"', '{"x": 1.5}', "", "{}"])
def test_half_a_result_of_a_dying_command_is_not_taken(
    node: Node, tmp_path: Path, left: str
) -> None:
    for ending in ("sh -c 'kill -9 $$'", "exit 3", "kill -9 $$"):
        give(tmp_path, left.encode())
        job = node.run(tmp_path, f"cp given r.json; {ending}")
        assert job.status not in (0, 255)
        assert job.files == {}
    stopped(node.run(tmp_path, "true"), tmp_path)  # another attempt in the same place


# The length of text


def test_a_string_has_a_limit(node: Node, tmp_path: Path) -> None:
    result, params = 's: string of "a-z", note: string', 'param s: string of "a-z" = "a"'
    for s, note, fine in ((1000, 1000, True), (1001, 1, False), (1, 1001, False)):
        give(tmp_path, {"s": "a" * s, "note": "é" * note})
        job = node.run(tmp_path, result=result, condition=None, params=params)
        if fine:
            assert checked(job)["to_continue"] is True
        else:
            said = f"has in field {'s' if s > note else 'note'} more than 1000 characters"
            stopped(job, tmp_path, said)


@pytest.mark.parametrize("value", ["\0", "a\0b", "\ud800", "x\udfff"])
def test_a_string_has_characters_that_a_database_takes(
    node: Node, tmp_path: Path, value: str
) -> None:
    # jsonb of PostgreSQL refuses them, and with them the whole request
    give(tmp_path, {"x": 1.5, "note": value})
    job = node.run(tmp_path, result="x: float, note: string", condition=None, params=FLOAT)
    stopped(job, tmp_path, "has in field note a character that iDDS cannot store")


# How the learner ends


@pytest.mark.parametrize(
    ("ending", "status"),
    [
        ("; exit 1", 1),
        ("; exit 65", 65),
        ("; exit 254", 254),
        ("; exit 255", 254),
        ("; false", 1),
        ("; no-such-program", 127),
        ("; sh -c 'kill -9 $$'", 137),
        ("; sh -c 'kill -15 $$'", 143),
        ("; set -e; false; true", 1),
        ("; true && (exit 7)", 7),
    ],
)
def test_a_failing_learner(node: Node, tmp_path: Path, ending: str, status: int) -> None:
    give(tmp_path, GOOD)
    job = node.run(tmp_path, "cp given r.json" + ending)
    stopped(job, tmp_path, "alw: r.json is not used, the learner ended with exit status")
    assert job.status == status


@pytest.mark.parametrize(
    "command",
    [
        "cp given r.json; exit 0; echo never",
        "cp given r.json; exit",
        "set -e; cp given r.json; exit 0",
        "set -eu; cp given r.json",
        "mkdir sub; cd sub; cp ../given ../r.json",
        "mkdir sub && cd sub && cp ../given ../r.json && rmdir ../sub",
        "cp given r.json & wait",
        "cp given r.json # done",
        "cp given r.json # done \\",
        "cp given r.json; echo 'r.json cannot be read' >&2",
        "(exec cp given r.json)",
        "exec 2>&1; cp given r.json",
        "cp given r.json; alw=/nowhere true; echo $alw",
        "cp given r.json\n",
        "cp given r.json;",
        "cat given > r.json; cat <<EOF\nit's\nEOF",
        "if true; then cp given r.json; fi",
        "cp given r.json; false || true",
        "PATH=$PATH; cp given r.json",
        'cp given r.json; echo "a"',
        "cp given r.json; echo a\\\\",
        "touch r.json; chmod 400 r.json; cp -f given r.json",
    ],
)
def test_ways_to_end_well(node: Node, tmp_path: Path, command: str) -> None:
    give(tmp_path, GOOD)
    assert checked(node.run(tmp_path, command)) == {**GOOD, "to_continue": True}


@pytest.mark.parametrize(
    "command",
    [
        "cp given r.json; eval exec true",
        "cp given r.json; eval 'trap - EXIT'",
        "cp given r.json; kill -9 $$",
        "cp given r.json; command exec true",
        "cp given r.json ) ; (true",
        "cp given r.json )",
        "sleep 5 && cp given r.json &",
        "cp given r.json; alw=/nowhere",
        "cp given r.json; alw() { true; }",
        "cp given r.json; PATH=/nowhere",
    ],
)
def test_nothing_gets_round_the_checks(node: Node, tmp_path: Path, command: str) -> None:
    give(tmp_path, {"x": "bad"})
    job = node.run(tmp_path, command, more=f'interpreter = "{Path(node.python).name}"')
    assert job.status not in (0, 255)
    assert job.files == {}
