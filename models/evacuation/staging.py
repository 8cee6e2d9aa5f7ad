"""Staged departure: who queues on the way waits at home instead, and each zone is told when to start.

A plan's groups keep their way and their step of arrival. From the last arc back, every arc is entered in the
latest step with room, so nobody arrives later, clearance and total arrival stay what they were proven to be,
and the steps spent in queues on the road only fall. A zone starts with the first of its groups.
Index names: ``g`` group, ``z`` zone.
"""

from dataclasses import dataclass, replace

import numpy as np

from dss.arrays import IntArray
from dss.errors import ProblemError
from models.evacuation.kernels.hold import hold_back
from models.evacuation.problem import Evacuation, EvacuationDecision, Groups
from models.plan import Plan


@dataclass(frozen=True, slots=True, eq=False)
class Staging:
    """A plan with as little queueing as its arrivals allow, and the order of its zones.

    Parameters
    ----------
    plan
        The same ways and arrivals, with later departures.
    zone
        Zones with people who leave, in the order in which they start, shape (z,).
    start_step, last_step
        Steps in which the first and the last group of each zone set out, shape (z,).
    persons
        Persons of each zone who leave, shape (z,).
    queue_before, queue_after
        Person-steps spent waiting after setting out, before and now.
    """

    plan: Plan[EvacuationDecision]
    zone: IntArray
    start_step: IntArray
    last_step: IntArray
    persons: IntArray
    queue_before: int
    queue_after: int


def stage(problem: Evacuation, plan: Plan[EvacuationDecision], zone: IntArray) -> Staging:
    """Let everybody set out as late as the plan's arrivals allow, and name each zone's start.

    Parameters
    ----------
    zone
        Zone of each node, shape (n,).

    Raises
    ------
    ProblemError
        If the plan has no decision or the zones have another shape.
    """
    decision = plan.decision
    if decision is None or zone.shape != problem.supply.shape:
        raise ProblemError("evacuation_shape", name="zone", shape=zone.shape, expected=problem.supply.shape)
    held = _held_back(problem, decision.groups)
    names, which = np.unique(zone[held.origin], return_inverse=True)
    start = np.full(names.size, np.iinfo(np.int64).max)
    last = np.zeros(names.size, dtype=np.int64)
    np.minimum.at(start, which, held.departure_step)
    np.maximum.at(last, which, held.departure_step)
    order = np.lexsort((names, last, start))
    return Staging(
        plan=replace(plan, decision=replace(decision, groups=held)),
        zone=names[order],
        start_step=start[order],
        last_step=last[order],
        persons=np.bincount(which, weights=held.persons, minlength=names.size).astype(np.int64)[order],
        queue_before=queueing(problem, decision.groups),
        queue_after=queueing(problem, held),
    )


def queueing(problem: Evacuation, groups: Groups) -> int:
    """Return the person-steps that groups wait after setting out."""
    if groups.arc.size == 0:
        return 0
    under_way = np.add.reduceat(problem.travel_steps[groups.arc], groups.offsets[:-1])
    waits = groups.arrival_step(problem.travel_steps) - groups.departure_step - under_way
    return int(waits @ groups.persons)


def _held_back(problem: Evacuation, groups: Groups) -> Groups:
    enter = groups.enter_step.copy()
    entering = np.zeros((problem.tail.size, int(enter.max(initial=0)) + 1), dtype=np.int32)
    persons = np.repeat(groups.persons, np.diff(groups.offsets)).astype(np.int32)
    np.add.at(entering, (groups.arc, enter), persons)
    _, closing = problem.entry_window()
    order = np.argsort(-groups.departure_step, kind="stable")
    hold_back(
        order, groups.persons, groups.offsets, (groups.arc, enter),
        (problem.travel_steps, problem.capacity, closing), entering,
    )  # fmt: skip
    return replace(groups, enter_step=enter)
