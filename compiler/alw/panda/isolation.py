"""A private instance of panda-client that can touch nothing outside itself.

panda-client is the authority on what prun options mean, but it is a program, not a
library: it reads the environment, the clock, the host name and the current directory,
makes directories, registers exit handlers that start processes, prints, and calls
``sys.exit``.  A compiler whose output must be the same bytes on every machine can
allow none of that.

The modules of panda-client are therefore loaded a second time, under a private import
function.  Inside that instance the pure parts of the standard library are the real
ones; ``os``, ``sys``, ``open`` and everything else that reaches the outside are
replaced by objects that either answer with a constant or raise :class:`Reached`, which
says what was reached for.  So a prun option that needs the submitting machine is
recognised by what panda-client does with it, not by a list of option names.

Which modules are pure is a list, made for the releases in :data:`CHECKED`: a module that is on no
list counts as reached for, so a release that imports more is noticed at once
(:class:`~.client.UnsupportedClient`), and nothing of it runs outside of the instance.

Nothing global changes: not ``sys.modules``, not ``os.environ``, not ``sys.argv``.
"""

from __future__ import annotations

import builtins
import importlib.util
import io
import posixpath
import sys
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any, NoReturn

#: The environment as panda-client may see it.  Without ``PANDA_BEHIND_REAL_LB`` it
#: resolves a host name as soon as ``Client`` is imported (pandaclient/Client.py:85).
ENVIRONMENT: Mapping[str, str] = {"PANDA_BEHIND_REAL_LB": "1"}


#: The releases of panda-client for which the lists below were made.  Those before 2.2 have no
#: ``PrunArgs``.  ``pyproject.toml`` has the same bounds.
CHECKED = ("2.2.0",)
#: The modules that panda-client gets as they are.
_PURE = frozenset(
    {
        "argparse", "base64", "collections", "copy", "gzip", "inspect", "io", "json", "logging",
        "re", "stat", "struct", "traceback", "urllib.parse",
    }
)  # fmt: skip
#: The packages that panda-client tries to import, of PanDA's server and of Python 2.
_ABSENT = frozenset({"pandaserver", "cStringIO"})


class Reached(BaseException):
    """panda-client reached for something that differs between machines.

    Not an ``Exception``: panda-client catches those, and would go on without an answer.
    """


class _Closed(ModuleType):
    """A module of which only the given attributes exist; the rest raises on call."""

    def __init__(self, name: str, what: str, **given: Any) -> None:
        super().__init__(name)
        self.__dict__.update(given)
        self.__dict__["_what"] = what

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        if attribute.endswith(("Error", "Exception", "Expired")):  # for an except clause
            return type(attribute, (Exception,), {})
        what, name = self.__dict__["_what"], self.__name__

        def refuse(*args: Any, **kwargs: Any) -> NoReturn:
            shown = f" {args[0]!r}" if args and isinstance(args[0], str) else ""
            raise Reached(f"{what} ({name}.{attribute}{shown})")

        return refuse


class _Late(ModuleType):
    """A module of the standard library that is imported when something in it is used.

    panda-client imports much that building a map never needs.
    """

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        return getattr(importlib.import_module(self.__name__), attribute)


def _refuse_call(what: str) -> Callable[..., NoReturn]:
    def refuse(*args: Any, **kwargs: Any) -> NoReturn:
        shown = f" {args[0]!r}" if args and isinstance(args[0], str) else ""
        raise Reached(f"{what}{shown}")

    return refuse


def _do_nothing(*args: Any, **kwargs: Any) -> None:
    return None


def _make_absolute(path: str) -> str:
    return posixpath.normpath(posixpath.join("/", path))


class _Sys(ModuleType):
    """The interpreter as panda-client may see it: private ``argv`` and streams."""

    def __init__(self) -> None:
        super().__init__("sys")
        self.argv: list[str] = ["prun"]
        self.modules: dict[str, ModuleType] = {}
        self.stdout = io.StringIO()
        self.stderr = io.StringIO()
        self.path: list[str] = []
        self.exit: Callable[..., NoReturn] = sys.exit

    def __getattr__(self, attribute: str) -> Any:
        return getattr(sys, attribute)


