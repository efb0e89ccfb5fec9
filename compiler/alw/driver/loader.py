"""Reading sources and values: with :mod:`~..text.disk`, all that reads users' files."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..diagnostics.diagnostic import Collector
from ..diagnostics.rules import NOT_UTF8, PARAMETER_FILE, UNREADABLE_FILE, Rule
from ..semantics.input_values import Inputs, InputValue
from ..text.reading import read_regular
from ..text.source import Folder, Reader, Source, Span, Unreadable

#: Largest source, in bytes.
MAX_BYTES = 64 * 2**20
_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


def load(name: str, collector: Collector) -> Source | None:
    """Read the source in file ``name``; ``-`` is standard input.

    :returns: ``None`` if it cannot be read, which is reported.
    """
    content = _read(name, UNREADABLE_FILE, collector)
    if content is None:
        return None
    text = content.removeprefix(_MARK)
    return Source("<stdin>" if name == "-" else name, text, content[: len(content) - len(text)])


def _meant(name: str, rule: Rule, error: Exception) -> str:
    """Return what is meant by the name of a file that is not there."""
    if not isinstance(error, FileNotFoundError):
        return ""
    if re.fullmatch(r"[A-Za-z]\w*=.*", name, re.DOTALL):
        return f"to set an input, write: --set {name}"
    if rule is UNREADABLE_FILE and not name.endswith(".alw") and Path(f"{name}.alw").is_file():
        return f"write: {name}.alw"
    return ""


def _read(name: str, rule: Rule, collector: Collector) -> str | None:
    shown = Source("<stdin>" if name == "-" else name, "")
    try:
        if name == "-":
            if sys.stdin is None:  # the process was started without one
                raise ValueError("standard input is closed")
            raw = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            raw = read_regular(name, MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        message = f"cannot read '{shown.name}': {why}"
        collector.report(rule, shown, Span(0, 0), message, _meant(name, rule, error))
        return None
    if len(raw) > MAX_BYTES:
        collector.report(rule, shown, Span(0, 0), f"'{shown.name}' is larger than 64 MiB")
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        readable = raw[: error.start].decode("utf-8", "replace")
        source = Source(shown.name, readable + "\N{REPLACEMENT CHARACTER}")
        collector.report(
            NOT_UTF8,
            source,
            Span(len(readable), len(readable) + 1),
            f"byte 0x{raw[error.start]:02x} is not UTF-8",
            "save the file as UTF-8",
        )
        return None


class _Beside:
    def __call__(self, source: Source, path: str) -> Source:
        root = _folder_of(source)
        try:
            place = _inside(root, path)
            raw = read_regular(place, MAX_BYTES + 1)
            if len(raw) > MAX_BYTES:
                raise Unreadable("it is larger than 64 MiB")
            return Source(str(place), raw.decode("utf-8").removeprefix(_MARK))
        except UnicodeDecodeError as error:
            raise Unreadable(f"byte 0x{raw[error.start]:02x} is not UTF-8") from None
        except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: links in a circle
            raise Unreadable(getattr(error, "strerror", None) or str(error)) from None

    def folder(self, source: Source, path: str) -> Folder:
        from ..text.disk import DiskFolder

        root = _folder_of(source)
        try:
            place = _inside(root, path).resolve(strict=True)
            if not place.is_dir():
                raise Unreadable("it is not a folder")
            return DiskFolder(str(root / path), place, root.resolve())
        except (OSError, ValueError, RuntimeError) as error:
            raise Unreadable(getattr(error, "strerror", None) or str(error)) from None


def _folder_of(source: Source) -> Path:
    return Path(source.name).parent if source.name != "<stdin>" else Path()


def _inside(root: Path, path: str) -> Path:
    place = root / path
    if Path(path).is_absolute() or not place.resolve().is_relative_to(root.resolve()):
        raise Unreadable("it is outside the folder of the source")
    return place


beside: Reader = _Beside()
"""Reads what lies in the folder of a source or below it, links followed."""


def given_values(
    settings: Iterable[tuple[str, str]], file: str | None, collector: Collector
) -> Inputs:
    """Return the values of inputs from ``--set`` and a parameter file; the former win."""
    values: dict[str, InputValue] = {}
    source, complete = None, True
    if file is not None:
        text = _read(file, PARAMETER_FILE, collector)
        found = None
        if text is not None:
            from .parameter_files import parameters

            source = Source("<stdin>" if file == "-" else file, text.removeprefix(_MARK))
            found = parameters(source, collector)
        complete = found is not None
        values.update(found or {})
    for name, value in settings:
        values[name] = InputValue(value, f"--set {name}", is_text=True)
    return Inputs(values, source, complete)


def python_values(inputs: Mapping[str, object]) -> Inputs:
    """Return the values of inputs from a library call."""
    return Inputs({name: InputValue(value, f"inputs[{name!r}]") for name, value in inputs.items()})
