"""Archives of the files that ``sandbox`` names: of a folder, or of the members of a list."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, MutableMapping, Sequence

from ..diagnostics.diagnostic import Edit, Failed, Fix, Label
from ..diagnostics.rules import FILE_LEFT_OUT, OPTION_VALUE, SANDBOX_FOLDER, SANDBOX_SIZE
from ..prun.plan_context import PlanContext
from ..sandbox.archive import Archive, pack
from ..sandbox.folder_listing import ArchiveMember, Listing, list_files
from ..sandbox.gz import MOST
from ..sandbox.ignore import IGNORE_FILE, BadPattern
from ..sandbox.selection import NoMember, merge_files, select_files
from ..sandbox.tar import tar_length
from ..semantics.expr import ErrorExpr, Items, TypedExpr
from ..semantics.expressions import known_text
from ..semantics.types import STRING, brief, same
from ..text.source import Folder, Span, Unreadable

_MOST_FAULTS = 5


class Packing:
    """Makes the archives of one workflow, each once; what is wrong with them is reported.

    :param known: those made before, by what names them; takes those made without a word.
    """

    def __init__(self, context: PlanContext, known: MutableMapping[object, Archive]) -> None:
        self._context = context
        self._known = known
        self._made: dict[object, Archive | Failed] = {}

    def folder(self, text: str, span: Span) -> Archive | Failed:
        """Return the archive of the folder ``text``."""
        if not text.strip():
            help = "name a folder; '.' is the folder of the source"
            return self._context.fail(SANDBOX_FOLDER, span, "the name of the folder is empty", help)
        return self._once(posixpath.normpath(text), lambda: self._of_folder(text, span))

    def members(self, term: Items) -> Archive | Failed:
        """Return the archive of the files and folders that a list names."""
        names: list[tuple[str, Span]] = []
        failed: Failed | None = None
        for item in term.items:
            text = known_text(item)
            if text is not None and same(item.type, STRING):
                names.append((text, item.span))
            elif isinstance(item, ErrorExpr):
                failed = self._context.failed_before(item.span, "a member of the sandbox")
            else:
                message = "each item must be the path of a file or folder, known before submission"
                failed = self._context.fail(OPTION_VALUE, item.span, message)
        if not term.items:
            help = 'name what is sent, ["run.py", "lib/"], or leave \'sandbox\' out'
            failed = self._context.fail(SANDBOX_FOLDER, term.span, "the list names no file", help)
        if failed is not None:
            return failed
        key = tuple(sorted({text for text, _ in names}))
        return self._once(key, lambda: self._of_list(names, term.span))

    def _once(self, key: object, make: Callable[[], Archive | Failed]) -> Archive | Failed:
        if key not in self._made:
            said = len(self._context.collector)
            found = self._known.get(key) or make()
            self._made[key] = found
            if not isinstance(found, Failed) and len(self._context.collector) == said:
                self._known[key] = found
        return self._made[key]

    def _of_folder(self, text: str, span: Span) -> Archive | Failed:
        try:
            folder = self._context.reader.folder(self._context.workflow.source, text)
            found = list_files(folder)
        except BadPattern as bad:
            return self._bad_pattern(bad, span)
        except Unreadable as error:
            return self._no_folder(text, span, error)
        failed = self._report_faults(text, found, span)
        if failed is not None:
            return failed
        archive = self._pack(folder, tuple(found.members), brief(text), span)
        self._report_missed(text, found, span)
        return archive

    def _of_list(self, names: Iterable[tuple[str, Span]], span: Span) -> Archive | Failed:
        try:
            folder = self._context.reader.folder(self._context.workflow.source, ".")
        except Unreadable as error:
            return self._context.fail(SANDBOX_FOLDER, span, f"cannot send files: {error}")
        listings: list[Listing] = []
        failed: Failed | None = None
        for text, at in names:
            found = self._member(folder, text, at)
            if isinstance(found, Failed):
                failed = found
            else:
                listings.append(found)
        if failed is not None:
            return failed
        return self._pack(folder, merge_files(listings), "the list", span)

    def _member(self, folder: Folder, text: str, span: Span) -> Listing | Failed:
        try:
            found = select_files(folder, text)
        except BadPattern as bad:
            return self._bad_pattern(bad, span)
        except NoMember as error:
            fix = None
            if error.name is not None and self._is_literal(text, span):
                fix = Fix(f"change to '{error.name}'", (Edit(span, f'"{error.name}"'),), safe=False)
            source, message = self._context.workflow.source, f"cannot send {brief(text)}: {error}"
            return self._context.collector.fail(
                SANDBOX_FOLDER, source, span, message, error.help, (), fix
            )
        except Unreadable as error:
            return self._context.fail(SANDBOX_FOLDER, span, f"cannot send {brief(text)}: {error}")
        failed = self._report_faults(text, found, span)
        self._report_missed(text, found, span)
        return failed or found

    def _no_folder(self, text: str, span: Span, error: Unreadable) -> Failed:
        """Report what is no folder; a file has its place in a list."""
        message = f"cannot send {brief(text)}: {error}"
        help, fix = "a sandbox is the folder of the source, '.', or one below it", None
        if self._is_file(text):
            help = f'a file is sent by a list: sandbox = ["{text}"]'
            written = self._context.workflow.source.text[span.start : span.end]
            fix = Fix("make it a list", (Edit(span, f"[{written}]"),))
        source = self._context.workflow.source
        return self._context.collector.fail(SANDBOX_FOLDER, source, span, message, help, (), fix)

    def _is_file(self, text: str) -> bool:
        try:
            folder = self._context.reader.folder(self._context.workflow.source, ".")
            (member,) = select_files(folder, text).members
        except (BadPattern, NoMember, Unreadable, ValueError):
            return False
        return not member.is_folder and "*" not in text

    def _is_literal(self, text: str, span: Span) -> bool:
        return self._context.workflow.source.text[span.start : span.end] == f'"{text}"'

    def _pack(
        self, folder: Folder, members: tuple[ArchiveMember, ...], name: str, span: Span
    ) -> Archive | Failed:
        total = tar_length(members)
        if total > MOST:
            message = f"the files in {name} have {total:,} bytes"
            return self._context.fail(SANDBOX_SIZE, span, message, describe_largest(members))
        try:
            return pack(folder, members)
        except Unreadable as error:
            return self._context.fail(SANDBOX_FOLDER, span, f"cannot send {name}: {error}")

    def _bad_pattern(self, bad: BadPattern, span: Span) -> Failed:
        label = Label(self._context.workflow.source, span, "used here")
        return self._context.collector.fail(
            SANDBOX_FOLDER, bad.source, bad.span, "not a valid .gitignore pattern", "", [label]
        )

    def _report_faults(self, text: str, found: Listing, span: Span) -> Failed | None:
        failed: Failed | None = None
        for fault in found.faults[:_MOST_FAULTS]:
            help = f"leave it out of the sandbox: list it in '{IGNORE_FILE}' there"
            failed = self._context.fail(
                SANDBOX_FOLDER, span, f"cannot send {brief(text)}: {fault}", help
            )
        return failed

    def _report_missed(self, text: str, found: Listing, span: Span) -> None:
        if found.broken:
            self._context.report(
                FILE_LEFT_OUT,
                span,
                f"of {brief(text)}, links to nothing are not sent: {_first(found.broken)}",
                f"mend or remove them, or list them in '{IGNORE_FILE}' in that folder",
            )
        if found.missed:
            names = _first([member.path for member in found.missed])
            self._context.report(
                FILE_LEFT_OUT,
                span,
                f"of {brief(text)}, prun's rules leave out {names}",
                f"in '{IGNORE_FILE}' in that folder, '!NAME' sends a file and 'NAME' leaves it out",
            )


def _first(paths: Sequence[str]) -> str:
    """Return the first three paths, and the number of the others."""
    shown = ", ".join(f"'{path}'" for path in paths[:3])
    return f"{shown} and {len(paths) - 3} more" if len(paths) > 3 else shown


def describe_folder(term: TypedExpr) -> str:
    """Return how a message names what is sent."""
    text = known_text(term)
    return "the list" if text is None else brief(text)


def describe_largest(members: Iterable[ArchiveMember]) -> str:
    """Return a help text that names the largest files."""
    files = sorted(members, key=lambda m: -m.size)[:3]
    sizes = ", ".join(f"'{m.path}' ({m.size:,})" for m in files)
    return f"the largest are {sizes}; '{IGNORE_FILE}' there says what is left out"
