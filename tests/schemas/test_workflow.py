"""``schemas/workflow.schema.json`` against iDDS and against what alw writes."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from enum import Enum
from importlib import import_module
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

import alw
from tests.engine.generate_programs import Program, programs

from .conftest import Forms
from .documents import M1, REQUIRED, RUN, Idds, handmade
from .memo import quick
from .mutate import (
    Mutant,
    Path,
    accepted,
    added,
    at,
    is_id,
    places,
    renamed,
    replaced,
    walk,
    without,
)

Json = dict[str, Any]
SCHEMA: Json = alw.schema("workflow")
DEFINITIONS: Json = SCHEMA["$defs"]
VALIDATOR = quick(SCHEMA)
TEMPLATE: Path = ("attributes", "template", "attributes")
WORKS: Path = (*TEMPLATE, "_works")


@pytest.fixture(scope="module")
def compact(forms: Forms) -> Json:
    """A loop, in it a sub-workflow, and a task behind the loop, as alw writes it."""
    return forms.compact["followers"]


@pytest.fixture(scope="module")
def full(forms: Forms) -> Json:
    """The same, as iDDS writes it when it has loaded it."""
    return forms.full["by alw: followers, loaded"]


@pytest.fixture(scope="module")
def running(forms: Forms) -> Json:
    """The second iteration after the learner has ended; in place of the template."""
    for name, document in forms.full.items():
        if not name.startswith("by alw: followers, step") or "done" not in name:
            continue
        run = at(document, ("attributes", "runs")).get("2")
        if run is not None and run["attributes"]["_works"][sub(document)[-1]]["attributes"]["runs"]:
            return replaced(replaced(document, TEMPLATE[:-1], run), ("attributes", "runs"), {})
    raise AssertionError("no sub-workflow runs in the second iteration")


def sub(document: Json) -> Path:
    """Return the path of the sub-workflow."""
    works = at(document, WORKS)
    return next((*WORKS, k) for k, work in works.items() if work["class"] == "Workflow")


@pytest.fixture(scope="module")
def both(compact: Json, full: Json) -> list[tuple[str, Json]]:
    for document in (compact, full):
        VALIDATOR.validate(document)
    return [("compact", compact), ("full", full)]


@pytest.fixture(scope="module")
def three(both: list[tuple[str, Json]], running: Json) -> list[tuple[str, Json]]:
    VALIDATOR.validate(running)
    return [*both, ("running", running)]


def _everywhere(
    documents: list[tuple[str, Json]], wanted: Callable[[Path, Any], bool]
) -> Iterator[tuple[str, Json, Path, Any]]:
    """One place of every kind in the documents: kind, document, path, value.

    What only iDDS's agents look into is left out: the inside of a ``Processing``.
    """
    seen: set[str] = set()
    for form, document in documents:
        for name, path, value in places(document, wanted, seen if form != "compact" else None):
            if not name.startswith("Processing."):
                yield f"{form}: {name}", document, path, value


def _is_key(path: Path, value: Any) -> bool:
    return bool(path) and isinstance(path[-1], str)


def _works(document: Json, class_name: str) -> list[Path]:
    works = at(document, WORKS)
    return [(*WORKS, k) for k, work in works.items() if work["class"] == class_name]


def _refused(document: Json, path: Path, *values: object) -> None:
    """Check that none of ``values`` may stand at ``path``."""
    for value in values:
        assert not VALIDATOR.is_valid(replaced(document, path, value)), (path, value)


def _strings(document: Json) -> Iterator[tuple[str, Path, str]]:
    return places(document, lambda path, value: isinstance(value, str))


# What is accepted


def test_accepts_what_alw_writes(forms: Forms) -> None:
    assert len(forms.compact) >= 19
    for name, document in forms.compact.items():
        errors = [f"{e.json_path}: {e.message}" for e in VALIDATOR.iter_errors(document)]
        assert not errors, (name, errors)


@settings(max_examples=30, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(programs())
def test_accepts_what_alw_writes_of_any_program(program: Program) -> None:
    compilation = alw.compile_text(program.text, program.inputs)
    for workflow in compilation.workflows.values() if compilation.ok else ():
        VALIDATOR.validate(json.loads(json.dumps(workflow.workflow)))


def test_accepts_what_iDDS_writes(forms: Forms) -> None:  # noqa: N802
    assert len(forms.full) > 400
    for name, document in forms.full.items():
        errors = [f"{e.json_path}: {e.message}" for e in VALIDATOR.iter_errors(document)]
        assert not errors, (name, errors)


def test_what_iDDS_writes_is_varied(forms: Forms) -> None:  # noqa: N802
    """What the test above is about does occur."""
    wanted = {
        '"OrCondition"', '"Condition"', '"Processing", "module"', '"user_to_continue": false',
        '"runs": {"1"', '"2": {"class": "WorkflowBase"', '"triggered": true', '"status": 5',
        "lost heartbeat", '"_false_works": []',
        '"get_not_custom_condition_status"', '"get_output_data"', '"_pending_time": 2.5',
        '"type": "workflow", "metadata": {"build": null, "parent_num_run": "2"',
        '"parent_num_run": ""', '"sequence_id": 2, "parent_workload_id": 100',
    }  # fmt: skip
    for document in forms.full.values():
        text = json.dumps(document)
        wanted = {one for one in wanted if one not in text}
        if not wanted:
            break
    assert not wanted


def test_accepts_a_mixture_of_the_forms(compact: Json, full: Json) -> None:
    """Each object has a form of its own: a work may be added to a full workflow."""
    path = _works(compact, "ATLASPandaWork")[0]
    VALIDATOR.validate(added(full, WORKS, str(path[-1]), at(compact, path)))


def test_accepts_every_condition_that_loads(compact: Json, idds: Idds) -> None:
    """Every method, alone or with others, in each class of condition; iDDS loads it all."""
    negative = "get_not_custom_condition_status"
    names = [name for name in _enum("method", "idds_method") if name != negative]
    path, condition = next(_conditions(compact))
    work = condition["attributes"]["_conditions"][0]["idds_method_internal_id"]
    for class_name, asked in [
        ("AndCondition", [*names, negative]),
        ("OrCondition", names),
        *[(kind, [name]) for name in names for kind in ("AndCondition", "Condition")],
    ]:
        changed = copy.deepcopy(condition)
        changed["class"] = class_name
        if class_name == "OrCondition":
            changed["attributes"]["operator"]["attributes"] = {"_name_": "Or", "_value_": 1}
        changed["attributes"]["_conditions"] = [
            {"idds_method": name, "idds_method_internal_id": work} for name in asked
        ]
        mutant = replaced(compact, path, changed)
        VALIDATOR.validate(mutant)
        VALIDATOR.validate(idds.dump(idds.load(mutant)))


def test_a_memory_changes_nothing(both: list[tuple[str, Json]]) -> None:
    """Documents that are damaged anywhere: the same from a validator that remembers nothing."""
    plain = Draft202012Validator(SCHEMA)
    outcomes = set()
    for number, (name, document, path, _) in enumerate(_everywhere(both, _is_key)):
        if number % 30:
            continue
        for mutant in (without(document, path), replaced(document, path, "0000aaaa")):
            outcome = VALIDATOR.is_valid(mutant)
            outcomes.add(outcome)
            assert outcome == plain.is_valid(mutant), name
    assert outcomes == {True, False}


# What a schema cannot say


def _templates(workflow: Json) -> Iterator[Json]:
    """Yield what a workflow as alw writes it holds, and what its sub-workflows do."""
    template: Json = workflow["attributes"]["template"]["attributes"]
    yield template
    for work in template["_works"].values():
        if work["class"] == "Workflow":
            yield from _templates(work)


def test_alw_keeps_what_a_schema_cannot_say(forms: Forms) -> None:
    """Ids name what is there, and a condition is listed under one task (engine.md, trap 10)."""
    gathered = 0
    for workflow in forms.compact.values():
        seen: list[str] = []
        for template in _templates(workflow):
            works, conditions = template["_works"], template["conditions"]
            inner = {key for key, work in works.items() if work["class"] == "Workflow"}
            gathered += len(inner)
            for key, work in works.items():
                own = work["attributes"]
                own = own["template"]["attributes"] if key in inner else own
                assert own["internal_id"] == own["template_work_id"] == key
            seen += [*works, *conditions]
            released = []
            for key, condition in conditions.items():
                assert condition["attributes"]["internal_id"] == key
                asked = [
                    (method["idds_method"], method["idds_method_internal_id"])
                    for method in condition["attributes"]["_conditions"]
                ]
                assert {work for _, work in asked} <= works.keys() - inner
                assert len({work for name, work in asked if name.startswith("get_")}) <= 1
                under = [k for k, listed in template["_work_conds"].items() if key in listed]
                assert len(under) == 1 and under[0] in {work for _, work in asked}
                released += condition["attributes"]["_true_works"]
            first = template["independent_works"]
            assert not inner & set(first)
            assert sorted([*released, *first, *template.get("initial_works", ())]) == sorted(works)
            assert {k for ks in template["_work_conds"].values() for k in ks} == set(conditions)
        assert len(seen) == len(set(seen))
    assert gathered > 10


# The lists in the schema are those of iDDS


def _enum(definition: str, key: str) -> list[str]:
    values: list[str] = DEFINITIONS[definition]["properties"][key]["enum"]
    return values


def _members(definition: str) -> dict[str, int]:
    found = {}
    for option in DEFINITIONS[definition]["properties"]["attributes"]["oneOf"]:
        keys = option["properties"]
        assert keys["_value_"] == keys["_sort_order_"]
        found[keys["_name_"]["const"]] = keys["_value_"]["const"]
    return found


@pytest.mark.parametrize(
    ("definition", "whole"),
    [("ConditionOperator", True), ("CollectionType", True), ("TransformType", False)],
)
def test_enums_are_those_of_iDDS(idds: Idds, definition: str, whole: bool) -> None:  # noqa: N802
    keys = DEFINITIONS[definition]["properties"]
    real: type[Enum] = getattr(idds.module(keys["module"]["const"]), keys["class"]["const"])
    members = {member.name: member.value for member in real}
    stated = _members(definition)
    assert stated == members if whole else stated.items() < members.items()
    # a member serialises with the keys that the schema knows, and is accepted as it is
    for name in stated:
        validator = Draft202012Validator({"$ref": f"#/$defs/{definition}", "$defs": DEFINITIONS})
        validator.validate(idds.dump(real[name]))
        assert set(idds.dump(real[name])["attributes"]) >= {"_name_", "_value_"}


def test_works_have_the_type_that_is_stated(idds: Idds) -> None:
    for made in (idds.processing.ATLASPandaWork(), idds.learning.ATLASLocalPandaWork()):
        assert {made.work_type.name: made.work_type.value} == _members("TransformType")


@pytest.mark.parametrize(
    ("definition", "enum"),
    [
        ("WorkStatus", "WorkStatus"),
        ("CollectionStatus", "CollectionStatus"),
        ("CollectionTypeValue", "CollectionType"),
    ],
)
def test_numbers_are_those_of_iDDS(idds: Idds, definition: str, enum: str) -> None:  # noqa: N802
    members = getattr(idds.constants, enum)
    assert sorted(DEFINITIONS[definition]["enum"]) == sorted(m.value for m in members)


def test_methods_are_those_of_iDDS(idds: Idds) -> None:  # noqa: N802
    for name in _enum("method", "idds_method"):
        for cls in (idds.processing.ATLASPandaWork, idds.learning.ATLASLocalPandaWork):
            answer = getattr(cls(), name)()
            assert isinstance(answer, bool) or (name == "get_output_data" and not answer), name


def test_a_submitted_work_is_started_at_once(idds: Idds) -> None:
    """So no condition may ask for it; and the clerk takes it for released once it is."""
    work = idds.processing.ATLASPandaWork()
    assert not work.is_started()
    work.submitted = True
    assert work.is_started()
    assert not work.is_processed() and not work.is_terminated()


def _stated_classes() -> Iterator[tuple[str, str]]:
    for _, value in walk(SCHEMA):
        keys = value.get("properties", {}) if isinstance(value, dict) else {}
        module, cls = (keys.get(key) for key in ("module", "class"))
        if not isinstance(cls, dict) or not isinstance(module, dict):
            continue
        for name in cls.get("enum", [cls.get("const")]):
            yield module["const"], name


def test_classes_are_those_of_iDDS(idds: Idds) -> None:  # noqa: N802
    found = set(_stated_classes())
    assert len(found) == 11
    for module, name in found:
        assert getattr(import_module(module), name).__module__ == module


def test_limits_are_those_of_iDDS(idds: Idds) -> None:  # noqa: N802
    scope, name = (
        Draft202012Validator({"$ref": f"#/$defs/{key}", "$defs": DEFINITIONS})
        for key in ("scope", "collectionName")
    )
    for validator, limit in (
        (scope, idds.constants.SCOPE_LENGTH),
        (name, idds.constants.NAME_LENGTH),
    ):
        assert validator.is_valid("x" * limit)
        assert not validator.is_valid("x" * (limit + 1))
    assert name.is_valid(RUN + "x" * (idds.constants.NAME_LENGTH - 1))


@pytest.mark.parametrize(
    ("definition", "make"),
    [
        ("baseMetadata", lambda idds: idds.workflow.WorkflowBase()),
        ("workMetadata", lambda idds: idds.learning.ATLASLocalPandaWork()),
        ("collectionMetadata", lambda idds: idds.work.Collection()),
        ("conditionMetadata", lambda idds: idds.workflow.AndCondition()),
    ],
)
def test_metadata_that_constructors_make_are_required(
    idds: Idds, definition: str, make: Callable[[Idds], Any]
) -> None:
    """``_metadata`` replaces all of it, so nothing of it may be missing."""
    made = idds.dump(make(idds)._metadata)["attributes"]
    stated = DEFINITIONS[definition]["properties"]["attributes"]
    submitted = {"submitted"} & {*stated["properties"]}
    assert set(stated["required"]) == {*made} | submitted


@pytest.mark.parametrize(
    ("definition", "make"),
    [
        (None, lambda idds: idds.workflow.Workflow()),
        ("subWorkflow", lambda idds: idds.workflow.Workflow()),
        ("baseAttributes", lambda idds: idds.workflow.WorkflowBase()),
        ("workAttributes", lambda idds: idds.processing.ATLASPandaWork()),
        ("collection", lambda idds: idds.work.Collection()),
        ("conditionAttributes", lambda idds: idds.workflow.AndCondition()),
    ],
)
def test_the_full_form_has_what_constructors_make(
    idds: Idds, definition: str | None, make: Callable[[Idds], Any]
) -> None:
    made = idds.dump(make(idds))["attributes"]
    stated = DEFINITIONS[definition] if definition else SCHEMA
    stated = stated if "then" in stated else stated["properties"]["attributes"]
    # the task's name comes from its map, which that constructor was not given
    assert set(stated["then"]["required"]) == {*made} | {"task_name"} & {*stated["properties"]}


# What is rejected: keys


def _optional(document: Json) -> set[str]:
    """The keys that may be missing.

    An entry of a map by id may, though a reference to it is left: no schema sees that.  A
    task parameter map has tests of its own.
    """
    keys = (
        (name, path)
        for name, path, _ in places(document, _is_key)
        if not is_id(path[-1]) and ".task_parameters." not in name
    )
    return set(accepted(VALIDATOR, ((name, without(document, path)) for name, path in keys)))


def test_rejects_a_missing_key_in_the_compact_form(compact: Json) -> None:
    assert _optional(compact) == {
        "WorkflowBase.loop_condition_position",
        "WorkflowBase.global_parameters.user_m1",
        "WorkflowBase.global_parameters.user_go",
        "Collection.coll_type",
        # Python 3.10 has no such attribute
        "CollectionType._sort_order_",
        "ConditionOperator._sort_order_",
    }


def test_rejects_a_missing_key_in_the_full_form(full: Json) -> None:
    # a member that was loaded once has it for the rest of the process
    shared = {"TransformType._loading", "ConditionOperator._loading"}
    assert _optional(full) - shared == {
        "WorkflowBase.loop_condition_position",
        *(
            f"WorkflowBase.{where}.user_{name}"
            for where in ("_global_parameters", "_metadata./.gp")
            for name in ("m1", "go")
        ),
        "TransformType._sort_order_",
        "ConditionOperator._sort_order_",
        # what iDDS adds when it loads a workflow
        "sub-WorkflowBase._metadata./.parameter_links",
        *(
            f"{work}._metadata./.{key}"
            for work in ("ATLASPandaWork", "ATLASLocalPandaWork")
            for key in ("external_id", "signature", "workload_id")
        ),
    }


def test_rejects_a_missing_key_in_a_task_parameter_map(compact: Json) -> None:
    """The maps have tests of their own; here they are part of the whole."""
    for class_name in ("ATLASPandaWork", "ATLASLocalPandaWork"):
        path = (*_works(compact, class_name)[0], "attributes", "task_parameters")
        mutants = ((key, without(compact, (*path, key))) for key in REQUIRED)
        assert accepted(VALIDATOR, mutants) == []


def test_rejects_a_missing_object(compact: Json) -> None:
    for _, path, value in places(compact, lambda p, v: bool(p) and isinstance(v, dict)):
        if "class" in value:
            _refused(compact, path, None, {}, [], "x", value["attributes"])


def test_rejects_an_unknown_key(three: list[tuple[str, Json]]) -> None:
    """Everywhere but in maps that hold what people or iDDS's agents put there."""
    free = {
        "task_parameters", "and_custom_conditions", "or_custom_conditions", "status_statistics",
        "coll_metadata", "output_data", "to_update_processings", "running: Processing",
    }  # fmt: skip
    mutants = (
        (name, added(document, path, "intrenal_id", "0000aaaa"))
        for name, document, path, _ in _everywhere(three, lambda p, v: isinstance(v, dict))
    )
    found = {name.rpartition(".")[2] for name in accepted(VALIDATOR, mutants)}
    assert found <= free
    assert "coll_metadata" in found


