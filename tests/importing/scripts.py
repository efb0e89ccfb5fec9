"""What people submit with, in shapes that were seen in public scripts, and their kin."""

from __future__ import annotations

from dataclasses import dataclass, field

from .shell import PRINTED

#: A command line that gives a task.
ONE = "prun --exec 'python go.py %IN' --inDS mc.1 --outDS user.me.a --outputs o.root"
END = "--exec 'go x' --outputs o.root"


@dataclass(frozen=True, slots=True)
class Script:
    """A script, and what bash needs to run it."""

    text: str
    environment: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, object] | None = None
    """Values for the inputs; else the environment's, in lower case."""
    files: dict[str, str] = field(default_factory=dict)
    plain: str | None = None
    """The text that bash is given, where it would not understand the other."""
    tasks: int = 1

    def values(self) -> dict[str, object]:
        """Return the values for the inputs."""
        if self.inputs is not None:
            return self.inputs
        return {name.lower(): value for name, value in self.environment.items()}


ME = {"USER": "me"}
#: Scripts that bash runs, and that submit what it submits.
SCRIPTS: dict[str, Script] = {
    "one line": Script(ONE),
    "backslashes": Script(ONE.replace(" --", " \\\n    --")),
    "tabs": Script(ONE.replace(" --", "\t--")),
    "blanks after a backslash": Script(
        ONE.replace(" --", " \\  \n --"), plain=ONE.replace(" --", " \\\n --")
    ),
    "line ends of Windows": Script(
        ONE.replace(" --", " \\\r\n --") + "\r\n", plain=ONE
    ),
    "a prompt": Script("$ " + ONE, plain=ONE),
    "a prompt with a host": Script("lxplus$ " + ONE, plain=ONE),
    "a prompt in brackets": Script("[me@lxplus701 run]$ " + ONE, plain=ONE),
    "a prompt with a folder": Script("me@lxplus701:~/run> " + ONE, plain=ONE),
    "a prompt of conda": Script("(base) $ " + ONE, plain=ONE),
    "a prompt of bash": Script("bash-5.1$ " + ONE, plain=ONE),
    "a root prompt": Script("[root@box work]# " + ONE, plain=ONE),
    "a prompt of csh": Script("% " + ONE, plain=ONE),
    "a quoted mail": Script("> " + ONE, plain=ONE),
    "a notebook": Script("!" + ONE, plain=ONE),
    "two prompts": Script("$ setupATLAS\n$ " + ONE, plain=ONE),
    "prompts that go on": Script(
        "$ prun --exec 'python go.py %IN' \\\n> --inDS mc.1 --outDS user.me.a \\\n> --outputs o",
        plain="prun --exec 'python go.py %IN' --inDS mc.1 --outDS user.me.a --outputs o",
    ),
    "a block of Markdown": Script(f"Submit it:\n```bash\n{ONE}\n```\n", plain=ONE),
    "quotes of a slide": Script(
        "prun –exec “go %IN” —inDS=mc.1 –-outDS=user.me.a --outputs ‘o.root’",
        plain="prun --exec 'go %IN' --inDS=mc.1 --outDS=user.me.a --outputs o.root",
    ),
    "blanks of a web page": Script(ONE.replace(" --", "\u00a0--"), plain=ONE),
    "invisible characters": Script("\ufeff" + ONE.replace("--in", "\u200b--in"), plain=ONE),
    "a comment before": Script(f"#!/bin/bash\n# it's prun's turn\n{ONE}\n"),
    "a comment after it": Script(f"{ONE}  # prun --exec 'x'\n"),
    "set up before": Script(
        f"source setup.sh && lsetup panda && {ONE}", plain=ONE
    ),
    "a folder before": Script(f"mkdir -p x; cd x; {ONE}"),
    "output elsewhere": Script(f"{ONE} > log.txt 2>&1"),
    "output through a pipe": Script(f"{ONE} | tee log.txt"),
    "in the background": Script(f"nohup {ONE} &\nwait"),
    "or else": Script(f"{ONE} || exit 1"),
    "in a condition": Script(f"if ! {ONE}; then echo no; fi"),
    "a time": Script(f"time {ONE}"),
    "a path of the program": Script(f"PATH=$PATH:.; env A=1 {ONE}"),
    "user": Script(f"prun {END} --inDS mc.1 --outDS user.$USER.x", ME),
    "two datasets of the user": Script(
        f"prun {END} --inDS user.$USER.in --outDS user.$USER.x", ME
    ),
    "user in braces": Script(f"prun {END} --outDS=user.${{USER}}.x", ME),
    "user in quotes": Script(f'prun {END} --outDS "user.$USER.x"', ME),
    "rucio account": Script(
        f"prun {END} --outDS user.${{RUCIO_ACCOUNT}}.x", {"RUCIO_ACCOUNT": "me"}
    ),
    "two variables": Script(
        f"prun {END} --inDS $INDS --outDS user.$CERN_USER.x",
        {"INDS": "mc.1", "CERN_USER": "me"},
    ),
    "whoami": Script(
        f"prun {END} --outDS user.`whoami`.x --site $SITE", {"SITE": "CERN"},
        {"site": "CERN", "user": "root"},
    ),
    "a whole dataset": Script(
        f"prun {END} --outDS $OUT --inDS $IN", {"OUT": "user.me.x", "IN": "mc.1"}
    ),
    "a number": Script(
        f"prun {END} --inDS mc.1 --nFilesPerJob $N --nFiles=$M --outDS user.me.x.$N",
        {"N": "5", "M": "50"}, {"n": 5, "m": 50},
    ),
    "a default": Script(f"prun {END} --outDS user.${{USER:-me}}.x", {}, {}),
    "a default that is not used": Script(f"prun {END} --outDS user.${{USER:-you}}.x", ME),
    "a default number": Script(f"prun {END} --nJobs ${{N:-3}} --outDS user.me.x", {}, {}),
    "in a command": Script(
        "prun --exec \"run.py --mass $MASS\" --outDS user.me.m$MASS", {"MASS": "125"}
    ),
    "for the job": Script(
        "prun --exec \"source s.sh; \\$TOOLS/go %IN\" --outDS user.me.x --inDS mc.1"
    ),
    "for the job, in single quotes": Script(
        "prun --exec 'for f in `echo %IN | tr , \" \"`; do ./g $f; done' --outDS=user.me.x --inDS a"
    ),
    "quotes in quotes": Script(
        "prun --exec \"python -c \\\"print('%IN')\\\"\" --outDS user.me.x --inDS mc.1"
    ),
    "an assignment": Script(f"DS=mc.1; prun {END} --inDS $DS --outDS user.me.x"),
    "assignments": Script(
        f"VERSION=v3\nIN='mc.1'\nOUT=\"user.$USER.$IN.${{VERSION}}\"\nprun {END} --inDS=$IN "
        "--outDS=\"$OUT\"\n", ME,
    ),
    "an exported assignment": Script(
        f"export TAG=v1 OTHER=2\nreadonly SITE=CERN\nprun {END} --outDS user.me.$TAG --site $SITE"
    ),
    "an assignment before the command": Script(f"A=1 B='2 3' {ONE}"),
    "a longer assignment": Script(
        f"OPTS='--nJobs 3'; OPTS+=' --noBuild'; prun {END} $OPTS --outDS user.me.x"
    ),
    "options in an array": Script(
        f"opts=(--nJobs 3 --match 'a b*')\nopts+=(--noBuild)\n"
        f'prun {END} "${{opts[@]}}" --inDS mc.1 --outDS user.me.x\n'
    ),
    "the command in a variable": Script(
        "CMD='prun --exec go --nJobs 2 --outDS user.me.x'; $CMD --noBuild"
    ),
    "the command for eval": Script(
        "CMD=\"prun --exec 'go %IN' --inDS mc.1 --outDS user.me.x\"\neval $CMD\n"
    ),
    "an exec in a variable": Script(
        "EXEC='source s.sh; ./go $X %IN'\nprun --exec \"$EXEC\" --inDS mc.1 --outDS user.me.x"
    ),
    "the end of a name": Script(
        f"DS=mc.1.AOD.e1\nprun {END} --inDS $DS --outDS user.me.${{DS%.AOD*}}.${{DS##*.}}"
    ),
    "a part of a name": Script(
        f"DS=mc.1.AOD.e1\nprun {END} --inDS $DS --outDS user.me.$(echo $DS | cut -d. -f1,2)",
        {}, {"echo": "mc.1"},
    ),
    "a field of a name": Script(
        f"DS=mc.1.AOD.e1\nprun {END} --inDS $DS --outDS user.me.$(echo $DS | cut -d. -f2)"
    ),
    "a replaced part": Script(
        f"DS=mc.1.AOD\nprun {END} --inDS $DS --outDS user.me.${{DS/mc/MC}}.${{DS//./_}}"
    ),
    "characters of a name": Script(f"DS=mc20_13\nprun {END} --outDS user.me.${{DS:0:4}}.${{#DS}}"),
    "capitals": Script(f"X=Abc\nprun {END} --outDS user.me.${{X,,}}.${{X^^}}"),
    "a date": Script(
        f"prun {END} --outDS user.me.$(date +%Y%m%d)", {}, {"date": PRINTED["date"]}
    ),
    "a date in a variable": Script(
        f"NOW=`date +%s`\nprun {END} --outDS user.me.$NOW.a\nprun {END} --outDS user.me.$NOW.b",
        {}, {"date": PRINTED["date"]}, tasks=2,
    ),
    "an identifier": Script(
        f"prun {END} --outDS user.$USER.`uuidgen`", ME,
        {"user": "me", "uuidgen": PRINTED["uuidgen"]},
    ),
    "arguments of the script": Script(
        f"set -- mc.1 v1\nprun {END} --inDS $1 --outDS user.me.$2", {},
        {"arg1": "mc.1", "arg2": "v1"},
    ),
    "two calls": Script(f"prun {END} --outDS user.me.a\nprun {END} --outDS user.me.b", tasks=2),
    "a loop": Script(
        f"for DS in mc.1 mc.2; do prun {END} --inDS $DS --outDS user.$USER.$DS.v1/; done", ME,
        tasks=2,
    ),
    "a loop of lines": Script(
        f"for DS in mc.1 \\\n  mc.2\ndo\n  # one\n  prun {END} --inDS $DS \\\n    --outDS "
        "user.me.$DS\ndone\n", tasks=2,
    ),
    "a loop of numbers": Script(
        f"for i in {{1..3}}; do prun {END} --outDS user.me.run$i --nJobs $i; done", tasks=3
    ),
    "a loop of seq": Script(
        f"for i in $(seq 2 3); do prun {END} --outDS user.me.run$i; done", tasks=2
    ),
    "a loop of braces": Script(
        f"for x in mc{{16a,16d}}.v{{1,2}}; do prun {END} --outDS user.me.$x; done", tasks=4
    ),
    "a loop that counts": Script(
        f"for ((i=0; i<3; i++)); do prun {END} --outDS user.me.$((i+1)).$((2*i)); done", tasks=3
    ),
    "a counter": Script(
        f"n=0\nfor d in a b; do\n  n=$((n+1))\n  prun {END} --outDS user.me.$d.$n\ndone", tasks=2
    ),
    "another counter": Script(
        f"n=1\nfor d in a b; do prun {END} --outDS user.me.$d.$n; ((n++)); done", tasks=2
    ),
    "a loop over an array": Script(
        f"SAMPLES=(\n  mc.1   # the first\n  mc.2\n)\nfor s in \"${{SAMPLES[@]}}\"; do\n"
        f"  prun {END} --inDS $s --outDS user.me.${{s}}.x\ndone", tasks=2,
    ),
    "two arrays": Script(
        f"A=(x y)\nB=(1 2)\nfor i in 0 1; do prun {END} --outDS user.me.${{A[$i]}}.${{B[i]}}; "
        "done", tasks=2,
    ),
    "a loop in a loop": Script(
        f"for a in 1 2; do for b in x y; do prun {END} --outDS user.me.$a.$b; done; done", tasks=4
    ),
    "a loop over a variable": Script(
        f"LIST='mc.1 mc.2'\nfor d in $LIST; do prun {END} --inDS $d --outDS user.me.$d; done",
        tasks=2,
    ),
    "a loop over a list of outside": Script(
        f"for D in $LIST; do prun {END} --inDS $D --outDS user.me.x.$D; done", {"LIST": "mc.1"},
        {"D": "mc.1", "d": "mc.1"},
    ),
    "a loop over a file": Script(
        f"for d in $(cat lists/in.txt); do prun {END} --inDS $d --outDS user.me.$d; done",
        files={"lists/in.txt": "mc.1\nmc.2\n"}, tasks=2,
    ),
    "a loop that reads": Script(
        f"while read -r d tag; do prun {END} --inDS $d --outDS user.me.$tag; done < in.txt",
        files={"in.txt": "mc.1 a\nmc.2  b\n"}, tasks=2,
    ),
    "a loop that reads a pipe": Script(
        f"cat in.txt | grep -v '^#' | while read d; do prun {END} --inDS $d --outDS user.me.$d; "
        "done", files={"in.txt": "# no\nmc.1\nmc.2\n"}, tasks=2,
    ),
    "a function": Script(
        f"submit() {{\n  local ds=$1\n  prun {END} --inDS $ds --outDS user.me.$2\n}}\n"
        "submit mc.1 a\nsubmit mc.2 b\n", tasks=2,
    ),
    "a function that shifts": Script(
        f"function go {{ n=$1; shift; prun {END} \"$@\" --outDS user.me.$n; }}\n"
        "go a --nJobs 3 --match 'x y'\n"
    ),
    "ends of a name": Script(
        f"D=a.b.c.d\nprun {END} --outDS user.me.${{D%.*}}-${{D%%.*}}-${{D#*.}}-${{D##*.}}"
    ),
    "an argument after a function": Script(
        f"set -- v1\nf() {{ x=$1; }}\nf y\nprun {END} --outDS user.me.$x.$1", {},
        {"arg1": "v1"},
    ),
    "a subshell": Script(f"(cd x && {ONE})", plain=ONE),
    "a here-document": Script(f"cat > x.sh <<EOF\nprun --exec no\nEOF\n{ONE}"),
    "what is only said": Script(f"echo prun --exec no\n{ONE}\nprintf 'prun\\n'"),
    "an if around": Script(f"if [ -n \"$X\" ]; then\n  {ONE}\nfi", {"X": "1"}, {}),
    "a file of datasets": Script(
        f"prun {END} --inDsTxt lists/in.txt --outDS user.me.x",
        files={"lists/in.txt": "mc.1\n# no\n\n mc.2/ \n"},
    ),
    "a file of options": Script(
        "prun -y --loadJson opts.json --nFilesPerJob 2",
        files={"opts.json": '{"exec": "run %IN", "inDS": "mc.1", "outDS": "user.me.x", '
               '"outputs": "o.root", "nFilesPerJob": "3", "noBuild": true, '
               '"excludedSite": ["A", "B"]}'},
    ),
    "a file of one pair": Script(
        f"prun {END} --inOutDsJson p.json",
        files={"p.json": '[{"inDS": "mc.1", "outDS": "user.me.x"}]'},
    ),
    "a star": Script(f"prun {END} --inDS mc.1 --match=*.root* --outDS user.me.x"),
    "a home": Script(f"prun {END} --outDS user.me.x --extFile ~/a.root --tmpDir=~/t"),
    "a value with an equals sign": Script(
        "prun --exec='a=b' --outDS=user.me.x --architecture='@el9#&nvidia:vram>=4'"
    ),
    "ANSI quotes": Script("prun --exec $'echo \\'a\\'' --outDS user.me.x"),
    "no quotes": Script("prun --exec ls --outDS user.me.x --nJobs 2 -v"),
    "csh": Script(
        f"setenv DS mc.1\nset tag = v1\nprun {END} --inDS $DS --outDS user.me.$tag",
        plain=f"DS=mc.1; tag=v1; prun {END} --inDS $DS --outDS user.me.$tag",
    ),
    "a loop of csh": Script(
        f"foreach d (mc.1 mc.2)\n  prun {END} --inDS $d --outDS user.me.$d\nend",
        plain=f"for d in mc.1 mc.2; do prun {END} --inDS $d --outDS user.me.$d; done", tasks=2,
    ),
    "a chain": Script(
        "prun --exec 'gen %RNDM:1' --nJobs 3 --outputs a.root,b.root --outDS user.me.gen\n"
        f"prun {END} --inDS user.me.gen_b.root/ --outDS user.me.sim", tasks=2,
    ),
}  # fmt: skip
