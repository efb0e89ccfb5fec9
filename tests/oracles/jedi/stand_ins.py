"""What JEDI's refiner asks of the database and of Rucio, answered without either.

Runs in JEDI's environment.  Only the two interfaces are replaced that the server hands to its
refiners: the task buffer (the database) and the DDM client (the data catalogue).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any


class SiteMapper:
    """Asked only whether a replica can be read from afar (TaskRefinerBase.py:634-643)."""

    def is_readable_remotely(self, endpoint: str) -> bool:
        return True


class TaskBuffer:
    """The database: an ordinary user, and no value configured for anything."""

    def get_site_mapper(self) -> SiteMapper:
        return SiteMapper()

    def isSuperUser(self, user: str) -> tuple[bool, bool]:  # noqa: N802
        return False, False

    def getConfigValue(  # noqa: N802
        self,
        component: str,
        key: str,
        app: str | None = None,
        vo: str | None = None,
        default: Any = None,
    ) -> Any:
        return default

    def getUserJobsetID_JEDI(self, user: str) -> tuple[bool, int]:  # noqa: N802
        return True, 1

    def is_valid_share(self, name: str) -> bool:
        return True

    def get_share_for_task(self, task: Any) -> str:
        return "User Analysis"

    def get_resource_type_task(self, task: Any) -> str:
        return "SCORE"


class Catalogue:
    """Rucio, in which every dataset exists and a container holds the datasets it is told to.

    With one dataset a container's content is the container's own name, so that what the refiner
    shows can be compared with what the map says.

    :param datasets: how many datasets are in a container that ``contents`` does not name.
    :param contents: the number of files in each dataset of a container, by the container's name
        without the trailing slash.  A name with a wildcard finds these; without any, itself.
    """

    def __init__(self, datasets: int = 1, contents: Mapping[str, Sequence[int]] = {}) -> None:
        self._datasets = datasets
        self._contents = contents
        self._registered: dict[str, list[str]] = {}
        """Containers made by JEDI (``consolidate``), with their datasets."""

    def files(self, name: str) -> list[str] | None:
        """The names of the files in a dataset or a container; ``None`` if nobody told."""
        name = _bare(name)
        if name in self._registered:
            names: list[str] = []
            for dataset in self._registered[name]:
                found = self.files(dataset)
                if found is None:
                    return None
                names += found
            return names
        container, _, number = name.rpartition(".")
        if name in self._contents:
            counts: Mapping[int, int] = dict(enumerate(self._contents[name], start=1))
            container = name
        elif container in self._contents and number.isdecimal():
            counts = {int(number): self._contents[container][int(number) - 1]}
        else:
            return None
        return [
            f"{container}.{dataset:09d}._{serial:06d}.file"
            for dataset, count in counts.items()
            for serial in range(count)
        ]

    def expandContainer(self, name: str) -> list[str]:  # noqa: N802
        names: list[str] = []
        for found in self.listDatasets(name):
            bare = _bare(found)
            if bare in self._registered:
                names += self._registered[bare]
            elif bare in self._contents:
                names += _datasets(bare, len(self._contents[bare]))
            elif self._datasets == 1 or not found.endswith("/"):
                names.append(found)
            else:
                names += _datasets(bare, self._datasets)
        return list(dict.fromkeys(names))

    def listDatasets(self, name: str) -> list[str]:  # noqa: N802
        """Each dataset or container of that name (AtlasDDMClient.py:609-646)."""
        if "*" not in name or not self._contents:
            return [name]
        pattern = _bare(name)
        return [f"{known}/" for known in self._contents if fnmatchcase(known, pattern)]

    def listDatasetReplicas(self, name: str) -> dict[str, Sequence[dict[str, int]]]:  # noqa: N802
        return {}

    def listDatasetsInContainer(self, name: str) -> list[str]:  # noqa: N802
        return list(self._registered.get(_bare(name), ()))

    def registerNewDataset(self, name: str) -> bool:  # noqa: N802
        self._registered.setdefault(_bare(name), [])
        return True

    def addDatasetsToContainer(self, name: str, datasets: Sequence[str]) -> bool:  # noqa: N802
        self._registered[_bare(name)] += datasets
        return True

    def getLatestDBRelease(self, useResultCache: int = 0) -> str:  # noqa: N802, N803
        return "ddo.000001.Atlas.Ideal.DBRelease.v999999"

    def check_endpoint(self, name: str) -> tuple[bool, str]:
        return True, ""


def _bare(name: str) -> str:
    return name.rpartition(":")[2].rstrip("/")


def _datasets(container: str, count: int) -> list[str]:
    return [f"{container}.{number:09d}" for number in range(1, count + 1)]


class DataManagement:
    """Hands out the one catalogue for any virtual organisation (jediddm/DDMInterface.py:45-59)."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def getInterface(self, vo: str, group: str | None = None) -> Catalogue:  # noqa: N802
        return self._catalogue


@dataclass(frozen=True, slots=True)
class WorkQueue:
    queue_id: int = 1
    queue_name: str = "analysis"


class WorkQueueMapper:
    """Which production queue a task waits in: of no interest here, one queue takes all."""

    def getQueueByName(self, vo: str, label: str, name: str) -> WorkQueue:  # noqa: N802
        return WorkQueue()

    def getQueueWithSelParams(  # noqa: N802
        self, vo: str, label: str, **selection: object
    ) -> tuple[WorkQueue, str]:
        return WorkQueue(), ""


class Log:
    """A logger that keeps the last complaint: the refiner explains itself only there."""

    def __init__(self) -> None:
        self.errors: list[str] = []

    def error(self, message: str) -> None:
        self.errors.append(message)

    def debug(self, message: str) -> None:
        pass

    info = warning = debug
