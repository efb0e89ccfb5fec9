"""The Athena release of a task is named, for none is set up where alw compiles."""

from __future__ import annotations

from ...diagnostics.diagnostic import Failed
from ...diagnostics.rule import rule
from ...panda.client import PrunError
from ...panda.releases import (
    FIRST_WITH_CMAKE,
    PACKAGES,
    PLATFORM,
    TAG,
    is_built_with_cmt,
    release_of,
)
from ...semantics.expr import Known, TypedExpr
from ...semantics.expressions import known_text
from ...semantics.program import Setting, Task
from ..option_registry import reports
from ..plan_context import PlanContext

ATHENA_RELEASE = rule(
    429,
    "athena-release",
    "error",
    "The Athena release or platform is missing.",
    """
The task uses an Athena release but does not say which one, or for which platform: `athena_tag`
needs `cmt_config`, and `use_athena_packages` needs both. For the platform, use the value of
`$CMTCONFIG` where the release is set up. A tag in which prun finds no release is also an error.

## Why

prun would take missing values from the machine where it runs, so the task would differ between
machines. With both options, the task is the one that prun makes where that release is set up.
Its packages come with `sandbox = "https://…"`, the archive that prun uploaded from there.

- panda-client 2.2.0, `pandaclient/AthenaUtils.py:1450`: `Please set --cmtConfig`
- panda-client 2.2.0, `pandaclient/PrunScript.py:368`: `You need to setup Athena runtime`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task analyse { exec = "analyse out.root" athena_tag = "AnalysisBase,25.2.15" }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task analyse {
    exec       = "analyse out.root"
    athena_tag = "AnalysisBase,25.2.15"
    cmt_config = "x86_64-el9-gcc13-opt"
  }
}
```
""",
)

_PLATFORM = 'cmt_config = "x86_64-el9-gcc13-opt"'
_TAG = 'athena_tag = "AnalysisBase,25.2.15"'


@reports(ATHENA_RELEASE)
def report_missing_release(context: PlanContext, task: Task) -> Failed | None:
    """Report a task that uses a release without saying which one, or for which platform."""
    settings = task.settings
    packages, tag = settings.get(PACKAGES), settings.get(TAG)
    if packages is not None and not _is_true(packages.term):
        packages = None
    needs = packages or tag
    if needs is None or (tag and known_text(tag.term) == "" and not packages):
        return None
    missing = [
        example for name, example in ((TAG, _TAG), (PLATFORM, _PLATFORM)) if _is_empty(task, name)
    ]
    if missing:
        what = "a platform" if len(missing) == 1 and missing[0] == _PLATFORM else "a release"
        where = "$CMTCONFIG" if what == "a platform" else "the release that asetup has set up"
        return context.fail(
            ATHENA_RELEASE,
            needs.name_span,
            f"'{needs.name}' of '{task.name}' needs {what}: prun would take it from {where} on "
            "the machine where it is called",
            f"add, for the release you want: {' '.join(missing)}",
        )
    return None if tag is None else _check_tag(context, task, tag, packages)


def _check_tag(
    context: PlanContext, task: Task, tag: Setting, packages: Setting | None
) -> Failed | None:
    text = known_text(tag.term)
    if text is None:
        return None
    try:
        found = any(release_of(text))
        old = is_built_with_cmt(text)
    except PrunError:  # is reported with the rest of the options
        return None
    if not found:
        return context.fail(
            ATHENA_RELEASE,
            tag.term.span,
            f"prun finds no release in '{text}' and drops it",
            f"write PROJECT,RELEASE: {_TAG}",
        )
    if packages is not None and old:
        return context.fail(
            ATHENA_RELEASE,
            packages.name_span,
            f"'{packages.name}' of '{task.name}' needs a release built with CMake "
            f"({FIRST_WITH_CMAKE} or later)",
            f"remove '{packages.name}', and build in bexec",
            (tag.term.span, "the release"),
        )
    return None


def _is_true(term: TypedExpr) -> bool:
    return isinstance(term, Known) and term.value is True


def _is_empty(task: Task, name: str) -> bool:
    setting = task.settings.get(name)
    return setting is None or known_text(setting.term) == ""
