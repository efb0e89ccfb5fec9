"""The process in iDDS 0.2.1's environment: requests as JSON on stdin, answers in the file named.

``python -m tests.oracles.idds02.worker ANSWER``.  The answer has a file of its own because iDDS
logs to the standard output (idds/common/utils.py, ``setup_logging``).
"""

from __future__ import annotations

import configparser
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

if not hasattr(configparser, "SafeConfigParser"):  # Python 3.12; idds/common/config.py:104
    configparser.SafeConfigParser = configparser.ConfigParser  # type: ignore[attr-defined]

from tests.oracles.idds02.agents import Server
from tests.oracles.idds02.model import Recipe, Run
from tests.oracles.idds02.recipe import parse, serialise


def answer(request: dict[str, Any]) -> dict[str, Any]:
    values = request["values"]
    if request["action"] == "recipe":
        return serialise(Recipe(**values))
    if request["action"] == "parse":
        parsed = parse(**values)
        return {"kind": type(parsed).__name__, "values": asdict(parsed)}
    run = Run(**values)
    return asdict(Server(run).run(json.dumps(run.workflow)))


def main() -> None:
    requests = json.load(sys.stdin)
    answers = [answer(request) for request in requests]
    Path(sys.argv[1]).write_text(json.dumps(answers), encoding="utf-8")


if __name__ == "__main__":
    main()
