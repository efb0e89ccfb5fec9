"""Cut a refined task into jobs with JEDI's own splitter.  Runs in JEDI's environment.

What is the server's own: the split rule (its refiner), ``InputChunk.getSubChunk``,
``JobSplitter.doSplit``, ``SiteSpec`` and ``SiteCandidate``.  What surrounds them there lives in
methods full of SQL and is retold here, each step naming its original:

* feeding a dataset's files (ContentsFeeder.py:480-483, 620-625) and, for a task without input, the
  records that stand for its jobs (PM:506-553);
* holding back all but the first ten chunks until the scout jobs are done (PM:690-697, 927-1073,
  1182-1222, 2596-2602);
* reading a long dataset in blocks (PM:2786-2800, 2828-2829; JobGenerator.py:697-708);
* reading as many records of a secondary dataset as the files of the master may need, and
  duplicating records until there are so many (PM:2824-2835, 3010-3072,
  task_utils_module.py:1638-1695);
* which names a job's command gets for a stream (JobGenerator.py:2205-2236).

``PM`` is pandaserver/taskbuffer/db_proxy_mods/task_complex_module.py.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from tests.oracles.jedi.commands import commands_of
from tests.oracles.jedi.model import Site, Split
from tests.oracles.jedi.refining import Refinery, RefusedTask
from tests.oracles.jedi.stand_ins import Catalogue

_MEGABYTE = 1 << 20
_SCOUT_CHUNKS = 10  # ContentsFeeder.py:163
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
) -> Split:
    """Feed every input stream and cut the task into jobs.

    :param n_files: the number of files of a stream of which ``catalogue`` does not tell more.
    :param commands: make the command line of each job, too.
    """
    refiner, parameters = refinery.run(task_map, catalogue)
    _refuse_event_splitting(refiner, parameters)
    task = refiner.taskSpec
    numbered = [*refiner.inMasterDatasetSpec, *refiner.inSecDatasetSpecList]
    for number, dataset in enumerate(numbered, start=1):
        dataset.datasetID = number
    feeder = _Feeder(parameters, file_size_bytes, catalogue)
    files = feeder.feed_masters(refiner.inMasterDatasetSpec, n_files)
    secondaries = [d for d in refiner.inSecDatasetSpecList if d.type != "random_seed"]
    reserves = {
        master.datasetID: feeder.feed_secondaries(secondaries, n_files) for master, _ in files
    }
    splitter = _Splitter(task, secondaries, site, feeder, reserves)

    first = splitter.first_bunches(files) if task.useScout() else [len(f) for _, f in files]
    scouting = any(used < len(f) for used, (_, f) in zip(first, files, strict=True))
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


def _refuse_event_splitting(refiner: Any, parameters: Mapping[str, Any]) -> None:
    real_input = not all(dataset.isPseudo() for dataset in refiner.inMasterDatasetSpec)
    if real_input and refiner.taskSpec.getNumEventsPerJob() is not None:
        raise NotImplementedError(
            f"{parameters['taskName']}: cutting files by their events is not retold here"
        )


class _Feeder:
    """Makes the file records that JEDI keeps of each dataset."""

    def __init__(self, parameters: Mapping[str, Any], size: int, catalogue: Catalogue) -> None:
        self._record = import_module("pandaserver.taskbuffer.JediFileSpec").JediFileSpec
        self._parameters = parameters
        self._size = size
        self._catalogue = catalogue
        self._made = 0

    def feed_masters(self, masters: Sequence[Any], n_files: int) -> list[tuple[Any, list[Any]]]:
        # nFiles is for the whole task, the first dataset eating into it first.
        left = self._parameters.get("nFiles")
        fed = []
        for position, master in enumerate(masters):
            if master.isPseudo():
                fed.append((master, self._event_records(master)))
                continue
            share = n_files // len(masters) + (position < n_files % len(masters))
            records = self._files(master, share)[:left]
            if left is not None:
                left -= len(records)
            fed.append((master, records))
        return fed

    def feed_secondaries(self, secondaries: Sequence[Any], n_files: int) -> dict[int, list[Any]]:
        """The records of each secondary dataset, which every master has for itself."""
        fed = {}
        for dataset in secondaries:
            dataset.masterID = 1
            fed[dataset.datasetID] = self._files(dataset, n_files)
        return fed

    def _files(self, dataset: Any, count: int) -> list[Any]:
        if dataset.isSeqNumber():  # ContentsFeeder.py:347-384, the default number of them
            first = dataset.getOffset() + 1
            return [self._make(dataset, str(first + i), i, size=0) for i in range(10000)]
        names = self._catalogue.files(dataset.datasetName)
        if names is None:
            names = [f"{dataset.datasetID}._{i:06d}.file" for i in range(count)]
        # keyed by name (PM:363), sorted, and cut (PM:404-408)
        names = sorted(set(names))[dataset.getOffset() :]
        return [self._make(dataset, name, i) for i, name in enumerate(names)]

    def again(self, dataset: Any, records: Sequence[Any]) -> list[Any]:
        """New records of the same files (``duplicateFilesForReuse_JEDI``)."""
        names = dict.fromkeys(record.lfn for record in records)
        return [self._make(dataset, name, i) for i, name in enumerate(names)]

    def _event_records(self, dataset: Any) -> list[Any]:
        total = self._parameters.get("nEvents")
        step = self._parameters.get("nEventsPerJob")
        if not total or not step or "nFilesPerJob" in self._parameters:
            return [self._make(dataset, "pseudo_lfn", 0, size=0)]
        records = []
        for start in range(0, total, step):
            record = self._make(dataset, "pseudo_lfn", start, size=0)
            record.nEvents = total
            record.startEvent = start
            record.endEvent = min(start + step, total) - 1
            records.append(record)
        return records

    def _make(self, dataset: Any, name: str, first: int, size: int | None = None) -> Any:
        record = self._record()
        self._made += 1
        record.fileID = self._made
        record.datasetID = dataset.datasetID
        record.type = dataset.type
        record.lfn = name
        record.firstEvent = first
        record.lumiBlockNr = first  # the worst case for whatever respects luminosity blocks
        record.fsize = self._size if size is None else size
        return record


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
        feeder: _Feeder,
        reserves: Mapping[int, dict[int, list[Any]]],
    ) -> None:
        self._task = task
        self._secondaries = secondaries
        self._feeder = feeder
        self._reserves = reserves
        """The records left of each secondary dataset, by the master's number and its own."""
        self._site = site
        self._sites = _SiteMapper(site)
        self._chunk_class = import_module("pandaserver.taskbuffer.InputChunk").InputChunk
        self._candidate_class = import_module("pandajedi.jedicore.SiteCandidate").SiteCandidate
        self._splitter = import_module("pandajedi.jediorder.JobSplitter").JobSplitter()
        self._core = import_module("pandaserver.srvcore.CoreUtils")
        self.files_of_jobs: list[int] = []
        self.streams_of_jobs: list[dict[str, int]] = []
        self.jobs: list[Any] = []
        self.scratch_megabytes = 0

    def first_bunches(self, files: Sequence[tuple[Any, list[Any]]]) -> list[int]:
        """How many files of each master the scouts may use; the rest waits for the avalanche."""
        task = self._task
        per_job = task.getNumFilesPerJob()
        chunks = _SCOUT_CHUNKS
        first = []
        for master, records in files:
            if not task.respectSplitRule():
                used = min(len(records), max(chunks, 0) * (per_job or 1))
            else:
                used = self._bunch(master, records, chunks)
            chunks -= -(-used // per_job) if per_job else used  # PM:1211-1222
            first.append(used)
        return first

    def _bunch(self, master: Any, records: Sequence[Any], chunks: int) -> int:
        """PM:927-1073, for a dataset whose files are all there."""
        task = self._task
        chunk = self._chunk(master, records, with_secondaries=False)
        size = task.getMaxSizePerJob()
        if size is None:
            size = chunk.maxInputSizeScouts * _MEGABYTE
        else:
            size += chunk.defaultOutputSize + task.getWorkDiskSize()
        for _ in range(chunks):
            chunk.getSubChunk(
                None,
                maxNumFiles=task.getMaxNumFilesPerJob(),
                nFilesPerJob=task.getNumFilesPerJob(),
                walltimeGradient=task.getCpuTime() if task.useHS06() else None,
                maxWalltime=task.getMaxWalltime() or 345600,
                sizeGradients=task.getOutDiskSize(),
                sizeIntercepts=task.getWorkDiskSize(),
                maxSize=size,
                nEventsPerJob=task.getNumEventsPerJob(),
                coreCount=task.coreCount,
                corePower=10,
                respectLB=task.respectLumiblock(),
            )
        return int(chunk.getMasterUsedIndex())

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
                unique = list(reserve)
                while unique and len(reserve) < wanted:
                    reserve += self._feeder.again(dataset, unique)
            dataset.Files.clear()
            for record in reserve[:wanted]:
                dataset.addFile(record)

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
