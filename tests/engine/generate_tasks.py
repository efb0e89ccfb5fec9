"""Tasks of the language, made at random, with what their jobs must get to see."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hypothesis import strategies as st

from tests.engine.generate_commands import Draw, Files, Param, Scope, Word, word
from tests.engine.generate_values import ALPHABETS, DATASETS, values_of, written

T = TypeVar("T")

#: Names that are near something else's: the engine's, Python's, the epilogue's, each other's.
NAMES = (
    *("m", "m1", "m2", "n", "nevents", "x", "y", "z", "a", "b", "tag", "low_1", "T1", "t_1"),
    *("num_run", "user_m", "idds", "IN", "IN2", "log", "out", "run", "label", "cut", "seed"),
    *("alw", "fields", "result_2", "status", "name", "bound", "arguments", "argv", "p_m", "stop"),
    *("to_continue2", "exec2", "int2", "learn2", "loop2", "sim", "sim2", "gen", "fit", "reco"),
    *("derive", "merge", "decide", "plot", "report", "final", "note", "scan", "w", "flow"),
)
FILES = ("a.root", "b.json", "out.txt", "x", "z.json", "y_z.json", "data-1.root")
BASES = ("user.me.p", "user.{user}.p", "user.me.p{iteration}.q", "user.me.x{iteration}y")
OPTIONS = (
    "memory = 2000",
    "no_build = true",
    'container_image = "docker://alpine"',
    'destSE = "CERN-PROD_SCRATCHDISK"',
    'working_group = "it{iteration}"',
)


@dataclass
class Task:
    """A task: how it is written, and what its jobs must get to see."""

    name: str
    place: str
    """``body`` (before the learner), ``learner``, ``follower``, ``behind`` or ``alone``."""
    words: list[Word] = field(default_factory=list)
    reads: list[Files] = field(default_factory=list)
    """The datasets of its streams, in order."""
    outputs: tuple[str, ...] = ()
    dataset: str = ""
    """With ``{iteration}`` in it."""
    parents: set[str] = field(default_factory=set)
    files: int | None = 1
    """How many files each of its outputs has; ``None`` if nobody knows."""
    lines: list[str] = field(default_factory=list)
    """Its body, as written."""

    @property
    def loops(self) -> bool:
        return self.place not in ("behind", "alone")

    @property
    def uses_parameters(self) -> bool:
        return any(isinstance(piece, Param) for text in self.words for piece in text)


class Writer:
    """Draws what a program is made of."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.names = list(NAMES)
        self.known: dict[str, Any] = {}
        self.inputs: dict[str, object] = {}
        self.external: dict[str, str] = {}
        """Inputs that are datasets."""
        self.tasks: dict[str, Task] = {}
        self.params: dict[str, tuple[str, Any]] = {}

    def pick(self, options: Sequence[Any]) -> Any:
        return self.draw(st.sampled_from(options))

    def chance(self, one_in: int) -> bool:
        return self.draw(st.integers(1, one_in)) == one_in

    def name(self) -> str:
        return self.names.pop(self.draw(st.integers(0, len(self.names) - 1)))

    def shuffled(self, items: Sequence[T]) -> list[T]:
        return list(self.draw(st.permutations(items)))

    def kind(self, safe: bool = False) -> str:
        """A type; ``safe`` is one that a parameter may have."""
        alphabet = f'string of "{self.pick(sorted(ALPHABETS))}"'
        kinds = ["int", "float", "bool", alphabet, *([] if safe else ["string"])]
        return str(self.pick(kinds))

    def declarations(self) -> list[str]:
        """Inputs and constants of the workflow."""
        lines = ['input user: string = "me"']
        self.known["user"] = "me"
        if self.chance(2):
            self.known["user"] = self.inputs["user"] = self.pick(["wguan", "a-b"])
        if self.chance(3):
            name = self.name()
            self.external[name] = self.pick(DATASETS)
            lines.append(f'input {name}: dataset = "{self.external[name]}"')
        for keyword in ("input", "input", "const", "const"):
            if self.chance(3):
                continue
            name, kind = self.name(), self.kind()
            stated = self.draw(values_of(kind))
            text = f"{keyword} {name}: {kind}"
            if keyword == "input" and self.chance(2):
                self.known[name] = self.inputs[name] = self.draw(values_of(kind))
                lines.append(text if self.chance(2) else f"{text} = {written(stated)}")
            else:
                self.known[name] = stated
                lines.append(f"{text} = {written(stated)}")
        return lines

    # Tasks

    def task(
        self, place: str, before: Sequence[Task], loop: str, base: str, after: Sequence[Task] = ()
    ) -> Task:
        """A task that may read what the tasks ``before`` it write, and waits for those ``after``
        which it comes."""
        task = Task(self.name(), place)
        prefix = f"{loop}." if place == "behind" else ""
        params = {} if place == "alone" else {prefix + name: name for name in self.params}
        scope = Scope(self.known, params, task.loops)
        first = self.pick(["python3", "./run.sh", "python run.py", "simulate"])
        texts, task.words = [first], [(part,) for part in first.split()]
        for _ in range(self.draw(st.integers(0, 4))):
            text, drawn = word(self.draw, scope)
            texts.append(text)
            task.words.append(drawn)
        readable = [Files(t.name, i) for t in before for i in range(len(t.outputs))]
        if place == "learner":
            self._learner(task, texts, readable, first)
        else:
            self._reading(task, texts, readable)
            self._outputs(task)
        self._wait(task, before, {t.name for t in after})
        self._dataset(task, base)
        split = self.draw(st.integers(0, len(texts)))
        pieces = [" ".join(texts[:split]), " ".join(texts[split:])]
        strings = [" " * bool(n and pieces[0]) + p for n, p in enumerate(pieces) if p]
        task.lines.append("exec = " + " ".join(f'"{text}"' for text in strings))
        self.tasks[task.name] = task
        return task

    def source(self, task: Task) -> str:
        keyword = "learn" if task.place == "learner" else "task"
        return block(keyword, task.name, self.shuffled(task.lines))

    def _learner(self, task: Task, texts: list[str], readable: Sequence[Files], first: str) -> None:
        for _ in range(self.draw(st.integers(0, 3)) if readable else 0):
            self._read(task, texts, self.pick(readable))
        counts = [self.tasks[files.task].files for files in task.reads]
        if counts and (counts[0] is None or self.chance(4)):
            task.lines.append("n_files_per_job = 60")
        if not first.startswith("python"):
            task.lines.append('interpreter = "python3"')
        task.outputs = (self.pick(["r.json", "next.json"]),)

    def _reading(self, task: Task, texts: list[str], readable: Sequence[Files]) -> None:
        """What a task reads: an output, one from outside, two of them, or nothing."""
        if not readable or self.chance(3):
            if self.external and not self.chance(3):
                self._read(task, texts, Files("", self.pick(sorted(self.external))))
                task.files = None
            else:
                task.files = self.draw(st.integers(1, 12))
                task.lines.append(f"n_jobs = {task.files}")
            return
        files = self.pick(readable)
        others = [other for other in readable if other != files]
        if others and self.chance(4):
            second = self.pick(others)
            task.lines.append(f"in_ds = {files.task}.outputs[{files.output}]")
            written_ = f"IN2:2:{{{second.task}.outputs[{second.output}]}}"
            task.lines.append(f'secondary_dss = "{written_}"')
            texts += ["%IN", "%IN2"]
            task.words += [("%IN",), ("%IN2",)]
            task.reads = [files, second]
            task.parents |= {files.task, second.task}
        else:
            self._read(task, texts, files)
        task.files = self.tasks[files.task].files
        if self.chance(5):
            task.files = None
        else:
            each = self.draw(st.integers(1, 4))
            task.lines.append(f"n_files_per_job = {each}")
            task.files = task.files and -(-task.files // each)

    def _read(self, task: Task, texts: list[str], files: Files) -> None:
        before, behind = self.pick([("", ""), ("--in=", ""), ("'", "'"), ('\\"', ',x\\"')])
        named = f"{files.task}.outputs[{files.output}]" if files.task else files.output
        texts.append(f"{before}{{{named}}}{behind}")
        plain = [text.replace("\\", "").strip("'\"") for text in (before, behind)]
        task.words.append((plain[0], files, plain[1]))
        task.parents |= {files.task} - {""}
        if files not in task.reads:
            task.reads.append(files)

    def _wait(self, task: Task, before: Sequence[Task], wanted: set[str]) -> None:
        """Say what the task waits for beside what it reads."""
        wanted |= {t.name for t in before if self.chance(3)}
        if task.place == "learner" and not self.chance(12):
            wanted |= {t.name for t in before} - self._ancestors(task.parents)
        if wanted:
            task.parents |= wanted
            task.lines.append("after " + ", ".join(self.shuffled(sorted(wanted))))

    def _ancestors(self, names: set[str]) -> set[str]:
        found = set(names)
        for name in names:
            found |= self._ancestors(self.tasks[name].parents)
        return found

    def _outputs(self, task: Task) -> None:
        names = self.draw(st.lists(st.sampled_from(FILES), max_size=2, unique=True))
        task.outputs = tuple(names)
        if names:
            task.lines.append(f"outputs = {json.dumps(names)}")
        if self.chance(3):
            more = self.pick(OPTIONS)
            if "{iteration}" not in more or task.loops:
                task.lines.append(more)

    def _dataset(self, task: Task, base: str) -> None:
        own = f"{base}.{task.name}"
        if self.chance(4):
            own = self.pick([b for b in BASES if task.loops or "{iteration}" not in b])
            own += self.pick([f".{task.name}", "", "_y"])
            task.lines.append(f'dataset = "{own}"')
        task.dataset = own if "{iteration}" in own or not task.loops else own + ".{iteration}"
        task.dataset = task.dataset.replace("{user}", str(self.known["user"]))


def block(keyword: str, name: str, items: Sequence[str]) -> str:
    return f"{keyword} {name} {{ # {keyword}\n" + "\n".join(items) + "\n}"
