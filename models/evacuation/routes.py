"""Few ways for each origin: what people can be told.

The people of one origin, or of a few, are taken out of the plan and sent anew by few ways, in whole persons,
each time by the way that carries the most of them in time. It stays so where everybody still arrives and the
ways are no more than before, so the plan never leaves anybody behind and is never later than allowed. Ways
that are tried are those of the plan, those into which its loads on the roads can be split (``main_ways``),
and the soonest beside all others. The bound of the plan stays a bound: fewer ways allow no more. So what the
rule costs is known, but not whether other ways would cost less. Index names: ``g`` group, ``w`` way.
"""

from dataclasses import dataclass, replace

import numpy as np

from dss.arrays import IntArray
from dss.errors import ProblemError
from models.evacuation.joining import rows, stacked
from models.evacuation.main_ways import main_ways
from models.evacuation.problem import MOST_CELLS, Evacuation, EvacuationDecision, Groups
from models.evacuation.sending import Sending, tell_fewer
from models.plan import Plan, Termination

KNOWN = 60
"""Ways of an origin that are tried, those with most persons."""


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


@dataclass(frozen=True, slots=True, eq=False)
class FewRule:
    """How few ways people are told, and what that may cost.

    Parameters
    ----------
    most_ways
        Ways that an origin should have; it keeps more only where its people could not all arrive in time.
    latest_step
        Nobody arrives later than this. None: than the clearance of the plan. A deadline of the plan holds
        in any case.
    community
        Community of each node, shape (n,): origins of one are sent to the same shelters where that fits.
        None: each origin by itself.
    seed
        Draws who is sent anew together.

    Raises
    ------
    ProblemError
        If ``most_ways`` is below 1.
    """

    most_ways: int = 1
    latest_step: int | None = None
    community: IntArray | None = None
    seed: int = 1

    def __post_init__(self) -> None:
        if self.most_ways < 1:
            raise ProblemError("evacuation_whole", name="most_ways", index=0, value=self.most_ways)


def few_routes(problem: Evacuation, plan: Plan[EvacuationDecision], rule: FewRule) -> FewRoutes:
    """Return a plan of the same persons with few ways for each origin, never more than before.

    Raises
    ------
    ProblemError
        If the plan has no decision.
    """
    decision = plan.decision
    if decision is None:
        raise ProblemError("evacuation_whole", name="decision", index=0, value="None")
    n, groups, latest = problem.supply.size, decision.groups, _latest(decision, rule.latest_step)
    own = _ways(groups)
    before = np.bincount(own.origin, minlength=n)
    if problem.tail.size * (latest + 1) > MOST_CELLS or (before <= rule.most_ways).all():
        return FewRoutes(plan, before, before)
    community = np.arange(n) if rule.community is None else rule.community
    known = _ways(stacked(main_ways(problem, groups, community), own))
    sending = Sending.of(problem, groups, (rows(known, _rank(known) < KNOWN), before), latest)
    sent = tell_fewer(sending, rule.most_ways, rule.seed)
    return FewRoutes(_with(problem, plan, sent), before, np.bincount(_ways(sent).origin, minlength=n))


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


def _latest(decision: EvacuationDecision, latest_step: int | None) -> int:
    """Return the step by which everybody who goes must be safe."""
    if decision.deadline_step is not None:
        return decision.deadline_step
    return max(decision.clearance_step, latest_step or 0)


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
