"""Rules about commands."""

from __future__ import annotations

from ..rule import rule

READ_AGAIN = rule(
    217,
    "read-again",
    "error",
    "A program inside the command reads the value again.",
    r"""
A value is part of the text of a program inside the command: `bash -c '…'`, `python -c '…'`,
`awk '…'`, `sed '…'`, `eval`, `ssh`, or what is piped into a shell. Numbers and bools are allowed
there, and text of letters, digits and `_ @ + = : , . / % -`; `sed` takes fewer characters.

## Why

The quotes that the compiler writes protect a value from the shell that reads the command. It
takes them off, and the program inside reads the text again, by its own rules: a `;` in the value
would begin a second command there. As an argument the value is never read again.

- panda-wnscript 96788a6, `src/rungen/runGen.py:654`: `status=os.system(`

## Wrong

```alw set=label=a;b
workflow altest {
  input label: string
  dataset = "user.wguan.altest"
  task simulate { exec = "bash -c 'echo {label}'" }
}
```

## Right

```alw set=label=a;b
workflow altest {
  input label: string
  dataset = "user.wguan.altest"
  task simulate { exec = "bash -c 'echo \"$1\"' _ {label}" }
}
```
""",
)

NO_COMMAND = rule(
    406,
    "no-command",
    "error",
    "The task has no command.",
    """
The task has no `exec`, the command that its jobs run. Add it.

## Why

prun needs a command.

- panda-client 2.2.0, `pandaclient/PrunScript.py:470`: `you need to give --exec`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { outputs = ["out.root"] }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 out.root" outputs = ["out.root"] }
}
```
""",
)

SHELL_QUOTING = rule(
    407,
    "shell-quoting",
    "error",
    "The shell cannot parse the command.",
    r"""
The shell cannot parse the command: a quote is never closed, it ends with a backslash, or it is
empty; or a value follows a shell variable directly, as in `$NAME{m1}`, and would become part of
its name. In a string, write a double quote as `\"`; single quotes need no escape.

## Why

A worker node passes the command to `/bin/sh`. There, a missing quote is found only when the
jobs run.

- panda-wnscript 96788a6, `src/rungen/runGen.py:654`: `status=os.system(`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task select { exec = "select --cut 'pt > 20 out.root" }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task select { exec = "select --cut 'pt > 20' out.root" }
}
```
""",
)

UNRUNNABLE_COMMAND = rule(
    408,
    "unrunnable-command",
    "error",
    "prun's wrapper cannot run the command.",
    r'''
The shell could run this command, but prun's wrapper cannot. Either it contains three double
quotes in a row; or the files of a dataset are not followed by a space, a quote or a comma; or a
learner's command uses the shell words `exec` or `trap`, which would skip the check of its
result; or the command line is too long. Put such a command into a script.

## Why

The wrapper on the worker node writes the command between three double quotes into a Python
file, and inserts file names only where it recognises the placeholder.

- panda-wnscript 96788a6, `src/rungen/runGen.py:654`: `status=os.system(r"""%s %s""")`
- panda-wnscript 96788a6, `src/rungen/runGen.py:597`: `(?P<sname> |$|\"|\'|,)`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 hits.root" outputs = ["hits.root"] }
  task plot     { exec = "plot --in={simulate.outputs[0]}:tree" }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 hits.root" outputs = ["hits.root"] }
  task plot     { exec = "plot --in={simulate.outputs[0]} --tree=tree" }
}
```
''',
)

RESERVED_TEXT = rule(
    409,
    "reserved-text",
    "error",
    "iDDS would replace this text.",
    """
The text contains a marker of the engine, by itself or where two parts meet: `___idds___` for
iDDS 2.6; for 0.2.1, `___alw_` and the name of the dataset, to which iDDS adds a number wherever
it occurs. Change the text.

## Why

iDDS marks the text that it replaces with these characters. It would insert the value of the
name that follows, or leave another placeholder unreplaced.

- iDDS 2.6.21, `idds/atlas/workflowv2/atlaspandawork.py:235`: `if '___idds___' in parameter:`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate --run ___idds___num_run___ out.root" }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    task simulate {
      exec    = "simulate --run {iteration} out.json"
      outputs = ["out.json"]
      n_jobs  = 10
    }
    learn decide {
      exec = "python decide.py next.json {iteration} {simulate.outputs[0]}"
      result "next.json" { better: bool }
    }
    repeat while decide.better at most 20 times
  }
}
```
""",
)

ACCIDENTAL_PLACEHOLDER = rule(
    415,
    "accidental-placeholder",
    "error",
    "prun would replace this text.",
    """
prun, or its wrapper on the worker node, would replace a text that is not meant as a
placeholder: a value that contains or completes `%IN`, `%RNDM:1` or the like; `${SEQNUMBER}` and
other names that prun uses itself; two placeholders in one word. You can still write
placeholders in a command yourself.

## Why

prun finds its placeholders in the finished command, by their text alone.

- panda-client 2.2.0, `pandaclient/PsubUtils.py:436`: `def convertParamStrToJediParam(`
- panda-wnscript 96788a6, `src/rungen/runGen.py:578`: `newJobParams.replace('%IN',inStr)`

## Wrong

```alw set=seed=%RNDM:10
workflow altest {
  input seed: string
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate --seed {seed} out.root" n_jobs = 5 }
}
```

## Right

```alw set=first=10
workflow altest {
  input first: int
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate --seed %RNDM:{first} out.root" n_jobs = 5 }
}
```
""",
)

PCHAIN_PLACEHOLDER = rule(
    613,
    "pchain-placeholder",
    "warning",
    "%{NAME} is pchain's syntax.",
    """
`%{NAME}` is the syntax of pchain. In alw, write `{NAME}`; otherwise the `%` stays in the
command. If you want a percent sign before the value, add `# alw: ignore pchain-placeholder`.

## Why

pchain replaces all of `%{NAME}`. alw leaves `%` to prun, whose own placeholders start with it.

- panda-server 1.0.4, `pandaserver/workflow/workflow_utils.py:339`: `tmp_src = f"%{{{k}}}"`
- panda-client 2.2.0, `pandaclient/PsubUtils.py:488`: `oldH = "%" + oldH`

## Wrong

```alw
workflow altest {
  input nevents: int = 200
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate %{nevents} out.root" }
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
