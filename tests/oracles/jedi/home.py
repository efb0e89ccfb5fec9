"""A throw-away ``PANDA_HOME``: the least configuration with which JEDI's modules can be imported.

The modules read ``etc/panda/*.cfg`` at import (pandacommon/liveconfigparser/LiveConfigParser.py:
44-62), first under ``/etc`` and ``~``, hence the environment has a ``HOME`` of its own as well.
The refiners are registered as PanDA's shipped ``panda_jedi.cfg`` does for ATLAS, other virtual
organisations going to the general one.
"""

from pathlib import Path

SERVER_URL = "http://panda.invalid:25080"

_REFINERS = (
    "atlas:user:pandajedi.jedirefine.AtlasAnalTaskRefiner:AtlasAnalTaskRefiner:any",
    "any:any:pandajedi.jedirefine.GenTaskRefiner:GenTaskRefiner:any",
)


def make_panda_home(folder: Path) -> dict[str, str]:
    """Fill ``folder`` and return the environment variables of a process that is to use it."""
    configuration = folder / "etc" / "panda"
    configuration.mkdir(parents=True)
    logs = folder / "log"
    logs.mkdir()
    files = {
        # pserverhost spares panda_config.py:32-33 a look-up of the machine's name.
        "panda_server.cfg": {
            "server": {
                "logdir": str(logs),
                "pserveralias": "panda.invalid",
                "pserverportcache": "25080",
                "pserverhost": "panda.invalid",
                "auth_config": str(folder),
                # Oracle's client would be imported with the proxies of the database.
                "backend": "postgres",
            },
        },
        "panda_jedi.cfg": {
            "master": {},
            "ddm": {},
            "db": {},
            "taskrefine": {"modConfig": ",".join(_REFINERS)},
        },
        "panda_common.cfg": {
            "logger": {
                "loghost": "localhost",
                "monport-apache": "1",
                "method": "POST",
                "encoding": "US-ASCII",
                "monurlprefix": "/",
                "logdir": str(logs),
                "nemitters": "1",
                "log_level": "ERROR",
            },
        },
    }
    for name, sections in files.items():
        lines: list[str] = []
        for section, options in sections.items():
            lines += [f"[{section}]", *(f"{key} = {value}" for key, value in options.items())]
        (configuration / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {
        "PANDA_HOME": str(folder),
        "HOME": str(folder),
        "PANDA_BEHIND_REAL_LB": "1",
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
    }
