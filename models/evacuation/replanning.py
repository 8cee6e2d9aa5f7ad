"""Plan anew after a road closes: who has set out keeps an open way, the others are planned anew.

What is fixed and what is not stands in ``rest``. The rest is solved with the objective of the plan; its
certificates prove how good the new plan is among all that keep what is fixed. Where those on their way take
capacity in very many single steps, those planned anew go around them step by step (``beside``). Where the aim
is not the clearance, or not everybody can be safe, blocks of steps are planned with the least that is free in
them. The certificates are weighed on the exact rest in any case.
"""

import time
from dataclasses import dataclass, replace

import numpy as np

from dss.arrays import IntArray
from dss.errors import ProblemError
from models.evacuation.beside import planned_beside
from models.evacuation.check import check_ways
from models.evacuation.churn import Churn, churn_of
from models.evacuation.cut import earliest_for, proven_most
from models.evacuation.joining import Ways, joined, rows, ways
from models.evacuation.problem import FOREVER, Evacuation, EvacuationDecision, Groups
from models.evacuation.rest import Frozen, Rest, closed_from, entering, frozen_at, rest_alone, rest_of
from models.evacuation.solve import SOLVER, solve
from models.evacuation.validating import node_indices
from models.plan import Limits, Plan, SolveReport, Termination, Violation

PIECES = 4
"""Arcs with windows in the rest, for each arc of the problem, above which blocks of steps are planned."""
MOST_BLOCK = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Replanned:
    """A plan that goes on from another one.

    Parameters
    ----------
    problem
        With the new closings.
    plan
        Everybody from step 0 on; its bound is that of all plans that keep what is fixed.
    stranded
        What those on their way did before the step for whom no way leads on: their last arc ends where they
        are.
    churn
        What changes for whom.
    certificate, persons_certificate
        Thresholds of the rest, for the step by which all of it is safe and for how many of it can be.
    """

    problem: Evacuation
    plan: Plan[EvacuationDecision]
    stranded: Groups
    churn: Churn
    certificate: IntArray
    persons_certificate: IntArray


def replan(
    problem: Evacuation,
    decision: EvacuationDecision,
    at_step: int,
    closed_arcs: IntArray,
    limits: Limits | None = None,
) -> Replanned:
    """Plan anew from a step in which arcs close.

    Parameters
    ----------
    at_step
        The first step in which the arcs may not be entered. Whoever entered one before finishes it.
    closed_arcs
        Arcs of the problem.

    Raises
    ------
    ProblemError
        If an arc is outside the problem or the step is negative.
    """
    _require_inside(problem, at_step, closed_arcs)
    begin = time.perf_counter()
    limits = limits or Limits()
    fixed = _fixed(problem, decision.groups, at_step, closed_arcs)
    found = None
    if _is_large(fixed, fixed.rest) and decision.objective == "clearance":
        found = _around(fixed, decision.groups, begin + limits.time_s / 2)
    if found is None:
        found = _solved(fixed, decision, limits)
    groups, stranded = joined(decision.groups, fixed.frozen, found.rest, found.groups, at_step)
    new, proofs = _continued(problem, decision, groups), found.proofs
    report = _report(new, fixed, found)
    return Replanned(
        fixed.problem,
        Plan(new, replace(report, wall_s=time.perf_counter() - begin)),
        stranded,
        churn_of(decision.groups, fixed.frozen, at_step, (groups, stranded)),
        *proofs,
    )


def check_replan(
    problem: Evacuation,
    decision: EvacuationDecision,
    event: tuple[int, IntArray],
    result: Replanned,
) -> list[Violation]:
    """Return what is wrong with a plan that goes on from another; empty where all of it holds.

    Parameters
    ----------
    decision
        The plan before.
    event
        The step, and the arcs that close then.

    Notes
    -----
    No solver: what is fixed must be in the new plan as it was, every constraint holds with the closings, and
    the certificates bear the bound on the rest, which is made anew here. The bound on a total arrival is not
    checked.
    """
    step, arcs = event
    new = result.plan.decision
    if new is None:
        return []
    fixed = _fixed(problem, decision.groups, step, arcs)
    broken = check_ways(fixed.problem, new)
    if broken:
        return broken
    proven = _bound(new, fixed, (result.certificate, result.persons_certificate))
    told = result.plan.report.bound
    wrong_way = -1.0 if new.objective == "most_safe" else 1.0
    bad_bound = told is not None and (proven is None or wrong_way * (told - proven) > 0)
    whole, again = ways(new.groups, None), _continued(problem, decision, new.groups)
    wrong = [
        ("moves before the step", _until(new.groups, result.stranded, step) != ways(decision.groups, step)),
        ("a way that is open", any(whole[way] < persons for way, persons in ways(fixed.kept, None).items())),
        ("clearance_step", new.clearance_step != again.clearance_step),
        ("total_arrival_steps", new.total_arrival_steps != again.total_arrival_steps),
        ("bound", bad_bound and new.objective != "total_arrival"),
    ]
    return [Violation("replan", what, 1.0) for what, bad in wrong if bad]


@dataclass(frozen=True, slots=True, eq=False)
class _Fixed:
    """What a closing leaves as it is: the problem with it, the groups that are kept, and the exact rest."""

    problem: Evacuation
    frozen: Frozen
    kept: Groups
    rest: Rest
    step: int


