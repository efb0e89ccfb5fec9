"""Files beside the source that a command names, and that no sandbox sends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from ..diagnostics.diagnostic import Edit, Fix, Label
from ..diagnostics.rules import FILE_NOT_SENT, NOT_IN_SANDBOX
from ..sandbox.archive import Archive
from ..semantics.expr import Items, Known, Template, items_of
from ..semantics.expressions import known_text
from ..semantics.program import Setting, Task, fact
from ..semantics.types import HARMLESS
from ..text.source import Entry, EntryKind, Folder, Span, Unreadable
from ..text.suggest import nearest
from .file_words import UNKNOWN, FileWord, file_words, normalise
from .plan_context import PlanContext

#: Options that bring files some other way: with a build, a dataset, an image, a release.
_COMES_OTHERWISE = frozenset(
    re.findall(
        r"\w+",
        "bexec containerImage extFile gluePackages inTarBall outTarBall tarBallViaDDM "
        "useAthenaPackages useRootCore useSandbox workDir map",
    )
)
_PLAIN = re.compile(r"[\s;&|()<>'\"=+]+")
#: Files that tell of a run; a command that names one writes it.
_TOLD = re.compile(r"\.(?:log|err|out|stdout|stderr)\Z")
_MOST = 5
_NUMBER = re.compile(r"[\d.e+-]*")
_ALWAYS = frozenset(["python", "python3", "bash", "sh", "root", "source"])


class Beside:
    """The files beside a source, looked at when they are asked for."""

    def __init__(self, context: PlanContext) -> None:
        self._entries: dict[str, Mapping[str, Entry]] = {}
        self._folder: Folder | None
        try:
            self._folder = context.reader.folder(context.workflow.source, ".")
        except Unreadable:
            self._folder = None

    def names(self) -> Mapping[str, Entry]:
        """Return the entries of the source's folder."""
        return self._in("")

    def has(self, path: str) -> bool:
        """True if there is a file at a path below that folder."""
        above, _, name = path.rpartition("/")
        if above and not self._is_folder(above):
            return False
        entry = self._in(above).get(name)
        return entry is not None and entry.kind is EntryKind.FILE

    def _is_folder(self, path: str) -> bool:
        above, _, name = path.rpartition("/")
        entry = self._in(above).get(name) if not above or self._is_folder(above) else None
        return entry is not None and entry.kind is EntryKind.FOLDER

    def _in(self, path: str) -> Mapping[str, Entry]:
        if path not in self._entries:
            try:
                found = () if self._folder is None else self._folder.entries(path)
                self._entries[path] = {entry.name: entry for entry in found}
            except Unreadable:
                self._entries[path] = {}
        return self._entries[path]


def report_unsent(context: PlanContext, archives: Mapping[str, Archive]) -> None:
    """Warn of files that jobs would not find.

    :param archives: what is sent to the tasks, by their names; of other tasks that have a sandbox
        nobody knows what is in it.
    """
    beside = Beside(context)
    for task in context.workflow.tasks.values():
        setting = task.settings.get("exec")
        if setting is None or not _COMES_OTHERWISE.isdisjoint(task.settings):
            continue
        archive = archives.get(task.name)
        if archive is None and "sandbox" in task.settings:
            continue
        if archive is None:
            if beside.names().keys().isdisjoint(_tops(task)):
                continue
        elif _paths(task) <= {member.path for member in archive.members}:
            continue
        words = [word for word in _words(task) if not _is_written(task, word.word)]
        if archive is None:
            _report_unsent(
                context, task, setting, [w for w in words if beside.has(normalise(w.word))]
            )
        else:
            _report_missing(context, task, setting, words, archive, beside)


@fact
def _tops(task: Task) -> frozenset[str]:
    """Return the first parts of the paths in a command, and perhaps more."""
    words = _PLAIN.split(_text(task.settings["exec"]))
    return frozenset(word.removeprefix("./").partition("/")[0] for word in words)


@fact
def _paths(task: Task) -> frozenset[str]:
    """Return the words of a command that may be paths: a first, quick look."""
    words = _PLAIN.split(_text(task.settings["exec"]))
    return frozenset(
        word.removeprefix("./")
        for word in words
        if not (_NUMBER.fullmatch(word) or word.startswith("-") or UNKNOWN in word)
        and word not in _ALWAYS
        and not _is_written(task, word)
    )


@fact
def _words(task: Task) -> tuple[FileWord, ...]:
    return file_words(_text(task.settings["exec"]))


def _text(setting: Setting) -> str:
    """Return the text of a command, as far as it is known and no value needs quotes."""
    term = setting.term
    if isinstance(term, Known):
        return str(term.value)
    if not isinstance(term, Template):
        return ""
    parts: list[str] = []
    for part in term.parts:
        if isinstance(part, str):
            parts.append(part)
            continue
        text = known_text(part)
        parts.append(UNKNOWN if text is None or not HARMLESS.match(text) else text)
    return "".join(parts)


