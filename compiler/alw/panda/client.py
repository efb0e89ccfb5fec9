"""prun, as panda-client means it: options and task parameter maps.

The only module that touches panda-client in this process (:mod:`.fetch_child` does in another).  It
asks ``PrunArgs.build_parser`` which
options exist, and ``PrunScript.main(True, arguments, dry_mode=True)`` what they mean
(pandaclient/PrunScript.py:20), both inside a private :class:`~.isolation.Instance`.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType, ModuleType
from typing import Any, NoReturn

from .archives import name_in_ddm, set_archive
from .isolation import CHECKED, Instance, Reached
from .unique import dataset_in, unique_name

Map = dict[str, Any]

NOTHING_SET: Mapping[str, str] = MappingProxyType({})

_lock = threading.RLock()
_instance: Instance | None = None
#: The substitute for the random UUIDs of panda-client.
_unique = ""


class UnsupportedClient(Exception):
    """An error: the installed panda-client is not one that alw can ask.

    :param reason: what is missing in it, or what it does that no checked release does.
    """

    def __init__(self, reason: str) -> None:
        from importlib import metadata

        try:
            release = metadata.version("panda-client")
        except metadata.PackageNotFoundError:
            release = "without a version"
        super().__init__(f"alw cannot use panda-client {release}: {reason}")
        self.help = f"install a release that alw was checked with: {', '.join(CHECKED)}"


class PrunError(Exception):
    """An error of prun, which refuses the options.

    :param message: what panda-client said, or what it reached for outside the compiler.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Option:
    """One option of prun, read off panda-client's own parser."""

    name: str
    """prun's spelling without dashes: ``nJobs``."""
    snake: str
    """The same in snake_case: ``n_jobs``."""
    kind: str
    """``flag``, ``int``, ``string`` or ``list`` (an option that may be repeated)."""
    choices: tuple[object, ...]
    help: str
    default: object = None
    """The value that prun takes if the option is not given."""
    constant: object = None
    """The value that a flag gives."""

    @property
    def is_on(self) -> bool:
        """True if prun does what a flag asks for even without it, like ``--alrb``."""
        return self.kind == "flag" and self.constant == self.default


@dataclass(frozen=True, slots=True)
class Answer:
    """The map that prun makes of a list of arguments, and its warnings."""

    map: Map
    warnings: tuple[str, ...]


@lru_cache(1000)
def snake_case(name: str) -> str:
    """Return the snake_case form of a prun option: ``nGBPerJob`` → ``n_gb_per_job``."""
    # A plural like DSs or SEs is one word: secondaryDSs → secondary_dss.
    name = re.sub(r"([A-Z]{2,})s(?=[A-Z]|$)", lambda m: m.group(1).capitalize() + "s", name)
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()


