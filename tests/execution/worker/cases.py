"""Commands that the real wrapper and ours are given, on the same files."""

from __future__ import annotations

import io
import shlex
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

#: It writes the words that it gets, and the folder, into a file that both can find.
_RECORD = """#!/bin/sh
{ pwd; echo $#; for a; do printf '<%s>\\n' "$a"; done; echo; } >> "$ALW_CALLS"
"""
#: What the sandbox holds: the name, the mode, the content or where a link leads.
SANDBOX: Sequence[tuple[str, int, str]] = (
    ("record", 0o755, _RECORD),
    ("plain", 0o644, '#!/bin/sh\nexec ./record plain "$@"\n'),
    ("say.sh", 0o755, '#!/bin/sh\necho "$@" > said\n'),
    ("fail.sh", 0o755, "#!/bin/sh\nexit 3\n"),
    ("ROOT.py", 0o644, "raise SystemExit\n"),
    ("sub/deep/data.txt", 0o644, "deep\n"),
    ("sub/record", 0o755, '#!/bin/sh\npwd >> "$ALW_CALLS"\n'),
    ("with space.txt", 0o644, "space\n"),
    ("naïve.txt", 0o600, "unicode\n"),
)
LINK = ("link.txt", "sub/deep/data.txt")
ARCHIVE = "jobO.tar.gz"
N = "user.x.1._000001."


@dataclass(frozen=True)
class Case:
    """A job."""

    name: str
    command: str
    outputs: Mapping[str, str] = field(default_factory=dict)
    inputs: Sequence[str] = ()
    streams: Mapping[str, Sequence[str]] = field(default_factory=dict)
    there: Sequence[str] | None = None
    """The files that are staged in; those that are asked for, if it does not say."""
    more: str = ""
    """Further arguments."""
    below: str = "."
    """``-r``."""
    is_quoted: bool = True
    """Whether the command is URL-quoted, as prun does; or is so already."""

    @property
    def parameters(self) -> str:
        """JEDI's command line."""
        words = ['-j "" --sourceURL https://127.0.0.1:1', f"-r {self.below}", f"-a {ARCHIVE}"]
        if self.outputs:
            words.append(f'-o "{dict(self.outputs)}"')
        if self.inputs:
            words.append(f'-i "{list(self.inputs)}"')
        command = quote(self.command) if self.is_quoted else self.command
        words.append(f'-p "{command}"')
        if self.streams:
            words.append(f'--inMap "{ {k: list(v) for k, v in self.streams.items()} }"')
        return " ".join([*words, *([self.more] if self.more else [])])

    @property
    def staged(self) -> Sequence[str]:
        """The names of the files that are there."""
        if self.there is not None:
            return self.there
        further = [name for names in self.streams.values() for name in names]
        return list(dict.fromkeys([*self.inputs, *further]))


def make_archive(path: Path) -> None:
    """Write the sandbox."""
    with tarfile.open(path, "w:gz") as tar:
        for name, mode, text in SANDBOX:
            member = tarfile.TarInfo(name)
            member.mode, member.size = mode, len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
        link = tarfile.TarInfo(LINK[0])
        link.type, link.linkname = tarfile.SYMTYPE, LINK[1]
        tar.addfile(link)


def _out(*names: str) -> dict[str, str]:
    return {name: f"{N}{name}" for name in names}


