"""The places in a task parameter map that name its sandbox.

A job fetches ``<sourceURL>/cache/<name>`` and unpacks it where its command runs: the build job if
there is one (``buildSpec``), otherwise every job (``-a NAME`` among its parameters).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

#: The name of an archive, in the command line of a job.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}\Z")
#: The address of PanDA's cache; a shell on the worker node reads it.
_SOURCE_URL = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._-]+)*\Z")
_ARCHIVE = re.compile(r"(?<!\S)-a ([^ ]+)")
_FETCHED = re.compile(r"(--sourceURL[ =])(?!\$\{)[^ ]+")


class SandboxPlace(NamedTuple):
    """The place of a sandbox."""

    source_url: str
    name: str

    @property
    def address(self) -> str:
        """The address at which jobs fetch it; iDDS 0.2.1 calls it the sandbox of a work."""
        return f"{self.source_url}/cache/{self.name}"


def find_place(task_map: Mapping[str, Any]) -> SandboxPlace | None:
    """Return the place of a task's sandbox; ``None`` if it has none.

    As JEDI finds its name (pandajedi/jedirefine/RefinerUtils.py, ``get_sandbox_name``).
    """
    name = task_map.get("fixedSandbox") or task_map.get("buildSpec", {}).get("archiveName")
    if "fixedSandbox" not in task_map and "buildSpec" not in task_map:
        name = next(
            (found[1] for item in _find_constants(task_map) if (found := _find_own(item))), None
        )
    url = task_map.get("sourceURL")
    url = url.removesuffix("/") if isinstance(url, str) else ""
    if not _SOURCE_URL.match(url):
        return None
    if not isinstance(name, str) or not _NAME.match(name) or name == "None" or by_ddm(task_map):
        return None
    return SandboxPlace(url, name)


def place_at(address: str) -> SandboxPlace | None:
    """Return the place of an address; ``None`` if it is none from which a job should fetch."""
    url, _, name = address.rpartition("/cache/")
    fine = _SOURCE_URL.match(url) and url.startswith("https:") and _NAME.match(name)
    if not fine or not name.endswith((".tar.gz", ".tgz")):
        return None
    return SandboxPlace(url, name)


def builds(task_map: Mapping[str, Any]) -> bool:
    """True if a job builds what the others run: the name is ``sources.…`` then, else ``jobO.…``
    (pandaclient/PrunScript.py:757-762).
    """
    return "buildSpec" in task_map


def unpacks(task_map: Mapping[str, Any]) -> bool:
    """True if any job unpacks a sandbox."""
    return builds(task_map) or any(_find_own(item) for item in _find_constants(task_map))


def by_ddm(task_map: Mapping[str, Any]) -> bool:
    """True if the sandbox is a file of a dataset (``--tarBallViaDDM``)."""
    return name_in_ddm(task_map) is not None


def name_in_ddm(task_map: Mapping[str, Any]) -> str | None:
    """Return the name of a sandbox that is a file of a dataset (pandaclient/PrunScript.py:827)."""
    for holder in (task_map, task_map.get("buildSpec", {})):
        if "tarBallViaDDM" in holder:
            name: str = holder["tarBallViaDDM"].split(":")[-1]
            return name
    return None


def set_archive(task_map: Mapping[str, Any], name: str, source_url: str | None) -> dict[str, Any]:
    """Return ``task_map`` with the archive ``name`` wherever it names one.

    Where prun puts it: pandaclient/PrunScript.py:968 (``fixedSandbox``), 1087 (``-a``), 1432
    (``buildSpec``), 1494 (``mergeSpec``).  A name that stood there is replaced in every other
    text, too.

    :param source_url: where it lies; ``None`` leaves what the map says.
    """
    change = _Change(_find_names(task_map), name, source_url)
    made: dict[str, Any] = {key: change.in_value(value) for key, value in task_map.items()}
    for item in made["jobParameters"]:
        if item.get("type") == "constant" and _find_own(item):
            item["value"] = _ARCHIVE.sub(lambda match: f"-a {name}", item["value"], count=1)
    if "fixedSandbox" in made:
        made["fixedSandbox"] = name
    if "buildSpec" in made:
        made["buildSpec"]["archiveName"] = name
    if "mergeSpec" in made:
        text = made["mergeSpec"]["jobParameters"]
        made["mergeSpec"]["jobParameters"] = _ARCHIVE.sub(lambda match: f"-a {name}", text)
    if source_url is not None:
        made["sourceURL"] = source_url
    return made


class _Change:
    def __init__(self, old: set[str], new: str, source_url: str | None) -> None:
        names = "|".join(map(re.escape, sorted(old)))
        self._old = re.compile(rf"(?<![\w.-])(?:{names})(?![\w.-])") if old else None
        self._new = new
        self._url = source_url

    def in_value(self, value: Any) -> Any:
        if isinstance(value, str):
            if self._old:
                value = self._old.sub(lambda match: self._new, value)
            url = self._url
            return value if url is None else _FETCHED.sub(lambda m: m[1] + url, value)
        if isinstance(value, dict):
            return {key: self.in_value(item) for key, item in value.items()}
        return [self.in_value(item) for item in value] if isinstance(value, list) else value


def _find_names(task_map: Mapping[str, Any]) -> set[str]:
    """Return the names of archives in a map; dry prun writes ``None``."""
    found = [task_map.get("fixedSandbox"), task_map.get("buildSpec", {}).get("archiveName")]
    found += [match[1] for item in _find_constants(task_map) if (match := _find_own(item))]
    found += _ARCHIVE.findall(task_map.get("mergeSpec", {}).get("jobParameters", ""))
    return {name for name in found if isinstance(name, str) and "." in name and _NAME.match(name)}


def _find_constants(task_map: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for item in task_map["jobParameters"]:
        if item.get("type") == "constant" and isinstance(item.get("value"), str):
            yield item


def _find_own(item: Mapping[str, Any]) -> re.Match[str] | None:
    return _ARCHIVE.match(item["value"])
