"""Rules."""

from __future__ import annotations

from ..rule import rule

PARAMETER_NOT_SUPPLIED = rule(
    207,
    "parameter-not-supplied",
    "error",
    "There is no value for the next iterations.",
    """
The learner's result has no field with the name of the parameter, so the parameter has no new
value in the second iteration. Add the field to `result`, or use `const` for a value that never
changes.

## Why

If the result has no value for a parameter, iDDS silently keeps the old one. A misspelt field
would make the loop compute the first point again and again.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:1072`:
  `self.global_parameters[key] = getattr(work, key)`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param mass: float = 0.5
    learn decide { exec = "python decide.py next.json {mass}" result "next.json" { mas: float } }
    repeat while decide.mas < 10 at most 20 times
  }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param mass: float = 0.5
    learn decide { exec = "python decide.py next.json {mass}" result "next.json" { mass: float } }
    repeat while decide.mass < 10 at most 20 times
  }
}
```
""",
)

FIELD_TYPE_MISMATCH = rule(
    208,
    "field-type-mismatch",
    "error",
    "Result field and parameter differ in type.",
    """
A result field and the loop parameter of the same name have different types. Give both the same
type; an int field may set a float parameter.

## Why

iDDS inserts whatever the learner writes into the next command: `200.0` where the program reads
an integer. The check after the learner's command enforces the types that you declare.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:1070`: `self.global_parameters[key] = value`
- iDDS 2.6.21, `idds/atlas/workflowv2/atlaspandawork.py:247`: `str(attr_value)`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param nevents: int = 200
    learn decide {
      exec = "python decide.py next.json {nevents}"
      result "next.json" { nevents: float }
    }
    repeat while decide.nevents > 0 at most 20 times
  }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param nevents: int = 200
    learn decide {
      exec = "python decide.py next.json {nevents}"
      result "next.json" { nevents: int }
    }
    repeat while decide.nevents > 0 at most 20 times
  }
}
```
""",
)

UNBOUNDED_LOOP = rule(
    301,
    "unbounded-loop",
    "error",
    "The loop has no maximum number of iterations.",
    """
The loop has no `at most N times`. Every loop needs this bound, so that a condition that stays
true cannot keep the grid busy forever.

## Why

iDDS has no counter: it starts the next iteration whenever the learner says so. The compiler
therefore adds the bound to the learner's command.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:3059`: `get_loop_condition_status():`
- iDDS 2.6.21, `idds/workflowv2/work.py:1284`:
  `if not (value == self.and_custom_conditions[key]):`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide { exec = "python decide.py next.json {m1}" result "next.json" { m1: float } }
    repeat while decide.m1 < 10
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
    repeat while decide.m1 < 10 at most 20 times
  }
}
```
""",
)

NO_LEARNER = rule(
    302,
    "no-learner",
    "error",
    "The loop has no learner.",
    """
The loop has no `learn` task, so nothing decides whether it continues, and nothing sets its
parameters. Turn the deciding task into a `learn` with a `result`.

## Why

iDDS repeats a workflow while a condition on one of its tasks is true, and the condition
compares values from that task's result file. Without it, the tasks run once.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:3058`: `has_loop_condition():`
- iDDS 2.6.21, `idds/workflowv2/work.py:1262`: `if self.output_data and key in self.output_data:`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    task decide { exec = "python decide.py {m1}" outputs = ["next.json"] }
    repeat while m1 < 10 at most 20 times
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
    repeat while decide.m1 < 10 at most 20 times
  }
}
```
""",
)

SEVERAL_LEARNERS = rule(
    303,
    "several-learners",
    "error",
    "The loop has more than one learner.",
    """
The loop has a second `learn` task. Only one learner can decide and set all new values. Make the
other one a `task`, and let the learner read its output.

## Why

An iDDS workflow has one loop condition; a second one replaces the first. And each learner, when
it ends, writes all parameters back, with old values for those that the other one sets.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:1711`: `self.loop_condition = condition`
- iDDS 2.6.21, `idds/workflowv2/workflow.py:1072`:
  `self.global_parameters[key] = getattr(work, key)`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn train  { exec = "python train.py model.json {m1}" result "model.json" { chi2: float } }
    learn decide { exec = "python decide.py next.json {m1}" result "next.json" { m1: float } }
    repeat while train.chi2 > 1 at most 20 times
  }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    task train { exec = "python train.py {m1} model.json" outputs = ["model.json"] n_jobs = 1 }
    learn decide {
      exec = "python decide.py next.json {m1} {train.outputs[0]}"
      result "next.json" { m1: float, chi2: float }
    }
    repeat while decide.chi2 > 1 at most 20 times
  }
}
```
""",
)

