"""Items of every kind, with comments at every place: what is written, and what becomes of it."""

from __future__ import annotations

LONG = "x" * 60

#: Each is what is written, and what becomes of it; in a workflow, so without its indentation.
ITEMS: dict[str, tuple[str, str]] = {
    "declarations": (
        'input a:int\ninput  bcd : float=-1_0.50e-3\nconst e:string   of "a-z"  "0-9"= "x"\n',
        "input a: int\n"
        "input bcd: float               = -1_0.50e-3\n"
        'const e: string of "a-z" "0-9" = "x"\n',
    ),
    "a blank line parts what is aligned": (
        "a=1\nbcd=2\n\n\n\ne=3\n",
        "a   = 1\nbcd = 2\n\ne = 3\n",
    ),
    "another kind parts what is aligned": (
        'dataset="d"\nconst a:int=1\nconst bcd:int=2\nafter x\nb=1\n',
        'dataset = "d"\nconst a: int   = 1\nconst bcd: int = 2\nafter x\nb = 1\n',
    ),
    "a long head stands for itself": (
        f"a=1\n{LONG}=2\nbcd=3\n",
        f"a   = 1\n{LONG} = 2\nbcd = 3\n",
    ),
    "one item a line": ("a=1 b=2\nafter x,y,\nz c=3\n", "a = 1\nb = 2\nafter x, y, z\nc = 3\n"),
    "operators": (
        "a=not( x==1 or-y< - 2 )and z . b [ 0 ]/3//2%1*(4)-+5!=(6-7)or(b<=1)or c>=2 or d>e\n",
        "a = not (x == 1 or -y < -2) and z.b[0] / 3 // 2 % 1 * (4) - +5 != (6 - 7) or (b <= 1) "
        "or c >= 2 or d > e\n",
    ),
    "words of the language as names": (
        "a=while[0]-at\nb=not [0]\ntask loop{c=of-times.after[-1]}\n",
        "a = while[0] - at\nb = not [0]\ntask loop { c = of - times.after[-1] }\n",
    ),
    "signs in lists": ("a=[b,-1,- c,[d],+2]\n", "a = [b, -1, -c, [d], +2]\n"),
    "booleans": ("a=true==( false )\n", "a = true == (false)\n"),
    "numbers are left alone": ("a=[1_000,1e7,0.50,1E-3]\n", "a = [1_000, 1e7, 0.50, 1E-3]\n"),
    "strings are left alone": (
        'a="\t{ x+1 }  \\"\\\\ # é \u2028 {{"\n',
        'a = "\t{ x+1 }  \\"\\\\ # é \u2028 {{"\n',
    ),
    "strings stand on lines as written": (
        'exec="a"\n"b" "c"\n  "d"\nn=1\n',
        'exec = "a"\n       "b" "c"\n       "d"\nn    = 1\n',
    ),
    "a value on the next line": ("a =\n  1 +\n  2\n", "a = 1 + 2\n"),
    "a long value keeps its lines": (
        f"a = {LONG} +\n{LONG}\n  + 1\n",
        f"a = {LONG} +\n    {LONG}\n    + 1\n",
    ),
    "a long list": (
        f'a = ["{LONG}", "{LONG}"]\n',
        f'a = [\n  "{LONG}",\n  "{LONG}",\n]\n',
    ),
    "a list on several lines": ('a = ["b",\n"c"]\n', 'a = [\n  "b",\n  "c",\n]\n'),
    "a list on one line": ('a = [ "b","c", ]\n', 'a = ["b", "c"]\n'),
    "lists in lists": (
        'a = [["b",\n"c"], [ ], ["d"]]\n',
        'a = [\n  [\n    "b",\n    "c",\n  ],\n  [],\n  ["d"],\n]\n',
    ),
    "nothing in brackets": ("a=[\n]\ntask b{\n\n}\n", "a = []\ntask b {}\n"),
    "after": ("after a ,\n b\n", "after a, b\n"),
    "a long after": (
        f"after a, {LONG}, b, c, {'y' * 26}, {'z' * 80}\n",
        f"after a, {LONG}, b, c,\n  {'y' * 26},\n  {'z' * 80}\n",
    ),
    "a long after keeps its lines": (
        f"after a,\nb, {LONG}, c, {'y' * 40}\n",
        f"after a,\n  b, {LONG}, c,\n  {'y' * 40}\n",
    ),
    "a replacement": (
        'map="m"\nreplace "a"  with "b" 2  times\n',
        'map = "m"\nreplace "a" with "b" 2 times\n',
    ),
    "a replacement on two lines": (
        'map="m"\nreplace "a"\nwith "b" 2 times\n',
        'map     = "m"\nreplace "a"\nwith    "b" 2 times\n',
    ),
    "a long replacement": (
        f'replace "{LONG}" with "{LONG}"\n',
        f'replace "{LONG}"\nwith    "{LONG}"\n',
    ),
    "strings of a replacement": (
        'replace "a"\n"b" with "c"\n"d"\n',
        'replace "a"\n        "b"\nwith    "c"\n        "d"\n',
    ),
    "a result": (
        'result "f"{a:int,b :string  of "a-z",}\n',
        'result "f" { a: int, b: string of "a-z" }\n',
    ),
    "a result on several lines": (
        'result "f" { a: int,\nb: float }\n',
        'result "f" {\n  a: int,\n  b: float,\n}\n',
    ),
    "a long result": (
        f'result "f" {{ a: int, {LONG}: int, b: string of "abcdefghijklmnopqrstuvwxyz" }}\n',
        f'result "f" {{\n  a: int,\n  {LONG}: int,\n'
        '  b: string of "abcdefghijklmnopqrstuvwxyz",\n}\n',
    ),
    "a result without fields": ('result "f"{\n}\n', 'result "f" {}\n'),
    "repeat": (
        "repeat while a . b>0\nand c at\nmost 3 times\n",
        "repeat while a.b > 0 and c at most 3 times\n",
    ),
    "half of a repeat": ("repeat at most n times\n", "repeat at most n times\n"),
    "a long repeat keeps its lines": (
        f"repeat while {LONG}\nand {LONG}\nat most 3 times\n",
        f"repeat while {LONG}\n  and {LONG}\n  at most 3 times\n",
    ),
    "blocks on one line": (
        'task a{exec="x" after b}\nlearn bcd {exec="y" n_jobs=2}\n',
        'task a    { exec = "x" after b }\nlearn bcd { exec = "y" n_jobs = 2 }\n',
    ),
    "a block without a neighbour on one line": (
        'task abc { exec = "x" }\ntask b {\nexec = "y" }\n',
        'task abc { exec = "x" }\ntask b {\n  exec = "y"\n}\n',
    ),
    "a long block on one line": (
        f'task a {{ exec = "{LONG}" outputs = ["b", "c"] n_jobs = 123456789 }}\n',
        f'task a {{\n  exec    = "{LONG}"\n  outputs = ["b", "c"]\n  n_jobs  = 123456789\n}}\n',
    ),
    "blocks that have no room to be aligned": (
        f'task a {{ exec = "{LONG}" n = 12345678 }}\ntask abcdefghij {{ n = 1 }}\n',
        f'task a {{ exec = "{LONG}" n = 12345678 }}\ntask abcdefghij {{ n = 1 }}\n',
    ),
    "blocks in a block on one line": (
        "loop a{ task b{c=1} }\n",
        "loop a {\n  task b { c = 1 }\n}\n",
    ),
    "a brace on the next line": ("task a\n{\nb=1\n}\n", "task a {\n  b = 1\n}\n"),
    # comments
    "comments on lines of their own": (
        "#a  \n\n\n# b\na=1\n\n# c\n#d\nbcd=2\n# e\n",
        "#a\n\n# b\na = 1\n\n# c\n#d\nbcd = 2\n# e\n",
    ),
    "comments behind items": (
        "a=1 # one\nbcd=20# two\n\ne=3      # three\n",
        "a   = 1   # one\nbcd = 20  # two\n\ne = 3  # three\n",
    ),
    "comments without room to be aligned": (
        f'a = "{LONG}{LONG}"  # one\nb = 2    # two\n',
        f'a = "{LONG}{LONG}"  # one\nb = 2  # two\n',
    ),
    "comments around braces": (
        "task a # one\n{# two\n\n# three\nb=1 # four\n\n# five\n\n} # six\n",
        "task a {  # one\n  # two\n\n  # three\n  b = 1  # four\n\n  # five\n}  # six\n",
    ),
    "nothing but a comment": ("task a { # one\n}\n", "task a {  # one\n}\n"),
    "comments in a list": (
        'a = [ # one\n"b"# two\n,# three\n"c", # four\n\n# five\n] # six\n',
        'a = [  # one\n  "b",  # two\n  # three\n  "c",  # four\n\n  # five\n]  # six\n',
    ),
    "nothing but a comment in a list": ("a = [# b\n]\n", "a = [  # b\n]\n"),
    "comments in a result": (
        'result "f" # one\n{ a: int # two\n, b: int } # three\n',
        'result "f" {  # one\n  a: int,  # two\n  b: int,\n}  # three\n',
    ),
    "comments in expressions": (
        "a=1+ # one\n# two\n(2 # three\n)\nrepeat # four\nwhile b\n",
        "a = 1 +  # one\n    # two\n    (2  # three\n    )\nrepeat  # four\n  while b\n",
    ),
    "comments before values": (
        "a= # one\n1\nb # two\n=2\ninput# three\nc:int=3\n"
        'replace # four\n"d"# five\nwith # six\n"e"\n',
        "a =  # one\n    1\nb  # two\n  = 2\ninput  # three\n  c: int = 3\n"
        'replace  # four\n        "d"  # five\nwith  # six\n        "e"\n',
    ),
    "comments in after": ("after a, # one\nb\n", "after a,  # one\n  b\n"),
    "comments in heads": ("task # one\na {b=1}\n", "task  # one\n  a {\n  b = 1\n}\n"),
    # silences
    "a silence is about an item": (
        "const a: int = 1 # alw: ignore unused-constant\n",
        "const a: int = 1  # alw: ignore unused-constant\n",
    ),
    "items share a silence": (
        "a=1 b=2 # why # alw: ignore x\nbcd=3\n",
        "a = 1 b = 2  # why # alw: ignore x\nbcd = 3\n",
    ),
    "a silence is about a long line": (
        f'task a{{exec="{LONG}" outputs=["{LONG}"]}} # alw: ignore x\n',
        f'task a {{ exec = "{LONG}" outputs = ["{LONG}"] }}  # alw: ignore x\n',
    ),
    "a silence is about a line of many": (
        "a = [b, c, # alw: ignore x\nd]\n",
        "a = [b, c,  # alw: ignore x\n  d,\n]\n",
    ),
    "a silence behind closing brackets": (
        "task a {\nb = [\n1] } # alw: ignore x\n",
        "task a {\n  b = [\n    1,  # alw: ignore x\n  ]\n}\n",
    ),
    "a silence behind nothing else": (
        "task a {\nb = (\n1\n) # alw: ignore x\n} # alw: ignore y\n",
        "task a {\n  b = (1\n      )  # alw: ignore x\n}  # alw: ignore y\n",
    ),
    "a silence has no company": (
        "a =\n 1 + # alw: ignore x\n 2\nrepeat while b\n at most 3 times # alw: ignore y\n",
        "a =\n    1 +  # alw: ignore x\n    2\n"
        "repeat while b\n  at most 3 times  # alw: ignore y\n",
    ),
    "a silence behind a head": (
        "task a { # alw: ignore x\nb=1 }\n",
        "task a {  # alw: ignore x\n  b = 1\n}\n",
    ),
    "a silence on a line of its own": ("a=1\n# alw: ignore x\n", "a = 1\n# alw: ignore x\n"),
    "a silence of the file": (
        "a=1 b=2 # alw: ignore-file x\n",
        "a = 1\nb = 2  # alw: ignore-file x\n",
    ),
}
