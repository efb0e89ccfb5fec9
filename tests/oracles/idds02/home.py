"""A throw-away configuration with which iDDS 0.2.1, its database included, can be imported.

idds/common/config.py:111-134 reads ``$IDDS_CONFIG`` at import and fails without.  The database is
SQLite, which the shipped idds.cfg.template names as a choice.  ``X509_USER_PROXY`` must be set:
``Work.unset_user_proxy`` deletes it otherwise (idds/workflow/work.py:956-960), and a ``KeyError``
follows when it was not there.
"""

from pathlib import Path

_CONFIG = """[common]
loglevel = ERROR
[rest]
host = https://127.0.0.1:1
[database]
default = sqlite:///{folder}/idds.sqlite
"""


def make_home(folder: Path) -> dict[str, str]:
    """Fill ``folder`` and return the environment variables of a process that is to use it."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "idds.cfg"
    config.write_text(_CONFIG.format(folder=folder), encoding="utf-8")
    return {
        "IDDS_CONFIG": str(config),
        "IDDS_WORK": str(folder),
        "X509_USER_PROXY": str(folder / "proxy"),
        "HOME": str(folder),
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        # SQLAlchemy 1.3 uses what Python has deprecated since
        "PYTHONWARNINGS": "ignore",
    }
