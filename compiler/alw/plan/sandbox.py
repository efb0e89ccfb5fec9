"""The sandboxes of the tasks: files here, what lies on PanDA's cache, or another task's."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, MutableMapping
from dataclasses import replace
from typing import Any

from ..diagnostics.diagnostic import Failed
from ..diagnostics.rules import (
    NO_SANDBOX,
    OPTION_VALUE,
    RESERVED_OPTION,
    SANDBOX_ADDRESS,
    SANDBOX_SIZE,
    UNUSED_SANDBOX,
)
from ..panda.archives import (
    SandboxPlace,
    builds,
    by_ddm,
    find_place,
    place_at,
    set_archive,
    unpacks,
)
from ..panda.client import archive_limits
from ..panda.maps import Request, task_map
from ..prun.leftovers import report_leftovers
from ..prun.options import prun_settings
from ..prun.plan_context import PlanContext
from ..sandbox.archive import Archive
from ..sandbox.ignore import IGNORE_FILE
from ..semantics.expr import ErrorExpr, Items, SandboxOf
from ..semantics.expressions import known_text
from ..semantics.program import Setting, Task
from ..semantics.scope import circle_text
from ..semantics.types import STRING, brief, same
from ..text.source import Span
from .model import TaskPlan
from .packing import Packing, describe_folder, describe_largest

#: What says to prun which files are sent (pandaclient/PrunScript.py:555-870).
_SAYS_FILES = {
    "excludeFile", "extFile", "followLinks", "gluePackages", "inTarBall", "maxFileSize",
    "outTarBall", "tarBallViaDDM", "useRootCore", "workDir",
}  # fmt: skip
#: What says to the jobs, too, how to set up what is in the archive (:1324).
_SAYS_SETUP = {"useRootCore"}
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class Sandboxes:
    """The sandboxes of one workflow; what is wrong with them is reported.

    :param stored: the stored maps of its tasks.
    :param known: archives of folders that were read before; takes those read now.
    """

    def __init__(
        self,
        context: PlanContext,
        stored: Mapping[str, Mapping[str, Any]],
        known: MutableMapping[object, Archive],
    ) -> None:
        self._context = context
        self._packing = Packing(context, known)
        self._stored = stored
        self._found: dict[str, Archive | SandboxPlace] = {}
        self.failed: Failed | None = None
        """The last failure: a task lacks its sandbox."""
        self._checked: set[str] = set()
        self._owners: dict[str, str] = {}  # of the sandboxes of others
        self._places: dict[str, SandboxPlace] = {}  # of actuators, which have no map
        self.archives: dict[str, Archive] = {}
        """The archives to write, by name."""
        for task in context.workflow.tasks.values():
            if setting := task.settings.get("sandbox"):
                self._report_surplus(task, setting)
                found = self._look(task, setting)
                if isinstance(found, Failed):
                    self.failed = found
                elif found is not None:
                    self._found[task.name] = found

    # The values of 'sandbox'

    def _report_surplus(self, task: Task, setting: Setting) -> None:
        text = known_text(setting.term)
        is_packed = text is not None and _ADDRESS.match(text)
        surplus = _SAYS_FILES - _SAYS_SETUP if is_packed else _SAYS_FILES
        for option, other in prun_settings(task):
            if option.name in surplus:
                self._context.report(
                    RESERVED_OPTION,
                    other.name_span,
                    f"'{other.name}' and 'sandbox' both select the files to send",
                    f"remove it; to send only some files, list the others in '{IGNORE_FILE}' in "
                    "the folder",
                    (setting.name_span, "the sandbox"),
                )

    def _look(self, task: Task, setting: Setting) -> Archive | SandboxPlace | Failed | None:
        """Return what the setting names; ``None`` for the sandbox of another task."""
        term, span = setting.term, setting.term.span
        if isinstance(term, SandboxOf):
            return self._check_owner(task, term)
        if isinstance(term, Items):
            return self._packing.members(term)
        text = known_text(term)
        if text is None or not same(term.type, STRING):
            if isinstance(term, ErrorExpr):
                return self._context.failed_before(span, f"the sandbox of '{task.name}'")
            message = "'sandbox' must be a folder, a list or an address, known before submission"
            help = "or the sandbox of another task: sandbox = TASK.sandbox"
            return self._context.fail(OPTION_VALUE, span, message, help)
        if _ADDRESS.match(text):
            return self._address(text, span)
        return self._packing.folder(text, span)

    def _check_owner(self, task: Task, term: SandboxOf) -> Failed | None:
        """Report the sandbox of another task that has none."""
        owner = self._context.workflow.tasks.get(term.task)
        if owner is None:
            return self._context.failed_before(term.span, f"the sandbox of '{term.task}'")
        if "sandbox" in owner.settings:
            return self._check_circle(task.name)
        if "map" not in owner.settings:
            help = f"name a folder here, or give '{owner.name}' one: sandbox = \"FOLDER\""
            return self._no_sandbox(task, f"'{owner.name}' has no sandbox", help)
        if owner.name in self._stored and not find_place(self._stored[owner.name]):
            message = f"the map of '{owner.name}' names no sandbox on PanDA's cache"
            help = "it needs a 'sourceURL' and the name of an archive there; or name a folder"
            return self._no_sandbox(task, message, help)
        return None

    def _check_circle(self, name: str) -> Failed | None:
        path = self._path(name, self._checked)
        last, *before = reversed(path)
        failed: Failed | None = None
        if last in before:
            circle = path[path.index(last) :]
            message = f"the sandbox of '{last}' refers to itself: {circle_text(circle)}"
            owner = self._context.workflow.tasks[last]
            failed = self._no_sandbox(owner, message, "name a folder in one of them")
        self._checked.update(path)
        return failed

    def _path(self, name: str, known: Container[str]) -> list[str]:
        """Return the tasks from one to the other whose sandbox it uses.

        The last one has a sandbox of its own, is ``known``, or comes again.
        """
        path = {name: None}
        while isinstance(term := self._term(name), SandboxOf):
            name = term.task
            if name in path or name in known or name not in self._context.workflow.tasks:
                return [*path, name]
            path[name] = None
        return list(path)

    def _no_sandbox(self, task: Task, message: str, help: str) -> Failed:
        return self._context.fail(NO_SANDBOX, task.settings["sandbox"].term.span, message, help)

    def _address(self, text: str, span: Span) -> SandboxPlace | Failed:
        place = place_at(text)
        if place is None or self._context.placeholders.reserved.search(text):
            return self._context.fail(
                SANDBOX_ADDRESS,
                span,
                f"{brief(text)} is not the address of a sandbox in PanDA's cache",
                "jobs fetch https://HOST/cache/NAME.tar.gz, without user, query or spaces",
            )
        return place

    # In the maps

    def put_into(self, plans: Mapping[str, TaskPlan]) -> tuple[TaskPlan, ...]:
        """Return ``plans`` with the sandboxes in their maps."""
        done: dict[str, TaskPlan] = {}
        for name in plans:
            for task in reversed(self._path(name, done)):
                if task in plans and task not in done:
                    done[task] = self._put(plans[task], done)
                    self.failed = self._leftovers(plans[task]) or self.failed
        return tuple(done[name] for name in plans)

    def sent(self) -> Mapping[str, Archive]:
        """Return what is sent to each task, as far as it is known."""
        found: dict[str, Archive] = {}
        for name in self._context.workflow.tasks:
            archive = self._found.get(self._owners.get(name, name))
            if isinstance(archive, Archive):
                found[name] = archive
        return found

    def _leftovers(self, plan: TaskPlan) -> Failed | None:
        """Report what lies where a task is to write."""
        term, found = self._term(plan.name), self._found.get(plan.name)
        if isinstance(term, SandboxOf):
            found = self._found.get(self._owners.get(term.task, term.task))
            self._owners[plan.name] = self._owners.get(term.task, term.task)
        if not isinstance(found, Archive):
            return None
        how = plan.actuator or self._context.capabilities
        is_checked = how.removes_old_result
        return report_leftovers(self._context, self._task(plan), found, is_checked)

    def _term(self, name: str) -> object:
        setting = self._context.workflow.tasks[name].settings.get("sandbox")
        return setting.term if setting else None

    def _put(self, plan: TaskPlan, done: Mapping[str, TaskPlan]) -> TaskPlan:
        term, made = self._term(plan.name), plan.task_map or _make_usual_map()
        found = self._found.get(plan.name)
        place: SandboxPlace | None = None
        if isinstance(term, SandboxOf) and term.task in done:
            place = self._places.get(term.task) or find_place(done[term.task].task_map)
        elif isinstance(found, SandboxPlace):
            place = found
        elif found is not None:
            place = SandboxPlace(
                _source_url(made, "map" in self._task(plan).settings), _name(found, made)
            )
            self._keep(self._task(plan), place.name, found)
        if place is None:
            if term is not None:
                what = f"the sandbox of '{plan.name}'"
                self.failed = self._context.failed_before(self._task(plan).head, what)
            return plan
        if failed := self._no_room(self._task(plan), made):
            self.failed = failed
            return plan
        if plan.actuator is not None:
            self._places[plan.name] = place
            return replace(plan, actuator=replace(plan.actuator, sandbox=place.address))
        return replace(plan, task_map=set_archive(made, place.name, place.source_url))

    def _task(self, plan: TaskPlan) -> Task:
        return self._context.workflow.tasks[plan.name]

    def _no_room(self, task: Task, made: Mapping[str, Any]) -> Failed | None:
        if unpacks(made) and not by_ddm(made):
            return None
        return self._context.fail(
            UNUSED_SANDBOX,
            task.settings["sandbox"].name_span,
            f"the jobs of '{task.name}' fetch no sandbox from PanDA's cache",
            "the stored map says so: remove 'sandbox'"
            if "map" in task.settings
            else "with these options prun sends none; add use_sandbox = true",
        )

    def _keep(self, task: Task, name: str, archive: Archive) -> None:
        limit = archive_limits()[0 if name.startswith("sources.") else 1]
        if archive.size > limit:
            term = task.settings["sandbox"].term
            self.failed = self._context.fail(
                SANDBOX_SIZE,
                term.span,
                f"the archive of {describe_folder(term)} has {archive.size:,} bytes, PanDA takes "
                f"{limit:,}" + ("" if name.startswith("sources.") else " without a build"),
                describe_largest(archive.members),
            )
        else:
            self.archives[name] = archive


def _name(archive: Archive, made: Mapping[str, Any]) -> str:
    return f"{'sources' if builds(made) else 'jobO'}.{archive.identity}.tar.gz"


def _make_usual_map() -> Mapping[str, Any]:
    """Return the map that prun makes of a task without options."""
    return task_map(Request("true", "user.nobody.alw", None, ())).map


def _source_url(made: Mapping[str, Any], is_stored: bool) -> str:
    """Return where prun would upload a sandbox to, which is not where that of an old task is."""
    if is_stored:
        made = _make_usual_map()
    url: str = made["sourceURL"]
    return url