_TWO = {"IN": ["a.root", "b.root"], "IN2": ["c.root"]}
_RECORDS = (
    "./record plain words",
    "./record 'single quoted' \"double quoted\"",
    './record "it\'s" \'say "hi"\' x',
    './record back\\ slash \\"quote\\" \\\\',
    "./record $ALW_WORD ${ALW_WORD}s \"$ALW_WORD\" '$ALW_WORD' $",
    "./record a; ./record b",
    "./record a && ./record b || ./record c",
    "false || ./record after",
    "./record `echo tick` $(echo dollar) $((6 * 7))",
    "for i in 1 2 3; do ./record $i; done",
    "./record naïve ☃ 日本",
    "./record *.txt sub/*",
    "./record ~root {a,b}",
    "./record %41%20b 100%",
    "./record a\n./record b\r\n./record c",
    "./record tab\there",
    "X=1 ./record $X",
    "(./record sub; exit 4)",
    "./record a # ./record b",
    "./record - -- -p --inMap=1",
    "./record \"\" '' end",
    "record by path",
    "./record %CORE_NUMBER %PROC_NUMBER %COREX",
    "./record a | cat > piped",
    "exec ./record replaced",
    "cat <<'END' > here; ./record done\n$ALW_WORD \"x\"\nEND\n",
    "cat <<END > here\n$ALW_WORD\nEND\n",
    "trap './record trapped' EXIT; true",
    "set -e; false; ./record never",
    "./record \\\n  continued",
    "test -e ROOT.py && ./record there || ./record gone",
    "echo $TestArea $0 $# > area",
    "pwd > here",
    "python -c 'print(1)' > one",
    "unset PATH; ./record x",
    "./record '''' \"''\" ",
)
CASES: Sequence[Case] = (
    *(Case(f"words {number}", command) for number, command in enumerate(_RECORDS)),
    Case("in", "./record %IN x", inputs=["a.root"]),
    Case("in, several", "./record %IN --in=%IN %INFO", inputs=["b.root", "a.root"]),
    Case("in, one missing", "./record %IN", inputs=["a.root", "b.root"], there=["b.root"]),
    Case("in, none there", "./record %IN", inputs=["a.root"], there=[]),
    Case("in, the link", "cat a.root > o; ./record %IN", _out("o"), ["a.root"]),
    Case("in, not named", "./record", inputs=["a.root"]),
    Case("in, twice", "./record %IN", inputs=["a.root", "a.root"]),
    Case("in, in the sandbox too", "./record %IN", inputs=["say.sh"]),
    Case("streams", "./record %IN %IN2 '%IN2' \"%IN2\" %IN2,x %IN2x %IN3 (%IN)", streams=_TWO),
    Case("streams, well", "./record %IN %IN2 '%IN' %IN,x %INx x%IN2", streams=_TWO),
    Case("streams, a missing one", "./record %IN %IN2 %IN2", streams=_TWO, there=["a.root"]),
    Case("streams, at the end", "./record %IN2 %IN", streams=_TWO, inputs=["a.root", "b.root"]),
    Case("streams, before a newline", "./record %IN2\n./record %IN2;", streams=_TWO),
    Case(
        "list",
        "cp names list; ./record %IN",
        inputs=["a.root", "b.root"],
        more="--writeInputToTxt IN:names",
    ),
    Case("lists", "./record %IN2", streams=_TWO, more="--writeInputToTxt IN:n1,IN2:n2,IN9:n9,x"),
    Case("skipped", "./record %IN", inputs=["a.root", "b.root"], more="--skipInputByRetry a.root"),
    Case("pfn", "./record %IN", inputs=["root://h//a.root"], there=[], more="--givenPFN"),
    Case("out", "echo 1 > o.txt", _out("o.txt")),
    Case("out, several", "echo 1 > o.txt; echo 2 > p; echo 3 > q", _out("o.txt", "p")),
    Case("out, missing", "echo 1 > o.txt", _out("o.txt", "p")),
    Case("out, a folder below", "mkdir d; echo 1 > d/o", _out("o")),
    Case("out, a link", "ln -s sub/deep/data.txt o", _out("o")),
    Case("out, a dangling link", "ln -s nothing o", _out("o")),
    Case("out, the input", "./record; ln -s a.root o", _out("o"), ["a.root"]),
    Case("out, same name", "echo 1 > same", {"same": "same"}),
    Case("out, failed", "echo 1 > o; exit 7", _out("o")),
    Case(
        "glob",
        "touch h1.root h2.root h3; mkdir hd.root; touch hd.root/in",
        {"h*.root": f"{N}hXYZ.root.tgz"},
    ),
    Case("glob, nothing", "true", {"h*.root": f"{N}hXYZ.root.tgz"}),
    Case("glob and plain", "echo 1 > h1; echo 2 > h2", {"h1": f"{N}h1", "h*": f"{N}hXYZ.tgz"}),
    Case(
        "regex",
        "echo 1 > DST_1.root; echo 2 > DST_2.root; touch x",
        {r"regex|DST_.*\.root": r"regex|DST_.*\.root"},
    ),
    Case("regex, nothing", "true", {"regex|nothing": "regex|nothing"}),
    Case(
        "real names",
        "echo 1 > o.txt; ./record --out=o.txt 'o.txt' o.txt.bak xo.txt o.txt o.txt",
        _out("o.txt"),
        more="--execWithRealFileNames",
    ),
    Case(
        "real names, dots",
        "./record oAtxt; echo 1 >o.txt",
        _out("o.txt"),
        more="--execWithRealFileNames",
    ),
    Case(
        "real names, not named",
        "for i in o; do echo 1 > $i.txt; done",
        _out("o.txt"),
        more="--execWithRealFileNames",
    ),
    *(
        Case(f"exit {n}", f"./record; exit {n}", _out("o"))
        for n in (1, 2, 126, 127, 254, 255, 256, 257, -1)
    ),
    *(Case(f"signal {n}", f"./record; kill -{n} $$") for n in ("TERM", "KILL", "INT", "HUP")),
    Case("signal to a child", "sh -c 'kill -TERM $$'"),
    Case("signal to a child, then more", "sh -c 'kill -TERM $$'; ./record $?"),
    Case("exit status 255 with output", "echo 1 > o; exit 255", _out("o")),
    Case("background", "(sleep 0.3; echo late > o) & ./record", _out("o")),
    Case(
        "background, output elsewhere",
        "(sleep 2; echo late > o) > /dev/null 2>&1 & ./record",
        _out("o"),
    ),
    Case("not found", "nothing_of_that_name x"),
    Case("not executable", "./sub x"),
    Case("first word", "record-not there; ./record"),
    Case("first word, made executable", "./plain a"),
    Case("first word, without a path", "plain a"),
    Case("second word, not made executable", "true; ./plain a"),
    Case("first word, after a variable", "X=1 ./plain a"),
    Case("first word, wildcard", "./pl* a"),
    Case("first word, twice", "./plain&&./record a"),
    Case("first word, quoted", '"./plain" a'),
    Case("first word, redirected", "./plain>made a"),
    Case("ends with a quote", './record "a"'),
    Case("ends with a quote and a space", './record "a" '),
    Case("ends with a backslash", "./record a\\"),
    Case("three quotes", './record """a""" b'),
    Case("quotes that Python joins", './record "a""" '),
    Case("null", "./record a%00b", is_quoted=False),
    Case("quoted twice", "./record%2520a", is_quoted=False),
    Case("plus", "./record%20a+b", is_quoted=False),
    Case("not UTF-8", "./record%20%ff%41", is_quoted=False),
    Case("empty", ""),
    Case("spaces", "   "),
    Case("leading space", "  ./record a"),
    Case("below", "./record a; cat deep/data.txt; echo 1 > o", _out("o"), below="sub"),
    Case("below, made", "../record a; echo 1 > o", _out("o"), ["a.root"], below="new"),
    Case("below, two levels missing", "../../record a", below="new/er"),
    Case("unknown option", "./record", more="--noExpandDBR"),
    Case("abbreviated option", "./record %IN", inputs=["a.root"], more="--execWith --debu"),
    Case("stops at a word", "./record a", more="word --unknown"),
    Case("bad map", "./record a", more="-o {"),
    Case("image for the pilot", "./record a", more="--containerImage docker://x/y"),
)


def pilots_line(program: str, parameters: str) -> str:
    """What the pilot gives to bash, where shlex can read the parameters."""
    words = shlex.split(parameters)
    if "--containerImage" in words:
        at = words.index("--containerImage")
        del words[at : at + 2]
    return f"{program} {shlex.join(words)}"
