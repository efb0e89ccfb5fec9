"""From a line of job parameters to the wrapper's arguments: the pilot."""

from __future__ import annotations

import re
import shlex
import subprocess

from .specs import WorkerError

#: ``MAX_ARG_STRLEN`` of Linux without the zero byte: the pilot passes its command to ``bash -c``.
LONGEST = 128 * 1024 - 1
_OVERWRITE = re.compile(r"--overwriteQueuedata=\{.*?\}")
_ZIP_MAP = re.compile(r" '?<ZIP_MAP>(.+)</ZIP_MAP>'?")
_IMAGE = re.compile(r" --containerImage=?\s?\S+")
_FOR_PILOT = ("--overwriteQueueData", "--overwriteStorageData")
_TIMEOUT = 60


def apply_pilot(parameters: str) -> list[str]:
    """Return the wrapper's arguments: what bash makes of the pilot's command line.

    pilot3 takes its own options out of the job's parameters and writes the rest again, each word
    quoted, where Python's ``shlex`` can read them (pilot/info/jobdata.py, ``clean__jobparams`` and
    ``parse_args``); else it leaves them alone.  Then ``./runGen-00-00-02 PARAMETERS`` goes to
    ``bash -c`` (pilot/user/atlas/common.py, ``get_analysis_run_command``).  Quoted words come out
    of bash as they were, so it is started for the others only.

    :raises WorkerError: when bash cannot read them, or the line is too long for it.
    """
    line = _OVERWRITE.sub("", parameters)
    try:
        length = len(line.encode())
    except UnicodeEncodeError as error:
        raise WorkerError(f"the job's command line is no valid Unicode: {error.reason}") from error
    if "\0" in line:
        raise WorkerError("the job's command line holds a zero byte")
    if length > LONGEST:
        raise WorkerError(
            f"the job's command line is {length // 1024:,} KiB long, and the limit of a worker "
            f"node is {LONGEST // 1024 + 1}; give the job fewer files"
        )
    try:
        words = shlex.split(line)
    except ValueError:
        return _through_bash(_without_image(line))
    if not any(word.startswith("-") for word in words):
        return _through_bash(_without_image(line))
    quoted = shlex.join(_without_pilots_options(words))
    cleaned = _without_image(quoted)
    return shlex.split(cleaned)


def _without_image(line: str) -> str:
    return _IMAGE.sub("", _ZIP_MAP.sub("", line))


def _without_pilots_options(words: list[str]) -> list[str]:
    """Return ``words`` without the options for the pilot and their values."""
    kept: list[str] = []
    is_open = False
    for word in words:
        if word.startswith("-"):
            is_open = word in _FOR_PILOT
            if not is_open:
                kept.append(word)
        elif is_open:
            is_open = False
        else:
            kept.append(word)
    return kept


def _through_bash(line: str) -> list[str]:
    try:
        done = subprocess.run(
            ["bash", "-c", f"printf '%s\\0' {line}"], stdin=subprocess.DEVNULL,
            capture_output=True, check=False, timeout=_TIMEOUT,
        )  # fmt: skip
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise WorkerError(f"bash cannot read the job's command line: {error}") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise WorkerError(f"bash cannot read the job's command line: {said}", done.returncode)
    return done.stdout.decode("utf-8", "replace").split("\0")[:-1]
