"""The process in JEDI's environment: a request as JSON on stdin, the answer in the file named.

``python -m tests.oracles.jedi.worker ANSWER``.  The answer has a file of its own because importing
the PanDA server, and its loggers, may write to the standard streams.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.oracles.jedi.model import Refined, Refused, Site, Split, from_json
from tests.oracles.jedi.refining import Refinery, RefusedTask
from tests.oracles.jedi.splitting import split
from tests.oracles.jedi.stand_ins import Catalogue


def name_configuration_reader() -> None:
    """Give panda-common's reader the second name under which JEDI imports it.

    pandajedi/jediconfig/jedi_config.py:5 wants a top-level ``liveconfigparser``, which no release
    of panda-common on PyPI has; pandaserver itself uses ``pandacommon.liveconfigparser``.
    """
    for name in ("liveconfigparser", "liveconfigparser.LiveConfigParser"):
        sys.modules[name] = import_module(f"pandacommon.{name}")


def answer(request: Mapping[str, Any]) -> list[Refined | Refused | Split]:
    refinery = Refinery()
    if request["action"] == "refine":
        return [refinery.refine(task_map) for task_map in request["maps"]]
    return [_split(refinery, case) for case in request["cases"]]


def _split(refinery: Refinery, case: Mapping[str, Any]) -> Split | Refused:
    try:
        return split(
            refinery,
            case["map"],
            n_files=case["n_files"],
            file_size_bytes=case["file_size_bytes"],
            catalogue=Catalogue(case["datasets"], case["contents"]),
            site=from_json(Site, case["site"]),
            commands=case["commands"],
            events_per_file=case["events_per_file"],
        )
    except RefusedTask as refusal:
        return Refused(case["map"].get("taskName"), str(refusal))


def main() -> None:
    name_configuration_reader()
    request = json.load(sys.stdin)
    records = answer(request)
    tagged = [{"kind": type(record).__name__, "values": asdict(record)} for record in records]
    Path(sys.argv[1]).write_text(json.dumps(tagged), encoding="utf-8")


if __name__ == "__main__":
    main()
