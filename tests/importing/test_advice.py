"""What bash or prun would do otherwise than its author means: a comment, or words that lead on."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alw.importing.from_map import NotImported
from alw.importing.interpreter import find_calls
from alw.importing.pasted_text import restore_typed
from alw.panda.client import prun
from alw.text.shell_tokens import NotUnderstood

from .maps import essence
from .scripts import END, ONE, Script
from .test_scripts import compiled, imported


def one(text: str, **inputs: object) -> tuple[str, str]:
    """The source for a script of one call, and its task's map but for what differs."""
    source = imported(Script(text))
    (made,) = compiled(source, inputs)
    return source, essence(made)


@pytest.mark.parametrize(
    ("command", "meant"),
    [
        ('"ana `echo %IN | tr , \' \'`"', "ana `echo %IN | tr , ' '`"),
        ('"ana $(echo %IN | tr , \' \')"', "ana $(echo %IN | tr , ' ')"),
        ('"for f in $(cat l); do ./go $f; done"', "for f in $(cat l); do ./go $f; done"),
        ('"export X=1; echo $X"', "export X=1; echo $X"),
        ('"export PATH=$PWD:$PATH; go"', "export PATH=$PWD:$PATH; go"),
        ('"ls | awk \'{print $1}\'"', "ls | awk '{print $1}'"),
        ('"go; echo $?"', "go; echo $?"),
        ('"while read L; do go ${L}; done < l"', "while read L; do go ${L}; done < l"),
        ('"V=`date`; go $V"', "V=`date`; go $V"),
        ("ana\\ `date`", "ana `date`"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("option", ["--exec ", "--exec="])
def test_what_the_job_shall_replace_is_left_to_it(command: str, meant: str, option: str) -> None:
    source, made = one(f"prun {option}{command} --outDS user.me.x --inDS mc.1")
    assert made == essence(prun([f"--exec={meant}", "--outDS", "user.me.x", "--inDS", "mc.1"]).map)
    assert "# The shell would replace" in source
    assert "input" not in source


def test_what_the_script_knows_is_replaced_in_it() -> None:
    source, made = one(
        "DIR=/afs/x\nprun --exec \"cd $DIR; go `ls $DIR` $HOME $MASS\" --outDS user.me.x",
        home="/home/me", MASS="1", mass="1",
    )  # fmt: skip
    meant = "--exec=cd /afs/x; go `ls /afs/x` /home/me 1"
    assert made == essence(prun([meant, "--outDS", "user.me.x"]).map)
    assert "`ls $DIR`" in source


def test_other_options_whose_value_a_job_runs() -> None:
    source, made = one(
        'prun --exec go --bexec "make `nproc`" --mergeScript="m %OUT `echo %IN`" --outDS user.me.x '
        "--outputs o --inDS mc.1"
    )
    words = [
        "--exec=go", "--bexec=make `nproc`", "--mergeScript=m %OUT `echo %IN`",
        "--outDS=user.me.x", "--outputs=o", "--inDS=mc.1",
    ]  # fmt: skip
    assert made == essence(prun(words).map)
    assert source.count("# The shell would replace") == 2


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("--cloud US", "--cloud"),
        ("--cloud=US --libDS LAST", "--cloud, --libDS"),
        ("--skipScan --noBuild", "--skipScan"),
        ("--useRucio", "--useRucio"),
    ],
)
def test_obsolete_options_are_named(words: str, named: str) -> None:
    source, made = one(f"{ONE} {words}")
    assert f"# Left out because prun dropped it: {named}\n" in source
    more = ["--noBuild"] if "noBuild" in words else []
    plain = ["--exec", "python go.py %IN", "--inDS", "mc.1", "--outDS", "user.me.a"]
    assert made == essence(prun([*plain, "--outputs", "o.root", *more]).map)


def test_options_of_the_machine_are_named() -> None:
    source, _ = one(f"{ONE} --inTarBall=z.tgz -v --tmpDir=$TMP/x --voms atlas --dumpJson d.json")
    for name in ("--inTarBall", "--verbose", "--tmpDir", "--voms", "--dumpJson"):
        assert name in source
    assert "input" not in source


def test_every_branch_is_there_and_says_so() -> None:
    source = imported(
        Script(f"if $X; then prun {END} --outDS user.me.a; else prun {END} --outDS user.me.b; fi")
    )
    assert source.count("  task ") == 2
    assert source.count("Which branch of an 'if' or 'case'") == 2


@pytest.mark.parametrize(
    "loop", ["for d in $LIST; do", "for d in `cat none`; do", "while read d; do", "for d in $@; do"]
)
def test_a_loop_over_what_is_not_known_says_so(loop: str) -> None:
    source = imported(Script(f"{loop} prun {END} --outDS user.me.$d; done"))
    assert "input d: string" in source
    assert source.count("is not known here: it is an input.") == 1
    known = imported(Script(f"for d in a b; do prun {END} --outDS user.me.$d.$X; done"))
    assert "not known" not in known


def test_an_input_says_what_it_is() -> None:
    source = imported(Script(f"prun {END} --outDS user.$USER.$(date +%s) --nJobs ${{N:-4}}"))
    assert "# user is $USER of the shell: set it with --set user=…\n" in source
    assert "# date is $(date +%s) of the shell" in source
    lines = [" ".join(line.split()) for line in source.splitlines()]
    assert {"input user: string", "input date: string", "input n: int = 4"} <= {*lines}
    assert "n_jobs = n" in lines


def test_names_of_inputs_and_tasks_differ() -> None:
    source = imported(
        Script(f"for run in 1 2; do prun {END} --outDS user.$user.task.$run.$workflow.$USER; done")
    )
    values: dict[str, object] = {"user": "a", "user_2": "b", "workflow_2": "c"}
    assert len(compiled(source, values)) == 2


# Edges


CHAIN = (
    "prun --exec 'gen %RNDM:1' --nJobs 3 --outputs a.root,b.root --outDS user.$USER.gen\n"
    "prun --exec 'go %IN' --inDS {} --outputs c.root --outDS user.$USER.sim\n"
)


@pytest.mark.parametrize("name", ["user.$USER.gen_b.root/", "user.$USER.gen_b.root"])
def test_a_task_waits_for_what_it_reads(name: str) -> None:
    source = imported(Script(CHAIN.format(name)))
    assert "    in_ds   = gen.outputs[1]\n" in source
    _, second = compiled(source, {"user": "me"})
    words = ["--exec=go %IN", "--inDS=user.me.gen_b.root/", "--outputs=c.root"]
    assert essence(second) == essence(prun([*words, "--outDS=user.me.sim"]).map)


def test_a_secondary_dataset_is_waited_for() -> None:
    text = CHAIN.format("mc.1 --secondaryDSs IN2:1:user.$USER.gen_a.root/").replace(
        "go %IN", "go %IN %IN2"
    )
    source = imported(Script(text))
    assert '"IN2:1:{gen.outputs[0]}"' in source


def test_a_similar_name_is_another_dataset() -> None:
    source = imported(Script(CHAIN.format("user.$USER.genx_b.root/")))
    assert "outputs[" not in source


# Refusals


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prun -h", "it asks prun for help"),
        ("prun --version", "it asks prun for help"),
        ("prun --helpGroup=ALL", "it asks prun for help"),
        ("prun", "you need to give --exec"),
        ("prun --exec x", "you need to give --outDS, the dataset that the task writes"),
        (f"{ONE} --nJob 3 --inDSTxt x", "no option --inDSTxt; did you mean --inDsTxt?"),
        (f"{ONE} --nFilesPrJob 3", "did you mean --nFilesPerJob?"),
        (f"{ONE} --athenatag=1", "did you mean --athenaTag?"),
        (f"{ONE} -outputs=1", "there is no option -outputs; did you mean --outputs?"),
        (f"{ONE} --qwertz", "there is no option --qwertz"),
        (f"{ONE} more", "'more' belongs to no option; a value with spaces needs quotes"),
        (f"{ONE} --nJobs", "--nJobs needs a value"),
        (f"{ONE} --nJobs many", "many"),
        (f"{ONE} $OPTIONS", "only the shell knows the value of $OPTIONS: write it"),
        (f"{ONE} \"$@\"", "only the shell can expand $@: write the words"),
        (f"{ONE} --eventPickEvtList e.txt --eventPickDataType AOD", "pick them first"),
        (f"{ONE} --pfnList l.txt --site X", "alw reads datasets, not single files"),
        (f"{ONE} --inputFileList l.txt", "give --match a pattern"),
        (f"{ONE} --secondaryDSs IN2:1:mc.2:::l.txt", "alw reads datasets, not single files"),
        (f"{ONE} --bulkSubmission", "--bulkSubmission needs --inOutDsJson FILE"),
        (f"{ONE} --nGBPerJob x", "--nGBPerJob must be an integer or MAX"),
        ("phpo --outDS x", "phpo searches hyperparameters"),
        ("pchain --cwl x", "write its steps as tasks"),
        ("pcontainer --x", "prun --containerImage IMAGE"),
    ],
)  # fmt: skip
def test_a_refusal_leads_on(text: str, said: str) -> None:
    with pytest.raises(NotImported) as error:
        imported(Script(text))
    assert said in error.value.message
    assert "qz" not in error.value.message