def _is_written(task: Task, word: str) -> bool:
    """True if a task writes a file of that name, or other options name it."""
    if _TOLD.search(word) or (task.result is not None and word == task.result.file):
        return True
    for name, setting in task.settings.items():
        if name in ("exec", "sandbox"):
            continue
        for term in items_of(setting.term):
            text = known_text(term) or ""
            names = [part for item in text.split(",") for part in (item, item.rpartition(":")[2])]
            if any(name and fnmatchcase(word, name.strip()) for name in names):
                return True
    return False


def _report_unsent(
    context: PlanContext, task: Task, setting: Setting, words: list[FileWord]
) -> None:
    if not words:
        return
    names = [normalise(word.word) for word in words]
    shown = _list(names)
    verb = "is" if len(names) == 1 else "are"
    written = f"sandbox = [{', '.join(_quote(name) for name in names)}]"
    place = _place(context, setting, words[0].word)
    context.collector.report(
        FILE_NOT_SENT,
        context.workflow.source,
        place,
        f"{shown} {verb} not sent to the jobs of '{task.name}'",
        f"send what the command needs: {written}",
        fix=_make_sandbox(context, setting, written, all(_is_run(word) for word in words)),
    )


def _report_missing(
    context: PlanContext,
    task: Task,
    setting: Setting,
    words: Iterable[FileWord],
    archive: Archive,
    beside: Beside,
) -> None:
    sent = {member.path for member in archive.members if not member.is_folder}
    for word in words:
        path = normalise(word.word)
        if path in sent:
            continue
        name, is_beside = path.rpartition("/")[2], beside.has(path)
        below = [other for other in sorted(sent) if path.endswith(f"/{other}")]
        likely = below[-1] if below else nearest(path, sent)
        if likely is None and word.runs:
            likely = next((s for s in sorted(sent) if s.rpartition("/")[2] == name), None)
        if not is_beside and not word.runs:
            continue
        if not is_beside and likely is None and not (word.first and _is_script(path)):
            continue
        place = _place(context, setting, word.word)
        message = f"the sandbox of '{task.name}' does not contain '{path}'"
        fix: Fix | None = None
        if is_beside and not below:
            help = "add it to the sandbox, or leave it out of the command"
            fix = _make_item(context, task, path, _is_run(word))
            if fix is not None:
                help = f'add it to the list: "{path}"'
        elif likely is not None:
            help = f"did you mean '{likely}'?"
            fix = _make_change(context, place, word.word, likely)
        else:
            help = f"it contains {_list(sorted(sent), _MOST)}" if sent else "it is empty"
        labels = _labels(context, task)
        context.collector.report(
            NOT_IN_SANDBOX, context.workflow.source, place, message, help, labels, fix
        )


def _labels(context: PlanContext, task: Task) -> Iterator[Label]:
    yield Label(context.workflow.source, task.settings["sandbox"].term.span, "what is sent")


def _is_run(word: FileWord) -> bool:
    """True if a word is certainly a script, which a job cannot do without."""
    return word.runs or _is_script(word.word)


def _is_script(path: str) -> bool:
    return bool(re.search(r"\.(?:py|sh|bash|pl|rb|R|jl|C)\Z", path))


def _list(names: list[str], most: int = 3) -> str:
    shown = [f"'{name}'" for name in names[:most]]
    if len(names) > most:
        shown.append(f"{len(names) - most} more")
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _quote(name: str) -> str:
    return (
        '"'
        + name.replace("\\", "\\\\").replace('"', '\\"').replace("{", "{{").replace("}", "}}")
        + '"'
    )


def _place(context: PlanContext, setting: Setting, word: str) -> Span:
    """Return the place of a word in a command; the whole command if that is not certain."""
    span, text = setting.term.span, context.workflow.source.text
    found = [
        match.start()
        for match in re.finditer(
            rf"(?<![\w./=-]){re.escape(word)}(?![\w./-])", text[span.start : span.end]
        )
    ]
    if not found:
        return span
    return Span(span.start + found[0], span.start + found[0] + len(word))


def _make_change(context: PlanContext, place: Span, word: str, likely: str) -> Fix | None:
    if context.workflow.source.text[place.start : place.end] != word:
        return None
    return Fix(f"change to '{likely}'", (Edit(place, likely),), safe=False)


def _make_sandbox(context: PlanContext, setting: Setting, written: str, safe: bool) -> Fix:
    """Put ``sandbox`` after the command, or before it if a comment follows."""
    text, name, end = context.workflow.source.text, setting.name_span.start, setting.term.span.end
    start = text.rfind("\n", 0, name) + 1
    indent = text[start:name]
    rest = text[end:].partition("\n")[0].strip()
    title = f"add '{written}'"
    if not rest.startswith("#"):
        between = " " if indent.strip() or rest else f"\n{indent}"
        return Fix(title, (Edit(Span(end, end), f"{between}{written}"),), safe)
    between = " " if indent.strip() else f"\n{indent}"
    return Fix(title, (Edit(Span(name, name), f"{written}{between}"),), safe)


def _make_item(context: PlanContext, task: Task, path: str, safe: bool) -> Fix | None:
    """Put a file into the list that is sent."""
    term = task.settings["sandbox"].term
    if not isinstance(term, Items) or not term.items:
        return None
    end = term.items[-1].span.end
    return Fix(f"add '{path}'", (Edit(Span(end, end), f", {_quote(path)}"),), safe)