def test_rejects_state_in_two_places(compact: Json, full: Json) -> None:
    """``_metadata`` would win, or the property: neither is meant."""
    stated: dict[str, Json] = {
        "ATLASPandaWork": {"internal_id": "0000aaaa", "work_name": "a"},
        "ATLASLocalPandaWork": {"template_work_id": "0000aaaa"},
        "Collection": {"internal_id": "0000aaaa"},
        "WorkflowBase": {"global_parameters": {"user_m1": 0.5}, "conditions": {}},
    }
    tried = 0
    for name, path, value in places(full, lambda p, v: isinstance(v, dict) and "class" in v):
        for key, other in stated.get(value["class"], {}).items():
            assert not VALIDATOR.is_valid(added(full, (*path, "attributes"), key, other)), name
            tried += 1
    assert tried >= 6
    for _, path, _ in places(compact, lambda p, v: isinstance(v, dict) and "class" in v):
        metadata = {"class": "DictMetadata", "module": "idds.common.dict_class", "attributes": {}}
        assert not VALIDATOR.is_valid(added(compact, (*path, "attributes"), "_metadata", metadata))


# What is rejected: classes, modules, enums


def test_rejects_another_class_or_module(three: list[tuple[str, Json]]) -> None:
    """Of every object: those of other objects, and those of nothing that may occur."""
    found = set(_stated_classes())
    classes = {cls for _, cls in found} | {"", "Work", "TemplateCondition", "WorkStatus", None}
    modules = {module for module, _ in found} | {"", "os", "idds.workflow.workflow", None}
    # a condition of one method and one work means the same in each of these classes
    alike = {"Condition", "AndCondition"}
    for name, document, path, value in _everywhere(
        three, lambda p, v: isinstance(v, dict) and "class" in v
    ):
        for key, others in (("class", classes), ("module", modules)):
            for other in others - {value[key]}:
                if {value[key], other} == alike and "_loop_condition" not in path:
                    mutant = replaced(document, (*path, key), other)
                    single = len(value["attributes"]["_conditions"]) == 1
                    assert VALIDATOR.is_valid(mutant) == single, (name, other)
                    continue
                mutant = replaced(document, (*path, key), other)
                assert not VALIDATOR.is_valid(mutant), (name, key, other)


