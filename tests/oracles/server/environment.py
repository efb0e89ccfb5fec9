"""The environment that holds the iDDS server."""

from pathlib import Path

from tests.oracles.environments import ensure_environment

_REQUIREMENTS = Path(__file__).with_name("requirements.txt")


def server_python() -> Path:
    """The python of an environment with the whole of iDDS 2.6.21, made at the first call."""
    return ensure_environment("idds-server", _REQUIREMENTS)
