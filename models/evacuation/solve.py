"""Solve an evacuation problem: reach, trim, prove, plan."""

import time

import numpy as np

from dss.arrays import IntArray
from dss.errors import ProblemError
from models.evacuation.certificate import certificate
from models.evacuation.clearance import least_clearance
from models.evacuation.problem import Evacuation, EvacuationDecision, Groups, Objective
from models.evacuation.reach import Reach, split_by_reach
from models.evacuation.total import least_total
from models.evacuation.trimming import trim
from models.plan import Limits, Plan, SolveReport, Termination

SOLVER = "cuts and augmenting paths"


def solve(
    problem: Evacuation, objective: Objective = "clearance", limits: Limits | None = None, seed: int = 1
) -> Plan[EvacuationDecision]:
    """Plan an evacuation, with a bound that proves how good the plan is.

    Parameters
    ----------
    objective
        ``clearance``: the last person is safe as soon as possible. ``total_arrival``: the sum of everybody's
        step of arrival is least, whatever the clearance.
    limits
        Past the time a plan is still returned, with a gap.
    seed
        Named in the report; nothing is drawn at random.

    Returns
    -------
    The plan; INFEASIBLE with everybody in ``cut_off`` or ``no_place`` where nobody can be safe. The bound of
    ``clearance`` is in steps and proven by ``decision.certificate``; that of ``total_arrival`` is in
    person-steps.

    Raises
    ------
    ProblemError
        If the objective is neither.
    """
    if objective not in ("clearance", "total_arrival"):
        raise ProblemError("evacuation_objective", value=objective)
    limits = limits or Limits()
    begin = time.perf_counter()
    reach = split_by_reach(problem)
    roads = trim(problem, reach)
    if roads.persons == 0:
        return _nobody_goes(problem, objective, reach, (begin, seed))
    found = least_clearance(roads, begin + limits.time_s)
    proof = certificate(problem, roads, found.bound.threshold)
    schedule, bound = found.schedule, float(found.bound.step)
    if objective == "total_arrival":
        schedule, bound = least_total(roads, found, begin + limits.time_s)
    decision = _decision(problem, objective, (schedule.groups(), reach, proof))
    value = decision.clearance_step if objective == "clearance" else decision.total_arrival_steps
    done = Termination.OPTIMAL if value <= bound * (1 + limits.relative_gap) else Termination.FEASIBLE
    return Plan(decision, SolveReport(done, float(value), bound, time.perf_counter() - begin, SOLVER, seed))


def _decision(
    problem: Evacuation, objective: Objective, parts: tuple[Groups, Reach, IntArray]
) -> EvacuationDecision:
    groups, reach, proof = parts
    arrival = groups.arrival_step(problem.travel_steps)
    return EvacuationDecision(
        objective=objective,
        groups=groups,
        clearance_step=int(arrival.max(initial=0)),
        total_arrival_steps=int(arrival @ groups.persons),
        cut_off=reach.cut_off,
        no_place=reach.no_place,
        certificate=proof,
    )


def _nobody_goes(
    problem: Evacuation, objective: Objective, reach: Reach, run: tuple[float, int]
) -> Plan[EvacuationDecision]:
    """Return the plan where nobody is to leave, or nobody can."""
    begin, seed = run
    none = np.zeros(0, dtype=np.int64)
    groups = Groups(none, none, np.zeros(1, dtype=np.int64), none, none)
    decision = _decision(problem, objective, (groups, reach, np.zeros_like(problem.supply)))
    done = Termination.INFEASIBLE if problem.persons else Termination.OPTIMAL
    return Plan(decision, SolveReport(done, 0.0, 0.0, time.perf_counter() - begin, SOLVER, seed))
