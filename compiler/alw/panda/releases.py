"""The Athena release of a task, where none is set up.

``--athenaTag`` names a release; its platform prun takes from ``$CMTCONFIG`` unless ``--cmtConfig``
names it (pandaclient/AthenaUtils.py:1439).  ``--useAthenaPackages`` asks for both what ``asetup``
has set up (:66).  Here the two options say it: prun sees the environment of a release, and what it
makes of the release is what it makes of the tag.  So does panda-server with a workflow of pchain
(pandaserver/workflow/workflow_utils.py, ``make_task_params``: ``transUses`` and ``transHome`` come
from ``--athenaTag``, the rest from a template of ``--useAthenaPackages``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from .client import Answer, Map, prun
from .command_line import read_options

PACKAGES, TAG, PLATFORM = "useAthenaPackages", "athenaTag", "cmtConfig"
#: The variables that ``asetup`` sets and prun reads of a release that is built with CMake.
_RELEASE = {
    "CMAKE_PREFIX_PATH": "/release",
    "AtlasProject": "Athena",
    "AtlasVersion": "0.0.0",
    "Athena_VERSION": "0.0.0",
}
#: Older ones are built with CMT.
FIRST_WITH_CMAKE = 21


def ask_prun(words: Sequence[str], unique: str | None = None) -> Answer:
    """Return what prun makes of a command line.

    :param words: without the leading ``prun``.
    :param unique: replaces the UUIDs that prun makes.
    :raises PrunError: when prun refuses them.
    """
    if f"--{PACKAGES}" not in words:
        return prun(words, unique=unique)
    options = {given.option.name: given.value for given in read_options(words)}
    platform = options.get(PLATFORM)
    if not options.get(TAG) or not isinstance(platform, str):
        return prun(words, unique=unique)
    answer = prun(words, {**_RELEASE, "CMTCONFIG": platform}, unique)
    by_tag = prun([word for word in words if word != f"--{PACKAGES}"]).map
    release = {key: by_tag[key] for key in ("transUses", "transHome")}
    made: Map = {**answer.map, **release}
    return Answer(made, answer.warnings)


@lru_cache(maxsize=256)
def release_of(tag: str) -> tuple[str, str]:
    """Return what prun makes of a tag: ``Atlas-24.0.30`` and ``-Athena_24.0.30``, or empty strings.

    :raises PrunError: when it refuses the tag.
    """
    made = prun(["--exec=true", "--outDS=user.q.q", f"--{TAG}={tag}", f"--{PLATFORM}=x"]).map
    home = made["transHome"] or ""
    return made["transUses"], home.removeprefix("AnalysisTransforms")


def is_built_with_cmt(tag: str) -> bool:
    """True if the release is older than CMake is used."""
    found = re.search(r"(?:Atlas-|_)(\d+)\.", "".join(release_of(tag)))
    return found is not None and int(found[1]) < FIRST_WITH_CMAKE
