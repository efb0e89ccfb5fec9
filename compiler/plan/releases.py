"""The Athena release of a task is named, for none is set up where alw compiles."""

from __future__ import annotations

from collections.abc import Mapping

from ..panda.client import PrunError
from ..panda.releases import (
    FIRST_WITH_CMAKE,
    PACKAGES,
    PLATFORM,
    TAG,
    is_built_with_cmt,
    release_of,
)
from ..rules import RELEASE
from ..semantics.expressions import known_text
from ..semantics.program import Setting, Task
from ..semantics.terms import Known, Term
from .desk import Desk

_PLATFORM = 'cmt_config = "x86_64-el9-gcc13-opt"'
_TAG = 'athena_tag = "AnalysisBase,25.2.15"'


def release_is_named(desk: Desk, task: Task, settings: Mapping[str, Setting]) -> bool:
    """Whether a task that uses a release says which one, and for which platform.

    :param settings: by prun's own names.
    """
    packages, tag = settings.get(PACKAGES), settings.get(TAG)
    if packages is not None and not _is_true(packages.term):
        packages = None
    needs = packages or tag
    if needs is None or (tag and known_text(tag.term) == "" and not packages):
        return True
    missing = [
        example for name, example in ((TAG, _TAG), (PLATFORM, _PLATFORM)) if _empty(settings, name)
    ]
    if missing:
        what = "a platform" if len(missing) == 1 and missing[0] == _PLATFORM else "a release"
        where = "$CMTCONFIG" if what == "a platform" else "what asetup has set up"
        desk.report(
            RELEASE,
            needs.name_span,
            f"'{needs.name}' of '{task.name}' needs {what}: prun would take it from {where} on "
            "the machine where it is called",
            f"add, for the release that is meant: {' '.join(missing)}",
        )
        return False
    return tag is None or _is_understood(desk, task, tag, packages)


def _is_understood(desk: Desk, task: Task, tag: Setting, packages: Setting | None) -> bool:
    text = known_text(tag.term)
    if text is None:
        return True
    try:
        found = any(release_of(text))
        old = is_built_with_cmt(text)
    except PrunError:  # is reported with the rest of the options
        return True
    if not found:
        desk.report(
            RELEASE,
            tag.term.span,
            f"prun finds no release in '{text}' and drops it",
            f"write PROJECT,RELEASE: {_TAG}",
        )
        return False
    if packages is not None and old:
        desk.report(
            RELEASE,
            packages.name_span,
            f"'{packages.name}' of '{task.name}' needs a release that is built with CMake, "
            f"from {FIRST_WITH_CMAKE} on",
            f"leave '{packages.name}' out, and build in bexec",
            (tag.term.span, "the release"),
        )
        return False
    return True


def _is_true(term: Term) -> bool:
    return isinstance(term, Known) and term.value is True


def _empty(settings: Mapping[str, Setting], name: str) -> bool:
    setting = settings.get(name)
    return setting is None or known_text(setting.term) == ""
