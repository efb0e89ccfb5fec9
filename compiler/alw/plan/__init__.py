"""Plan: turn a resolved workflow into the tasks that PanDA gets, in the order in which they run.

The planner has a `Workflow` and its `Graph`; it makes a `WorkflowPlan`, which holds everything that
a target needs to write requests and nothing about how one spells them.  Values that only the engine
knows are marks in texts (:mod:`alw.prun.marked_text`).

The order of the work follows from what depends on what:

1. *Names first* (:mod:`.planner`).  A task's dataset needs only the workflow, the task and, in a
   loop, the number of the iteration.  With the names of all tasks known, those that would write to
   one dataset are found before anything is asked of prun (:mod:`.collisions`); two names with a
   number in them are equal if they are so in any pair of iterations (:mod:`alw.prun.same_names`).

2. *Tasks in the order of the graph* (:mod:`.task_planner`).  A task that reads an output needs the
   container that prun derives from the name and the options of the task that writes it, and a
   learner needs to know how many files there may be.  So each task is planned after those that it
   waits for: tasks with no unplanned parents first, then their children (Kahn's algorithm).  Those
   in a cycle are never reached; the cycle has been reported.

   The plan of a task is found in these steps, each of which reports its own problems:

   a. The parts of its command (:mod:`alw.prun.command`), and the options that it sets.
   b. The datasets that it reads, as ``--inDS`` and ``--secondaryDSs`` (:mod:`.inputs`); a learner
      gets options that make it one job that reads every file (:mod:`.learner`).
   c. The engine's addition to a learner's command, or the learner as the engine runs it itself
      (`Engine.compile_learner`, `Engine.plan_actuator`).
   d. The task parameter map: what panda-client makes of all that, with the marks in place.
   e. The demands of PanDA and of the engine on that map (:mod:`alw.prun.acceptance`).

   A task with a stored map takes another way from c on: its command's parts are replaced and its
   datasets renamed (:mod:`.stored`, :mod:`.replacing`, :mod:`.renaming`).

3. *All maps together*.  Containers that prun has derived from different names may be equal after
   all, and a dataset that a task reads by its name may be one that another task writes
   (:mod:`.literal`): both are looked up in the finished maps, whatever option the name came from.

4. *Sandboxes last* (:mod:`.sandbox`), because an archive is named after its content, and a task may
   use the one of another.

A failure does not end planning.  What cannot be planned is a `Failed`, and so is what needs it; a
`Failed` can only come from a reported error.  So one run reports all problems that do not follow
from each other, and no plan is lost in silence.  At the end a plan is whole or there is none.

An editor plans the same workflow again and again.  The plan of a task is found in the cache
(:mod:`.plan_cache`) while the task, its name, its last iteration and the outputs before it are what
they were, and if it was made without a diagnostic.
"""
