"""Turns command lines of prun into a source whose tasks have the same maps."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TypeVar

from ..panda.client import Given, Map, PrunError, prun_options
from ..panda.command_line import read_options
from ..panda.releases import PACKAGES, ask_prun
from ..panda.texts import dataset_list, input_and_output, lend_texts, load_options, of_pair
from ..panda.unique import unique_name
from .attempts import OF_THE_MACHINE, NotImported, comment_on_left_out, to_words
from .calls import Call
from .compose import WantedTask, compose_source
from .pathena import advise
from .refusals import asks_for_help, drop_obsolete, explain_refusal, find_objection
from .shell_values import Reference, spell
from .stand_ins import StandIns

Texts = Callable[[str], str]
"""The text of a file that an option names; raises OSError or ValueError if there is none."""
_T = TypeVar("_T")
#: Options that name files which prun reads, and what a task says instead.
_FILES = ("inDsTxt", "inOutDsJson", "loadJson")


def refuse_file(name: str) -> str:
    """Refuse to read a file: the :data:`Texts` of a command without files beside it.

    :raises OSError: always.
    """
    raise FileNotFoundError(2, "there is no such file next to it", name)


def from_command(words: Sequence[str], name: str = "<prun>", texts: Texts = refuse_file) -> str:
    """Return a source for the task that ``prun`` would submit for ``words``.

    :param words: the command line without the leading ``prun``.
    :param name: what diagnostics call the source.
    :raises NotImported: if prun or the compiler refuse it.
    """
    call = Call("prun", tuple((word,) if word else () for word in words), 0, "")
    return from_calls([call], name, "imported", lambda directory, path: texts(path))


def from_calls(
    calls: Sequence[Call],
    name: str,
    workflow: str,
    texts: Callable[[str, str], str],
    chosen: Sequence[int] = (),
) -> str:
    """Return a source with a task for each of ``calls``.

    :param name: what diagnostics call the source.
    :param workflow: a name for a workflow of several tasks.
    :param texts: the text of a file, by the folder of the call and the name.
    :param chosen: numbers of calls, from 1; all of them if it is empty.
    :raises NotImported: if prun or the compiler refuse one.
    """
    serious = [call for call in calls if not asks_for_help([spell(w) for w in call.words])]
    if not serious:
        raise NotImported("it asks prun for help, or for its version, and submits nothing")
    count = len(serious)
    for number in chosen:
        if number > count:
            there = "is one call" if count == 1 else f"are {count} calls"
            raise NotImported(f"there is no call {number} of prun: there {there}")
    numbers = [n for n in range(1, count + 1) if n in chosen or not chosen]
    serious = [serious[number - 1] for number in numbers]
    many = count > 1
    taken = {"run", workflow}
    if many:
        taken |= {f"task_{number}" for number in range(len(serious) + 1)}
    stand_ins = StandIns(serious, taken)
    wanted: list[WantedTask] = []
    for number, call in zip(numbers, serious, strict=True):
        try:
            wanted += _Submission(call, stand_ins, texts).make_tasks()
        except NotImported as error:
            if not many:
                raise
            place = f"call {number}, of {call.program} in line {call.line}: "
            others = "" if chosen else "; --task N imports one of the calls, the Nth, alone"
            raise NotImported(
                f"{place}{error.message}{others}", error.diagnostics, error.advice
            ) from None
    return compose_source(wanted, stand_ins, name, workflow)


class _Submission:
    """The tasks that one call submits."""

    def __init__(self, call: Call, stand_ins: StandIns, texts: Callable[[str, str], str]) -> None:
        self._call = call
        self._stand_ins = stand_ins
        self._texts = texts
        self._read: dict[str, str] = {}

    def make_tasks(self) -> list[WantedTask]:
        """Return the tasks.

        :raises NotImported: if there are none.
        """
        call = self._call
        if call.program != "prun":
            raise NotImported(*advise(call.program, [spell(w) for w in call.words]))
        for word in call.words:
            for part in word:
                if isinstance(part, Reference) and part.many:
                    raise NotImported(f"only the shell can expand {part.spelled}: write the words")
        words, dropped = drop_obsolete(
            [self._stand_ins.replace_unknown(word) for word in call.words]
        )
        comments = [*call.notes]
        if dropped:
            comments.append(f"Left out because prun dropped it: {', '.join(dropped)}")
        try:
            return self._make_tasks(words, comments)
        except PrunError as error:
            unknown = error.message.startswith("unrecognized") and [
                one.spelled for one in self._stand_ins.inputs if one.stand_in in error.message
            ]
            if unknown:
                raise NotImported(
                    f"only the shell knows the value of {unknown[0]}: write it, or set the "
                    "variable before the call"
                ) from None
            message = self._stand_ins.spell_inputs(explain_refusal(error.message))
            raise NotImported(f"prun refuses it: {message}") from None

    def _make_tasks(self, words: list[str], comments: list[str]) -> list[WantedTask]:
        given = read_options(words)
        by_name = {g.option.name: g for g in given}
        for option in _FILES:
            if option in by_name:
                self._load(option, str(by_name[option].value))
        if "loadJson" in by_name:
            given = self._add_loaded(given, str(by_name["loadJson"].value))
            by_name = {g.option.name: g for g in given}
        if found := find_objection(by_name):
            raise NotImported(found)
        if "bulkSubmission" in by_name and "inOutDsJson" not in by_name:
            raise NotImported(
                "prun refuses it: --bulkSubmission needs --inOutDsJson FILE, a list of "
                '{"inDS": "…", "outDS": "…"}'
            )
        pairs = []
        if "inOutDsJson" in by_name:
            file = str(by_name["inOutDsJson"].value)
            pairs = self._parse_file("inOutDsJson", file, input_and_output)
            # of several pairs prun gives the first one's map, filled in; of one, the bare map
            first = [{"inDS": pairs[0][0], "outDS": pairs[0][1]}]
            self._read[file] = json.dumps(first)
            apart = ("inOutDsJson", "bulkSubmission", "inDS", "outDS")
            given = [g for g in given if g.option.name not in apart]
        elif "inDsTxt" in by_name:
            file = str(by_name["inDsTxt"].value)
            datasets = self._parse_file("inDsTxt", file, dataset_list)
            given = [
                Given(prun_options()["inDS"], datasets) if g.option.name == "inDsTxt" else g
                for g in given
                if g.option.name != "inDS"
            ]
        task = [g for g in given if g.option.name not in OF_THE_MACHINE]
        comments += comment_on_left_out([g for g in given if g.option.name != "loadJson"], task)
        if pairs:
            return self._make_tasks_of_pairs(words, task, pairs, comments)
        task, expected = self._ask(words, task)
        return [WantedTask(task, expected, comments)]

    # Files

    def _load(self, option: str, file: str) -> None:
        try:
            self._read[file] = self._texts(self._call.directory, file)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise NotImported(
                f"cannot read {file!r}, which --{option} names: {reason}; it is looked for in "
                "the folder of the script, and in the current one"
            ) from None

    def _parse_file(self, option: str, file: str, read: Callable[[str], _T]) -> _T:
        try:
            return read(self._read[file])
        except PrunError as error:
            raise NotImported(f"{file!r}, which --{option} names: {error.message}") from None

    def _add_loaded(self, given: Sequence[Given], file: str) -> list[Given]:
        loaded = self._parse_file("loadJson", file, load_options)
        for one in loaded:
            if one.option.name in _FILES and one.option.name != "loadJson":
                self._load(one.option.name, str(one.value))
        names = {g.option.name for g in loaded}
        return [*(g for g in given if g.option.name not in names), *loaded]

    # The answer of prun

    def _ask(self, words: list[str], task: list[Given]) -> tuple[list[Given], Map]:
        """Return the map of prun; what it would ask the machine for becomes inputs."""
        names = {g.option.name for g in task}
        athena = bool(names & {"athenaTag", "useAthenaPackages"})
        lacking = [name for name in ("athenaTag", "cmtConfig") if athena and name not in names]
        with lend_texts(self._read):
            try:
                return task, self._ask_prun(self._parse_options(words))
            except PrunError:
                if not lacking:
                    raise
            options = prun_options()
            more = [Given(options[name], self._stand_ins.supply(name)) for name in lacking]
            return [*task, *more], self._ask_prun([*self._parse_options(words), *more])

    def _ask_prun(self, given: Sequence[Given]) -> Map:
        """Return the map of prun for options; those loaded from a file count for a release."""
        loaded = next((str(g.value) for g in given if g.option.name == "loadJson"), None)
        known = given if loaded is None else self._add_loaded(given, loaded)
        values = {
            g.option.name: None if g.value is None else str(g.value)
            for g in known
            if not isinstance(g.value, tuple)
        }
        if PACKAGES in values:  # prun is asked a second time without it
            given = [g for g in known if g.option.name != "loadJson"]
        dataset = str(values.get("outDS") or "").removesuffix("/")
        return ask_prun(to_words(given), unique_name(dataset)).map

    def _parse_options(self, words: Sequence[str]) -> list[Given]:
        """Return the options on the command line without those of the machine."""
        return [
            g
            for g in read_options(words)
            if g.option.name not in OF_THE_MACHINE or g.option.name == "loadJson"
        ]

    def _make_tasks_of_pairs(
        self,
        words: list[str],
        task: list[Given],
        pairs: Sequence[tuple[str, str]],
        comments: list[str],
    ) -> list[WantedTask]:
        task, first = self._ask(words, task)
        options = prun_options()
        found: list[WantedTask] = []
        for number, (in_ds, out_ds) in enumerate(pairs):
            several = len(pairs) > 1
            places = {
                "%DATASET_IN": in_ds,
                "%DATASET_OUT": out_ds.removesuffix("/"),
                "%BULKSEQNUMBER": str(number),
            }
            own = [_fill(one, places) if several else one for one in task]
            own += [Given(options["inDS"], in_ds)] if in_ds else []
            own.append(Given(options["outDS"], out_ds))
            expected = of_pair(first, in_ds, out_ds, number) if several else first
            found.append(WantedTask(own, expected, comments))
        return found


def _fill(given: Given, places: dict[str, str]) -> Given:
    """Fill in the command for a pair, as prun does (pandaclient/PsubUtils.py:698-712)."""
    if given.option.name != "exec" or not isinstance(given.value, str):
        return given
    text = given.value
    for old, new in places.items():
        text = text.replace(old, new)
    return Given(given.option, text)
