"""Few ways for each origin: what people can be told.

Of the ways that a plan uses from an origin, those with most persons are kept; everybody is sent by them
alone, the soonest arrival first, in whole persons. An origin whose people do not all arrive in time by its
ways gets the next one. The bound of the plan stays a bound: fewer ways allow no more. So what the rule costs
is known, but not whether other ways would cost less. Index names: ``g`` group, ``w`` way.
"""

from dataclasses import dataclass, replace

import numpy as np

from dss.arrays import IntArray
from dss.errors import ProblemError
from models.evacuation.joining import rows
from models.evacuation.kernels.follow import follow
from models.evacuation.problem import Evacuation, EvacuationDecision, Groups
from models.plan import Plan, Termination

LATER = 1.2
"""By how much the last step grows while people cannot arrive by it."""
MOST_CELLS = 150_000_000
"""Arcs times steps above which an origin gets another way instead."""


@dataclass(frozen=True, slots=True, eq=False)
class FewRoutes:
    """A plan with few ways for each origin.

    Parameters
    ----------
    plan
        With the bound of the plan before.
    ways_before, ways
        How many different ways the people of each node take, shape (n,).
    """

    plan: Plan[EvacuationDecision]
    ways_before: IntArray
    ways: IntArray


def few_routes(problem: Evacuation, plan: Plan[EvacuationDecision], most_ways: int = 1) -> FewRoutes:
    """Return a plan of the same persons with few ways for each origin.

    Parameters
    ----------
    most_ways
        Ways that an origin may have; it gets more only where its people could not arrive in time.

    Returns
    -------
    The plan before, where even with all of its ways the rule brings fewer to safety in time.

    Raises
    ------
    ProblemError
        If the plan has no decision or ``most_ways`` is below 1.
    """
    decision = plan.decision
    if decision is None or most_ways < 1:
        raise ProblemError("evacuation_whole", name="most_ways", index=0, value=most_ways)
    used = _ways(decision.groups)
    before = np.bincount(used.origin, minlength=problem.supply.size)
    allowed = np.full(problem.supply.size, most_ways)
    while True:
        groups, left = _sent(problem, decision, rows(used, _rank(used) < allowed[used.origin]))
        if not left.any():
            after = np.bincount(_ways(groups).origin, minlength=problem.supply.size)
            return FewRoutes(_with(problem, plan, groups), before, after)
        if not ((left > 0) & (allowed < before)).any():
            return FewRoutes(plan, before, before)
        allowed += left > 0


def _ways(groups: Groups) -> Groups:
    """Return each way once with all its persons, by origin, most persons first."""
    begin, end = groups.offsets[:-1].tolist(), groups.offsets[1:].tolist()
    key = [groups.arc[i:j].tobytes() for i, j in zip(begin, end, strict=True)]
    name = {way: number for number, way in enumerate(sorted(set(key)))}
    number = np.array([name[way] for way in key], dtype=np.int64)
    pair = groups.origin * (len(name) + 1) + number
    _, first, which = np.unique(pair, return_index=True, return_inverse=True)
    persons = np.bincount(which.ravel(), weights=groups.persons, minlength=first.size).astype(np.int64)
    order = np.lexsort((-persons, groups.origin[first]))
    chosen = np.zeros(groups.persons.size, dtype=np.bool_)
    chosen[first] = True
    once = rows(replace(groups, persons=persons[which.ravel()]), chosen)
    # rows keeps the groups' order; ways are wanted by origin and persons
    place = np.argsort(np.argsort(first))
    return _taken(once, place[order])


def _taken(groups: Groups, order: IntArray) -> Groups:
    """Return groups in another order."""
    lengths = np.diff(groups.offsets)[order]
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    row = np.repeat(groups.offsets[order] - offsets[:-1], lengths) + np.arange(offsets[-1])
    return Groups(
        groups.origin[order], groups.persons[order], offsets, groups.arc[row], groups.enter_step[row]
    )


def _rank(ways: Groups) -> IntArray:
    """Return the place of each way among those of its origin, shape (w,)."""
    return np.arange(ways.origin.size) - np.searchsorted(ways.origin, ways.origin)


def _sent(problem: Evacuation, decision: EvacuationDecision, ways: Groups) -> tuple[Groups, IntArray]:
    """Send those who leave by some ways alone; the groups, and who is left at each node."""
    leaving = problem.supply - decision.staying
    everybody = int(leaving.sum())
    places = np.minimum(problem.shelter_capacity, everybody).astype(np.int64)
    goal = problem.head[ways.arc[ways.offsets[1:] - 1]]
    arcs = (problem.travel_steps, problem.capacity, *problem.entry_window())
    last, missing = decision.clearance_step, everybody + 1
    while True:
        last = last if decision.deadline_step is None else decision.deadline_step
        left = leaving.copy()
        flow = np.zeros((problem.tail.size, last + 1), dtype=np.int32)
        found = follow((ways.origin, goal, ways.offsets, ways.arc), arcs, flow, (left, places.copy()))
        still = int(left.sum())
        longer = int(last * LATER) + 1
        futile = still >= missing or decision.deadline_step is not None
        if still == 0 or futile or longer * problem.tail.size > MOST_CELLS:
            return _groups_of(ways, *found), left
        last, missing = longer, still


def _groups_of(ways: Groups, way: IntArray, persons: IntArray, entered: IntArray) -> Groups:
    sent = _taken(ways, way)
    return replace(sent, persons=persons, enter_step=entered)


def _with(problem: Evacuation, plan: Plan[EvacuationDecision], groups: Groups) -> Plan[EvacuationDecision]:
    """Return a plan with other groups, its figures and its gap."""
    assert plan.decision is not None
    arrival = groups.arrival_step(problem.travel_steps)
    decision = replace(
        plan.decision,
        groups=groups,
        clearance_step=int(arrival.max(initial=0)),
        total_arrival_steps=int(arrival @ groups.persons),
    )
    value = {
        "clearance": decision.clearance_step,
        "total_arrival": decision.total_arrival_steps,
        "most_safe": int(groups.persons.sum()),
    }[decision.objective]
    done = Termination.OPTIMAL if value == plan.report.bound else Termination.FEASIBLE
    if plan.report.termination is Termination.INFEASIBLE:
        done = Termination.INFEASIBLE
    return Plan(decision, replace(plan.report, objective=float(value), termination=done))
