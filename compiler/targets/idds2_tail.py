"""What follows a learner: one work after another, or together in a workflow of their own.

The clerk of iDDS 2.6.21 removes from the list that it iterates (idds/workflowv2/workflow.py:2007):
of several works that end between two of its looks it skips every second one.  A run of which the
last works are skipped has not ended yet, so no next iteration starts; but all transforms have
ended, so the request is *Finished*: the loop is cut short.  A loop's body must therefore have one
last work, whatever fails.  A chain of works has one: if a work of it fails, that is the last.
Works beside each other get one by being put into a workflow without a loop, which is one work of
the body.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..plan.model import TaskPlan


@dataclass(frozen=True, slots=True)
class Tail:
    """The tasks that follow another one, split into two parts.

    :param chain: each one waits for all before it.
    :param together: the rest, parents first: each one waits for all of the chain, but not all of
        them for each other.
    """

    chain: tuple[str, ...]
    together: tuple[str, ...]


def tail(tasks: Iterable[str], parents: Mapping[str, Iterable[str]]) -> Tail:
    """Split ``tasks``, which all follow one task.

    :param parents: the tasks that a task waits for, those outside ``tasks`` among them.
    """
    members = dict.fromkeys(tasks)
    waiting: dict[str, int] = {}
    children: dict[str, list[str]] = {}
    for name in members:
        inner = {parent for parent in parents[name] if parent in members}
        waiting[name] = len(inner)
        for parent in inner:
            children.setdefault(parent, []).append(name)
    ready = [name for name, count in waiting.items() if not count]
    chain: list[str] = []
    together: list[str] = []
    while ready:
        # of tasks of which a single one waits for nothing, all others follow that one
        alone = len(ready) == 1 and not together
        name = ready.pop(0)
        (chain if alone else together).append(name)
        for child in children.get(name, ()):
            waiting[child] -= 1
            if not waiting[child]:
                ready.append(child)
    return Tail(tuple(chain), tuple(together))


def followers(learner: str, tasks: Mapping[str, TaskPlan]) -> Tail:
    """Split the tasks of the body that follow its learner."""
    children: dict[str, list[str]] = {}
    for task in tasks.values():
        for parent in task.parents if task.in_loop else ():
            children.setdefault(parent, []).append(task.name)
    found = {learner}
    todo = [learner]
    for name in todo:
        fresh = [child for child in children.get(name, ()) if child not in found]
        found.update(fresh)
        todo += fresh
    after = [name for name in tasks if name in found and name != learner]
    return tail(after, {name: tasks[name].parents for name in after})
