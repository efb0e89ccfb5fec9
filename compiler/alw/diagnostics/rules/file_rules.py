"""Rules about inputs and files."""

from __future__ import annotations

from ..rule import rule

UNREADABLE_FILE = rule(
    501,
    "unreadable-file",
    "error",
    "The file cannot be read.",
    """
A file on the command line cannot be read: it does not exist, is not a regular file (a folder, a
pipe), is larger than 64 MiB, or you have no permission. The other files are still checked.

## Why

The message includes the reason from the operating system. Names are relative to the folder
where you start `alw`.

## Wrong

```console
$ alw check active_learnig.alw
```

## Right

```console
$ alw check active_learning.alw
```
""",
)

MISSING_INPUT = rule(
    502,
    "missing-input",
    "error",
    "An input has neither a value nor a default.",
    """
An input has no default and was given no value. Use `--set NAME=VALUE`, a parameter file
(`--params`), `alw.compile(file, inputs={…})`, or add a default.

## Why

The values of all inputs go into the workflow before submission. iDDS cannot ask for them.

## Wrong

```alw
workflow altest {
  input user: string
  dataset = "user.{user}.altest"
  task simulate { exec = "simulate 200 out.root" }
}
```

## Right

```alw set=user=wguan
workflow altest {
  input user: string
  dataset = "user.{user}.altest"
  task simulate { exec = "simulate 200 out.root" }
}
```
""",
)

UNKNOWN_INPUT = rule(
    503,
    "unknown-input",
    "error",
    "No workflow has an input of this name.",
    """
A value was given for an input that no workflow has. The name may be misspelt, or it may be a
`const` or `param`, which cannot be set from outside.

## Why

If the value were ignored, the workflow would run with the default while you believe that it
runs with your value.

## Wrong

```alw set=nevent=5000
workflow altest {
  input nevents: int = 200
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate {nevents} out.root" }
}
```

## Right

```alw set=nevents=5000
workflow altest {
  input nevents: int = 200
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate {nevents} out.root" }
}
```
""",
)

INPUT_VALUE = rule(
    504,
    "input-value",
    "error",
    "The value does not fit the input.",
    """
The value does not fit the type of the input, contains characters that the type does not allow,
or is not a dataset name. On the command line, a bool is `true` or `false`; in a parameter file,
write numbers without quotes.

## Why

The value goes into commands and names on the grid, where nothing checks it again.

## Wrong

```alw set=nevents=many
workflow altest {
  input nevents: int = 200
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate {nevents} out.root" }
}
```

## Right

```alw set=nevents=5000
workflow altest {
  input nevents: int = 200
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate {nevents} out.root" }
}
```
""",
)

PARAMETER_FILE = rule(
    505,
    "parameter-file",
    "error",
    "The parameter file cannot be used.",
    """
The file given with `--params` cannot be read, or does not match its suffix: JSON, TOML
(`.toml`) or YAML (`.yaml`, `.yml`). It maps the names of inputs to values.

## Why

Without the file, inputs would keep their defaults and the workflow would run with values that
you did not choose.

## Wrong

```console
$ echo 'user = "me' > campaign.toml
$ alw check --params campaign.toml active_learning.alw
```

## Right

```console
$ echo 'user = "me"' > campaign.toml
$ alw check --params campaign.toml active_learning.alw
```
""",
)

DUPLICATE_WORKFLOW = rule(
    506,
    "duplicate-workflow",
    "error",
    "Two workflows would share a folder.",
    """
Two workflows have the same name, in one file or in two files that are compiled together. Rename
one.

## Why

The output of a workflow is written to a folder of its name. The second would overwrite the
first.

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.coarse"
  task simulate { exec = "simulate 200 out.root" }
}
workflow altest {
  dataset = "user.wguan.fine"
  task simulate { exec = "simulate 5000 out.root" }
}
```

## Right

```alw
workflow coarse {
  dataset = "user.wguan.coarse"
  task simulate { exec = "simulate 200 out.root" }
}
workflow fine {
  dataset = "user.wguan.fine"
  task simulate { exec = "simulate 5000 out.root" }
}
```
""",
)

NO_WORKFLOW = rule(
    507,
    "no-workflow",
    "error",
    "There is no workflow, or it has no task.",
    """
The file defines no workflow (it is empty, or has only comments), or a workflow has no task.

## Why

There is nothing to submit, and iDDS fails on a workflow without a task. A file that was emptied
by mistake would otherwise look correct.

## Wrong

```alw
# active learning, to be written
```

## Right

```alw
# active learning, a first step
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 out.root" }
}
```
""",
)

CANNOT_WRITE = rule(
    508,
    "cannot-write",
    "error",
    "The output cannot be written.",
    """
The output cannot be written to the folder given with `-o` (or `build`): a file has that name,
the disk is full, or you have no permission.

## Why

The message includes the reason from the operating system. Either all files are written or none
is changed, so a half-written workflow is never submitted.

## Wrong

```console
$ touch build
$ alw compile active_learning.alw
```

## Right

```console
$ touch build
$ alw compile active_learning.alw -o campaign
```
""",
)

SAME_BUT_FOR_CASE = rule(
    509,
    "same-but-for-case",
    "error",
    "Two names differ in case only.",
    """
The names of two workflows that are compiled together, or of two tasks of a workflow, differ
only in upper and lower case. Rename one of them.

## Why

The output of a workflow is written to a folder of its name, and that of a task to a file of its
name. On macOS and Windows, `Fit` and `fit` are the same name, so the second would overwrite the
first. A program must compile everywhere or nowhere.

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 out.root" outputs = ["out.root"] }
  task Simulate { exec = "simulate 5000 out.root" outputs = ["out.root"] }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate_few  { exec = "simulate 200 out.root" outputs = ["out.root"] }
  task simulate_many { exec = "simulate 5000 out.root" outputs = ["out.root"] }
}
```
""",
)