def test_rejects_damage_in_a_run(forms: Forms) -> None:
    """A run is what a template is."""
    document = forms.full["by hand: loop and a task behind it, step 4, done"]
    runs = ("attributes", "runs")
    for number in ("1", "2"):
        path = (*runs, number, "attributes")
        work = next(iter(at(document, (*path, "_works"))))
        for mutant in (
            without(document, (*path, "_works")),
            replaced(document, (*path, "_works", work, "class"), "Work"),
            replaced(document, (*path, "internal_id"), "0000"),
            replaced(document, (*path, "_name"), RUN),
            replaced(document, (*path, "_loop_condition"), None),
            renamed(document, (*runs, number), f"0{number}"),
            renamed(document, (*runs, number), "one"),
        ):
            assert not VALIDATOR.is_valid(mutant)


def test_rejects_another_enum_member(both: list[tuple[str, Json]], idds: Idds) -> None:
    """A part changed alone disagrees with the rest; a member that cannot occur is none."""
    tried = set()
    for name, document, path, value in _everywhere(
        both, lambda p, v: isinstance(v, dict) and "_name_" in v.get("attributes", {})
    ):
        tried.add(value["class"])
        real = getattr(idds.module(value["module"]), value["class"])
        others = {m.name for m in real} | {m.value for m in real} | {99, -1, "x", None}
        for key in ("_name_", "_value_", "_sort_order_"):
            for other in others - {value["attributes"][key]}:
                mutant = replaced(document, (*path, "attributes", key), other)
                assert not VALIDATOR.is_valid(mutant), (name, key, other)
    assert tried == {"CollectionType", "ConditionOperator", "TransformType"}


