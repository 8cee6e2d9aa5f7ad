"""Solve an evacuation problem: reach, trim, prove, plan."""

import time
from dataclasses import dataclass

import numpy as np

from dss.arrays import IntArray
from dss.errors import ProblemError
from models.evacuation.certificate import arrival_proof, certificate
from models.evacuation.clearance import Clearance, least_clearance
from models.evacuation.deadlines import most_and_soonest
from models.evacuation.problem import FOREVER, ArrivalProof, Evacuation, EvacuationDecision, Groups, Objective
from models.evacuation.reach import Reach, all_with_a_road, leads_to_shelter, split_by_reach, split_stayers
from models.evacuation.total import least_total
from models.evacuation.trimming import trim
from models.plan import Limits, Plan, SolveReport, Termination

SOLVER = "cuts and augmenting paths"


def solve(
    problem: Evacuation,
    objective: Objective = "clearance",
    limits: Limits | None = None,
    seed: int = 1,
    *,
    deadline_step: int | None = None,
) -> Plan[EvacuationDecision]:
    """Plan an evacuation, with a bound that proves how good the plan is.

    Parameters
    ----------
    objective
        ``clearance``: the last person is safe as soon as possible. ``total_arrival``: the sum of everybody's
        step of arrival is least, whatever the clearance. ``most_safe``: the most persons are safe by a
        deadline, and as many as soon as possible.
    limits
        Past the time a plan is still returned, with a gap. How many can be safe by a deadline, or before
        roads close, is settled in any case.
    seed
        Named in the report; nothing is drawn at random.
    deadline_step
        The last step in which an arrival counts, for ``most_safe`` alone.

    Returns
    -------
    The plan; INFEASIBLE with everybody in ``cut_off``, ``no_place`` or ``overtaken`` where nobody can be
    safe. The bound of ``clearance`` is in steps and proven by ``decision.certificate``; that of
    ``total_arrival`` is in person-steps; that of ``most_safe`` is in persons and proven by
    ``decision.persons_certificate``. Where roads close, the other objectives are those of as many persons as
    can be safe at all.

    Raises
    ------
    ProblemError
        If the objective is none of these, or the deadline does not go with it.
    """
    _require_known(objective, deadline_step)
    limits = limits or Limits()
    begin = time.perf_counter()
    if problem.has_windows or objective == "most_safe":
        found = _found_in_time(problem, deadline_step, begin + limits.time_s)
    else:
        found = _found(problem, begin + limits.time_s)
    groups, bound, arrivals = Groups.none(), 0.0, None
    if found.clearance is not None:
        schedule, bound = found.clearance.schedule, float(found.clearance.bound.step)
        if objective == "total_arrival":
            total = least_total(schedule.roads, found.clearance, begin + limits.time_s)
            schedule, bound = total.schedule, total.bound
            arrivals = None if total.proof is None else arrival_proof(problem, schedule.roads, total.proof)
        groups = schedule.groups()
    decision = _decision(problem, objective, deadline_step, (groups, found, arrivals))
    return Plan(decision, _report(problem, decision, bound, limits, (begin, seed)))


def _report(
    problem: Evacuation,
    decision: EvacuationDecision,
    bound: float,
    limits: Limits,
    run: tuple[float, int],
) -> SolveReport:
    begin, seed = run
    persons = int(decision.groups.persons.sum())
    value = {
        "clearance": decision.clearance_step,
        "total_arrival": decision.total_arrival_steps,
        "most_safe": persons,
    }[decision.objective]
    if decision.objective == "most_safe":
        bound = float(persons)  # as many as the certificate lets be safe
    done = Termination.OPTIMAL if value <= bound * (1 + limits.relative_gap) else Termination.FEASIBLE
    if persons == 0 and problem.persons:
        done = Termination.INFEASIBLE
    return SolveReport(done, float(value), bound, time.perf_counter() - begin, SOLVER, seed)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """Who can be safe, a plan with its bound if anybody can, and proofs over the problem's nodes."""

    reach: Reach
    clearance: Clearance | None
    proof: IntArray
    persons_proof: IntArray | None


def _require_known(objective: Objective, deadline_step: int | None) -> None:
    if objective not in ("clearance", "total_arrival", "most_safe"):
        raise ProblemError("evacuation_objective", value=objective)
    whole = isinstance(deadline_step, int | np.integer) and 0 <= deadline_step < FOREVER
    if whole if objective != "most_safe" else not whole:
        raise ProblemError("evacuation_deadline", value=deadline_step)


def _found(problem: Evacuation, deadline: float) -> _Found:
    """Search where nothing closes."""
    reach = split_by_reach(problem)
    roads = trim(problem, reach)
    if roads.persons == 0:
        return _Found(reach, None, np.zeros_like(problem.supply), None)
    clearance = least_clearance(roads, deadline)
    return _Found(reach, clearance, certificate(problem, roads, clearance.bound.threshold), None)


def _found_in_time(problem: Evacuation, deadline_step: int | None, deadline: float) -> _Found:
    """Search where roads close or there is a deadline."""
    reach = all_with_a_road(problem)
    roads = trim(problem, reach)
    nothing, leads = np.zeros_like(problem.supply), leads_to_shelter(problem)
    if roads.persons == 0:
        return _Found(reach, None, nothing, np.where(leads, FOREVER, 0))
    saved = most_and_soonest(roads, deadline_step, deadline)
    most = np.where(leads, certificate(problem, roads, saved.threshold), 0)
    schedule = saved.found.schedule.for_those_who_leave()
    if schedule.roads.persons == 0:
        return _Found(split_stayers(problem, nothing), None, nothing, most)
    safe = nothing.copy()
    safe[roads.node] = schedule.roads.supply
    bound = saved.found.bound
    proof = np.where(leads, certificate(problem, roads, bound.threshold), 0)
    return _Found(split_stayers(problem, safe), Clearance(bound, schedule), proof, most)


def _decision(
    problem: Evacuation,
    objective: Objective,
    deadline_step: int | None,
    parts: tuple[Groups, _Found, ArrivalProof | None],
) -> EvacuationDecision:
    groups, found, arrivals = parts
    arrival = groups.arrival_step(problem.travel_steps)
    gone = np.bincount(groups.origin, weights=groups.persons, minlength=problem.supply.size)
    return EvacuationDecision(
        objective=objective,
        groups=groups,
        clearance_step=int(arrival.max(initial=0)),
        total_arrival_steps=int(arrival @ groups.persons),
        cut_off=found.reach.cut_off,
        no_place=found.reach.no_place,
        certificate=found.proof,
        overtaken=found.reach.safe - gone.astype(np.int64),
        deadline_step=deadline_step,
        persons_certificate=found.persons_proof,
        arrival_proof=arrivals,
    )
