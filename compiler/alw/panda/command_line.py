"""Command lines of prun, read as prun reads them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn

from .client import Given, PrunError, panda_client, prun_options


class _Keep(argparse.Action):
    """An action that keeps what was given, the last of several."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        """Keep a value."""
        action = self.const
        kept = vars(namespace).pop(action.dest, (action, ()))[1]  # so that the last comes last
        repeats = type(action).__name__ == "_AppendAction"
        setattr(namespace, action.dest, (action, (*kept, values) if repeats else values))


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise PrunError(message)


def read_options(arguments: Sequence[str]) -> list[Given]:
    """Return the options on a command line of prun that say something: none with its default.

    :param arguments: without the leading ``prun``.
    :raises PrunError: if the command line is wrong.
    """
    options = prun_options()
    parser = _Parser("prun", add_help=False, argument_default=argparse.SUPPRESS)
    with panda_client() as client:
        client.argv[:] = ["prun", *arguments]
        utilities = client.module("MiscUtils")
        utilities.remove_obsolete_options(client.argv, utilities.PRUN_OBSOLETE_OPTIONS)
        words = client.argv[1:]
        for action in client.module("PrunArgs").build_parser()._actions:
            parser.add_argument(
                *action.option_strings,
                dest=f"_{action.dest}",
                action=_Keep,
                const=action,
                nargs=action.nargs,
                type=action.type,
            )
    found: list[Given] = []
    for action, value in vars(parser.parse_args(words)).values():
        names = [spelling[2:] for spelling in action.option_strings]
        known = next((options[name] for name in names if name in options), None)
        if known is None or value == action.default:
            continue
        found.append(Given(known, None if known.kind == "flag" else value))
    return found