def test_rejects_an_enum_member_of_another_place(full: Json, compact: Json, idds: Idds) -> None:
    for kind_ in ("Workflow", "Actuating", "Other"):
        work = _works(full, "ATLASPandaWork")[0]
        member = idds.dump(idds.constants.TransformType[kind_])
        assert not VALIDATOR.is_valid(replaced(full, (*work, "attributes", "work_type"), member))
    either = idds.dump(idds.workflow.ConditionOperator.Or)
    for name, path, _ in places(compact, lambda p, v: bool(p) and p[-1] == "operator"):
        assert not VALIDATOR.is_valid(replaced(compact, path, either)), name
    loop = (*TEMPLATE, "_loop_condition")
    assert not VALIDATOR.is_valid(replaced(compact, (*loop, "class"), "AndCondition"))


def test_rejects_a_number_that_is_no_status(full: Json, running: Json) -> None:
    names = ("status", "substatus", "coll_type")
    tried = 0
    for _, document, path, _ in _everywhere(
        [("full", full), ("running", running)], lambda p, v: bool(p) and p[-1] in names
    ):
        tried += 1
        _refused(document, path, -1, 22, 99, "0", None, True, 0.5)
    assert tried >= 9


# What is rejected: ids, methods, parameters

BAD_IDS = ["0000aaa", "0000aaaaa", "0000AAAA", "0000aaag", "0000aaaa\n"]


def test_rejects_a_corrupt_id(three: list[tuple[str, Json]]) -> None:
    """As a value, in every place."""
    tried = 0
    for name, document, path, _ in _everywhere(three, lambda p, v: is_id(v)):
        tried += 1
        for bad in [*BAD_IDS, 12345678, [], {}]:
            assert not VALIDATOR.is_valid(replaced(document, path, bad)), (name, bad)
    assert tried >= 50


def test_rejects_a_corrupt_id_as_a_key(three: list[tuple[str, Json]]) -> None:
    tried = 0
    for name, document, path, _ in _everywhere(three, lambda p, v: bool(p) and is_id(p[-1])):
        tried += 1
        for bad in BAD_IDS:
            assert not VALIDATOR.is_valid(renamed(document, path, bad)), (name, bad)
    assert tried >= 15


@pytest.mark.parametrize(
    "method",
    [
        "", "is_done", "Is_processed", "is_processed ", "is_processed\n", "is_processed()",
        "is_condition_true", "is_condition_false", "get_cond_status", "my_condition", "__init__",
        "get_custom_condition_status_real", "task_name", None, 1,
    ],
)  # fmt: skip
def test_rejects_an_unknown_method(both: list[tuple[str, Json]], method: object) -> None:
    for form, document in both:
        tried = 0
        for name, path, _ in places(document, lambda p, v: bool(p) and p[-1] == "idds_method"):
            tried += 1
            assert not VALIDATOR.is_valid(replaced(document, path, method)), (form, name)
        assert tried >= 2


def test_rejects_another_loop_condition(compact: Json) -> None:
    path = (*TEMPLATE, "_loop_condition", "attributes")
    method = at(compact, (*path, "_conditions", 0))
    for name in _enum("method", "idds_method"):
        mutant = replaced(compact, (*path, "_conditions", 0, "idds_method"), name)
        assert VALIDATOR.is_valid(mutant) == (name == "get_custom_condition_status")
    assert not VALIDATOR.is_valid(replaced(compact, (*path, "_conditions"), [method, method]))
    assert not VALIDATOR.is_valid(replaced(compact, (*path, "_conditions"), []))
    assert not VALIDATOR.is_valid(replaced(compact, (*path, "_true_works"), ["0000aaaa"]))
    assert not VALIDATOR.is_valid(added(compact, path, "_false_works", ["0000aaaa"]))


def _conditions(document: Json) -> Iterator[tuple[Path, Json]]:
    """Yield every condition of a workflow and its sub-workflows, with its path."""
    for path, value in walk(document):
        named = len(path) > 2 and path[-2] in ("conditions", "_conditions") and is_id(path[-1])
        if named and "_metadata" not in path:
            yield path, value


