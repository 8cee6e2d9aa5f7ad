"""The baseline that people would use without a plan: everyone to the nearest shelter with room left."""

import time

import numpy as np

from models.plan import Plan, SolveReport, Termination
from models.shelter.kernels.nearest import fill_in_order
from models.shelter.problem import Allocation, AllocationDecision


def nearest_plan(problem: Allocation, seed: int = 1) -> Plan[AllocationDecision]:
    """Fill shelters in the order of arrival: the shortest trips of all come first. O(k log k).

    It has no bound of its own; compare it with the optimum.
    """
    started = time.perf_counter()
    waiting, room = problem.persons.copy(), problem.capacity.copy()
    order = np.argsort(problem.cost_s, kind="stable")
    persons = fill_in_order(order, problem.cell, problem.site, waiting, room)
    objective = float(persons @ problem.cost_s)
    wall_s = time.perf_counter() - started
    report = SolveReport(Termination.FEASIBLE, objective, None, wall_s, "nearest with room", seed)
    return Plan(AllocationDecision(persons, waiting, None), report)
