"""Documents that the schemas must accept: made by alw, by iDDS and by prun."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import alw
from alw.execution.engine import IddsRequest
from alw.panda.client import prun
from tests.oracles.clerk import Ending, Order, Submission, Trace, dump, run

SAMPLES = sorted((Path(__file__).resolve().parents[2] / "samples").glob("*.alw"))
Json = dict[str, Any]
RUN = "___idds___num_run___"
M1 = "___idds___user_m1___"
#: pandajedi/jedirefine/TaskRefinerBase.py:94-113; the server fills in the others.
REQUIRED = (
    "taskName", "vo", "prodSourceLabel", "architecture", "transUses", "transHome",
    "processingType", "jobParameters",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Idds:
    """The modules of iDDS."""

    constants: ModuleType
    dict_class: ModuleType
    utils: ModuleType
    work: ModuleType
    workflow: ModuleType
    processing: ModuleType
    learning: ModuleType

    def load(self, document: Json) -> Any:
        return self.utils.json_loads(json.dumps(document))

    def dump(self, thing: Any) -> Json:
        value: Json = json.loads(self.utils.json_dumps(thing))
        return value

    def module(self, name: str) -> ModuleType:
        return next(
            m
            for m in (
                self.constants,
                self.dict_class,
                self.work,
                self.workflow,
                self.processing,
                self.learning,
            )
            if m.__name__ == name
        )


# alw

SOURCES = {
    "single": """
workflow single {
  task only { exec = "run.sh 1"  outputs = ["a.root"]  dataset = "user.me.single" }
}
""",
    "chain": """
workflow chain {
  dataset = "user.me.chain"
  task a { exec = "run.sh 1"  outputs = ["a.root"]  n_jobs = 3 }
  task b { exec = "run.sh {a.outputs[0]}"  outputs = ["b.root"]  no_build = true }
  task c { exec = "run.sh {b.outputs[0]}"  outputs = ["c.root"] }
}
""",
    "diamond": """
workflow diamond {
  dataset = "user.me.diamond"
  task a { exec = "run.sh 1"  outputs = ["a.root"] }
  task b { exec = "run.sh {a.outputs[0]}"  outputs = ["b.root", "c.root"] }
  task c { exec = "run.sh {a.outputs[0]}"  outputs = ["c.root"]  merge_output = true }
  task d { exec = "ls"  outputs = ["d.root"]  after b, c }
}
""",
    "loop": """
workflow loop {
  dataset = "user.me.loop"
  loop scan {
    param m1: float = 0.5
    param go: bool = true
    task simulate { exec = "sim.py {m1} {iteration}"  outputs = ["out.json"]  n_jobs = 4 }
    learn judge {
      exec = "python judge.py {m1} {go} {simulate.outputs[0]}"
      result "judge.json" { m1: float, go: bool }
    }
    repeat while judge.go at most 7 times
  }
}
""",
    "followers": """