def test_rejects_conditions_that_iDDS_loses(three: list[tuple[str, Json]]) -> None:  # noqa: N802
    """engine.md, section 3, traps 2, 3, 9 and 11; in a sub-workflow, too."""
    tried = 0
    for form, document in three:
        for place, condition in _conditions(document):
            tried += 1
            path = (*place, "attributes")
            nothing = added(document, path, "_false_works", [])
            assert VALIDATOR.is_valid(nothing) == (form != "compact")
            work = condition["attributes"]["_conditions"][0]["idds_method_internal_id"]
            _refused(
                document,
                (*path, "_conditions", 0),
                {"idds_method": "is_condition_true", "idds_method_condition": condition},
                {"idds_attribute": "is_processed", "idds_method_internal_id": work},
                {"idds_method": "is_processed", "idds_method_class_id": work},
                {"idds_method": "is_started", "idds_method_internal_id": work},
                {"idds_method": "is_processed", "idds_method_internal_id": [work]},
                "is_processed",
                work,
                None,
            )
            first = condition["attributes"]["_conditions"][0]
            _refused(document, (*path, "_conditions"), [], None, {}, work, [first, first])
            for other in (condition, first, {}, None, "is_processed"):
                _refused(document, (*path, "_true_works"), [other], [work, other])
            _refused(document, (*path, "_true_works"), [], None, {}, work, [work, work])
            others: list[object] = [[work], [condition], [None], {}, None]
            for other in others:
                assert not VALIDATOR.is_valid(added(document, path, "_false_works", other))
    assert tried >= 9


def test_rejects_works_that_a_false_condition_released(full: Json, running: Json) -> None:
    for document in (full, running):
        tried = 0
        for path, _value in walk(document):
            if path and path[-1] == "false_works":
                tried += 1
                assert not VALIDATOR.is_valid(
                    added(document, path, "0000aaaa", {"triggered": True})
                )
                _refused(document, path, None, [])
        assert tried


def test_rejects_a_negative_condition_that_fires_without_data(
    three: list[tuple[str, Json]],
) -> None:
    """After a load it is true of each learner at first (engine.md, section 3, trap 5)."""
    negative = "get_not_custom_condition_status"
    for form, document in three:
        found = [
            (path, condition)
            for path, condition in _conditions(document)
            if negative in json.dumps(condition)
        ]
        assert len(found) == 1, form
        path, condition = found[0]
        asked = condition["attributes"]["_conditions"]
        names = [method["idds_method"] for method in asked]
        assert names == ["is_processed", "get_output_data", negative]
        for number, method in enumerate(asked):
            rest = [*asked[:number], *asked[number + 1 :]]
            mutant = replaced(document, (*path, "attributes", "_conditions"), rest)
            assert VALIDATOR.is_valid(mutant) == (number == 2), method
            alone = replaced(document, (*path, "attributes", "_conditions"), [method])
            assert VALIDATOR.is_valid(alone) == (number != 2), method
            other = (*path, "attributes", "_conditions", number, "idds_method")
            for name in _enum("method", "idds_method"):
                if name not in names:
                    assert VALIDATOR.is_valid(replaced(document, other, name)) == (number == 2)
        alone = replaced(document, (*path, "attributes", "_conditions"), asked[2:])
        assert not VALIDATOR.is_valid(replaced(alone, (*path, "class"), "Condition"))
        either = copy.deepcopy(condition)
        either["class"] = "OrCondition"
        operator = either["attributes"]["operator"]["attributes"]
        operator |= {"_name_": "Or", "_value_": 1, "_sort_order_": 1}
        assert not VALIDATOR.is_valid(replaced(document, path, either))
        either["attributes"]["_conditions"] = asked[:2]
        VALIDATOR.validate(replaced(document, path, either))


def test_rejects_a_work_that_is_not_submitted(three: list[tuple[str, Json]]) -> None:
    """Every work of every workflow: a condition would release it again (engine.md, trap 9)."""
    for form, document in three:
        tried = 0
        for path, value in walk(document):
            if not isinstance(value, dict) or value.get("class") not in (
                "ATLASPandaWork",
                "ATLASLocalPandaWork",
            ):
                continue
            tried += 1
            where: Path = (*path, "attributes")
            if form != "compact":
                assert not VALIDATOR.is_valid(added(document, where, "submitted", True))
                where = (*where, "_metadata", "attributes")
            assert at(document, (*where, "submitted")) is True
            assert not VALIDATOR.is_valid(without(document, (*where, "submitted")))
            _refused(document, (*where, "submitted"), False, None, "true", 1, [], M1)
        assert tried >= 6


# What is rejected: sub-workflows that do not run


def test_rejects_a_sub_workflow_that_loops(three: list[tuple[str, Json]]) -> None:
    """It stops after the first iteration on the server (engine.md, section 3, trap 13)."""
    for form, document in three:
        loop = at(document, (*TEMPLATE, "_loop_condition"))
        learner = _works(document, "ATLASLocalPandaWork")[0]
        for path in _sub_templates(document):
            # with a learner of its own, so that nothing else is amiss
            whole = added(document, (*path, "_works"), str(learner[-1]), at(document, learner))
            VALIDATOR.validate(whole)
            assert not VALIDATOR.is_valid(added(whole, path, "_loop_condition", loop))
            assert not VALIDATOR.is_valid(added(whole, path, "_loop_condition", False))
            empty = added(whole, path, "_loop_condition", None)
            assert VALIDATOR.is_valid(empty) == (form != "compact")
            if form == "compact":
                for key, value in {
                    "loop_condition_position": "end",
                    "global_parameters": {"user_m1": 0.5},
                    "_metadata": {},
                }.items():
                    assert not VALIDATOR.is_valid(added(document, path, key, value)), key


def _sub_templates(document: Json) -> list[Path]:
    """Return the paths of what the sub-workflow holds: its template and its run."""
    path = (*sub(document), "attributes")
    runs = at(document, path).get("runs", {})
    return [
        (*path, "template", "attributes"),
        *((*path, "runs", number, "attributes") for number in runs),
    ]


def test_rejects_a_sub_workflow_that_crashes(three: list[tuple[str, Json]]) -> None:
    """It starts with ``initial_works`` and has no others (engine.md, section 3, trap 4)."""
    tried = 0
    for form, document in three:
        for path in _sub_templates(document):
            tried += 1
            work = next(iter(at(document, (*path, "_works"))))
            _refused(document, (*path, "independent_works"), [work], None, {})
            _refused(document, (*path, "initial_works"), [], None, {}, work, [work, work], [None])
            assert not VALIDATOR.is_valid(without(document, (*path, "initial_works")))
            assert not VALIDATOR.is_valid(without(document, (*path, "independent_works")))
            _refused(document, (*path, "_works"), {}, None, [])
        if form == "compact":
            # of a workflow that nothing is around they would be all that starts
            first = at(document, (*TEMPLATE, "independent_works"))
            assert not VALIDATOR.is_valid(added(document, TEMPLATE, "initial_works", first))
        _refused(document, (*TEMPLATE, "independent_works"), [])
    assert tried == 4