def test_the_call_that_cannot_be_imported_is_named() -> None:
    text = f"{ONE}\npathena a.py --outDS user.me.b\n{ONE.replace('me.a', 'me.c')}\n"
    with pytest.raises(NotImported) as error:
        imported(Script(text))
    assert "call 2, of pathena in line 2: " in error.value.message
    assert "--task N imports one of the calls" in error.value.message
    source = imported(Script(text), (1, 3))
    assert source.count("  task ") == 2
    assert "user.me.b" not in source
    with pytest.raises(NotImported, match="there is no call 4 of prun: there are 3 calls"):
        imported(Script(text), (4,))


def test_help_among_calls_is_passed_over() -> None:
    assert imported(Script(f"prun --help\n{ONE}")).count("task run") == 1


def test_what_compiles_to_nothing_shows_why() -> None:
    with pytest.raises(NotImported) as error:
        imported(Script("prun --exec 'a' --outDS mine"))
    assert {d.code for d in error.value.diagnostics} == {"ALW410"}
    with pytest.raises(NotImported) as error:
        imported(Script("prun --exec 'a' --outDS user.$USER.%s"))
    (found,) = error.value.diagnostics
    assert "$USER" in found.help
    assert "qz" not in found.help + found.message
    with pytest.raises(NotImported) as error:
        imported(Script(f"{ONE}\n{ONE}"))
    assert error.value.diagnostics


