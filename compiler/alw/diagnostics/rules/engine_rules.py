"""Limits of the target engine, and faults of the compiler itself."""

from __future__ import annotations

from ..rule import rule

ENGINE_CANNOT = rule(
    701,
    "engine-cannot",
    "error",
    "The target engine cannot do this.",
    """
The engine selected with `--target` cannot run this as written. Compile for `idds-2`, the
current iDDS, or change the source as the message says.

## Why

An older iDDS can do less. Where it would silently run something else, you get a warning
(ALW702); what it cannot run at all is refused, because only what runs as written is compiled.
In iDDS 0.2.1 a learner's result goes only to the work that follows it.

- iDDS 0.2.1, `idds/workflow/workflow.py:273`: `work.get_parameters_for_next_task()`

## Wrong

```alw target=idds-0.2
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate out.json" outputs = ["out.json"] n_jobs = 10 }
  task merge    { exec = "merge {simulate.outputs[0]}" }
}
```

## Right

```alw target=idds-0.2
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate out.json" outputs = ["out.json"] n_jobs = 10 }
}
```
""",
)

ENGINE_LIMIT = rule(
    702,
    "engine-limit",
    "warning",
    "The target engine handles this differently.",
    """
The engine selected with `--target` runs this, but not as the language defines it. Compile for
`idds-2`, or silence the warning if you can accept it.

## Why

iDDS 0.2.1, for which the first active-learning workflows were written, puts values only into
`cliParams`, so the jobs never see them; its learner reads the dataset of the first iteration in
every iteration; nothing bounds its loops; and its released server fails to start a second work
at all.

- iDDS 0.2.1, `idds/atlas/workflow/atlaspandawork.py:168`: `.format(**new_parameters)`

## Wrong

```alw target=idds-0.2
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    task simulate { exec = "simulate {m1} out.json" outputs = ["out.json"] n_jobs = 10 }
    learn decide {
      exec = "python decide.py next.json {m1} {simulate.outputs[0]}"
      result "next.json" { m1: float }
    }
    repeat while decide.m1 < 10 at most 20 times
  }
}
```

## Right

```alw target=idds-2
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    task simulate { exec = "simulate {m1} out.json" outputs = ["out.json"] n_jobs = 10 }
    learn decide {
      exec = "python decide.py next.json {m1} {simulate.outputs[0]}"
      result "next.json" { m1: float }
    }
    repeat while decide.m1 < 10 at most 20 times
  }
}
```
""",
)

INTERNAL_ERROR = rule(
    901,
    "internal-error",
    "error",
    "This is a bug in alw.",
    """
The compiler failed to compile part of a workflow and did not say why. Nothing is written, and
the exit status is 3. This is a bug in alw, not in your file: please report it, with the file.

## Why

A workflow that is silently lost would be missed only when its results are. So the compiler
checks that an error explains each part that it leaves out, and reports this when none does.

## Wrong

```console
$ alw compile campaign.alw
```

## Right

```console
$ alw explain internal-error
```
""",
)