def test_rejects_another_run_of_a_sub_workflow(running: Json) -> None:
    path = (*sub(running), "attributes")
    assert at(running, (*path, "_num_run")) == 1
    assert at(running, (*path, "parent_num_run")) == "2"
    run = at(running, (*path, "runs", "1"))
    for number in ("0", "2", "01", "1 ", "one", "1\n"):
        assert not VALIDATOR.is_valid(added(running, (*path, "runs"), number, run))
        assert not VALIDATOR.is_valid(renamed(running, (*path, "runs", "1"), number))
    for state in ((*path,), (*TEMPLATE, "_metadata", "attributes", "works", path[-2], "metadata")):
        _refused(running, (*state, "parent_num_run"), 2, "x", "0", "02", "2_1", "2\n", True, M1)
        key = "_num_run" if state == path else "num_run"
        _refused(running, (*state, key), 0, 2, -1, "1", None, True)
        _refused(running, (*state, "runs"), {}, None, [], "1")
    own = (*TEMPLATE, "_metadata", "attributes")
    assert not VALIDATOR.is_valid(added(running, own, "parent_num_run", "1"))


def test_rejects_damage_in_what_is_kept_of_a_sub_workflow(running: Json, full: Json) -> None:
    for document in (running, full):
        path = (*TEMPLATE, "_metadata", "attributes", "works", str(sub(document)[-1]))
        state = at(document, path)
        assert state["type"] == "workflow"
        _refused(document, (*path, "type"), "work", "", None, "Workflow")
        for key in state["metadata"]:
            assert not VALIDATOR.is_valid(without(document, (*path, "metadata", key))), key
        for key, value in {"build": {}, "work_id": 1, "status": 3, "conditions": {}}.items():
            assert not VALIDATOR.is_valid(added(document, (*path, "metadata"), key, value)), key
        ran = bool(state["metadata"]["runs"])
        assert ran == (document is running)
        links = added(document, (*path, "metadata"), "parameter_links", {})
        assert VALIDATOR.is_valid(links) == (not ran)
        assert not VALIDATOR.is_valid(replaced(document, (*path, "metadata", "runs"), {"2": {}}))
    works = (*path[:-1], *())
    task = next(k for k, v in at(document, works).items() if v["type"] == "work")
    assert not VALIDATOR.is_valid(replaced(document, (*works, task), state["metadata"]))
    assert not VALIDATOR.is_valid(replaced(document, (*works, task, "type"), "workflow"))


def test_rejects_damage_in_a_nested_sub_workflow(forms: Forms) -> None:
    """What holds of a sub-workflow holds of one inside it."""
    compact, kinds = forms.compact["shape ten"], 0
    server = [d for n, d in forms.full.items() if n.startswith("on the server: shape ten,")]
    for document in (compact, server[0], server[-1]):
        loop = at(document, (*TEMPLATE, "_loop_condition"))
        for path, value in walk(document):
            if not isinstance(value, dict) or value.get("class") != "Workflow":
                continue
            if sum(step == "_works" for step in path) < 2:
                continue
            kinds += 1
            inner = (*path, "attributes", "template", "attributes")
            work = next(iter(at(document, (*inner, "_works"))))
            for mutant in (
                replaced(document, (*inner, "independent_works"), [work]),
                replaced(document, (*inner, "initial_works"), []),
                without(document, (*inner, "initial_works")),
                replaced(document, (*inner, "_works", work, "class"), "Work"),
                added(document, inner, "_loop_condition", loop),
                added(document, inner, "with_steps", True),
                replaced(document, (*path, "class"), "SubWorkflow"),
                added(document, (*path, "attributes"), "loop_condition_position", "begin"),
            ):
                assert not VALIDATOR.is_valid(mutant), path
    assert kinds >= 12


def test_rejects_a_workflow_of_sub_workflows_only(both: list[tuple[str, Json]]) -> None:
    """Nothing would start it; in a sub-workflow its ``initial_works`` do."""
    for form, document in both:
        place, loop = sub(document), (*TEMPLATE, "_loop_condition")
        only = {str(place[-1]): at(document, place)}
        once = without(document, loop) if form == "compact" else replaced(document, loop, None)
        once = json.loads(json.dumps(once).replace(RUN, "1"))
        VALIDATOR.validate(once)
        assert not VALIDATOR.is_valid(replaced(once, WORKS, {place[-1]: at(once, place)}))
        for path in _sub_templates(document):
            nested = replaced(document, (*path, "_works"), only)
            VALIDATOR.validate(nested)


def test_rejects_a_parameter_link(compact: Json) -> None:
    link = {
        "class": "ParameterLink",
        "module": "idds.workflowv2.workflow",
        "attributes": {"parameters": {}, "num_parameters": 0},
    }
    for path in (TEMPLATE, *_sub_templates(compact)):
        assert not VALIDATOR.is_valid(added(compact, path, "parameter_links", {"0000aaaa": link}))


def test_rejects_what_the_target_does_not_use(compact: Json, full: Json) -> None:
    """A second loop, code to execute, steps, a build work."""
    for document in (compact, full):
        assert not VALIDATOR.is_valid(added(document, WORKS, "0000aaaa", document))
        for name in ("SubWorkflow", "LoopWorkflow", "WorkflowBase"):
            assert not VALIDATOR.is_valid(replaced(document, (*sub(document), "class"), name))
        for key, value in {
            "user_defined_conditions": {"f": "import os"},
            "parameter_links": {"0000aaaa": {}},
            "build_work": next(iter(at(document, WORKS).values())),
            "with_steps": True,
            "_is_workflow_step": True,
            "_loop_condition_position": "begin",
            "loop_condition_position": "begin",
        }.items():
            assert not VALIDATOR.is_valid(added(document, TEMPLATE, key, value)), key
        top = added(document, ("attributes",), "loop_condition_position", "begin")
        assert not VALIDATOR.is_valid(top)
        assert not VALIDATOR.is_valid(replaced(document, WORKS, {}))
        twice = ["0000aaaa", "0000aaaa"]
        _refused(document, (*TEMPLATE, "independent_works"), [], None, {}, twice)
    for old in ("Sun, 22 Nov 2026 18:00:12 UTC", None):
        assert not VALIDATOR.is_valid(added(compact, TEMPLATE, "last_updated_at", old))


@pytest.mark.parametrize(
    "name",
    ["", "m1", "user", "user_", "User_m1", "users_m1", "user-m1", "_user_m1", " user_m1",
     "user_m1_", "user_m1___x", "user_m 1", "user_ä", "user_m1\n", "user____m1"],
)  # fmt: skip
def test_rejects_a_global_parameter_of_another_name(
    both: list[tuple[str, Json]], name: str
) -> None:
    for _, document in both:
        tried = 0
        for path, _value in walk(document):
            if path and path[-1] in ("global_parameters", "_global_parameters", "gp"):
                tried += 1
                assert not VALIDATOR.is_valid(added(document, path, name, 1)), path
                VALIDATOR.validate(added(document, path, "user_n_2", 1))
        assert tried


