"""Rules about the text of a file."""

from __future__ import annotations

from ..rule import rule

SYNTAX_ERROR = rule(
    101,
    "syntax-error",
    "error",
    "The text does not follow the grammar.",
    """
The text cannot be parsed here: something is missing or in the wrong place. The message says
what was found and what was expected. In a string, braces only enclose an expression; write a
literal brace as `{{` or `}}`.

## Why

The compiler does not guess: a campaign may run for days before anyone notices a wrong guess.
The rest of the file is still checked, so one run finds the other problems too.

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec "simulate 200 out.root" }
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

INVALID_CHARACTER = rule(
    102,
    "invalid-character",
    "error",
    "The language does not use this character.",
    """
The language does not use this character outside strings and comments: a semicolon, an accented
letter, or an invisible character copied from a web page. Delete it or replace it.

## Why

Names become the names of datasets and files, and PanDA accepts only plain ASCII there. Lines
need no semicolon: the end of an item is clear from what follows.

- panda-client 2.2.0, `pandaclient/PsubUtils.py:668`: `tmpDict["value"].encode("ascii")`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest";
  task simulate { exec = "simulate 200 out.root" }
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

UNTERMINATED_STRING = rule(
    103,
    "unterminated-string",
    "error",
    "A string must end on the line it starts on.",
    """
A string has no closing quote on the line where it starts. Write a long text as several strings,
one after the other; they are joined with nothing between them.

## Why

If strings could span lines, one forgotten quote would turn the rest of the file into text, and
the error would be reported far from its cause.

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate --events 200 --output out.root }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate --events 200 " "--output out.root" }
}
```
""",
)

INVALID_ESCAPE = rule(
    104,
    "invalid-escape",
    "error",
    'Escapes are \\" \\\\ \\n \\t; a brace is {{ or }}.',
    r"""
In a string, a backslash starts an escape. There are four: `\"` is a quote, `\\` a backslash,
`\n` a line end, `\t` a tab. For a backslash that the shell or your program should see, write
`\\`.

## Why

If other backslashes were passed through, `\d` and `\t` would look alike but mean different
things.

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task select { exec = "grep -P '^\d+$' events.txt" }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task select { exec = "grep -P '^\\d+$' events.txt" }
}
```
""",
)

NESTED_TOO_DEEPLY = rule(
    105,
    "nested-too-deeply",
    "error",
    "The expression is nested too deeply.",
    """
An expression has more than 60 nested operators or lists. Name parts of it with `const`.

## Why

The limit is far beyond normal use. It keeps a file from exhausting the compiler's memory.

## Wrong

```alw
workflow altest {
  const fast: bool = not not not not not not not not not not not not not not not not not
                     not not not not not not not not not not not not not not not not not
                     not not not not not not not not not not not not not not not not not
                     not not not not not not not not not not not not not not not not not  true
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate --fast={fast} out.root" }
}
```

## Right

```alw
workflow altest {
  const fast: bool = true
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate --fast={fast} out.root" }
}
```
""",
)

NOT_UTF8 = rule(
    106,
    "not-utf8",
    "error",
    "The file is not UTF-8.",
    r"""
The file contains a byte that is not UTF-8. Usually an editor saved it as Latin-1 or UTF-16:
save it again as UTF-8.

## Why

Without a fixed encoding, the same file would mean different things on different machines. The
JSON that iDDS receives is UTF-8 too.

## Wrong

```console
$ { printf '# caf\351\n'; cat active_learning.alw; } > latin1.alw
$ alw check latin1.alw
```

## Right

```console
$ { printf '# caf\351\n'; cat active_learning.alw; } > latin1.alw
$ iconv -f LATIN1 -t UTF-8 latin1.alw > utf8.alw
$ alw check utf8.alw
```
""",
)

MISPLACED = rule(
    107,
    "misplaced",
    "error",
    "This is not allowed here.",
    """
The line is correct, but not in this place: a `param` belongs in a loop, a `result` in a
learner, an `input` in a workflow, and everything inside a `workflow`. The message says where to
move it.

## Why

In the wrong place it would have no effect on the grid, and you would believe that it had.

## Wrong

```alw
task simulate { exec = "simulate 200 out.root" }
workflow altest {
  dataset = "user.wguan.altest"
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

FOREIGN_SYNTAX = rule(
    108,
    "foreign-syntax",
    "error",
    "This is another language's syntax.",
    """
This is the syntax of another language: `//` for a comment, single quotes, `&&`, `let`,
`import`, `step`. The message says how to write it in alw, or that alw has no such thing.
Where it can mean one thing only, `alw check --fix` writes that.
An option as prun takes it, `--nJobs 10`, becomes `n_jobs = 10`; a whole command line of prun is
for `alw import`.

## Why

With only one way to write a thing, files are easier to read. The compiler recognises the other
ways so that it can tell you what to write instead.

## Wrong

```alw
workflow altest {
  // a first try
  dataset = 'user.wguan.altest'
  task simulate { exec = "simulate 200 out.root" }
}
```

## Right

```alw
workflow altest {
  # a first try
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 out.root" }
}
```
""",
)

NEEDLESS_IGNORE = rule(
    109,
    "needless-ignore",
    "warning",
    "There is no such warning here.",
    """
`# alw: ignore NAME` silences a warning that does not occur on this line, or
`# alw: ignore-file NAME` one that does not occur in this file. Remove the comment.

## Why

A leftover comment would hide the next warning of this kind, which may be a real one.

## Wrong

```alw
workflow altest {
  input nevents: int = 200  # alw: ignore unused-input
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate {nevents} out.root" }
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

UNKNOWN_IGNORE = rule(
    110,
    "unknown-ignore",
    "warning",
    "There is no such warning, or it is an error.",
    """
`# alw: ignore NAME` does not name a warning: the name is misspelt or missing, or it is the name
of an error. Errors cannot be silenced. `alw explain` lists all warnings.

## Why

A misspelt comment has no effect. And code with an error does not run as written on iDDS or
PanDA, whatever a comment says.

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200" }  # alw: ignore prun-warn
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200" site = "ANALY_CERN" }  # alw: ignore prun-warns
}
```
""",
)
