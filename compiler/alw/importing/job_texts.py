"""Texts that a job runs: what the shell would replace in them is meant for the job."""

from __future__ import annotations

import re

from ..text.shell_tokens import CommandSubstitution, Literal, ParameterExpansion, Segment, ShellWord
from .expansion import PARAMETER, Expander
from .shell_values import Value, assigns, join

#: What a job has itself, and nobody means to have from the machine where prun is called.
_OF_THE_JOB = frozenset(
    {
        "PWD", "OLDPWD", "PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "HOSTNAME", "TMPDIR", "RANDOM",
        "SECONDS", "LINENO", "PANDAID", "PandaID", "X509_USER_PROXY", "?", "!", "$", "-", "#", "0",
        "@", "*", "_",
    }
)  # fmt: skip


def expand_job_text(shell: Expander, word: ShellWord, notes: list[str]) -> Value:
    """Expand a word that a job runs: values that only the job knows are left to it.

    :param notes: gets a note about each value that the shell would replace.
    """
    whole = word.spelled
    values: list[Value] = []
    quoted_inside = 0
    for segment in word.segments:
        if isinstance(segment, Literal):
            quoted_inside += segment.text.count("'")
            values.append((segment.text,))
            continue
        left = _leave_to_job(shell, segment, whole, bool(quoted_inside % 2))
        if left is None:
            values.append(shell.expand_segment(segment))
        else:
            values.append((left,))
            notes.append(
                f"The shell would replace {segment.spelled} where prun is called; it is left "
                "to the job, as single quotes would."
            )
    return join(tuple(part for value in values for part in value))


def _leave_to_job(shell: Expander, segment: Segment, whole: str, quoted_inside: bool) -> str | None:
    if isinstance(segment, CommandSubstitution):
        if shell.substitute(segment, shell) is not None and _reads_file(segment.command):
            return None
        return shell.replace_known(segment.spelled, whole)
    if not isinstance(segment, ParameterExpansion):
        return None
    match = PARAMETER.fullmatch(segment.body)
    name = match["name"] if match else ""
    if name in shell.variables or name in shell.arrays or _is_argument(shell, name):
        return None
    if name in _OF_THE_JOB or assigns(whole, name) or (name.isdigit() and quoted_inside):
        return segment.spelled
    return None


def _is_argument(shell: Expander, name: str) -> bool:
    return shell.positional is not None and (name.isdigit() or name in "@*#") and name != "0"


def _reads_file(command: str) -> bool:
    return re.match(r"\s*(?:cat\s|<)", command) is not None