@pytest.mark.parametrize("value", [None, [], {}, [0.5], {"a": 1}, M1, RUN])
def test_rejects_a_global_parameter_without_a_text(
    both: list[tuple[str, Json]], value: object
) -> None:
    """iDDS inserts ``str(value)``."""
    for _, document in both:
        for path, _value in walk(document):
            if path and path[-1] in ("global_parameters", "_global_parameters", "gp"):
                assert not VALIDATOR.is_valid(added(document, path, "user_m1", value)), path


def test_rejects_a_loop_without_a_learner(both: list[tuple[str, Json]]) -> None:
    for _, document in both:
        path = _works(document, "ATLASLocalPandaWork")[0]
        conditions = (*path, "attributes", "and_custom_conditions")
        assert at(document, conditions) == {"to_continue": True}
        untrue: tuple[object, ...] = (
            {},
            {"to_continue": False},
            {"to_continue": "true"},
            {"go": True},
            None,
            [],
        )
        _refused(document, conditions, *untrue)
        _refused(document, (*conditions, "flag"), [True], {}, None, M1)
        VALIDATOR.validate(added(document, conditions, "flag", "a"))
        assert not VALIDATOR.is_valid(without(document, path))
        assert not VALIDATOR.is_valid(replaced(document, (*path, "attributes", "output_files"), []))
        task = (*_works(document, "ATLASPandaWork")[0], "attributes")
        for key, value in (("and_custom_conditions", {"to_continue": True}), ("output_files", [])):
            assert not VALIDATOR.is_valid(added(document, task, key, value)), key


# What is rejected: placeholders


def _fills(path: Path) -> bool:
    """Whether iDDS replaces placeholders there, or takes the text from where it does.

    idds/atlas/workflowv2/atlaspandawork.py and atlaslocalpandawork.py,
    ``renew_parameters_from_attributes``.
    """
    inside = path[max((n for n, s in enumerate(path) if s == "attributes"), default=-1) + 1 :]
    if not inside:
        return False
    if inside[0] == "task_parameters":
        rest = inside[1:]
        if rest[0] == "jobParameters":
            return len(rest) == 3
        return len(rest) == (2 if rest[0] == "log" else 1)
    in_collection = "_collections" in path
    return (
        (in_collection and inside == ("name",))
        or (not in_collection and inside in (("task_name",), ("work_name",)))
        or (inside[0] == "output_files" and inside[-1] in ("name", "file"))
    )


#: Strings of a task parameter map that are no free text.
_TYPED = {"type", "param_type", "processingType", "ramCountUnit"}


def _with_marker(value: str, marker: str) -> str:
    return f"{value[:-1]}{marker}/" if value.endswith("/") else value + marker


@pytest.mark.parametrize("marker", [RUN, M1])
def test_rejects_placeholders_that_iDDS_leaves(  # noqa: N802
    three: list[tuple[str, Json]], marker: str
) -> None:
    """In every place with a string: accepted exactly where iDDS fills it in."""
    right = wrong = 0
    for name, document, path, value in _everywhere(three, lambda p, v: isinstance(v, str)):
        expected = _fills(path) and path[-1] not in _TYPED
        mutant = replaced(document, path, _with_marker(value, marker))
        assert VALIDATOR.is_valid(mutant) == expected, name
        right += expected
        wrong += not expected
    assert right >= 50
    assert wrong >= 100


def test_rejects_placeholders_instead_of_other_values(three: list[tuple[str, Json]]) -> None:
    """Where iDDS does not look: it replaces in strings, not in what is in a list."""
    tried = 0
    for name, document, path, _ in _everywhere(
        three, lambda p, v: bool(p) and (v in (None, [], {}) or isinstance(v, bool | int | float))
    ):
        tried += 1
        nullable = path[-1] in ("architecture", "transHome", "site") and _fills(path)
        assert VALIDATOR.is_valid(replaced(document, path, M1)) == nullable, name
        _refused(document, path, [{"a": [RUN]}])
    assert tried >= 150


@pytest.mark.parametrize("marker", [M1, "___idds___"])
def test_rejects_placeholders_in_keys(three: list[tuple[str, Json]], marker: str) -> None:
    mutants = (
        (name, added(document, path, f"user_{marker}", 1))
        for name, document, path, _ in _everywhere(three, lambda p, v: isinstance(v, dict))
    )
    # an attribute that the learner's result gave: nobody reads it but by its name
    assert [n for n in accepted(VALIDATOR, mutants) if not n.endswith("PandaWork")] == []


@pytest.mark.parametrize(
    "marker",
    ["___idds___", "___idds___num_run", "___idds___num_run__", "___idds___user_m1__",
     "___idds___user____", "___idds___task_name___", "___idds___m1___", f"{RUN} ___idds___"],
)  # fmt: skip
def test_rejects_malformed_placeholders(compact: Json, full: Json, marker: str) -> None:
    """In every place.  A work of the full form is enough: the rest is the same schema."""
    learner = _works(full, "ATLASLocalPandaWork")[0]
    for document, wanted in ((compact, ()), (full, learner)):
        mutants: Iterator[Mutant] = (
            (name, replaced(document, path, _with_marker(value, marker)))
            for name, path, value in _strings(document)
            if path[: len(wanted)] == wanted
        )
        assert accepted(VALIDATOR, mutants) == []


def test_rejects_the_iteration_outside_a_loop(forms: Forms, idds: Idds) -> None:
    """It is empty there.  A parameter has a value outside a loop, too, if there is one."""
    for document in (forms.compact["chain"], idds.dump(handmade(idds)["chain"])):
        VALIDATOR.validate(document)
        key = "global_parameters" if "global_parameters" in at(document, TEMPLATE) else "gp"
        tried = 0
        for name, path, value in _strings(document):
            if not _fills(path) or path[-1] in _TYPED:
                continue
            tried += 1
            for marker in (RUN, M1):
                mutant = replaced(document, path, _with_marker(value, marker))
                assert not VALIDATOR.is_valid(mutant), (name, marker)
                if "_metadata" in at(document, TEMPLATE):
                    place = (*TEMPLATE, "_metadata", "attributes", "gp")
                else:
                    place, key = TEMPLATE, "global_parameters"
                value_ = {"user_m1": 1}
                given = (
                    replaced(mutant, place, value_)
                    if place != TEMPLATE
                    else added(mutant, place, key, value_)
                )
                assert VALIDATOR.is_valid(given) == (marker == M1), (name, marker)
        assert tried >= 15


