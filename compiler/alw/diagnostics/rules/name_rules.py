"""Rules about names."""

from __future__ import annotations

from ..rule import rule

UNBOUND_NAME = rule(
    203,
    "unbound-name",
    "error",
    "Nothing defines this name.",
    """
Nothing has this name: no input, constant, task or loop of the workflow, and no parameter of the
loop. It is probably misspelt. For a shell variable write `$NAME` or `${NAME}`; for a literal
brace write `{{`.

## Why

When iDDS has no value for a placeholder, it leaves the placeholder in the command and the jobs
run with it, without an error. iDDS 0.2.1 submitted the first iteration of a loop with a literal
`{m1}`.

- iDDS 2.6.21, `idds/atlas/workflowv2/atlaspandawork.py:244`: `if hasattr(self, attr):`

## Wrong

```alw
workflow altest {
  input nevents: int = 200
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate {nevent} out.root" }
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

DUPLICATE_NAME = rule(
    204,
    "duplicate-name",
    "error",
    "The name is already used in the workflow.",
    """
A name can be used only once in a workflow, including its loop. Here it is defined or set a
second time, or it is a word of the language such as `iteration`. Choose another name. A result
cannot have the field `to_continue`: the compiled learner uses it to tell iDDS whether to
continue.

## Why

In iDDS, parameters and result fields are attributes of one object. A second one with the same
name silently replaces the first.

- iDDS 2.6.21, `idds/workflowv2/work.py:745`: `new_key = "user_" + str(key)`

## Wrong

```alw
workflow altest {
  input m1: float = 0.5
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate {m1} out.root" }
  task m1       { exec = "scan out.root" }
}
```

## Right

```alw
workflow altest {
  input m1: float = 0.5
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate {m1} out.root" }
  task scan     { exec = "scan out.root" }
}
```
""",
)

NO_FIRST_VALUE = rule(
    206,
    "no-first-value",
    "error",
    "There is no value for the first iteration.",
    """
A loop parameter or a constant has no value. Give it one: the learner's result sets a parameter
only from the second iteration on, so the first iteration needs a value from here.

## Why

iDDS starts a loop with the workflow's global parameters. A parameter that is not among them
remains a placeholder in the commands of the first iteration.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:1434`:
  `work.sync_global_parameters(self.global_parameters`
- iDDS 2.6.21, `idds/atlas/workflowv2/atlaspandawork.py:244`: `if hasattr(self, attr):`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float
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
    learn decide { exec = "python decide.py next.json {m1}" result "next.json" { m1: float } }
    repeat while decide.m1 < 10 at most 20 times
  }
}
```
""",
)

NO_SUCH_OUTPUT = rule(
    211,
    "no-such-output",
    "error",
    "The task has no such output.",
    """
`TASK.outputs[N]` is the Nth file in the task's `outputs`, counted from 0, and the task does not
have that many. A learner has one output, its result.

## Why

prun makes one dataset for each output. No task would write a dataset of another name, and a
task that reads it would wait forever.

- panda-client 2.2.0, `pandaclient/PrunScript.py:1146`:
  `dataset = f"{outDatasetName[:-1]}_{tmpDsSuffix}/"`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 hits.root" outputs = ["hits.root"] }
  task plot     { exec = "plot {simulate.outputs[1]}" }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 hits.root" outputs = ["hits.root"] }
  task plot     { exec = "plot {simulate.outputs[0]}" }
}
```
""",
)

NO_SUCH_MEMBER = rule(
    215,
    "no-such-member",
    "error",
    "There is no member of this name.",
    """
There is nothing with this name after the dot. A task has `outputs`; a learner also has the
fields of its result, which the loop's condition can use; a loop has its parameters, whose last
values the tasks after the loop can use. Other values have no members.

## Why

iDDS would have no value for this name and would leave its placeholder in the command.

- iDDS 2.6.21, `idds/atlas/workflowv2/atlaspandawork.py:244`: `if hasattr(self, attr):`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 hits.root" outputs = ["hits.root"] }
  task plot     { exec = "plot {simulate.hits}" }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 hits.root" outputs = ["hits.root"] }
  task plot     { exec = "plot {simulate.outputs[0]}" }
}
```
""",
)
