"""Other names for the datasets of a stored map."""

from __future__ import annotations

import re
from typing import Any

from ..panda.unique import unique_name

Map = dict[str, Any]
#: ``--persistentFile`` (pandaclient/PrunScript.py:274, 1360).
_PERSISTENT = re.compile(r"(--fileTo(?:Save|Load)=\S*:sources\.)[^\s:]+?(\.__ow__)(?!\S)")


def rename_datasets(task_map: Map, old: str, new: str) -> Map:
    """Return ``task_map`` with ``new`` for ``old`` in every name that prun has derived from it.

    These are the task's name, ``--outDS`` in ``cliParams``, and the datasets, containers and
    files of outputs and logs (pandaclient/PrunScript.py, ``main``).  What the task reads keeps
    its name, whatever that begins with.

    :param old: ``outDS`` of the map, without the trailing slash.
    :param new: likewise.
    """
    names = _Names(old, new)
    result = {key: names.in_value(value) for key, value in task_map.items()}
    result["taskName"] = names.in_name(task_map["taskName"])
    if "cliParams" in result:
        result["cliParams"] = names.in_command_line(task_map["cliParams"])
    return result


class _Names:
    def __init__(self, old: str, new: str) -> None:
        self._old, self._new = old, new
        self._old_owner, self._new_owner = (".".join(n.split(".")[:2]) for n in (old, new))
        #: ``user.me.$JEDITASKID…``, with prun's ``addNthField…`` ``user.me${MIDDLENAME}.$JEDI…``
        self._files = re.compile(
            rf"{re.escape(self._old_owner)}(?=(?:\$\{{MIDDLENAME\}})?\.\$JEDITASKID)"
        )

    def in_name(self, name: str) -> str:
        """Return a name that begins with the new one, or its owner, instead of the old one."""
        rest = name[len(self._old) :]
        if name.startswith(self._old) and rest[:1] in ("", "/", ".", "_"):
            return self._new + rest
        return self.in_text(name)

    def in_text(self, text: str) -> str:
        """Return a text with new names of files, also of the one that every task would share."""
        text = _PERSISTENT.sub(lambda m: f"{m[1]}{unique_name(self._new)}{m[2]}", text)
        return self._files.sub(lambda match: self._new_owner, text)

    def in_command_line(self, text: str) -> str:
        option = rf"(--outDS(?:\s+|=)['\"]?){re.escape(self._old)}(?=/?['\"]?(?:\s|$))"
        return re.sub(option, lambda match: match[1] + self._new, text)

    def in_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.in_value(item) for item in value]
        if not isinstance(value, dict):
            return value
        if value.get("param_type") in ("output", "log"):
            return {
                key: self.in_name(item)
                if key in ("dataset", "container", "value") and isinstance(item, str)
                else item
                for key, item in value.items()
            }
        if value.get("type") == "constant" and isinstance(value.get("value"), str):
            return {**value, "value": self.in_text(value["value"])}
        return {key: self.in_value(item) for key, item in value.items()}
