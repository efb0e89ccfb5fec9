"""Removing from a task's map what identifies a person.

prun puts nobody's name into a map; the server adds it when the task is submitted, and again
when what is made of the map is:

``userName``
    The name in the submitter's certificate or token (``insertTaskParamsPanda``,
    pandaserver/taskbuffer/db_proxy_mods/task_event_module.py:3437-3440).  Left in, a submitter
    with the production role, as iDDS has it, would submit in the name of somebody else: the
    server then keeps the name that it finds.
``countryGroup``
    The national group of the submitter, from the roles in his proxy; JEDI books the jobs on its
    share (pandajedi/jedirefine/TaskRefinerBase.py:118).  Servers of 2021 added it; the one of
    the task's next submitter is not this one.

A map is a free dictionary, so scripts add what they like: the names under which panda-client
and the server know persons elsewhere go as well.  Everything else stays:

* ``taskType``, ``taskPriority``, ``workingGroup`` say what a task is, not whose;
* ``osInfo`` names the operating system of a machine, ``sourceURL`` a server;
* the nickname in ``taskName``, datasets and containers is part of names on the grid;
* ``cliParams`` and ``jobParameters`` are the command. What in them looks like a person is told,
  not changed: the command would be another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from .client import Map

#: Folded to lower case without underscores.  ``prodUserID`` and ``prodUserName`` are a job's
#: (pandaserver/taskbuffer/JobSpec.py), ``requester`` a request's
#: (pandaserver/api/v1/common.py:171), ``preferred_username`` a token's
#: (pandaclient/Client.py:1573).
_PERSONAL = frozenset(
    {
        "username", "countrygroup", "userdn", "dn", "distinguishedname", "email", "useremail",
        "emailaddress", "mail", "mailaddress", "nickname", "produserid", "produsername",
        "requester", "preferredusername", "fullname", "owner", "userid",
    }
)  # fmt: skip
_TRACES = re.compile(
    r"(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,})"
    r"|(?P<dn>/(?:DC|O|C)=[^/\"']+(?:/[A-Za-z]+=[^/\"']+)*/CN=[^/\"',;]+)"
    r"|(?P<home>(?:/home/|/Users/|/afs/[\w.-]+/users?/\w/|/eos/[\w/-]*?users?/\w/)[\w.-]+)"
)


def remove_persons(task_map: Map) -> tuple[Map, list[str]]:
    """Return ``task_map`` without what identifies a person, and the names of what is gone."""
    gone: list[str] = []
    return _strip(task_map, "", gone), gone


def _strip(value: Any, where: str, gone: list[str]) -> Any:
    if isinstance(value, list):
        return [_strip(item, f"{where}[{n}]", gone) for n, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    kept = {}
    for key, item in value.items():
        place = f"{where}.{key}" if where else key
        if key.lower().replace("_", "") in _PERSONAL:
            gone.append(place)
        else:
            kept[key] = _strip(item, place, gone)
    return kept


def find_traces(task_map: Map) -> list[tuple[str, str]]:
    """Find what looks like a person (e-mail addresses, DNs, home directories), and where it is."""
    found: dict[tuple[str, str], None] = {}
    for key, text in _texts(task_map):
        for match in _TRACES.finditer(unquote(text)):
            found.setdefault((key, match[0]))
    return list(found)


def _texts(task_map: Map) -> Iterator[tuple[str, str]]:
    def inside(value: Any) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            for item in value.values() if isinstance(value, dict) else value:
                yield from inside(item)

    for key, value in task_map.items():
        for text in inside(value):
            yield key, text