NO_REPEAT = rule(
    311,
    "no-repeat",
    "error",
    "The loop has no 'repeat'.",
    """
The loop does not say when it repeats. End it with `repeat while CONDITION at most N times`, or
with `repeat at most N times` to run it N times in any case.

## Why

Without a condition, iDDS runs the tasks of the loop once.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:3058`: `has_loop_condition():`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide { exec = "python decide.py next.json {m1}" result "next.json" { m1: float } }
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
    repeat while decide.m1 < 10 at most 20 times
  }
}
```
""",
)

NO_RESULT = rule(
    312,
    "no-result",
    "error",
    "The learner has no result.",
    """
The learner declares no result. Add `result "FILE.json" { NAME: TYPE, … }`: the JSON file that
its command writes, and the fields in it.

## Why

The result file is the only thing that a learner sends back to iDDS. Without it, there are no
new values and the loop ends after the first iteration.

- iDDS 2.6.21, `idds/atlas/workflowv2/atlaslocalpandawork.py:256`:
  `def parse_output_files(self, processing):`
- iDDS 2.6.21, `idds/workflowv2/work.py:1262`: `if self.output_data and key in self.output_data:`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide { exec = "python decide.py {m1}" }
    repeat while m1 < 10 at most 20 times
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
    repeat while decide.m1 < 10 at most 20 times
  }
}
```
""",
)

GOES_ON_WITHOUT_RESULT = rule(
    320,
    "goes-on-without-result",
    "error",
    "The loop would go on after an empty result.",
    """
A condition on the presence of a result, `LEARNER.result`, must be false when there is none. An
empty result, `{}`, has no values for another iteration, so it ends the loop. To continue, let
the learner write its fields.

## Why

iDDS takes the values of the next iteration from the learner's result. If it is empty, the
parameters keep their values, and the next iteration silently repeats this one at full cost.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:1067`:
  `status, value = work.get_global_parameter_from_output_data(key)`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide {
      exec = "python decide.py next.json {m1}"
      result "next.json" { m1: float, error: float }
    }
    repeat while not decide.result or decide.error > 0.01 at most 20 times
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
      exec = "python decide.py next.json {m1}"
      result "next.json" { m1: float, error: float }
    }
    repeat while decide.result and decide.error > 0.01 at most 20 times
  }
}
```
""",
)

DROPPED_VALUE = rule(
    426,
    "dropped-value",
    "error",
    "prun would ignore or change this value.",
    """
prun would silently ignore this value or change it: zero jobs become one, 60 attempts become the
server's default, 30 jobs for 100 events become 34. It also covers flags that cannot be turned
off. Choose a value that prun keeps, or remove the option.

## Why

prun leaves out a number that it cannot use, and the job runs with the default. The compiler
finds this by running prun with the value, with other values, and without the option.

- panda-client 2.2.0, `pandaclient/PrunScript.py:994`: `options.maxAttempt <= 50`
- panda-client 2.2.0, `pandaclient/CommonArgs.py:951`: `options.nJobs if options.nJobs > 0 else 1`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 out.root" max_attempt = 60 }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 out.root" max_attempt = 50 }
}
```
""",
)

ATHENA_RELEASE = rule(
    429,
    "athena-release",
    "error",
    "The Athena release or platform is missing.",
    """
The task uses an Athena release but does not say which one, or for which platform: `athena_tag`
needs `cmt_config`, and `use_athena_packages` needs both. For the platform, use the value of
`$CMTCONFIG` where the release is set up. A tag in which prun finds no release is also an error.

## Why

prun would take missing values from the machine where it runs, so the task would differ between
machines. With both options, the task is the one that prun makes where that release is set up.
Its packages come with `sandbox = "https://…"`, the archive that prun uploaded from there.

- panda-client 2.2.0, `pandaclient/AthenaUtils.py:1450`: `Please set --cmtConfig`
- panda-client 2.2.0, `pandaclient/PrunScript.py:368`: `You need to setup Athena runtime`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task analyse { exec = "analyse out.root" athena_tag = "AnalysisBase,25.2.15" }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task analyse {
    exec       = "analyse out.root"
    athena_tag = "AnalysisBase,25.2.15"
    cmt_config = "x86_64-el9-gcc13-opt"
  }
}
```
""",
)

