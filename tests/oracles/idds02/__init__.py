"""iDDS 0.2.1, the seed's release, as a test oracle: ``tests.oracles.idds02.oracle``.

Nothing is imported here, because the worker process imports this package in that release's
environment.  What runs is the release's own clerk, transformer and carrier over its own database
(SQLite, one of the choices in its ``idds.cfg.template``); PanDA, Rucio and HTCondor are stand-ins.

What follows was read in 0.2.1 and tried with this harness (``tests/engine/test_idds02*.py``).
``WF`` is idds/workflow/workflow.py, ``WK`` work.py beside it, ``PW`` idds/atlas/workflow/
atlaspandawork.py, ``AW`` atlasactuatorwork.py and ``CW`` atlascondorwork.py beside that, ``CL``
idds/agents/clerk/clerk.py, ``TR`` idds/agents/transformer/transformer.py.

*The released server runs no loop at all.*  core/requests.py:173 wants ``original_work`` of every
new transform; CL:90 gives it for the initial works, CL:202-206 does not for later ones:
``KeyError``, and the request stays locked.  ``Run.repaired`` hands it over; all below is of a
repaired server.

Parameters
----------
* ``parameters`` of a *task* fill ``cliParams`` and nothing else (``str.format``, PW:161-178).  That
  is done in ``initialize_work``, only while ``initialized`` is false (PW:86-89), on a copy of the
  template (WF:191-206).  A template in which ``initialized`` is false and ``parameters`` holds the
  first values is bound in the first iteration; the seed calls ``initialize_work`` itself.
* All or nothing: a key that is missing, or ``{IN}`` as in ``${IN}``, leaves every placeholder
  as it is, and the message is in ``work.errors`` where nobody looks (PW:177-178).  Without
  parameters nothing is formatted, and ``{{`` stays doubled (PW:167).
* The JSON that a learner has written *replaces* ``parameters`` of the work that a condition of
  the learner starts (AW:107-110, WF:272-274, PW:186-190): no key is kept from before.
* A task hands nothing on (``parameters_for_next_task`` is never set, but for what the JSON states):
  a learner, and a second task of the loop, have the template's parameters in every iteration.

Ends
----
* ``generate_new_task`` is the truth value of the learner's JSON (AW:97-102), and a learner whose
  JSON is missing, broken or empty is ``Failed`` (AW:390-425): the loop ends by a failed learner
  only, the request is ``SubFinished`` then (WF:408-418), and a stop looks as a crash does.
* The exit status of the learner's command means nothing: ``ls`` ends the job (AW:346-348).
* Nothing bounds the loop.  ``lifetime`` becomes ``expired_at``, which no agent compares with now.
* A PanDA task that is ``finished``, with some jobs failed, counts as running for ever (PW:484-487).

Names
-----
* At its first initialisation a task replaces ``output_dataset_name`` by itself, ``_`` and the
  number of works made before it, in ``cliParams``, ``taskName``, ``log`` and ``container`` and
  ``dataset`` of ``jobParameters``, *inputs included* (PW:127-157, WF:198).  With a loop of one
  task and one learner: ``_0``, ``_2``, ``_4``; hence no duplicate.  A name that occurs nowhere
  keeps the map as it is.
* A learner's collections and parameters are never renamed: it reads what the JSON states.

Graph
-----
* Each condition of a work that has ended starts its own copy of the next work (WF:350-351): a
  tree runs, a join runs twice.  ``cond`` may name any method of the work without arguments.
* ``false_work`` of the learner's condition is a task behind the loop; it gets no values.
"""
