"""Rules about the options of tasks."""

from __future__ import annotations

from ..rule import rule

UNKNOWN_OPTION = rule(
    401,
    "unknown-option",
    "error",
    "prun has no such option.",
    """
Neither a task nor prun has this attribute, or an option is set twice with two spellings. Every
prun option can be written with its own name (`nJobs`) or in snake_case (`n_jobs`). A workflow
has only the attribute `dataset`.

## Why

prun refuses options that it does not know. The list of options comes from panda-client itself.

- panda-client 2.2.0, `pandaclient/PrunScript.py:39`: `options = optP.parse_args(ext_args)`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 out.root" njob = 10 }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 out.root" n_jobs = 10 }
}
```
""",
)

OPTION_VALUE = rule(
    402,
    "option-value",
    "error",
    "The option needs a value of another kind.",
    """
The option needs a value of another kind: a flag needs `true` or `false`, a number an int, text
a string, a list strings or numbers. Some options accept only a few values; the message lists
them.

## Why

The kinds are those of prun's options. prun would refuse the value or use only part of it.

- panda-client 2.2.0, `pandaclient/PrunScript.py:39`: `options = optP.parse_args(ext_args)`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 out.root" n_jobs = "10" }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 out.root" n_jobs = 10 }
}
```
""",
)

RESERVED_OPTION = rule(
    403,
    "reserved-option",
    "error",
    "The compiler sets this option itself.",
    """
The compiler sets this option itself: `in_ds` when the command uses a dataset, and every option
that would split a learner into several jobs. Remove it.

## Why

The command and the option could name different datasets, and only one would be read. A second
job of a learner would see only the other files and write a second result.

- panda-client 2.2.0, `pandaclient/PrunScript.py:1198`: `taskParamMap["dsForIN"] = options.inDS`

## Wrong

```alw
workflow altest {
  input data: dataset = "mc23_13p6TeV.601229.evgen.EVNT.e8514"
  dataset = "user.wguan.altest"
  task simulate {
    exec  = "simulate {data} out.root"
    in_ds = "mc23_13p6TeV.601230.evgen.EVNT.e8514"
  }
}
```

## Right

```alw
workflow altest {
  input data: dataset = "mc23_13p6TeV.601229.evgen.EVNT.e8514"
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate {data} out.root" }
}
```
""",
)

PRUN_REFUSES = rule(
    404,
    "prun-refuses",
    "error",
    "prun refuses these options.",
    """
prun refuses the options of this task; the message is prun's own. Or an option depends on the
machine where prun runs: on a local file, the network or the environment. Write the actual value
into the workflow instead.

## Why

panda-client makes the parameters of the task, so what prun refuses would fail at submission.
And a workflow must compile to the same output on every machine.

- panda-client 2.2.0, `pandaclient/PrunScript.py:175`: `PsubUtils.readDsFromFile(options.inDsTxt)`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate %IN out.root" in_ds_txt = "datasets.txt" }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate {
    exec  = "simulate %IN out.root"
    in_ds = "mc23_13p6TeV.601229.evgen.EVNT.e8514,mc23_13p6TeV.601230.evgen.EVNT.e8514"
  }
}
```
""",
)

PRUN_WARNS = rule(
    405,
    "prun-warns",
    "warning",
    "prun warns about these options.",
    """
prun accepts the options of this task with a warning, shown here. If this is intended, add
`# alw: ignore prun-warns` at the end of the line.

## Why

prun prints its warnings when a task is submitted. In a workflow, iDDS submits the tasks later,
where nobody would see them.

- panda-client 2.2.0, `pandaclient/PsubUtils.py:762`: `The grid queue names could change`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 out.root" site = "ANALY_CERN" }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 out.root" }
}
```
""",
)

NOT_REPLACED = rule(
    414,
    "not-replaced",
    "error",
    "iDDS does not replace values in this option.",
    """
A loop parameter or `iteration` is used in an option where iDDS replaces nothing. Parameters can
be used in the command; `{iteration}` also in dataset names.

## Why

iDDS replaces values in the text parameters of a task and in its command, but not in lists and
tables. There, the placeholder would reach PanDA unchanged.

- iDDS 2.6.21, `idds/atlas/workflowv2/atlaspandawork.py:263`:
  `type(self.task_parameters[key]) in [str]`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide {
      exec            = "python decide.py next.json {m1}"
      container_image = "docker://atlas/decide:{iteration}"
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
    learn decide {
      exec            = "python decide.py next.json {m1} --version {iteration}"
      container_image = "docker://atlas/decide:latest"
      result "next.json" { m1: float }
    }
    repeat while decide.m1 < 10 at most 20 times
  }
}
```
""",
)

VALUE_TOO_LONG = rule(
    417,
    "value-too-long",
    "error",
    "The value is too long for PanDA's database.",
    """
The value of an option is longer than the column of PanDA's database where it is stored. Shorten
it.

## Why

PanDA accepts the task, and fails later when it stores it.

- panda-database d57eeb9, `schema/oracle/ATLAS_PANDA.sql:915`: `"WORKINGGROUP" VARCHAR2(32 BYTE)`
- panda-server 1.0.4, `pandajedi/jedirefine/TaskRefinerBase.py:117`:
  `taskSpec.workingGroup = taskParamMap["workingGroup"]`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate {
    exec          = "simulate 200 out.root"
    working_group = "dark-photon-search-of-the-exotics-group"
  }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate {
    exec          = "simulate 200 out.root"
    working_group = "phys-exotics"
  }
}
```
""",
)

STORED_MAP = rule(
    418,
    "stored-map",
    "error",
    "The stored map cannot be used.",
    """
The file that `map` names cannot be used: it cannot be read, is not JSON, or is not a task
parameter map that PanDA accepts. It must be in the folder of the source or below.

## Why

A stored map is submitted unchanged, except for the parts that the source replaces. JEDI reads
some of its keys without a default, and a task without them fails after submission.

- panda-server 1.0.4, `pandajedi/jedirefine/TaskRefinerBase.py:94`:
  `taskSpec.taskName = taskParamMap["taskName"]`

## Wrong

```alw
workflow altest {
  task simulate { map = "maps/simulat.json" }
}
```

## Right

```alw
workflow altest {
  task simulate { map = "maps/simulate.json" }
}
```
""",
)

REPLACEMENT = rule(
    419,
    "replacement",
    "error",
    "The text to replace was not found as stated.",
    """
The text in `replace` is not found in the stored map as often as expected: once in `cliParams`
and once, URL-quoted, in `jobParameters`, or as often as `N times` says. Copy the text from the
map, or add `N times`.

## Why

The jobs run what is in `jobParameters`; `cliParams` is for people. If only one of them changed,
the jobs of every iteration would run with the values of the old task, without an error.

- iDDS 2.6.21, `idds/atlas/workflowv2/atlaspandawork.py:264`:
  `self.renew_parameter(self.task_parameters[key])`

## Wrong

```alw
workflow altest {
  task simulate {
    map = "maps/simulate.json"
    replace "0.5" with "0.6"
  }
}
```

## Right

```alw
workflow altest {
  task simulate {
    map = "maps/simulate.json"
    replace "0.5 0.5" with "0.6 0.5"
  }
}
```
""",
)
