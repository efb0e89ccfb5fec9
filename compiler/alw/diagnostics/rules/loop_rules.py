"""Rules about loops and learners."""

from __future__ import annotations

from ..rule import rule

LEARNER_DOES_NOT_WAIT = rule(
    304,
    "learner-does-not-wait",
    "error",
    "A task runs in parallel with the learner.",
    """
The task runs in parallel with the learner. Let the learner read one of its outputs or wait for
it (`after TASK`), or let the task wait for the learner (`after LEARNER`).

## Why

When a task ends, iDDS writes that task's copy of all parameters back. A task that starts before
the learner has ended, and ends after it, writes back the old values. The loop then computes the
same point again and again, without an error.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:1061`:
  `def sync_global_parameters_from_work(self, work):`
- iDDS 2.6.21, `idds/workflowv2/workflow.py:1072`:
  `self.global_parameters[key] = getattr(work, key)`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    task plot    { exec = "plot {m1}" }
    learn decide { exec = "python decide.py next.json {m1}" result "next.json" { m1: float } }
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
    task plot { exec = "plot {m1}" }
    learn decide {
      exec = "python decide.py next.json {m1}"
      result "next.json" { m1: float }
      after plot
    }
    repeat while decide.m1 < 10 at most 20 times
  }
}
```
""",
)

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

SEVERAL_LOOPS = rule(
    306,
    "several-loops",
    "error",
    "iDDS runs only one loop per request.",
    """
A workflow can have only one loop. Move the other one into a workflow of its own, which you
submit as a separate request; both can be in the same file.

## Why

iDDS runs one loop per request. A second loop would have to be a workflow inside the workflow.
Its tasks are numbered by the iteration of the outer loop, so the server takes those of the
second iteration for tasks it already has, and submits nothing new.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:2784`: `work.num_run = int(self.num_run)`
- idds-server 2.6.21, `idds/agents/clerk/clerk.py:1254`: `loop_index=work.get_loop_index())`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop coarse {
    param m1: float = 0.5
    learn first { exec = "python decide.py next.json {m1}" result "next.json" { m1: float } }
    repeat while first.m1 < 10 at most 20 times
  }
  loop fine {
    param m2: float = 0.5
    learn second { exec = "python decide.py next.json {m2}" result "next.json" { m2: float } }
    repeat while second.m2 < 10 at most 20 times
  }
}
```

## Right

```alw
workflow coarse {
  dataset = "user.wguan.coarse"
  loop scan {
    param m1: float = 0.5
    learn decide { exec = "python decide.py next.json {m1}" result "next.json" { m1: float } }
    repeat while decide.m1 < 10 at most 20 times
  }
}
workflow fine {
  dataset = "user.wguan.fine"
  loop scan {
    param m2: float = 0.5
    learn decide { exec = "python decide.py next.json {m2}" result "next.json" { m2: float } }
    repeat while decide.m2 < 10 at most 20 times
  }
}
```
""",
)

OUTSIDE_THE_LOOP = rule(
    307,
    "outside-the-loop",
    "error",
    "iDDS would run this task in every iteration.",
    """
A task outside the loop runs once, after the loop, so it must wait for the loop. Add
`after LOOP`, use the learner's output or a last value `LOOP.PARAMETER`, or move the task into
the loop.

## Why

iDDS repeats the whole workflow, not part of it. A task before the loop or in parallel with it
would run again in every iteration.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:3064`:
  `self.runs[str(self.num_run)] = self.template.copy()`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide { exec = "python decide.py next.json {m1}" result "next.json" { m1: float } }
    repeat while decide.m1 < 10 at most 20 times
  }
  task report { exec = "report" }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide { exec = "python decide.py next.json {m1}" result "next.json" { m1: float } }
    repeat while decide.m1 < 10 at most 20 times
  }
  task report { exec = "report" after scan }
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

UNKNOWN_INTERPRETER = rule(
    313,
    "unknown-interpreter",
    "error",
    "The learner's check needs a Python.",
    """
The compiler adds a check to the learner's command that runs in Python, but the command uses no
Python that the compiler can recognise. Name one: `interpreter = "python3"`.

## Why

iDDS neither counts iterations nor checks results. A few lines of Python after the learner's
command do both, and an interpreter must run them.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:1070`: `self.global_parameters[key] = value`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide { exec = "./decide.sh next.json {m1}" result "next.json" { m1: float } }
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
    learn decide {
      exec        = "./decide.sh next.json {m1}"
      interpreter = "python3"
      result "next.json" { m1: float }
    }
    repeat while decide.m1 < 10 at most 20 times
  }
}
```
""",
)

BLOCKED_RESULT = rule(
    321,
    "blocked-result",
    "error",
    "Something has the name of the result file.",
    """
In the sandbox, a folder has the name of the learner's result file; or, for a learner that iDDS
runs unchanged, a file has it. List it in `.alwignore` in the sandbox folder, remove it from the
sandbox, or give the result another name.

## Why

The files of the sandbox are there before the command starts. A file with the name of the result
is then removed; a folder is not, and the job fails. An actuator runs unchanged, so nothing is
removed: iDDS 0.2.1 would read the old file in every iteration.

- iDDS 0.2.1, `idds/atlas/workflow/atlasactuatorwork.py:97`: `def generate_new_task(self):`

## Wrong

```console
$ mkdir detector/next.json && touch detector/next.json/old
$ echo __pycache__ > detector/.alwignore
$ alw check --strict detector.alw
```

## Right

```console
$ mkdir detector/next.json && touch detector/next.json/old
$ echo next.json > detector/.alwignore
$ alw check --strict detector.alw
```
""",
)