UNUSED_INPUT = rule(
    601,
    "unused-input",
    "warning",
    "The input is never used.",
    """
The input is never used: not in a command, a name, an option or another value. Use it or remove
it.

## Why

Someone who sets it would believe that it changes something, but it never reaches iDDS or PanDA.

## Wrong

```alw
workflow altest {
  input nevents: int = 200
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 out.root" }
}
```

## Right

```alw
workflow altest {
  input nevents: int = 200
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate {nevents} out.root" }
}
```
""",
)

UNUSED_CONSTANT = rule(
    602,
    "unused-constant",
    "warning",
    "The constant is never used.",
    """
The constant is never used: not in a command, a name, an option or another value. Use it or
remove it.

## Why

Someone who changes it would believe that it changes something, but it never reaches iDDS or
PanDA.

## Wrong

```alw
workflow altest {
  const nevents: int = 200
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 out.root" }
}
```

## Right

```alw
workflow altest {
  const nevents: int = 200
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate {nevents} out.root" }
}
```
""",
)

UNUSED_PARAMETER = rule(
    603,
    "unused-parameter",
    "warning",
    "The loop parameter is never used.",
    """
The learner sets the loop parameter, but no command, no condition and no task after the loop
uses it. Use it in a command, or remove it.

## Why

iDDS inserts a value only where its placeholder is. The learner would search in a direction that
changes nothing.

- iDDS 2.6.21, `idds/atlas/workflowv2/atlaspandawork.py:247`: `new_parameter.replace(idds_attr`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    param m2: float = 0.5
    learn decide {
      exec = "python decide.py next.json {m1}"
      result "next.json" { m1: float, m2: float }
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
    param m2: float = 0.5
    learn decide {
      exec = "python decide.py next.json {m1} {m2}"
      result "next.json" { m1: float, m2: float }
    }
    repeat while decide.m1 < 10 at most 20 times
  }
}
```
""",
)

UNUSED_FIELD = rule(
    604,
    "unused-field",
    "warning",
    "The result field is never used.",
    """
The learner must write this result field, but no loop parameter has its name and the condition
does not use it. Declare the parameter, use the field in the condition, or remove it; the
learner may write more fields than it declares.

## Why

iDDS keeps only the values whose names are parameters; the others are lost.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:1066`: `for key in self.global_parameters:`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide {
      exec = "python decide.py next.json {m1}"
      result "next.json" { m1: float, chi2: float }
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
    learn decide {
      exec = "python decide.py next.json {m1}"
      result "next.json" { m1: float, chi2: float }
    }
    repeat while decide.chi2 > 1 at most 20 times
  }
}
```
""",
)

UNUSED_TASK = rule(
    605,
    "unused-task",
    "warning",
    "Nothing reads the task's output.",
    """
The learner waits for a task whose outputs neither the learner nor any other task reads. Use an
output, or let the task wait for the learner instead.

## Why

A task before the learner usually makes something to read, so its files may have been forgotten
in a command. If not, it is better placed after the learner: the learner starts only when all
tasks before it have finished, at least in part, and if one fails, the loop ends.

- iDDS 2.6.21, `idds/workflowv2/work.py:1537`: `[WorkStatus.Finished, WorkStatus.SubFinished]`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    task draw { exec = "draw {m1} plot.png" outputs = ["plot.png"] }
    learn decide {
      exec = "python decide.py next.json {m1}"
      result "next.json" { m1: float }
      after draw
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
    task draw    { exec = "draw {m1} plot.png" outputs = ["plot.png"] after decide }
    repeat while decide.m1 < 10 at most 20 times
  }
}
```
""",
)