def _require_inside(problem: Evacuation, at_step: int, closed_arcs: IntArray) -> None:
    if at_step < 0:
        raise ProblemError("evacuation_whole", name="at_step", index=0, value=at_step)
    node_indices(closed_arcs, "closed_arcs", problem.tail.size, np.asarray(closed_arcs).size)


def _fixed(problem: Evacuation, groups: Groups, step: int, arcs: IntArray) -> _Fixed:
    closed = closed_from(problem, arcs, step)
    frozen = frozen_at(closed, groups, step)
    rest = rest_of(closed, groups, frozen, (step, 1))
    return _Fixed(closed, frozen, rows(groups, frozen.kept), rest, step)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """A plan of a rest: groups, thresholds for the step and for the persons, a bound where there is one."""

    rest: Rest
    groups: Groups
    proofs: tuple[IntArray, IntArray]
    bound: float | None


def _around(fixed: _Fixed, groups: Groups, deadline: float) -> _Found | None:
    """Plan the rest around those who keep their way; None where that fails."""
    alone = rest_alone(fixed.problem, groups, fixed.frozen, fixed.step)
    last = int(fixed.kept.arrival_step(fixed.problem.travel_steps).max(initial=0))
    around = (alone.problem, entering(groups, alone, fixed.frozen.kept, fixed.step))
    found = planned_beside(around, fixed.rest.problem, max(0, last - fixed.step), deadline)
    if found is None:
        return None
    everybody = np.full_like(alone.problem.supply, FOREVER)  # all of them are safe, so no more can be
    return _Found(alone, found.groups, (found.certificate, everybody), None)


def _solved(fixed: _Fixed, decision: EvacuationDecision, limits: Limits) -> _Found:
    """Plan the rest with the objective of the plan, in blocks of steps where it is large."""
    planned = _coarse_enough(fixed, decision.groups)
    deadline = decision.deadline_step
    later = None if deadline is None else max(0, deadline - fixed.step)
    plan = solve(planned.problem, decision.objective, limits, deadline_step=later)
    assert plan.decision is not None
    assert plan.decision.persons_certificate is not None  # the rest has windows
    proofs = (plan.decision.certificate, plan.decision.persons_certificate)
    bound = plan.report.bound if planned is fixed.rest else None
    return _Found(planned, plan.decision.groups, proofs, bound)


def _is_large(fixed: _Fixed, rest: Rest) -> bool:
    return rest.behind.size > PIECES * fixed.problem.tail.size


def _coarse_enough(fixed: _Fixed, groups: Groups) -> Rest:
    """Return the rest with blocks of steps that are as short as the number of arcs allows."""
    planned, block = fixed.rest, 1
    while _is_large(fixed, planned) and block < MOST_BLOCK:
        block *= 4
        planned = rest_of(fixed.problem, groups, fixed.frozen, (fixed.step, block))
    return planned


def _continued(problem: Evacuation, decision: EvacuationDecision, groups: Groups) -> EvacuationDecision:
    """Return a decision with other groups; who has no group any more is overtaken by the closing."""
    gone = np.bincount(groups.origin, weights=groups.persons, minlength=problem.supply.size)
    arrival = groups.arrival_step(problem.travel_steps)
    return replace(
        decision,
        groups=groups,
        clearance_step=int(arrival.max(initial=0)),
        total_arrival_steps=int(arrival @ groups.persons),
        overtaken=problem.supply - decision.cut_off - decision.no_place - gone.astype(np.int64),
        persons_certificate=None,
    )


def _report(new: EvacuationDecision, fixed: _Fixed, found: _Found) -> SolveReport:
    """Return how good a new plan is among those that keep what is fixed."""
    value, bound = float(new.clearance_step), _bound(new, fixed, found.proofs)
    if new.objective == "most_safe":
        value = float(new.groups.persons.sum())
    if new.objective == "total_arrival":
        value, bound = float(new.total_arrival_steps), None
        if found.bound is not None:
            kept = int(fixed.kept.arrival_step(fixed.problem.travel_steps) @ fixed.kept.persons)
            anew = int(new.groups.persons.sum() - fixed.kept.persons.sum())
            bound = kept + found.bound + fixed.step * anew
    done = Termination.OPTIMAL if bound == value else Termination.FEASIBLE
    return SolveReport(done, value, bound, 0.0, SOLVER, 1)


def _bound(new: EvacuationDecision, fixed: _Fixed, proofs: tuple[IntArray, IntArray]) -> float | None:
    """Return what certificates prove of the clearance, or of who is safe; None where they prove nothing."""
    certificate, persons_certificate = proofs
    exact, kept = fixed.rest.problem, int(fixed.kept.persons.sum())
    deadline = None if new.deadline_step is None else max(0, new.deadline_step - fixed.step)
    most = proven_most(exact, persons_certificate, deadline)
    if new.objective == "most_safe":
        return kept + most
    anew = int(new.groups.persons.sum()) - kept
    if most > anew:
        return None  # more might be safe, and nothing is known of their clearance
    last = int(fixed.kept.arrival_step(fixed.problem.travel_steps).max(initial=0))
    if anew:
        last = max(last, fixed.step + earliest_for(exact, exact.supply, anew, certificate))
    return float(last)


def _until(groups: Groups, stranded: Groups, step: int) -> Ways:
    return ways(groups, step) + ways(stranded, step)
