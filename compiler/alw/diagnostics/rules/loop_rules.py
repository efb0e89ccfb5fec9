"""Rules about loops and learners."""

from __future__ import annotations

from ..rule import rule

DEPENDENCY_CYCLE = rule(
    305,
    "dependency-cycle",
    "error",
    "Tasks wait for each other in a cycle.",
    """
Tasks wait for each other in a cycle, or a constant depends on itself. The message shows the
cycle; remove one step. To repeat tasks, use a `loop`.

## Why

iDDS starts a task when the tasks it waits for have ended. In a cycle, none would ever start.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:1693`: `cond.get_next_works(`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 hits.root" outputs = ["hits.root"] after merge }
  task merge    { exec = "merge {simulate.outputs[0]}" }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 hits.root" outputs = ["hits.root"] }
  task merge    { exec = "merge {simulate.outputs[0]}" }
}
```
""",
)

CONDITION_SCOPE = rule(
    308,
    "condition-scope",
    "error",
    "The condition cannot use this value.",
    """
A loop's condition compares the fields of the learner's result, the loop's parameters,
`iteration`, inputs and constants. It cannot look into a dataset or build text from values that
are only known on the grid.

## Why

iDDS can only test whether two values are equal. The compiler therefore puts the condition into
the learner's command, where only the result file and the values of this iteration are
available.

- iDDS 2.6.21, `idds/workflowv2/work.py:1284`:
  `if not (value == self.and_custom_conditions[key]):`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param tune: string of "a-z0-9_" = "nominal"
    learn decide {
      exec = "python decide.py next.json {tune}"
      result "next.json" { tune: string }
    }
    repeat while decide.tune != "{tune}" at most 20 times
  }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param tune: string of "a-z0-9_" = "nominal"
    learn decide {
      exec = "python decide.py next.json {tune}"
      result "next.json" { tune: string }
    }
    repeat while decide.tune != tune at most 20 times
  }
}
```
""",
)

UNKNOWN_FILE_COUNT = rule(
    309,
    "unknown-file-count",
    "error",
    "It is unclear how many files a job reads.",
    """
For a learner: it is one job that reads all files of its datasets. You do not need to give their
number; an `n_files_per_job` may be too large but not too small. All file names must fit on the
job's command line (128 KiB): about 3,000 names, or half as many if the command uses them twice.
If there are more, merge the files first.

For another task that reads two datasets: say how their files belong together. To merge them,
list both in `in_ds` and write `%IN`. To read some files of the second dataset with those of the
first, put it in `secondary_dss` and write `%IN2`.

## Why

PanDA splits a task by its input files. A second job of the learner would see only the other
files and write a second result; a learner that leaves out files decides on part of the data.
For a task with input, only an upper bound of its number of files is known: PanDA splits each
dataset separately, and a task may leave a file for each site where it ran.

- panda-client 2.2.0, `pandaclient/PrunArgs.py:278`: `default=200,`
- panda-server 1.0.4, `pandaserver/taskbuffer/InputChunk.py:466`:
  `if nFilesPerJob is not None and not dynNumEvents:`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    task simulate { exec = "simulate {m1} out.json" outputs = ["out.json"] n_jobs = 10 }
    learn decide {
      exec            = "python decide.py next.json {m1} {simulate.outputs[0]}"
      n_files_per_job = 5
      result "next.json" { m1: float }
    }
    repeat while decide.m1 < 10 at most 20 times
  }
}
```

## Right

```alw
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

LEARNER_OUTPUT = rule(
    310,
    "learner-output",
    "error",
    "A learner has no outputs but its result.",
    """
A learner writes one file, its result, whose name contains no folder and no wildcard. Write
plots, models and the like in a task that waits for the learner.

## Why

iDDS downloads every output of a learner and parses it as JSON. If one is not JSON, the learner
fails and the loop ends.

- iDDS 2.6.21, `idds/atlas/workflowv2/atlaslocalpandawork.py:248`: `outputs = json.loads(data)`
- iDDS 2.6.21, `idds/atlas/workflowv2/atlaslocalpandawork.py:325`: `ProcessingStatus.Failed`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide {
      exec    = "python decide.py next.json {m1} plot.png"
      outputs = ["next.json", "plot.png"]
      result "next.json" { m1: float }
    }
    repeat while decide.m1 < 10 at most 20 times
  }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide { exec = "python decide.py next.json {m1}" result "next.json" { m1: float } }
    task draw    { exec = "python draw.py {m1} plot.png" outputs = ["plot.png"] after decide }
    repeat while decide.m1 < 10 at most 20 times
  }
}
```
""",
)
