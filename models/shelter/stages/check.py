"""Check a plan over stages without its search: everything is derived again from the problem and the plan."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from dss.arrays import FloatArray
from models.plan import Plan, Violation
from models.shelter.stages.paths import cheapest_paths
from models.shelter.stages.problem import Stages, StagesDecision, choice_value, stage_costs

TOLERANCE_SHARE: Final = 1e-9


def price_bound(problem: Stages, prices: FloatArray) -> float:
    """Return the bound that prices of places prove, person-seconds, unmet persons weighed by M.

    sum over communities of the cheapest path at cost + price - sum of capacity x price; negative prices count
    as 0.

    Parameters
    ----------
    prices
        By stage and shelter, seconds, shape (stages, m).
    """
    p = np.maximum(prices, 0.0)
    stay, move = stage_costs(problem)
    stay[:, :, :-1] += problem.persons[:, :, None] * p[:, None, :]
    cost, _ = cheapest_paths(stay, move, problem.persons)
    return float(cost.sum() - (problem.capacity * p).sum())


def check(problem: Stages, plan: Plan[StagesDecision]) -> list[Violation]:
    """Return every constraint that the plan breaks; an empty list when it keeps them all."""
    decision = plan.decision
    if decision is None:
        return []
    shape = problem.persons.shape
    if decision.site.shape != shape or decision.placed.shape != shape:
        return [Violation("shape", "decision", 1.0)]
    m = problem.capacity.shape[1]
    if ((decision.site < 0) | (decision.site >= m))[decision.placed].any():
        return [Violation("(1) shelter", "site", float(decision.site.max()))]
    return [*_capacities(problem, decision), *_report(problem, decision, plan)]


def _capacities(problem: Stages, decision: StagesDecision) -> Iterator[Violation]:
    m = problem.capacity.shape[1]
    for s, persons in enumerate(problem.persons):
        here = decision.placed[s]
        load = np.bincount(decision.site[s][here], persons[here], m)
        for j in np.flatnonzero(load > problem.capacity[s]):
            yield Violation("(2) capacity", f"stage {s} site {j}", float(load[j] - problem.capacity[s, j]))


def _report(problem: Stages, decision: StagesDecision, plan: Plan[StagesDecision]) -> Iterator[Violation]:
    choice = np.where(decision.placed, decision.site, problem.capacity.shape[1])
    value = choice_value(problem, choice)
    if not np.isfinite(value):
        yield Violation("(3) allowed", "plan", value)
        return
    objective, bound = plan.report.objective, plan.report.bound
    tolerance_s = TOLERANCE_SHARE * max(abs(value), 1.0)
    if objective is None or not abs(objective - value) <= tolerance_s:
        yield Violation("objective", "report", float("nan") if objective is None else objective - value)
    if decision.prices.shape != problem.capacity.shape:
        yield Violation("bound", "prices", float(decision.prices.size))
        return
    proven = min(price_bound(problem, decision.prices), value)
    if bound is None or not bound <= proven + tolerance_s:
        yield Violation("bound", "report", float("nan") if bound is None else bound - proven)