@pytest.mark.parametrize(
    ("words", "kept", "apart"),
    [
        ("jobO.py --inDS mc.1 --outDS user.me.x --nFilesPerJob=3",
         ['exec = "athena jobO.py %IN"', 'in_ds = "mc.1"', "n_files_per_job = 3"], []),
        ("--trf 'Reco_tf.py --in=%IN --out=%OUT.AOD.root' --outDS user.me.x --extOutFile=h.root",
         ['exec = "Reco_tf.py --in=%IN --out=AOD.root"', 'outputs = ["AOD.root"]'],
         ["--trf: its value is exec", "--extOutFile: its files belong to outputs"]),
        ("-c 'x=1' jobO.py --noBuild --athenaTag=1",
         ["no_build = true", 'athena_tag = "1"'], ["-c"]),
        ("", ["use_athena_packages = true", 'dataset = "user.NICK.NAME"'], []),
        ("--x=1 -y $A `b` --nFiles", [], ["--x", "-y", "--nFiles"]),
    ],
)  # fmt: skip
def test_pathena_leads_on(words: str, kept: list[str], apart: list[str]) -> None:
    with pytest.raises(NotImported) as error:
        imported(Script(f"pathena {words}"))
    assert "pathena" in error.value.message
    lines = [" ".join(line.split()) for line in error.value.advice]
    for text in kept:
        assert text in lines, lines
    for text in apart:
        assert any(line.startswith(text) for line in lines), lines


@pytest.mark.parametrize("name", ["in.txt", "opts.json", "pairs.json"])
def test_files_that_are_wrong(name: str) -> None:
    option = {"in.txt": "inDsTxt", "opts.json": "loadJson", "pairs.json": "inOutDsJson"}[name]
    text = f"prun --exec x --outDS user.me.x --{option} {name}"
    for content in ["{", "[]", "{}", "[1]", '{"a": 1}', '[{"inDS": 1, "outDS": 2}]', "[" * 9999]:
        if name == "in.txt":
            continue
        if name == "opts.json" and content == "{}":
            continue
        with pytest.raises(NotImported) as error:
            imported(Script(text, files={name: content}))
        assert f"{name!r}, which --{option} names: " in error.value.message


def test_unbalanced_scripts_say_where() -> None:
    with pytest.raises(NotUnderstood, match="the quote in line 2 has no end"):
        find_calls(restore_typed("a\nprun --exec 'x"), lambda name: None)


_PIECES = st.sampled_from(
    [
        "prun ", "pathena ", "--exec ", "--exec=", "'go %IN'", '"go $X `date` $1"', " ", "\n", ";",
        "--outDS ", "user.me.x", "user.$USER.$(date)", "--inDS=", "$DS", "for DS in a b; do ",
        "done", "--nJobs ", "$N", "3", "x", "--outputs=a,b ", "--inDsTxt f ", "--loadJson=f ",
        "--inOutDsJson f ", "--bulkSubmission ", "--cloud US ", "--athenaTag=$T ",
        "--mergeOutput ",
        "--useAthenaPackages ", "-y ", "-v ", "--help ", "--secondaryDSs=IN2:1:a ", "|", "&&",
        "\\\n",
        "--containerImage $I ", "--excludedSite=A,$S ", "“", "–", "$ ", "#", "é", "\x00", "\ud800",
        ONE, f"{ONE}\n", "--official ", "--match '*' ", "--maxAttempt=$N ", "${A:-b}", "${A%b}",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(_PIECES | st.text(max_size=2), max_size=14).map("".join),
    st.sampled_from(["a.1\nb.2", "{}", '{"exec": "a", "outDS": "user.me.x"}',
                     '[{"inDS": "a", "outDS": "user.me.x"}]', "\x00{"]),
)  # fmt: skip
@pytest.mark.slow
def test_any_script_has_a_source_or_a_reason(text: str, content: str) -> None:
    """What is given away compiles once its inputs have values."""
    for script in (text, f"{ONE} {text}", f"{text}\n{ONE}"):
        try:
            source = imported(Script(script, files={"f": content}))
        except (NotUnderstood, NotImported, KeyError) as error:
            assert str(error)
            continue
        assert source.startswith("# From ")
