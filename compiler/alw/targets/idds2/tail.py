"""The works of a loop's body that may run in parallel.

The clerk of iDDS 2.6.21 removes from the list that it iterates (idds/workflowv2/workflow.py:2007):
of n works that end between two of its looks, n // 2 are still taken for running after a pass.  If
the last works of a body are among them, the iteration has not ended, so no next one starts; but
all transforms have ended, so the request is *Finished*: the loop is cut short.  If a learner is
among them, its values come too late.  What follows was measured with the clerk's own rules, all
tasks ending as late and as fast as possible (``tests/engine/test_widths.py``):

* A look makes three passes over the works of the loop.  One of them is before the clerk knows what
  has ended, one after the next iteration could start: before the pass in which a learner must be
  alone on the list, tasks that it waits for have had three.  So there are at most seven of them;
  more if other tasks are between (:func:`find_crowd`).
* The tasks that follow a learner have no task after them.  They are a chain, of which one is on the
  list at any time, whatever fails; or they are gathered in a workflow without a loop, which is one
  work of the body.  In that there are two passes before it must have ended: it holds three works.
  Such workflows nest, and so any number of tasks fits that do not wait for each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...check.graph import reach

#: Three passes over the works of a loop for each look of the clerk: 2 ** 3.
_EACH_LOOK = 8
#: The works that two passes remove.
GATHERED = 3

Parents = Mapping[str, Iterable[str]]
"""The tasks that a task waits for."""


@dataclass(frozen=True, slots=True)
class Together:
    """Tasks, or more of these, that become one workflow without a loop."""

    members: tuple[str | Together, ...]


@dataclass(frozen=True, slots=True)
class Tail:
    """The tasks that follow a learner in its loop.

    :param chain: each one waits for all before it.
    :param groups: the rest, which waits for all of the chain: tasks of one group wait for each
        other, tasks of two groups do not.  Parents come first.
    """

    chain: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]

    @property
    def crowded(self) -> tuple[str, ...]:
        """The first group that no workflow can hold; empty if there is none."""
        return next((group for group in self.groups if len(group) > GATHERED), ())

    @property
    def together(self) -> Together | None:
        """The workflow that holds the groups; ``None`` without any.

        :raises ValueError: if a group is crowded.
        """
        if not self.groups:
            return None
        if self.crowded:
            raise ValueError("more tasks than a workflow can hold wait for each other")
        members: list[str | Together] = [
            group[0] if len(group) == 1 else Together(group) for group in self.groups
        ]
        while len(members) > GATHERED:
            parts = [members[n : n + GATHERED] for n in range(0, len(members), GATHERED)]
            members = [part[0] if len(part) == 1 else Together(tuple(part)) for part in parts]
        if len(members) == 1 and isinstance(members[0], Together):
            return members[0]
        return Together(tuple(members))


def list_names(together: Together) -> Iterator[str]:
    """Yield the tasks in it."""
    for member in together.members:
        if isinstance(member, str):
            yield member
        else:
            yield from list_names(member)


def split_tail(tasks: Iterable[str], parents: Parents) -> Tail:
    """Split ``tasks``, which all follow one task.

    :param parents: may name tasks that are not among ``tasks``.
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
    rest: list[str] = []
    while ready:
        # of tasks of which a single one waits for nothing, all others follow that one
        alone = len(ready) == 1 and not rest
        name = ready.pop(0)
        (chain if alone else rest).append(name)
        for child in children.get(name, ()):
            waiting[child] -= 1
            if not waiting[child]:
                ready.append(child)
    return Tail(tuple(chain), _groups(rest, parents))


def _groups(names: Sequence[str], parents: Parents) -> tuple[tuple[str, ...], ...]:
    """Split ``names`` into what hangs together."""
    group_of = {name: [name] for name in names}
    for name in names:
        for parent in parents[name]:
            if parent in group_of and group_of[parent] is not group_of[name]:
                small, large = sorted((group_of[parent], group_of[name]), key=len)
                large += small
                for moved in small:
                    group_of[moved] = large
    order = {name: number for number, name in enumerate(names)}
    groups = {id(group): group for group in group_of.values()}
    return tuple(tuple(sorted(group, key=order.__getitem__)) for group in groups.values())


def find_crowd(learner: str, parents: Parents) -> tuple[str, ...]:
    """Return the tasks before ``learner`` of which too many may end between two looks.

    A task from which the longest way to the learner has d steps ends at least d looks before it.

    :param parents: of the tasks of the body.
    :returns: the tasks nearest to the learner of those that are too many; empty if none are.
    """
    distance = _distances(learner, parents)
    at: dict[int, list[str]] = {}
    for name, steps in distance.items():
        at.setdefault(steps, []).append(name)
    left = 0
    for steps in range(max(at, default=0), 0, -1):
        left = (left + len(at[steps])) // _EACH_LOOK
    if not left:
        return ()
    most = max(at, key=lambda steps: len(at[steps]))
    return tuple(at[most])


def _distances(learner: str, parents: Parents) -> dict[str, int]:
    """Return the length of the longest way from each task before ``learner`` to it."""
    below: dict[str, int] = {}
    before = {learner}
    todo = [learner]
    for name in todo:
        for parent in parents.get(name, ()):
            if parent in parents:
                below[parent] = below.get(parent, 0) + 1
                if parent not in before:
                    before.add(parent)
                    todo.append(parent)
    distance = {learner: 0}
    ready = [learner]
    for name in ready:
        for parent in parents.get(name, ()):
            if parent in parents:
                distance[parent] = max(distance.get(parent, 0), distance[name] + 1)
                below[parent] -= 1
                if not below[parent]:
                    ready.append(parent)
    del distance[learner]
    return distance


def split_followers(learner: str, parents: Mapping[str, Collection[str]]) -> Tail:
    """Split the tasks of a body that follow its learner.

    :param parents: of the tasks of the body, in the order of the source.
    """
    children: dict[str, list[str]] = {}
    for name, waits in parents.items():
        for parent in waits:
            children.setdefault(parent, []).append(name)
    after = set(reach(learner, children))
    return split_tail([name for name in parents if name in after], parents)
