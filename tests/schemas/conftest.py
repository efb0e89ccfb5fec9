"""The real iDDS classes, quiet and without a network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from tests.engine.test_widths import SHAPES
from tests.engine.test_widths import compiled as compiled_shape
from tests.oracles.clerk import Order

from .documents import Idds, compiled, handmade, looked_at, stepped
from .memo import Shared

Json = dict[str, Any]

#: PanDA takes and ends everything between two looks; or one thing at a time, and slowly.
BUSY = Order(idle=0.0, burst=1000, slow=0.0)
SLOW = Order(idle=0.1, burst=2, slow=0.3)


@dataclass(frozen=True, slots=True)
class Forms:
    """Workflows as JSON, by what they are."""

    compact: dict[str, Json]
    """As alw writes them."""
    full: dict[str, Json]
    """As iDDS writes them."""

    def all(self) -> Iterator[tuple[str, Json]]:
        yield from self.compact.items()
        yield from self.full.items()


@pytest.fixture(scope="session")
def idds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Idds]:
    """iDDS 2.6.21, imported after its configuration is set."""
    config = tmp_path_factory.mktemp("idds") / "idds.cfg"
    config.write_text("[common]\nloglevel=ERROR\n[rest]\nhost=https://127.0.0.1:1\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IDDS_CONFIG", str(config))
        yield _imported()


def _imported() -> Idds:
    from idds.atlas.workflowv2 import atlaslocalpandawork, atlaspandawork
    from idds.common import constants, dict_class, utils
    from idds.workflowv2 import work, workflow

    modules: tuple[ModuleType, ...] = (
        constants,
        dict_class,
        utils,
        work,
        workflow,
        atlaspandawork,
        atlaslocalpandawork,
    )
    return Idds(*modules)


@pytest.fixture(scope="session")
def forms(idds: Idds) -> Forms:
    """Every workflow that must be accepted."""
    compact = compiled()
    compact |= {f"shape {name}": compiled_shape(shape) for name, shape in SHAPES.items()}
    behind = {"x": "l", "y": "l", "z": "x"}
    compact["shape and tasks behind"] = compiled_shape(SHAPES["pairs"], behind)
    full: dict[str, Json] = {}
    for name, workflow in handmade(idds).items():
        for stage, document in stepped(idds, workflow):
            full[f"by hand: {name}, {stage}"] = document
    answer = {"m": 1.5, "m1": 1.5}
    for name, document in compact.items():
        if name.startswith("shape"):
            for stage, later in looked_at(document, answer, BUSY):
                full[f"on the server: {name}, {stage}"] = later
        else:
            for stage, later in stepped(idds, idds.load(document)):
                full[f"by alw: {name}, {stage}"] = later
    for order, fails in ((SLOW, ""), (BUSY, "plot"), (BUSY, "judge")):
        for stage, later in looked_at(compact["followers"], answer, order, fails):
            full[f"on the server: followers {order.slow} {fails}, {stage}"] = later
    shared = Shared()
    return Forms(*({name: shared.of(v) for name, v in all_.items()} for all_ in (compact, full)))
