"""The entries of ``secondaryDSs``, each with a stream of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..diagnostics.rule import rule

SECONDARY_DATASET = rule(
    428,
    "secondary-dataset",
    "error",
    "No job would read this secondary dataset.",
    """
An entry of `secondary_dss` would bring no files into a job: its number of files is not
positive, two entries have the same stream or dataset, or no placeholder can have the name of
the stream. The form is `STREAM:NUMBER:DATASET`, as in `IN2:2:mc23.minbias`.

## Why

prun drops a number of zero, and keeps only one entry per dataset; JEDI skips an input that has
the dataset of another; the wrapper finds a placeholder by its name.

- panda-client 2.2.0, `pandaclient/MiscUtils.py:188`: `if nFilesPerJob not in [None, 0]:`
- panda-client 2.2.0, `pandaclient/MiscUtils.py:381`: `tmpMap[tmpDsName] = {`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task mix {
    exec          = "mix %IN %IN2 out.root"
    in_ds         = "mc23.signal"
    secondary_dss = "IN2:0:mc23.background"
  }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task mix {
    exec          = "mix %IN %IN2 out.root"
    in_ds         = "mc23.signal"
    secondary_dss = "IN2:2:mc23.background"
  }
}
```
""",
)


def find_entry_problem(
    stream: str, number: str, dataset: str, names: Sequence[str], datasets: Sequence[str]
) -> tuple[str, str] | None:
    """Return what is wrong with an entry of ``secondaryDSs``, and what to write.

    :param names: the streams before it.
    :param datasets: their datasets.
    """
    if int(number) < 1:
        return (
            f"a job needs at least one file of '{stream}', not {number}",
            f"say how many files one job gets: {stream}:1:{dataset}",
        )
    if stream in names:
        return (
            f"two datasets have the stream '{stream}': a job would get only one of them",
            "give each stream its own name: IN2, IN3, …",
        )
    if not re.fullmatch(r"[A-Za-z_]\w*", stream, re.ASCII):
        return (
            f"the wrapper finds no placeholder called '%{stream}'",
            "use letters, digits and underscores, such as IN2",
        )
    if dataset.rstrip("/") in datasets:
        # pandaclient/MiscUtils.py, ``parse_secondary_datasets_opt``, keeps the last of them;
        # JEDI skips what names the dataset of --inDS again (TaskRefinerBase.py:515)
        return (
            f"'{dataset}' is listed twice, and PanDA would fill only one of its streams",
            "list it once, with the total number of files per job",
        )
    return None