class _Recorder:
    """A substitute for panda-client's logger."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.warnings: list[str] = []

    def error(self, message: object, *args: object) -> None:
        self.errors.append(str(message))

    def warning(self, message: object, *args: object) -> None:
        self.warnings.append(str(message))

    def info(self, message: object, *args: object) -> None:
        pass

    debug = info


def _listen(client: Instance, recorder: _Recorder) -> None:
    vars(client.module("PLogger"))["getPandaLogger"] = lambda *args, **kwargs: recorder


@contextmanager
def panda_client() -> Iterator[Instance]:
    """Lend panda-client to this thread alone.

    :raises UnsupportedClient: if the installed one cannot be loaded.
    """
    global _instance
    with _lock:
        if _instance is None:
            try:
                _instance = _load()
            except Reached as reached:
                raise UnsupportedClient(f"it {reached}") from None
            except Exception as error:
                raise UnsupportedClient(f"{type(error).__name__}: {error}") from error
        yield _instance


def _load() -> Instance:
    instance = Instance("pandaclient")
    parser = instance.module("Group_argparse").GroupArgParser
    # build_parser() prints the help into sys.stdout to keep it; argparse would
    # print to the real one.
    parser.print_help = lambda *args, **kwargs: None
    parser.error = _refuse
    for name in ("PrunArgs", "PrunScript", "AthenaUtils", "Client", "PLogger", "PsubUtils"):
        instance.module(name)
    # main() builds it anew at every call, which is most of the time of a call
    options = instance.module("PrunArgs").build_parser()
    vars(instance.module("PrunArgs"))["build_parser"] = lambda: options
    vars(instance.module("MiscUtils"))["wrappedUuidGen"] = lambda: _unique
    instance.remember()
    return instance


def _refuse(parser: object, message: str) -> NoReturn:
    raise PrunError(message)


def prun_options() -> Mapping[str, Option]:
    """Return prun's options by their own name, from panda-client's parser.

    Options without a long form (``-y``, ``-3``) and the ones that only print help are
    left out: they say nothing about a task.
    """
    options: dict[str, Option] = {}
    with panda_client() as client:
        parser = client.module("PrunArgs").build_parser()
    for action in parser._actions:
        kind = _kind(action)
        if kind is None:
            continue
        for spelling in action.option_strings:
            if spelling.startswith("--"):
                name = spelling[2:]
                options[name] = Option(
                    name,
                    snake_case(name),
                    kind,
                    tuple(action.choices or ()),
                    action.help or "",
                    tuple(action.default) if isinstance(action.default, list) else action.default,
                    action.const,
                )
    return options


@dataclass(frozen=True, slots=True)
class Given:
    """An option on a command line of prun."""

    option: Option
    value: str | int | tuple[str, ...] | None
    """``None`` for a flag; a tuple for an option that may be repeated."""


def _kind(action: Any) -> str | None:
    match type(action).__name__:
        case "_StoreConstAction" | "_StoreTrueAction":
            return "flag"
        case "_AppendAction":
            return "list"
        case "ActionWithUnicodeCheck" | "_StoreAction":
            return "int" if action.type is int else "string"
    return None


def prun(
    arguments: Sequence[str],
    environment: Mapping[str, str] = NOTHING_SET,
    unique: str | None = None,
) -> Answer:
    """Return the task parameter map that prun would submit for ``arguments``.

    :param arguments: prun's command line without the leading ``prun``.
    :param environment: what prun finds set on its machine.
    :param unique: replaces the UUIDs that prun makes, in names on PanDA's cache and of
        containers (pandaclient/PrunScript.py:274, 1185); else a name made of the dataset's.
    :raises PrunError: when prun refuses them, or when their meaning depends on the
        submitting machine (a file, the network, the environment, the clock).
    """
    global _unique
    with panda_client() as client:
        recorder = _Recorder()
        _listen(client, recorder)
        client.argv[:] = ["prun"]
        client.environ.update(environment)
        _unique = unique_name(dataset_in(arguments)) if unique is None else unique
        try:
            # -y: prun asks before it submits a task with much memory
            answer = client.module("PrunScript").main(True, [*arguments, "-y"], dry_mode=True)
        except Reached as reached:
            raise PrunError(f"prun {reached} of the machine it runs on") from None
        except SystemExit:
            raise PrunError("; ".join(recorder.errors) or "prun stops without a message") from None
        except (PrunError, KeyboardInterrupt):
            raise
        except Exception as error:  # panda-client validates little: int("x"), and the like
            raise PrunError(f"prun fails with {type(error).__name__}: {error}") from None
        finally:
            client.restore()
    if (name := name_in_ddm(answer)) is not None:
        answer = set_archive(answer, name, None)  # in dry mode prun leaves it out, though it knows
    return Answer(answer, tuple(recorder.warnings))


def archive_limits() -> tuple[int, int]:
    """Return the most bytes of a sandbox: of one that is built first, and of any other.

    pandaclient/Client.py:860-867 goes by the name, ``sources.…`` or not.
    """
    with panda_client() as client:
        module = client.module("Client")
        return int(module.SOURCES_LIMIT), int(module.NO_BUILD_LIMIT)


def check_out_ds(name: str, nickname: str, official: bool, merge_output: bool) -> str | None:
    """Return what prun's own check says of an output dataset's name; ``None`` if it is fine.

    Dry mode leaves the check out (pandaclient/PrunScript.py, ``not dry_mode and not
    PsubUtils.checkOutDsName``), so it is called here.  Official names are checked by
    prun against the submitter's roles, which no compiler knows: only characters and
    length are asked for then.
    """
    with panda_client() as client:
        recorder = _Recorder()
        _listen(client, recorder)
        utilities: ModuleType = client.module("PsubUtils")
        if official:
            match = re.match(r"group(?:\d\d)?\.([^.]+)\.", name)
            if match is None:
                return "an official dataset is named 'group.<group>.…' or 'groupNN.<group>.…'"
            name = f"user.{match.group(1)}." + name[match.end() :]
            nickname = match.group(1)
        fine = utilities.checkOutDsName(name, False, re.escape(nickname), merge_output)
    return None if fine else "; ".join(recorder.errors).strip()
