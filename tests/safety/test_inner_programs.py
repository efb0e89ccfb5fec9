"""Values in the text of a program inside a command are refused unless they are harmless."""

import pytest

from tests.commands.programs import compile_task, literal

HOSTILE = "a b; touch PWNED"
BAD = [
    "bash -c 'echo @v'",
    'sh -c "echo @v"',
    "eval echo @v",
    'eval "echo @v"',
    "ssh host 'echo @v'",
    "ssh host echo @v",
    "echo @v | sh",
    "echo @v | bash -s",
    "python -c 'print(@v)'",
    "python3 -uc 'print(@v)'",
    "perl -ne 'print @v'",
    "awk '{print \"@v\"}' f",
    "gawk -F: -v x=1 '/@v/' f",
    "sed -i s/A/@v/ f",
    "sed -e 's/a/b/' -e 's/A/@v/' f",
    "ls | xargs sh -c 'echo @v'",
    "find . -exec sh -c 'echo @v' \\;",
    "env A=1 bash -c 'echo @v'",
    "nohup timeout 10 bash -lc 'echo @v'",
    "singularity exec img sh -c 'echo @v'",
    "su user -c 'echo @v'",
    "trap 'echo @v' EXIT; true",
    "X=@v; eval echo $X",
    'X=@v; bash -c "echo $X"',
    "echo @v > s.sh; sh s.sh",
    "echo @v | tee s.sh; bash s.sh",
    "echo @v | ssh host",
    "root -b -q 'fit.C(\"@v\")'",
    "athena -c 'x=@v' jo.py",
    "cd a && bash -c 'echo @v'",
    "for x in @v; do eval echo $x; done",
    "unknownwrapper img bash -c 'echo @v'",
    "echo @v | python -",
    "bash <<< @v",
    "source <(echo @v)",
    "(bash -c 'echo @v')",
    "if true; then bash -c 'echo @v'; fi",
    "[[ @v -eq 1 ]]",
    "time sh -c 'echo @v'",
    "jq '.x=\"@v\"' f",
    "echo @v | cat | sh",
    "echo @v|sh",
    "bash -c \"python -c 'print(@v)'\"",
    "printf '%s' @v > run.sh && chmod +x run.sh && ./run.sh",
    "{ echo @v; } | sh",
    "echo @v | env sh",
    "echo @v | sudo bash",
    "bash -c @v",
    "/bin/bash -c 'echo @v'",
    "bash -x -c 'echo @v'",
    "bash -o pipefail -c 'echo @v'",
    "bash --norc -c 'echo @v'",
    "bash --rcfile f -c 'echo @v'",
    "bash --init-file f -c 'echo @v'",
    "python -W ignore -c 'print(@v)'",
    "(echo @v) | sh",
    "source <(printf %s @v)",
    "bash <(echo @v)",
    "for f in a; do bash -c 'echo @v'; done",
    "echo a | xargs -I% sh -c 'echo % @v'",
    "echo @v | xargs -I% sh -c 'echo %'",
    "echo @v | xargs sh -c",
    "awk -f p.awk -e '@v' f",
    "sed --expression='s/a/@v/' f",
    "sed -n -e '/@v/p' f",
    "sed -ne '/@v/p' f",
    "(( @v ))",
    "((a < @v)) || b",
    "x=@v; (( x > 3 ))",
    "x=@v; let x",
    "test -v @v",
    "[[ -v @v ]]",
    "unset @v",
    "set -- @v; eval $1",
    'set -- @v; eval "$@"',
    "arr=(@v); eval ${arr[0]}",
    "echo @v | while read x; do eval $x; done",
    "read y <<< @v; eval $y",
    "printf -v y %s @v; eval $y",
    "sh -c 'eval $1' _ @v",
    "bash -c 'eval \"$@\"' _ @v",
    "x=@v sh -c 'eval $x'",
    "export A=@v; sh -c 'eval $A'",
]
GOOD = [
    "python3 script.py @v",
    'set -- @v; run "$1"',
    'echo @v | while read x; do run "$x"; done',
    'arr=(@v); run "${arr[0]}"',
    'x=@v; (( n > 3 )); run "$x"',
    "test -n @v",
    "bash -c 'eval $B' && run @v",
    "printf '%s' @v",
    "run --cut=@v",
    "bash -c 'echo \"$1\"' _ @v",
    "bash run.sh @v",
    "python -c 'import sys; print(sys.argv[1])' @v",
    "awk -v x=@v '{print x}' f",
    "perl -e 'print $ARGV[0]' @v",
    "echo @v | xargs -n1 run",
    "echo @v | grep x",
    "echo @v > f.txt; cat f.txt",
    "find . -name @v",
    "find . -name @v -exec ls -l {} \\;",
    "env X=@v sh -c 'echo $X'",
    "echo @v",
    "grep @v f | awk '{print $1}'",
    "sed 's/a/b/' @v",
    "bash -c 'true' && run @v",
    "X=@v; run $X",
    "jq --arg x @v '.a=$x' f",
    "python -m mod -c @v",
    "timeout 10 python run.py @v",
    "echo 'bash -c' @v",
    "run -e @v",
    "./prog -c @v",
    "python script.py -c @v",
    "perl script.pl -e @v",
    "singularity exec img run @v",
    "source setup.sh @v",
    "bash script.sh -c @v",
    "ssh-keygen -C @v",
    "make X=@v",
    "root -b -q f.root",
    "awk '{print}' @v",
    "Rscript fit.R @v",
    "julia fit.jl -e @v",
    "python analyse.py --expr=@v | tee log",
    "cat @v | python x.py",
    "echo @v | python x.py -",
]


@pytest.mark.parametrize("command", BAD)
def test_a_value_that_is_read_again_is_refused(command: str) -> None:
    written = literal(command).replace("@v", "{x}")
    found = compile_task(written, {"x": HOSTILE})
    names = {d.name for d in found.diagnostics if d.severity == "error"}
    assert names
    assert names <= {"read-again", "unsafe-value"}
    assert compile_task(written, {"x": "abc_1.5"}).ok


@pytest.mark.parametrize("command", GOOD)
def test_an_argument_is_no_program(command: str) -> None:
    written = literal(command).replace("@v", "{x}")
    assert compile_task(written, {"x": HOSTILE}).ok


@pytest.mark.parametrize(
    ("command", "value", "is_right"),
    [
        ("sed 's|DIR|@v|' f", "/cvmfs/a:b", True),
        ("sed -i -e 's#DIR#@v#g; s/A/b/' f", "/cvmfs/a,b@c", True),
        ('sed "s|@v|DIR|" f', "/cvmfs/a", True),
        ("sed 's/DIR/@v/' f", "/cvmfs/a", False),
        ("sed 's,DIR,@v,' f", "/a,b", False),
        ("sed 's|DIR|@v|e' f", "/a", False),
        ("sed 's|DIR|x|w @v' f", "/a", False),
        ("sed 's|DIR|@v|; w /a' f", "/a", False),
        ("sed 's|[|]|@v|' f", "/a", False),
        ("sed '/@v/d' f", "/a", False),
        ("sed 's|DIR|@v|' f", "/a;b", False),
    ],
)
def test_sed_substitutes_what_is_not_its_delimiter(
    command: str, value: str, is_right: bool
) -> None:
    written = literal(command).replace("@v", "{x}")
    assert compile_task(written, {"x": value}).ok == is_right