def test_rejects_the_iteration_when_the_loop_is_gone(both: list[tuple[str, Json]]) -> None:
    for form, document in both:
        path = (*TEMPLATE, "_loop_condition")
        gone = without(document, path) if form == "compact" else replaced(document, path, None)
        assert not VALIDATOR.is_valid(gone)
        text = json.dumps(gone).replace(RUN, "1")
        VALIDATOR.validate(json.loads(text))


def test_rejects_placeholders_in_a_sub_workflow_without_what_fills_them(
    compact: Json, full: Json
) -> None:
    """They are those of the workflow around it, however deep it is."""
    parameters = {"compact": (*TEMPLATE, "global_parameters")}
    parameters["full"] = (*TEMPLATE, "_metadata", "attributes", "gp")
    loop = (*TEMPLATE, "_loop_condition")
    for form, document in (("compact", compact), ("full", full)):
        place = sub(document)
        plain = json.loads(json.dumps(document).replace(RUN, "1").replace(M1, "1"))
        go = "___idds___user_go___"
        plain = json.loads(json.dumps(plain).replace(go, "1"))
        once = without(plain, loop) if form == "compact" else replaced(plain, loop, None)
        bare = replaced(plain, parameters[form], {})
        VALIDATOR.validate(once)
        VALIDATOR.validate(bare)
        inner = at(document, place)
        names = [(*place, *path) for path, _ in walk(inner) if path and path[-1] == "task_name"]
        assert [len(name) for name in names] == [17, 17, 12]  # two in a sub-workflow of their own
        for name in names:
            for text, rest, right in (
                (RUN, once, False),
                (M1, once, True),
                (RUN, bare, True),
                (M1, bare, False),
            ):
                assert VALIDATOR.is_valid(replaced(rest, name, text)) == right, (form, text, name)
        VALIDATOR.validate(replaced(plain, place, inner))
        for rest in (once, bare):
            assert not VALIDATOR.is_valid(replaced(rest, place, inner)), form


# What is rejected: the rest


#: Keys whose value may be a number below 0, or any text, though it is something else here.
_NUMBERS = {"coll_id", "work_id", "workload_id", "request_id", "external_id"}
_TEXTS = {
    "workdir", "setup", "executable", "arguments", "username", "sandbox", "proxy",
    "original_proxy", "panda_url", "panda_url_ssl", "panda_monitor", "panda_auth", "panda_auth_vo",
    "panda_config_root", "pandacache_url", "panda_verify_host", "external_id", "userdn",
    "additional_data_storage", "_campaign", "_campaign_scope", "_campaign_group", "_campaign_tag",
    "_request_cache", "_step_name", "_workflow_data",
}  # fmt: skip


@pytest.mark.parametrize(("other", "keys"), [(-1, _NUMBERS), ("\n", _TEXTS)])
def test_rejects_a_value_of_another_type(
    both: list[tuple[str, Json]], other: object, keys: set[str]
) -> None:
    """Task parameter maps, which have a test of their own, and parameters aside."""
    tried = 0
    for name, document, path, value in _everywhere(both, lambda p, v: bool(p)):
        if ".task_parameters." in name or str(path[-1]).startswith("user_"):
            continue
        if value == other or (isinstance(value, str) and isinstance(other, str)):
            continue
        tried += 1
        expected = path[-1] in keys
        assert VALIDATOR.is_valid(replaced(document, path, other)) == expected, name
    assert tried >= 250


def test_rejects_a_damaged_submission(running: Json) -> None:
    """``Processing`` is iDDS's own: it is named, and kept in two places."""
    tried = 0
    for name, path, _ in places(running, _is_key):
        if name.endswith("_processings.*"):
            tried += 1
            for key in ("class", "module", "attributes"):
                assert not VALIDATOR.is_valid(without(running, (*path, key))), key
            _refused(running, (*path, "attributes"), None, [], {"a": [RUN]})
        elif name.endswith("_metadata./.processings.*"):
            tried += 1
            for key in at(running, path):
                assert not VALIDATOR.is_valid(without(running, (*path, key))), key
                _refused(running, (*path, key), [], True)
            assert not VALIDATOR.is_valid(added(running, path, "status", 0))
    assert tried == 4


def test_rejects_a_wrong_name_or_time(compact: Json, full: Json) -> None:
    _refused(compact, (*TEMPLATE, "_name"), "", "x" * 256, None, RUN)
    _refused(full, (*TEMPLATE, "_name"), "", "x" * 256, None, RUN)
    for key in ("_lifetime", "_pending_time"):
        _refused(full, (*TEMPLATE, key), 0, -1, "2", True)
    _refused(
        full, (*TEMPLATE, "_metadata", "attributes", "last_updated_at"), None, "", "2026-11-22"
    )
    for work in at(compact, (*TEMPLATE, "_work_conds")):
        _refused(compact, (*TEMPLATE, "_work_conds", work), [], None, "0000aaaa")


@pytest.mark.parametrize(
    ("class_name", "key", "values"),
    [
        ("ATLASPandaWork", "task_type", [None, "", "a b", 1]),
        ("ATLASPandaWork", "task_parameters", [None, {}, [], "x"]),
        ("ATLASPandaWork", "_collections", [None, {}, []]),
        ("ATLASPandaWork", "log_collections", [None, {}, "0000aaaa", ["x"]]),
        ("ATLASLocalPandaWork", "output_files", [None, {}, [{}], [{"scope": "a", "name": "b"}]]),
        ("Collection", "scope", ["", None, "a b", "user.me/", "x" * 26, ".a", "user.me\n"]),
        ("Collection", "name", ["", None, "a b", "x" * 256, "a\n"]),
    ],
)
def test_rejects_a_wrong_value(
    both: list[tuple[str, Json]], class_name: str, key: str, values: list[object]
) -> None:
    for form, document in both:
        tried = 0
        for name, path, _ in places(document, lambda p, v: bool(p) and p[-1] == key):
            if name == f"{class_name}.{key}":
                tried += 1
                for value in values:
                    assert not VALIDATOR.is_valid(replaced(document, path, value)), (form, value)
        assert tried


def test_rejects_other_documents(compact: Json) -> None:
    template = at(compact, TEMPLATE[:-1])
    task = at(compact, _works(compact, "ATLASPandaWork")[0])
    others: list[object] = [None, {}, [], "x", [compact], template, task, compact["attributes"]]
    for wrong in others:
        assert not VALIDATOR.is_valid(wrong)


def test_rejects_the_form_of_the_seed() -> None:
    """iDDS 0.2 has other modules and keys: that is another target."""
    seed = {
        "class": "Workflow",
        "module": "idds.workflow.workflow",
        "attributes": {"works_template": {}, "work_conds": {}, "conditions": {}},
    }
    assert not VALIDATOR.is_valid(seed)
