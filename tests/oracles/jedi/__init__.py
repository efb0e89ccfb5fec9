"""JEDI's refiner and job splitter as a test oracle: ``tests.oracles.jedi.oracle``.

Nothing is imported here, because the worker process imports this package in JEDI's environment.
What follows was read in ``panda-server-source`` 1.0.4 and tried with this harness.  ``JG`` is
pandajedi/jediorder/JobGenerator.py, ``JS`` JobSplitter.py beside it, ``IC``
pandaserver/taskbuffer/InputChunk.py, ``PM`` taskbuffer/db_proxy_mods/task_complex_module.py.

From ``jobParamsTemplate`` to the command of one job
----------------------------------------------------
``JobGenerator.makeJobParameters`` (JG:2149-2524) replaces in the template, in this order:

* ``${STREAM[a:b]}`` is meant to be a slice of the stream's files (JG:2267-2279), but its ``exec``
  cannot see the local map it is to fill, and the exception is swallowed.
* ``${STREAM/L}``: all names with commas; ``/A`` puts each in quotes, ``/S`` takes blanks instead
  (JG:2323-2341).  ``${IN/T}``, which prun writes: a Python list, ``['a', 'b']`` (JG:2343-2345).
  ``/F`` a file name (2347), ``/M[..#..]`` arithmetic on a single name (2359).
* ``${STREAM}``: the only name, or several as ``head[1,2,4]tail`` if they differ in digits only,
  else with commas (JG:2350-2412); ``${STREAM/E}``: URL-*un*quoted (JG:2355-2357, 2414-2416).
* ``${SN}``, ``${SN/P}`` (six digits), ``${RNDMSEED}``, ``${MAXEVENTS}``, ``${SKIPEVENTS}``,
  ``${FIRSTEVENT}``, ``${SURL}``, ``${ATTEMPTNR}`` (JG:2474-2489).  ``${SURL}`` is normally gone
  already: the refiner replaces it (AtlasAnalTaskRefiner.py:26-31).
* A left-over ``${IN…}`` or ``${SEQNUMBER}`` fails the job generation (JG:2514-2521).

All of it, and how a task is cut, is retold in :mod:`alw.execution.jedi` for runs on this machine;
``tests/execution/test_jedi.py`` compares the two.

Names of a stream are made unique and sorted (JG:2222-2225).  A stream that comes from *several*
secondary datasets keeps the files of the last one only (JG:2236).  ``$JEDITASKID`` and
``$JOBSETID`` are put in when the job is inserted (job_complex_module.py:3182, 3508-3510).  None of
it reaches the command of ``-p``, which is URL-quoted: ``$`` is ``%24`` there.

How many files go to one job
----------------------------
The limits, all of them at once, of ``InputChunk.getSubChunk`` (IC:411, 515-523, 918-927) without
``nFilesPerJob``:

* ``nMaxFilesPerJob``; prun always sends one, 200 by default; the server's default is 200 (IC:452).
  Never more than 1000 with the secondaries' files, whatever is asked (IC:21, 522, 927).
* input size: ``nGBPerJob``; else the site's ``maxwdir``; with direct I/O the larger of that and
  50 GB while scouting, 500 GB after (IC:17-19, JS:178-200).  ``maxwdir`` limits on top of
  ``nGBPerJob`` too (JS:201-206).  Room for 1.5 GB of output is set aside (IC:15, 920).
* 10 GB of expected output (JS:51), ``maxWalltime`` and the site's ``maxtime`` once scouts have
  measured a CPU time (JS:207-214).

**With ``nFilesPerJob`` = N** the first N files are taken in one step and the loop ends
(IC:466-470, 530, 728-731): no size, time or 1000-file limit is looked at.  What remains:

* *Each master dataset is cut on its own* (PM:3321-3325).  prun's ``expand: True`` makes every
  dataset inside the container a master (TaskRefinerBase.py:649-651), and a task leaves one dataset
  for each site that ran its jobs (AtlasAnalTaskRefiner.py:232-233).  ``--notExpandInDS`` keeps the
  container whole.
* One cycle reads at most ``[jobgen] nFiles`` files, 5000 in the shipped configuration
  (PM:2787-2800): the rest is another job.
* Files of a constituent dataset whose storage is in downtime are left for a later cycle, hence
  another job (PM:2653-2707).
* Brokerage wants scratch space for the whole chunk: input + 0.5 MB for each MB of input
  (``outDiskCount``) + 300 MB, without the input where files are read directly
  (AtlasAnalJobBroker.py:1107-1168).  No such site: the task waits, it is not split.
* After many short scout jobs the server may drop ``nFilesPerJob``, where its operators configured
  that, and never for a task of few jobs (task_utils_module.py:1259-1281).

So ``--nFilesPerJob N --maxNFilesPerJob N --notExpandInDS`` gives one job while there are at most N
and 5000 files.  prun lowers ``--nFilesPerJob`` to ``--maxNFilesPerJob`` with a mere warning
(PrunScript.py:290-292); ``--nGBPerJob MAX`` sends nothing; ``--nJobs 1`` with ``--inDS`` does
nothing alone, and with ``--nFilesPerJob N`` it sets ``nFiles`` = N: other files are *never read*
(CommonArgs.py:908-917).  ``onSiteMerging`` (JS:95-99) still splits when there are scouts.

N may be larger than the number of files: the loop of ``getSubChunk`` ends with the files
(IC:466-470, 725).  5000 is the best there is, because one cycle reads no more.

*Several containers.*  A comma list with ``consolidate``, which ``--notExpandInDS`` sends, is
gathered in one container first (TaskRefinerBase.py:586-603).  A name with a wildcard is no list:
every container that matches is a master of its own (TaskRefinerBase.py:654).

*Secondary datasets.*  With ``nFilesPerJob`` = S on the item, JEDI reads S records for each file of
the master (PM:2830-2831), and copies records until there are so many (PM:3010-3072): a job gets
S of them, the same file twice if there are fewer files than S.  Without it, as many as the
master (``ratio``).  Neither is "all, however many".  That is ``attributes: "repeat,nosplit"``,
which no option of prun gives: up to 10000 files, never copied (PM:2828, 3014), all of them in
every job (IC:643-664).

``reduce_input_per_job``, the server's remedy for jobs that fail again and again, leaves tasks with
``nFilesPerJob`` alone (task_event_module.py:2797-2839).  Where input is brought back from tape,
files become ready in bunches of N (PM:927-1093): a large N waits for all of them.

The only form that is one job by construction: no master input (``noInput``, ``nEvents`` =
``nEventsPerJob`` = 1), and the container as a secondary with ``attributes: "repeat,nosplit"``, as
JEDI treats database releases (AtlasAnalTaskRefiner.py:213-216): every job gets all of its files
(IC:643-664), up to 10000 (PM:2805, 2828-2829), and they are not marked as used
(JediDatasetSpec.py:244-246).

Beyond JEDI: pilot3 runs the job's command as one argument of ``bash -c``, and Linux takes 131071
bytes there: some 3000 names of 36 letters in ``-i "['…', …]"``.  pilot3 refuses to copy in more
than ``maxwdir`` (pilot/api/data.py:1098-1114).  Where files are read directly, ``%IN`` holds URLs
instead of names (panda-wnscript runGen.py:446-453), for JSON files as well
(pilot/info/filespec.py:161-194): a command that opens them as files needs ``--forceStaged``.
"""