def _outside() -> dict[str, ModuleType]:
    """Return the substitutes for the modules that reach the outside."""
    path = _Closed(
        "os.path",
        "looks at the file system",
        **{
            name: getattr(posixpath, name)
            for name in ("basename", "dirname", "isabs", "join", "normpath", "split", "splitext")
        },
        abspath=_make_absolute,
        realpath=_make_absolute,
        expanduser=str,
    )
    # main() makes and removes a directory for the sandbox even in dry mode, and
    # returns to the directory it started in; none of that shows in the map.
    outside = {
        "os": _Closed(
            "os",
            "uses the operating system",
            path=path,
            environ=dict(ENVIRONMENT),
            devnull="/dev/null",
            getcwd=lambda: "/",
            chdir=_do_nothing,
            makedirs=_do_nothing,
            sep="/",
        ),
        "sys": _Sys(),
        "atexit": _Closed("atexit", "registers an exit handler", register=_do_nothing),
        "shutil": _Closed("shutil", "changes files", rmtree=_do_nothing),
        "platform": _Closed("platform", "asks for the machine", platform=lambda: "Linux"),
        "readline": _Closed("readline", "reads from the terminal"),
    }
    for name, what in (
        ("httpx", "uses the network"),
        ("socket", "uses the network"),
        ("ssl", "uses the network"),
        ("urllib.request", "uses the network"),
        ("urllib.error", "uses the network"),
        ("subprocess", "starts a program"),
        ("getpass", "reads from the terminal"),
        ("tempfile", "changes files"),
        ("random", "draws a random number"),
        ("uuid", "draws a random number"),
        ("time", "reads the clock"),
        ("datetime", "reads the clock"),
        ("glob", "looks at the file system"),
    ):
        outside[name] = _Closed(name, what)
    return outside


def _copy(state: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value.copy() if type(value) in (list, dict, set) else value
        for key, value in state.items()
        if not key.startswith("__")
    }


class Instance:
    """Modules of a package, loaded privately.

    Not safe for concurrent use: callers hold a lock around :meth:`module` and around
    every call into what it returns.
    """

    def __init__(self, package: str) -> None:
        self._package = package
        self._outside = _outside()
        self._modules: dict[str, ModuleType] = {}
        self._late: dict[str, ModuleType] = {}
        self._pristine: dict[str, dict[str, Any]] = {}
        self._builtins = vars(builtins) | {
            "__import__": self._import,
            "open": _refuse_call("reads or writes the file"),
            "input": _refuse_call("reads from the terminal"),
            "print": _do_nothing,
        }

    @property
    def argv(self) -> list[str]:
        """The private ``sys.argv``."""
        argv = self._outside["sys"].argv
        assert isinstance(argv, list)
        return argv

    @property
    def environ(self) -> dict[str, str]:
        """The private ``os.environ``, until :meth:`restore`."""
        environ = vars(self._outside["os"])["environ"]
        assert isinstance(environ, dict)
        return environ

    def remember(self) -> None:
        """Take the present state of every loaded module as the one to return to."""
        self._pristine = {name: _copy(vars(module)) for name, module in self._modules.items()}

    def restore(self) -> None:
        """Undo what a call has changed in module state (``--devSrv`` changes servers)."""
        for name, state in self._pristine.items():
            vars(self._modules[name]).update(_copy(state))
        sys_module = self._outside["sys"]
        vars(sys_module).update(vars(_Sys()))
        vars(self._outside["os"])["environ"] = dict(ENVIRONMENT)

    def module(self, name: str) -> ModuleType:
        """Return the private instance of module ``name`` of the package.

        :raises ModuleNotFoundError: when the package has no such module.
        """
        full = f"{self._package}.{name}" if name else self._package
        if full in self._modules:
            return self._modules[full]
        spec = importlib.util.find_spec(full)
        code = spec and spec.loader and spec.loader.get_code(full)  # type: ignore[attr-defined]
        if not spec or not code:
            raise ModuleNotFoundError(f"No module named {full!r}", name=full)
        module = ModuleType(full)
        module.__file__ = spec.origin
        module.__package__ = spec.parent
        module.__builtins__ = self._builtins  # type: ignore[attr-defined]
        self._modules[full] = module
        exec(code, vars(module))
        return module

    def _import(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        if level:  # ``from . import X`` and ``from .X import Y``
            name = f"{self._package}.{name}" if name else self._package
        top, _, rest = name.partition(".")
        if top == self._package:
            return self._own(name, rest, fromlist)
        if name in self._outside:
            return self._outside[name]
        if top in _ABSENT:
            raise ImportError(name)
        if name not in _PURE:
            raise Reached(f"imports the module {name!r}")
        if not fromlist and name in sys.stdlib_module_names and name not in sys.modules:
            return self._late.setdefault(name, _Late(name))
        return builtins.__import__(name, globals, locals, fromlist or (), level)

    def _own(self, name: str, rest: str, fromlist: Sequence[str] | None) -> ModuleType:
        if not fromlist:
            for part in (rest,) if rest else ():
                self.module(part)
            return self.module("")
        if rest:
            return self.module(rest)
        package = self.module("")
        for wanted in fromlist:
            setattr(package, wanted, self.module(wanted))
        return package