SAME_EVERY_ITERATION = rule(
    606,
    "same-every-iteration",
    "warning",
    "Every iteration computes the same.",
    """
No task of the loop except the learner uses a loop parameter or `iteration`, so every iteration
runs the same commands. Insert a parameter into a command.

## Why

iDDS submits the same tasks again and inserts values only at placeholders. Without any, each
iteration costs as much as the first and adds nothing new, apart from random numbers.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:3064`:
  `self.runs[str(self.num_run)] = self.template.copy()`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    task simulate { exec = "simulate 0.5 out.json" outputs = ["out.json"] n_jobs = 10 }
    learn decide {
      exec = "python decide.py next.json {m1} {simulate.outputs[0]}"
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

CONSTANT_CONDITION = rule(
    607,
    "constant-condition",
    "warning",
    "The condition is always true or always false.",
    """
The loop's condition is always true, so only the bound ends the loop; or it is never true, so
the loop ends after one iteration. Correct it, or write `repeat at most N times` to run N times
in any case.

## Why

The condition is evaluated in the learner's job, and iDDS sees only the outcome. Nobody would
notice that it decides nothing.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:3059`: `get_loop_condition_status():`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide { exec = "python decide.py next.json {m1}" result "next.json" { m1: float } }
    repeat while iteration < 50 at most 20 times
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
    repeat at most 20 times
  }
}
```
""",
)

FLOAT_EQUALITY = rule(
    608,
    "float-equality",
    "warning",
    "Comparing floats for equality is unreliable.",
    """
The condition compares floats with `==` or `!=`. Use `<` or `>`, or let the learner decide and
write a bool.

## Why

A computed float often differs in the last digit: `0.1 + 0.2` is not `0.3`. The loop would run
on to its bound, or stop too early.

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide { exec = "python decide.py next.json {m1}" result "next.json" { m1: float } }
    repeat while decide.m1 != 10.0 at most 20 times
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
    repeat while decide.m1 < 10.0 at most 20 times
  }
}
```
""",
)

LEARNER_WITHOUT_HISTORY = rule(
    609,
    "learner-without-history",
    "warning",
    "The learner does not see earlier values.",
    """
The learner's command uses neither a loop parameter nor `iteration`. It sees the files of this
iteration, but cannot know which values they belong to or what was tried before. Insert a
parameter or `{iteration}` into its command.

## Why

A learner is a new job in every iteration and remembers nothing. All it knows comes from its
command and from the datasets that it reads.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:3064`:
  `self.runs[str(self.num_run)] = self.template.copy()`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    task simulate { exec = "simulate {m1} out.json" outputs = ["out.json"] n_jobs = 10 }
    learn decide {
      exec = "python decide.py next.json {simulate.outputs[0]}"
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

SHADOWED_NAME = rule(
    610,
    "shadowed-name",
    "warning",
    "A field does not change its namesake.",
    """
A result field has the name of an input or a constant, but does not change it. Only loop
parameters change: declare it with `param` in the loop, or rename the field.

## Why

The values of inputs and constants go into the workflow before submission. From a result, iDDS
keeps only the values whose names are parameters.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:1066`: `for key in self.global_parameters:`

## Wrong

```alw
workflow altest {
  const nevents: int = 200
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide {
      exec = "python decide.py next.json {m1} {nevents}"
      result "next.json" { m1: float, nevents: int }
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
    param m1: float    = 0.5
    param nevents: int = 200
    learn decide {
      exec = "python decide.py next.json {m1} {nevents}"
      result "next.json" { m1: float, nevents: int }
    }
    repeat while decide.m1 < 10 at most 20 times
  }
}
```
""",
)

SPLIT_ARGUMENT = rule(
    611,
    "split-argument",
    "warning",
    "Quotes inside quotes split an argument.",
    r"""
The command has quotes inside quotes of the same kind. The shell ends the text at the second
quote and makes several arguments of one. Use the other kind of quote inside.

## Why

A worker node passes the command to `/bin/sh`, where quotes of one kind do not nest.

- panda-wnscript 96788a6, `src/rungen/runGen.py:654`: `status=os.system(`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task plot { exec = "plot --title \"mass of \"dark photon\"\" hist.root" }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task plot { exec = "plot --title 'mass of \"dark photon\"' hist.root" }
}
```
""",
)

SHELL_OPERATOR = rule(
    612,
    "shell-operator",
    "warning",
    "The shell takes a character as an operator.",
    """
A character outside quotes is a shell operator, probably not on purpose: `>20` writes to a file
named 20, `&` ends the command, `(` is a syntax error. Put quotes around the word.

## Why

A worker node passes the command to `/bin/sh`. With `pt>20` the job runs and the program gets
`pt`: the selection is lost without an error.

- panda-wnscript 96788a6, `src/rungen/runGen.py:654`: `status=os.system(`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task select { exec = "select --cut pt>20 out.root" }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task select { exec = "select --cut 'pt>20' out.root" }
}
```
""",
)

SHELL_VARIABLE = rule(
    614,
    "shell-variable",
    "warning",
    "The shell has no variable of this name.",
    """
The command uses a shell variable, `${NAME}` or `$NAME`, with the name of an input, a constant
or a loop parameter. To insert that value, write `{NAME}`.

## Why

The names of a workflow are not variables on the worker node. The shell inserts nothing, without
an error, and the program gets one argument less.

- panda-wnscript 96788a6, `src/rungen/runGen.py:654`: `status=os.system(`

## Wrong

```alw
workflow altest {
  const nevents: int = 200
  dataset = "user.wguan.altest{nevents}"
  task simulate { exec = "simulate ${nevents} out.root" }
}
```

## Right

```alw
workflow altest {
  const nevents: int = 200
  dataset = "user.wguan.altest{nevents}"
  task simulate { exec = "simulate {nevents} out.root" }
}
```
""",
)

NO_EFFECT = rule(
    615,
    "no-effect",
    "warning",
    "The option has no effect.",
    """
prun makes the same task with and without the option, so you can remove it. It may need an input
dataset or another option that is missing, another option may override it, or it may be about
prun itself or its machine, such as `verbose` or `tmp_dir`.

## Why

prun reads an option only where it needs it, and does not complain otherwise.

- panda-client 2.2.0, `pandaclient/PrunScript.py:1188`: `if options.match != "":`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate out.root" match = "*.root" }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate %IN out.root" in_ds = "mc23.evgen" match = "*.root" }
}
```
""",
)

OLD_VALUES = rule(
    621,
    "old-values",
    "warning",
    "The condition uses only old values.",
    """
The condition uses only parameters, which still have the values from the start of this
iteration. The learner has just written new values, in fields of the same names. To decide by
the new ones, write `LEARNER.FIELD`.

## Why

The learner's job evaluates the condition after its command. Parameters get their new values
only when the next iteration starts. A loop that compares the old ones runs one iteration too
many, or continues with a value that was meant to end it, such as 0 events.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:1066`: `for key in self.global_parameters:`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param nevents: int = 200
    task simulate { exec = "simulate {nevents} out.json" outputs = ["out.json"] n_jobs = 3 }
    learn decide {
      exec = "python decide.py next.json {nevents} {simulate.outputs[0]}"
      result "next.json" { nevents: int }
    }
    repeat while nevents > 0 at most 20 times
  }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param nevents: int = 200
    task simulate { exec = "simulate {nevents} out.json" outputs = ["out.json"] n_jobs = 3 }
    learn decide {
      exec = "python decide.py next.json {nevents} {simulate.outputs[0]}"
      result "next.json" { nevents: int }
    }
    repeat while decide.nevents > 0 at most 20 times
  }
}
```
""",
)

LEARNER_ONLY = rule(
    622,
    "learner-only",
    "warning",
    "Only the learner uses the parameter.",
    """
The learner sets the parameter and reads it, but no task uses it; it is probably missing in a
command. If the learner only uses it to remember something, add `# alw: ignore learner-only`, or
give it a name that says so, such as `best_m1`, `last_error` or `history`.

## Why

A parameter makes the tasks of each iteration do something different. If it is missing in a
command, every iteration simulates with the same value, and the learner fits to that.

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    param m2: float = 0.5
    task simulate { exec = "simulate {m1} out.json" outputs = ["out.json"] n_jobs = 3 }
    learn decide {
      exec = "python decide.py next.json {m1} {m2} {simulate.outputs[0]}"
      result "next.json" { m1: float, m2: float }
    }
    repeat at most 5 times
  }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    param m2: float = 0.5
    task simulate { exec = "simulate {m1} {m2} out.json" outputs = ["out.json"] n_jobs = 3 }
    learn decide {
      exec = "python decide.py next.json {m1} {m2} {simulate.outputs[0]}"
      result "next.json" { m1: float, m2: float }
    }
    repeat at most 5 times
  }
}
```
""",
)

UNNAMED_FILE = rule(
    623,
    "unnamed-file",
    "warning",
    "The command does not contain the file name.",
    """
A task declares an output, or a learner its result, but the command does not contain that file
name: it may be misspelt, or the program writes another file. Scripts in the `sandbox` are
searched too. There is no warning for a command without arguments, or if the program comes from
a container, a release or a sandbox on PanDA's cache.

## Why

After the command, the pilot looks for the output by its name. If it is not there, the job
fails, after all its work.

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 output.json" outputs = ["out.json"] }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 output.json" outputs = ["output.json"] }
}
```
""",
)

ESCAPED_VALUE = rule(
    624,
    "escaped-value",
    "warning",
    "Two braces do not insert a value.",
    """
Two braces are a literal brace: `{{m1}}` becomes `{m1}` in the command, not the value of `m1`.
To insert the value, write `{m1}`.

## Why

Other template tools write values with two braces. In alw, two braces become one, for programs
that need a brace, such as awk. A name of the workflow between them is probably meant as a
value.

## Wrong

```alw
workflow altest {
  input events: int = 200
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate {{events}} out.root" outputs = ["out.root"] }
}
```

## Right

```alw
workflow altest {
  input events: int = 200
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate {events} out.root" outputs = ["out.root"] }
}
```
""",
)
