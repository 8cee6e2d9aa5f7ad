"""Few ways for each origin: what people can be told.

The plan's loads on the roads are split anew into few ways (``main_ways``). Of these, those with most persons
are kept for each origin; everybody is sent by them alone, the soonest arrival first, in whole persons. Where
some origin's people do not all arrive so, in time and before roads close, they go before those who failed
less often and get twice as many ways; where that does not help either, they keep the plan's groups and the
others are sent beside them. The bound of the plan stays a bound: fewer ways allow no more. So what the rule
costs is known, but not whether other ways would cost less. Index names: ``g`` group, ``w`` way.
"""

from dataclasses import dataclass, replace

import numpy as np

from dss.arrays import Int32Array, IntArray
from dss.errors import ProblemError
from models.evacuation.joining import rows, stacked
from models.evacuation.kernels.follow import follow
from models.evacuation.main_ways import main_ways
from models.evacuation.problem import FOREVER, Evacuation, EvacuationDecision, Groups
from models.plan import Plan, Termination

LATER = 1.2
"""By how much the last step grows while people cannot arrive by it."""
MOST_CELLS = 150_000_000
"""Arcs times steps above which an origin gets another way instead."""


MOST_FAILURES = 4
"""How often an origin may fail before it keeps the plan's groups, where it has all of its ways."""
MOST_DOUBLINGS = 30


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


def few_routes(
    problem: Evacuation,
    plan: Plan[EvacuationDecision],
    most_ways: int = 1,
    *,
    community: IntArray | None = None,
    latest_step: int | None = None,
) -> FewRoutes:
    """Return a plan of the same persons with few ways for each origin.

    Parameters
    ----------
    most_ways
        Ways that an origin may have; it gets more only where its people could not arrive in time.
    community
        Community of each node, shape (n,): origins of one are sent to the same shelters where that fits.
        None: each origin by itself.
    latest_step
        An origin whose people would arrive later than this gets more ways. None: as late as it takes. A
        deadline of the plan holds in any case.

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
    n, groups = problem.supply.size, decision.groups
    used = main_ways(problem, groups, np.arange(n) if community is None else community)
    before, known = (np.bincount(one.origin, minlength=n) for one in (_ways(groups), used))
    failed, kept = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.bool_)
    going = (problem.supply - decision.staying, *_last_steps(decision, latest_step))
    while not kept[groups.origin].all():
        allowed = most_ways * 2 ** np.minimum(failed, MOST_DOUBLINGS)
        ways = rows(used, (_rank(used) < allowed[used.origin]) & ~kept[used.origin])
        sent, left = _sent(problem, (ways, failed[ways.origin]), rows(groups, kept[groups.origin]), going)
        if not left.any():
            after = np.bincount(_ways(sent).origin, minlength=n)
            return FewRoutes(_with(problem, plan, sent), before, after)
        failed += left > 0
        kept |= (failed > MOST_FAILURES) & (allowed >= known)
    return FewRoutes(plan, before, before)


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
    return once.taken(place[order])


def _rank(ways: Groups) -> IntArray:
    """Return the place of each way among those of its origin, shape (w,)."""
    return np.arange(ways.origin.size) - np.searchsorted(ways.origin, ways.origin)


def _last_steps(decision: EvacuationDecision, latest_step: int | None) -> tuple[int, int]:
    """Return by which step people should be safe, and by which they must."""
    if decision.deadline_step is not None:
        return decision.deadline_step, decision.deadline_step
    clearance = decision.clearance_step
    return clearance, FOREVER if latest_step is None else max(latest_step, clearance)


def _sent(
    problem: Evacuation, ways: tuple[Groups, IntArray], kept: Groups, going: tuple[IntArray, int, int]
) -> tuple[Groups, IntArray]:
    """Send people by some ways alone, those first that failed most often; the groups, and who is left, (n,).

    ``kept`` go as they are, before all others. ``going`` are those who are to go at each node, the step by
    which they should be safe, and the one by which they must.
    """
    leaving, last, latest = going
    n, k = problem.supply.size, problem.tail.size
    leaving = leaving - _persons_at(kept.origin, kept.persons, n)
    everybody = int(leaving.sum())
    filled = _persons_at(problem.head[kept.arc[kept.offsets[1:] - 1]], kept.persons, n)
    places = np.minimum(problem.shelter_capacity - filled, everybody).astype(np.int64)
    missing = everybody + 1
    while True:
        left = leaving.copy()
        flow = np.zeros((k, last + 1), dtype=np.int32)
        np.add.at(flow, (kept.arc, kept.enter_step), np.repeat(kept.persons, np.diff(kept.offsets)))
        sent = _followed(problem, ways, flow, (left, places.copy()))
        still, longer = int(left.sum()), min(int(last * LATER) + 1, latest)
        if still in (0, missing) or longer == last or longer * k > MOST_CELLS:
            return stacked(kept, sent), left
        last, missing = longer, still


def _persons_at(node: IntArray, persons: IntArray, n: int) -> IntArray:
    return np.bincount(node, weights=persons, minlength=n).astype(np.int64)


def _followed(
    problem: Evacuation, ways: tuple[Groups, IntArray], flow: Int32Array, state: tuple[IntArray, IntArray]
) -> Groups:
    """Send people by ways, those first that failed most often; see ``follow`` for what changes."""
    every, failed = ways
    arcs = (problem.travel_steps, problem.capacity, *problem.entry_window())
    found = Groups.none()
    for times in np.unique(failed)[::-1]:
        own = rows(every, failed == times)
        goal = problem.head[own.arc[own.offsets[1:] - 1]]
        way, persons, entered = follow((own.origin, goal, own.offsets, own.arc), arcs, flow, state)
        found = stacked(found, replace(own.taken(way), persons=persons, enter_step=entered))
    return found


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
