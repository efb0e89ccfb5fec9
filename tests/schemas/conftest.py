"""The real iDDS classes, quiet and without a network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from .documents import Idds, compiled, handmade, stepped

Json = dict[str, Any]


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
    full: dict[str, Json] = {}
    for name, workflow in handmade(idds).items():
        for stage, document in stepped(idds, workflow):
            full[f"by hand: {name}, {stage}"] = document
    for name, document in compact.items():
        for stage, later in stepped(idds, idds.load(document)):
            full[f"by alw: {name}, {stage}"] = later
    return Forms(compact, full)
