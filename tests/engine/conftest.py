from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.oracles.server import IddsServer, MissingProgram, running_server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IddsServer]:
    """The whole iDDS server.  It needs PostgreSQL and Redis, which CI must have."""
    try:
        with running_server(tmp_path_factory.mktemp("idds-server")) as started:
            yield started
    except MissingProgram as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
