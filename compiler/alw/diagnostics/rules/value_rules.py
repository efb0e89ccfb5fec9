"""Rules about types and values."""

from __future__ import annotations

from ..rule import rule

TYPE_MISMATCH = rule(
    205,
    "type-mismatch",
    "error",
    "Type mismatch.",
    """
The value has the wrong type for this place: a text instead of a number, a task instead of a
value, a float instead of an int. Types are not converted automatically, except int to float.

## Why

iDDS and the shell only see text. A number in quotes, or half a job, would pass through both and
fail, or be misread, by the command on the grid.

- iDDS 2.6.21, `idds/atlas/workflowv2/atlaspandawork.py:247`: `str(attr_value)`

## Wrong

```alw
workflow altest {
  const nevents: int = 1000 / 5
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate {nevents} out.root" }
}
```

## Right

```alw
workflow altest {
  const nevents: int = 1000 // 5
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate {nevents} out.root" }
}
```
""",
)

RUN_TIME_VALUE = rule(
    209,
    "run-time-value",
    "error",
    "The value is only known when the job runs.",
    """
This value exists only when the jobs run: a loop parameter, a result field, the iteration
number, or the files of an output. It cannot be used in a calculation, or where a value is
needed before submission. Insert it into the command as it is, and let the command do the
arithmetic.

## Why

iDDS replaces placeholders in text with values. It computes nothing, and it replaces nothing in
a value that is not text, such as a number of jobs.

- iDDS 2.6.21, `idds/atlas/workflowv2/atlaspandawork.py:263`:
  `type(self.task_parameters[key]) in [str]`
- iDDS 2.6.21, `idds/atlas/workflowv2/atlaspandawork.py:247`: `str(attr_value)`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide {
      exec = "python decide.py next.json {m1 * 1000}"
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
      exec = "python decide.py next.json --times 1000 {m1}"
      result "next.json" { m1: float }
    }
    repeat while decide.m1 < 10 at most 20 times
  }
}
```
""",
)

UNSAFE_STRING = rule(
    210,
    "unsafe-string",
    "error",
    "iDDS inserts the string without quotes.",
    """
The text of this loop parameter comes from the learner while the loop runs, when it can no
longer be quoted. Declare which characters it may contain, for example `string of "a-z0-9_"`.
Allowed are characters that are harmless in a shell: letters, digits and `_ @ + = : , . / -`.

## Why

iDDS inserts the text without quotes into a finished command, which a shell on the worker node
then reads: a space splits the argument, a `;` starts a second command, and `%` is decoded. The
check after the learner's command rejects a result with any other character.

- iDDS 2.6.21, `idds/atlas/workflowv2/atlaspandawork.py:247`: `str(attr_value)`
- panda-wnscript 96788a6, `src/rungen/runGen.py:97`: `jobParams=urllib.unquote(a)`
- panda-wnscript 96788a6, `src/rungen/runGen.py:654`: `status=os.system(`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param tune: string = "nominal"
    learn decide {
      exec = "python decide.py next.json {tune}"
      result "next.json" { tune: string, better: bool }
    }
    repeat while decide.better at most 20 times
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
      result "next.json" { tune: string, better: bool }
    }
    repeat while decide.better at most 20 times
  }
}
```
""",
)

ARITHMETIC_ERROR = rule(
    213,
    "arithmetic-error",
    "error",
    "The expression cannot be computed.",
    """
The expression cannot be computed: it divides by zero, or its result has more than 18 digits, is
1e308 or larger, or is a string of more than 100,000 characters.

## Why

The values are known before submission, so the mistake is found before submission too. Larger
numbers could change on their way through JSON and the programs that read it.

## Wrong

```alw
workflow altest {
  input jobs: int = 0
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate {1000 // jobs} out.root" }
}
```

## Right

```alw
workflow altest {
  input jobs: int = 10
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate {1000 // jobs} out.root" }
}
```
""",
)

UNKNOWN_TYPE = rule(
    214,
    "unknown-type",
    "error",
    "There is no such type.",
    """
The types are `int`, `float`, `bool`, `string` and `dataset`. Only a string can list its
characters, as in `string of "a-z0-9_"`: single characters, and ranges from a lower to a higher
one.

## Why

Only these types survive the way through JSON, iDDS and a command.

## Wrong

```alw
workflow altest {
  input tune: str = "A14"
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate --tune {tune} out.root" }
}
```

## Right

```alw
workflow altest {
  input tune: string = "A14"
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate --tune {tune} out.root" }
}
```
""",
)

UNSAFE_VALUE = rule(
    216,
    "unsafe-value",
    "error",
    "The value would change the words of a command.",
    """
The value would change how the command is read, and quoting cannot prevent it: it would be taken
as an option, or it is in a place where shell quoting cannot be analysed (`$(…)`, backquotes,
`<<`), or it contains a character that no command can contain. Everywhere else, values are
quoted automatically. Use another value, or move it to another place in the command.

## Why

A worker node passes the command to a shell as one text. A value from outside must not add
words, options or commands to it.

- panda-wnscript 96788a6, `src/rungen/runGen.py:654`: `status=os.system(`

## Wrong

```alw set=sample=--force
workflow altest {
  input sample: string
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate {sample}" }
}
```

## Right

```alw set=sample=--force
workflow altest {
  input sample: string
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate --sample={sample}" }
}
```
""",
)