workflow followers {
  dataset = "user.me.followers"
  loop scan {
    param m1: float = 0.5
    param go: bool = true
    task simulate { exec = "sim.py {m1} {iteration}"  outputs = ["out.json"]  n_jobs = 4 }
    learn judge {
      exec = "python judge.py {m1} {go} {simulate.outputs[0]}"
      result "judge.json" { m1: float, go: bool }
    }
    task plot { exec = "plot.py {m1} {iteration}"  outputs = ["plot.root"]  after judge }
    task table { exec = "table.py {plot.outputs[0]}"  outputs = ["table.root"] }
    task tell { exec = "tell.py {m1}"  after judge }
    repeat while judge.go at most 7 times
  }
  task final { exec = "final.py {scan.m1}"  outputs = ["final.root"]  after judge }
}
""",
}


def compiled() -> dict[str, Json]:
    """Workflows that alw compiled, by name; through JSON, as they are written."""
    made: dict[str, Json] = {}
    results = {name: alw.compile_text(text, name=name) for name, text in SOURCES.items()}
    results |= {f"sample {path.stem}": alw.compile(path) for path in SAMPLES}
    for name, result in results.items():
        assert result.ok, (name, [d.message for d in result.diagnostics])
        for workflow in result.workflows.values():
            made[name] = json.loads(json.dumps(workflow.workflow))
    return made


# iDDS


def _map(name: str, *arguments: str, command: str = "run.sh", loop: bool = False) -> Json:
    dataset = f"user.me.{name}.{RUN}" if loop else f"user.me.{name}"
    outputs = ["--outputs", "out.json"]
    made: Json = prun(["--exec", command, "--outDS", dataset, *outputs, *arguments]).map
    return made


def handmade(idds: Idds) -> dict[str, Any]:
    """Workflows built with the real classes, as a script of a user would build them.

    One that knows what the server makes of it: works say that they are submitted.
    """
    flow = idds.workflow

    def task(task_parameters: Json, kind: Any = idds.processing.ATLASPandaWork) -> Any:
        work = kind(task_parameters=task_parameters)
        work.submitted = True
        return work

    def learner(task_parameters: Json) -> Any:
        return task(task_parameters, idds.learning.ATLASLocalPandaWork)

    made: dict[str, Any] = {}

    single = made["single task"] = flow.Workflow(name="single")
    single.add_work(task(task_parameters=_map("single")), initial=True)

    chain = made["chain"] = flow.Workflow(name="chain", pending_time=2.5, lifetime=10)
    a, b, c = (task(task_parameters=_map(name)) for name in "abc")
    for work in (a, b, c):
        chain.add_work(work)
    chain.add_condition(flow.Condition(cond=a.is_processed, true_work=b))
    chain.add_condition(flow.Condition(cond=b.is_finished, true_work=c))

    fan = made["fan-out and fan-in"] = flow.Workflow(name="fan")
    a, b, c, d = (task(task_parameters=_map(name, "--noBuild")) for name in "abcd")
    for work in (a, b, c, d):
        fan.add_work(work)
    fan.add_condition(flow.AndCondition(conditions=[a.is_processed], true_works=[b, c]))
    either = [b.is_failed, b.is_subfinished, c.is_terminated]
    fan.add_condition(flow.OrCondition(conditions=either, true_works=[d]))

    gathered = made["sub-workflow"] = flow.Workflow(name="gathered")
    a, b, c = (task(task_parameters=_map(name)) for name in "abc")
    inner = flow.Workflow(name="inner")
    for work in (b, c):
        inner.add_work(work, initial=True)
    inner.template.independent_works = []
    for work in (a, inner):
        gathered.add_work(work)
    gathered.add_condition(flow.AndCondition(conditions=[a.is_processed], true_works=[inner]))

    for name, ends in (("loop", False), ("loop and a task behind it", True)):
        loop = made[name] = flow.Workflow(name=name)
        simulate = task(
            task_parameters=_map("sim", "--nJobs", "3", command=f"sim.py {M1} {RUN}", loop=True)
        )
        read = f"user.me.sim.{RUN}_out.json/"
        learn = learner(
            task_parameters=_map("learn", "--inDS", read, command="learn.py %IN", loop=True)
        )
        loop.add_work(simulate)
        loop.add_work(learn)
        simulated = flow.AndCondition(conditions=[simulate.is_processed], true_works=[learn])
        loop.add_condition(simulated)
        learn.add_custom_condition("to_continue", True)
        loop.add_loop_condition(flow.Condition(cond=learn.get_custom_condition_status))
        loop.set_global_parameters({"user_m1": 0.5, "user_go": True, "user_kind": "a"})
        if ends:
            final = task(task_parameters=_map("final", command=f"final.py {M1}", loop=True))
            loop.add_work(final)
            answered = [
                learn.is_processed,
                learn.get_output_data,
                learn.get_not_custom_condition_status,
            ]
            loop.add_condition(flow.AndCondition(conditions=answered, true_works=[final]))
    return made


def stepped(
    idds: Idds, workflow: Any, iterations: int = 2, most: int = 20
) -> Iterator[tuple[str, Json]]:
    """What iDDS writes of a workflow at first, and at every step until it has ended.

    Learners ask for ``iterations`` iterations.  Between two steps the workflow goes through
    JSON.  One work of the last step fails, if there is more than one.
    """
    yield "at first", idds.dump(workflow)
    workflow = idds.load(idds.dump(workflow))
    yield "loaded", idds.dump(workflow)
    learned = 0
    for number in range(1, most + 1):
        works = workflow.get_new_works()
        for work in works:
            work.create_processing()
            work.refresh_work()
        yield f"step {number}, new", idds.dump(workflow)
        for place, work in enumerate(works):
            work.transforming = work.submitted = work.started = True
            work.status = idds.constants.WorkStatus.Finished
            if place and number > 1:
                work.status = idds.constants.WorkStatus.Failed
                work.set_terminated_msg("lost heartbeat")
            if isinstance(work, idds.learning.ATLASLocalPandaWork):
                learned += 1
                go_on = learned < iterations
                work.set_output_data({"m1": learned / 2, "history": [1], "to_continue": go_on})
        yield f"step {number}, done", idds.dump(workflow)
        workflow = idds.load(idds.dump(workflow))
        if workflow.is_terminated():
            yield "ended", idds.dump(workflow)
            return
    raise AssertionError("the workflow does not end")


def looked_at(
    workflow: Json, answer: Mapping[str, object], order: Order, fails: str = "", iterations: int = 2
) -> Iterator[tuple[str, Json]]:
    """What iDDS would write at each look of its clerk, before and after.

    :param answer: what a learner writes, besides whether it asks for another iteration.
    :param fails: what is in the name of tasks that fail.
    """
    made: list[tuple[str, Json]] = []
    loaded = IddsRequest._loaded
    looks = IddsRequest._look

    def load(request: IddsRequest) -> Any:
        found = loaded(request)
        made.append((f"look {len(made) // 2 + 1}, before", dump(found)))
        at.append(found)
        return found

    def look(request: IddsRequest) -> None:
        looks(request)
        made.append((f"look {len(made) // 2 + 1}, after", dump(at.pop())))

    def answers(submission: Submission) -> dict[str, object]:
        return {**answer, "to_continue": submission.run < iterations}

    def ends(submission: Submission) -> Ending:
        return Ending.FAILED if fails and fails in submission.name else Ending.FINISHED

    at: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(IddsRequest, "_loaded", load)
        patch.setattr(IddsRequest, "_look", look)
        trace: Trace = run(workflow, answers, ends, order)
    assert trace.ended, (trace.status, trace.errors)
    yield from made


# prun

_BASE = ["--exec", "./run.sh %IN", "--outDS", "user.me.test", "--outputs", "a.root"]
_READ = ["--inDS", "user.you.in/"]
_CONTAINER = ["--containerImage", "docker://atlas/analysisbase:25.2.1"]

#: Arguments of prun that say different things about a task, behind ``_BASE``.
PRUN: dict[str, Sequence[str]] = {
    "nothing": [],
    "no outputs": ["--outputs="],
    "one input": _READ,
    "several inputs": ["--inDS", "mc23:mc23.1.AOD.e1_s2/,data18.period*.DAOD"],
    "consolidated": [*_READ, "--notExpandInDS"],
    "filters": [*_READ, "--match", "*.root", "--antiMatch", "*.log", "--nSkipFiles", "3"],
    "log as input": [*_READ, "--useLogAsInput"],
    "secondary": [*_READ, "--secondaryDSs", "IN2:2:user.me.b/:.*root:3,IN3#4#user.me.c/"],
    "secondary, consolidated": [*_READ, "--secondaryDSs", "IN2:2:user.me.b/", "--notExpandSecDSs"],
    "secondary, ratio": [
        *_READ, "--secondaryDSs", "IN2:2:user.me.b/", "--reusableSecondary", "IN2",
        "--useNumFilesInSecDSsAsRatio",
    ],
    "database release": ["--dbRelease", "LATEST"],
    "database release, not expanded": ["--exec", "x %DB:ddo.000001.DB.v1:DBRelease.tar.gz"],
    "good run list": ["--goodRunListXML", "grl.xml", "--goodRunListDataType", "AOD"],
    "event picking": [
        "--eventPickEvtList", "events.txt", "--eventPickDataType", "AOD", "--noSubmit",
    ],
    "placeholders of prun": [
        "--exec", "x %RNDM:10 y %SKIPEVENTS %FIRSTEVENT:1 --n=%MAXEVENTS %SEGMENT_NAME",
    ],
    "outputs": ["--outputs", "S:b*.root,regex|c.*root,d-1.txt", "--allowNoOutput", "d-1.txt"],
    "destination": ["--destSE", "CERN-PROD_SCRATCHDISK", "--spaceToken", "ATLASSCRATCHDISK"],
    "merge": [*_READ, "--mergeOutput", "--mergeLog", "--nGBPerMergeJob", "5"],
    "merge script": ["--mergeScript", "merge.py %IN %OUT", "--mergeTransPath", "http://x/y"],
    "no build": ["--noBuild"],
    "no compile": ["--noCompile", "--bexec", "make"],
    "no separate log": ["--noSeparateLog"],
    "container": [*_CONTAINER],
    "container, sandbox": [*_CONTAINER, "--useSandbox", "--alrbArgs=--nocleanenv"],
    "container, old mode": [*_CONTAINER, "--oldContMode", "--ctrCvmfs", "--ctrDebug"],
    "container, architecture": [*_CONTAINER, "--architecture", "x86_64&nvidia"],
    "container, merge": [*_CONTAINER, "--mergeOutput"],
    "jobs": ["--nJobs", "7"],
    "events": ["--nEvents", "100", "--nEventsPerJob", "10"],
    "events of files": [*_READ, "--nEventsPerJob", "5", "--nEventsPerFile", "10", "--nFiles", "3"],
    "real events": [*_READ, "--nEventsPerJob", "5", "--skipEmptyInput"],
    "files": [*_READ, "--nFilesPerJob", "5", "--nFiles", "30", "--maxNFilesPerJob", "100"],
    "bytes": [*_READ, "--nGBPerJob", "5"],
    "most bytes": [*_READ, "--nGBPerJob", "MAX"],
    "sites": ["--site", "CERN,BNL", "--excludedSite", "A,B"],
    "one site": ["--site", "CERN"],
    "resources": [
        "--memory", "4000", "--nCore", "8", "--maxCore", "8", "--outDiskCount", "0",
        "--cpuTimePerEvent", "10", "--maxWalltime", "10", "--maxAttempt", "5",
    ],
    "fixed resources": ["--memory", "4000", "--fixedRamCount", "--fixedCpuTime"],
    "input and output": [*_READ, "--forceStaged"],
    "direct access": [*_READ, "--useDirectIOSites", "--transferType", "direct,root", "--avoidVP"],
    "release": ["--athenaTag", "AnalysisBase,25.2.1", "--cmtConfig", "x86_64-el9-gcc13-opt"],
    "root": ["--rootVer", "6.28/00", "--cmtConfig", "x86_64-el9-gcc13-opt"],
    "middle names": [*_READ, "--addNthFieldOfInFileToLFN", "2,3"],
    "middle names of datasets": [*_READ, "--addNthFieldOfInDSToLFN", "2"],
    "flags": [
        "--noEmail", "--debugMode", "--express", "--useSecrets", "--msgDriven", "--respectLB",
        "--osMatching", "--disableAutoRetry", "--noLoopingCheck", "--allowTaskDuplication",
        "--expertOnly_skipScout", "--useNewCode", "--priority=-5", "--framework", "f",
        "--vo", "wlcg",
    ],
    "official": [
        "--outDS", "group.phys-higgs.test", "--official", "--voms",
        "atlas:/atlas/phys-higgs/Role=production", "--workingGroup", "phys-higgs.production",
    ],
    "numbered group": ["--outDS", "group08.phys-higgs.test/"],
    "label": ["--prodSourceLabel", "test", "--transPath", "http://x/trf", "--workingGroup", "g"],
    "sandbox in DDM": ["--tarBallViaDDM", "user.me:sources.tgz"],
    "sandbox in DDM, no build": ["--tarBallViaDDM", "user.me:sources.tgz", "--noBuild"],
    "parent": [*_READ, "--parentTaskID", "12345"],
    "persistent": ["--persistentFile", "history.json"],
    "files' list": [*_READ, "--writeInputToTxt", "IN:in.txt", "--execWithRealFileNames"],
    "root core": ["--useRootCore", "--noBuild"],
    "used files": [*_READ, "--skipFilesUsedBy", "1,2"],
    "longest name": ["--outDS", "user.me." + "x" * 116],
}  # fmt: skip

#: Likewise, with files of the machine; panda-client alone can be asked.
PRUN_WITH_FILES: dict[str, Sequence[str]] = {
    "datasets' list": ["--inDsTxt", "datasets.txt"],
    "input files": [*_READ, "--inputFileList", "files.txt"],
    "physical files": ["--pfnList", "files.txt", "--site", "CERN"],
    "secondary files": [*_READ, "--secondaryDSs", "IN2:1:user.me.b/:::files.txt"],
}


def prun_arguments(case: Sequence[str]) -> list[str]:
    """The whole command line of a case; the last of two equal options counts."""
    return [*_BASE, *case]
