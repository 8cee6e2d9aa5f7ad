"""Find patients a bed: one transport, with the prices that prove it."""

import time
from typing import Final

import numpy as np

from dss.arrays import IntArray
from models.dispatch.teams.patients.problem import Patients, PatientsDecision
from models.dispatch.teams.transport import carry, ranked_profit
from models.plan import Limits, Plan, SolveReport, Termination

SOLVER: Final = "flow of least cost with prices"


def solve_patients(problem: Patients, limits: Limits, seed: int) -> Plan[PatientsDecision]:
    """Find the most urgent patients a bed, and have them there soonest; always proven."""
    del limits  # a flow is done long before any
    began_s = time.perf_counter()
    supply, room = problem.patients.ravel(), problem.beds.ravel()
    amount, prices = carry(profits(problem), problem.allowed(), supply, room)
    r, j = np.nonzero(amount)
    classes, kinds = problem.suits.shape
    decision = PatientsDecision(
        incident=r // classes,
        patient_class=r % classes,
        hospital=j // kinds,
        bed=j % kinds,
        persons=amount[r, j],
        left=(supply - amount.sum(axis=1)).reshape(problem.patients.shape),
        prices=prices,
    )
    objective = weighted_s(problem, decision)
    wall_s = time.perf_counter() - began_s
    return Plan(decision, SolveReport(Termination.OPTIMAL, objective, objective, wall_s, SOLVER, seed))


def weighted_s(problem: Patients, decision: PatientsDecision) -> float:
    """Return the sum of priority times seconds over all patients who find a bed."""
    each_s = problem.trip_s[decision.incident, decision.hospital]
    weight = problem.priority[decision.patient_class] * decision.persons
    return round(float(weight @ each_s), 1)


def profits(problem: Patients) -> IntArray:
    """Return M * rank - p * t of each row and column, shape (i * c, h * b)."""
    weight = np.tile(problem.priority, problem.patients.shape[0])[:, None]
    return ranked_profit(problem.tenths(), weight, problem.ranks()[:, None], problem.patients.ravel())
