"""Rules about the data streams that a command reads."""

from __future__ import annotations

from ..rule import rule

NO_STREAM = rule(
    427,
    "no-stream",
    "error",
    "No dataset belongs to this placeholder.",
    """
The command or an option uses the placeholder of a dataset that the task does not read: `%IN3`
without an entry in `secondary_dss`, `%IN` without `in_ds`, any placeholder in `bexec`. The job
would get the placeholder itself, or part of it. Declare the dataset, or correct the
placeholder.

## Why

prun's wrapper replaces the placeholders of the datasets that the task reads. Without input it
replaces none; with one dataset it replaces every `%IN`, even the one in `%IN3`.

- panda-wnscript 96788a6, `src/rungen/runGen.py:578`: `newJobParams.replace('%IN',inStr)`
- panda-client 2.2.0, `pandaclient/PrunScript.py:1267`: `streamNames = []`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task mix { exec = "mix %IN %IN2 out.root" in_ds = "mc23.signal" }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task mix {
    exec          = "mix %IN %IN2 out.root"
    in_ds         = "mc23.signal"
    secondary_dss = "IN2:1:mc23.background"
  }
}
```
""",
)

FOREIGN_PLACEHOLDER = rule(
    430,
    "foreign-placeholder",
    "error",
    "prun does not replace this placeholder.",
    """
The command has a placeholder that prun does not replace: `%OUT` and others belong to pathena;
`%DATASET_IN`, `%DATASET_OUT` and `%BULKSEQNUMBER` belong to bulk submission. The job would get
the placeholder itself. Write the file name, or use `%IN` for input files.

## Why

In the command, prun does not replace output files, as pathena does; and it replaces the
placeholders for several tasks only when it submits several.

- panda-client 2.2.0, `pandaclient/PsubUtils.py:505`: `encStr = re.sub("%OUT"`
- panda-client 2.2.0, `pandaclient/PsubUtils.py:698`: `quote("%DATASET_IN")`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate %OUT.root" }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate hits.root" outputs = ["hits.root"] }
}
```
""",
)

UNUSED_STREAM = rule(
    616,
    "unused-stream",
    "warning",
    "The command does not use this stream.",
    """
`secondary_dss` declares a stream, but neither the command nor `write_input_to_txt` uses it. Its
files are still in the job's directory. If that is enough, add `# alw: ignore unused-stream`.

## Why

The file names are inserted into the command only where its placeholder is.

- panda-wnscript 96788a6, `src/rungen/runGen.py:597`: `newJobParams = re.sub('%'+tmpToken`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task mix {
    exec          = "mix %IN out.root"
    in_ds         = "mc23.signal"
    secondary_dss = "IN2:1:mc23.background"
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
    secondary_dss = "IN2:1:mc23.background"
  }
}
```
""",
)

NOTHING_READ = rule(
    617,
    "nothing-read",
    "warning",
    "%IN is used, but the task reads no dataset.",
    """
The command contains `%IN`, but the task reads no dataset, so the program gets the text `%IN`.
Set `in_ds`; or, if the text is intended, add `# alw: ignore nothing-read`.

## Why

prun's wrapper replaces nothing when a job has no input files.

- panda-wnscript 96788a6, `src/rungen/runGen.py:578`: `newJobParams.replace('%IN',inStr)`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task list { exec = "ls -l %IN" }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task list { exec = "ls -l %IN" in_ds = "mc23.evgen" }
}
```
""",
)
