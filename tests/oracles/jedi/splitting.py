"""Cut a refined task into jobs with JEDI's own splitter.  Runs in JEDI's environment.

What is the server's own: the split rule (its refiner), the choice of files and of those for the
scouts (its feeder, :mod:`.feeding`), ``InputChunk.getSubChunk``, ``JobSplitter.doSplit``,
``SiteSpec`` and ``SiteCandidate``, and the command line of a job (:mod:`.commands`).  What
surrounds them there lives in methods full of SQL and is retold here, each step naming its
original:

* holding back all but the first chunks until the scout jobs are done (PM:2596-2602);
* reading a long dataset in blocks (PM:2786-2800, 2828-2829; JobGenerator.py:697-708);
* reading as many records of a secondary dataset as the files of the master may need, and
  duplicating records until there are so many (PM:2824-2835, 3010-3072,
  task_utils_module.py:1638-1695);
* which names a job's command gets for a stream (JobGenerator.py:2205-2236).

``PM`` is pandaserver/taskbuffer/db_proxy_mods/task_complex_module.py.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from importlib import import_module
from typing import Any

from tests.oracles.jedi.commands import commands_of
from tests.oracles.jedi.feeding import feed
from tests.oracles.jedi.model import Site, Split
from tests.oracles.jedi.refining import Refinery, RefusedTask
from tests.oracles.jedi.stand_ins import Catalogue

_MEGABYTE = 1 << 20
_SITE_NAME = "QUEUE"
_UNSPLIT_FILES = 10000  # PM:2805, 2828-2829


def split(
    refinery: Refinery,
    task_map: Mapping[str, Any],
    *,
    n_files: int,
    file_size_bytes: int,
    catalogue: Catalogue,
    site: Site,
    commands: bool = False,
    events_per_file: int | None = None,
) -> Split:
    """Feed every input stream and cut the task into jobs.

    :param n_files: the number of files of a stream of which ``catalogue`` does not tell more.
    :param events_per_file: as the data catalogue knows it.
    :param commands: make the command line of each job, too.
    """
    refiner, parameters = refinery.run(task_map, catalogue)
    task = refiner.taskSpec
    masters = refiner.inMasterDatasetSpec
    secondaries = [d for d in refiner.inSecDatasetSpecList if d.type != "random_seed"]
    for number, dataset in enumerate([*masters, *secondaries], start=1):
        dataset.datasetID = number
    shares = {
        master.datasetID: n_files // len(masters) + (position < n_files % len(masters))
        for position, master in enumerate(masters)
    }

    def files_of(dataset: Any) -> list[tuple[str, int, int | None]]:
        names = catalogue.files(dataset.datasetName)
        if names is None:
            count = shares.get(dataset.datasetID, n_files)
            names = [f"{dataset.datasetID}._{i:06d}.file" for i in range(count)]
        return [(name, file_size_bytes, events_per_file) for name in names]

    fed = feed(task, parameters, masters, secondaries, files_of)
    files = [(master, fed[master.datasetID][0]) for master in masters]
    first = [len(records) for _, records in files]
    if task.useScout():
        first = [fed[master.datasetID][1] for master in masters]
    scouting = any(used < len(f) for used, (_, f) in zip(first, files, strict=True))
    reserves = {
        master.datasetID: {
            d.datasetID: [copy(record) for record in fed[d.datasetID][0]] for d in secondaries
        }
        for master in masters
    }
    splitter = _Splitter(task, secondaries, site, reserves)
    for used, (master, master_files) in zip(first, files, strict=True):
        splitter.consume(master, master_files[:used], scouting=scouting)
    for used, (master, master_files) in zip(first, files, strict=True):
        splitter.consume(master, master_files[used:], scouting=False)
    return Split(
        tuple(splitter.files_of_jobs),
        splitter.scratch_megabytes,
        tuple(splitter.streams_of_jobs),
        commands_of(refiner, parameters, splitter.jobs) if commands else (),
    )


class _SiteMapper:
    def __init__(self, site: Site) -> None:
        spec = import_module("pandaserver.taskbuffer.SiteSpec").SiteSpec()
        spec.sitename = _SITE_NAME
        spec.maxwdir = site.scratch_megabytes
        spec.maxtime = site.max_walltime_seconds
        spec.mintime = 0
        spec.coreCount = site.cores
        spec.corepower = 10
        spec.direct_access_lan = site.direct_io
        self._spec = spec

    def getSite(self, name: str) -> Any:  # noqa: N802
        return self._spec


class _Splitter:
    """Runs JEDI's ``JobSplitter`` over blocks of files and counts what each job gets."""

    def __init__(
        self,
        task: Any,
        secondaries: Sequence[Any],
        site: Site,
        reserves: Mapping[int, dict[int, list[Any]]],
    ) -> None:
        self._task = task
        self._secondaries = secondaries
        self._reserves = reserves
        """The records left of each secondary dataset, by the master's number and its own."""
        self._unique = {
            master: {number: list(records) for number, records in datasets.items()}
            for master, datasets in reserves.items()
        }
        self._site = site
        self._sites = _SiteMapper(site)
        self._chunk_class = import_module("pandaserver.taskbuffer.InputChunk").InputChunk
        self._candidate_class = import_module("pandajedi.jedicore.SiteCandidate").SiteCandidate
        self._splitter = import_module("pandajedi.jediorder.JobSplitter").JobSplitter()
        self._core = import_module("pandaserver.srvcore.CoreUtils")
        self.files_of_jobs: list[int] = []
        self.streams_of_jobs: list[dict[str, int]] = []
        self.jobs: list[Any] = []
        self._numbered = 10**12
        self.scratch_megabytes = 0

    def consume(self, master: Any, records: Sequence[Any], *, scouting: bool) -> None:
        limit = max(self._site.files_read_at_once, 100)  # PM:2790-2793
        left = list(records)
        while left:
            self._read_secondaries(master, len(left[:limit]))
            chunk = self._chunk(master, left[:limit])
            chunk.setUseScout(scouting)
            chunk.addSiteCandidate(self._candidate())
            self._note_scratch(chunk)
            status, groups, _ = self._splitter.doSplit(
                self._task, chunk, self._sites, allow_chunk_size_limit=True
            )
            jobs = [job for group in groups for job in group["subChunks"]]
            if len(left) >= limit and groups and len(groups[-1]["subChunks"]) > 1:
                jobs.pop()  # JobGenerator.py:697-708: the last one may be cut short by the block
            used = sum(len(files) for job in jobs for dataset, files in job if dataset is master)
            if status != self._splitter.SC_SUCCEEDED or not used:
                raise RefusedTask(f"splitting failed with status {status} and {len(jobs)} jobs")
            self.files_of_jobs += [
                sum(len(files) for dataset, files in job if not dataset.isPseudo()) for job in jobs
            ]
            self.streams_of_jobs += [_streams(job) for job in jobs]
            self.jobs += jobs
            self._keep_unused(master, jobs)
            left = left[used:]

    def _read_secondaries(self, master: Any, masters: int) -> None:
        for dataset in self._secondaries:
            reserve = self._reserves[master.datasetID][dataset.datasetID]
            each = dataset.getNumFilesPerJob()
            if dataset.isNoSplit():
                wanted = _UNSPLIT_FILES
            else:
                wanted = dataset.getNumMultByRatio(masters) if each is None else masters * each
                unique = self._unique[master.datasetID][dataset.datasetID]
                while unique and len(reserve) < wanted:
                    more = self._again(unique)
                    if dataset.isSeqNumber():  # increaseSeqNumber_JEDI, task_utils_module.py:1700
                        last = int(unique[-1].lfn)
                        for number, record in enumerate(more, start=last + 1):
                            record.lfn = str(number)
                        unique = self._unique[master.datasetID][dataset.datasetID] = more
                    reserve += more
            dataset.Files.clear()
            for record in reserve[:wanted]:
                dataset.addFile(record)

    def _again(self, unique: Sequence[Any]) -> list[Any]:
        """New records of the same files (``duplicateFilesForReuse_JEDI``)."""
        again = [copy(record) for record in unique]
        for record in again:
            self._numbered += 1
            record.fileID = self._numbered
        return again

    def _keep_unused(self, master: Any, jobs: Sequence[Any]) -> None:
        used = {f.fileID for job in jobs for _, files in job for f in files}
        for dataset in self._secondaries:
            if dataset.toKeepTrack():
                reserve = self._reserves[master.datasetID][dataset.datasetID]
                reserve[:] = [record for record in reserve if record.fileID not in used]

    def _chunk(self, master: Any, records: Sequence[Any], *, with_secondaries: bool = True) -> Any:
        master.Files.clear()
        for record in records:
            master.addFile(record)
        return self._chunk_class(self._task, master, self._secondaries if with_secondaries else [])

    def _candidate(self) -> Any:
        candidate = self._candidate_class(_SITE_NAME)
        candidate.weight = 1
        return candidate

    def _note_scratch(self, chunk: Any) -> None:
        """What brokerage wants of a site's scratch disk, AtlasAnalJobBroker.py:1107-1152."""
        task = self._task
        output = task.getOutDiskSize()
        needed = output * chunk.getMaxAtomSize(effectiveSize=True) + task.getWorkDiskSize()
        per_job = task.getMaxSizePerJob() or 0
        if self._core.use_direct_io_for_job(task, self._sites.getSite(_SITE_NAME), chunk):
            needed = max(needed, output * per_job // _MEGABYTE + task.getWorkDiskSize())
        else:
            needed = max(needed + chunk.getMaxAtomSize(), per_job)
        self.scratch_megabytes = max(self.scratch_megabytes, int(needed) // _MEGABYTE)


def _streams(job: Sequence[Any]) -> dict[str, int]:
    """How many names the job's command gets for each stream; the last dataset of one wins."""
    return {
        dataset.streamName: len({record.lfn for record in files})
        for dataset, files in job
        if not dataset.isPseudo()
    }
