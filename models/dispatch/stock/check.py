"""Check an allocation of stock without a solver: count units, and weigh the prices."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from models.dispatch.stock.problem import Stock, StockDecision, most_short, shares_short
from models.dispatch.stock.proof import proven_cost, proves_share, seconds_weight
from models.plan import Plan, Violation

NEAR: Final = 1e-6
"""Relative rounding of figures."""


def check(problem: Stock, plan: Plan[StockDecision]) -> list[Violation]:
    """Return the constraints that an allocation breaks; empty when it keeps all and its figures are true."""
    decision = plan.decision
    if decision is None:
        return []
    broken = list(_rows(problem, decision))
    return broken or [*_units(problem, decision), *_figures(problem, decision, plan)]


def bounds(problem: Stock, decision: StockDecision) -> tuple[float, float, float]:
    """Return what is proven on the greatest share short, the weighted shortage and the seconds."""
    cut_off: BoolArray = np.asarray(~np.isfinite(problem.cost_s).any(axis=0))
    shares = shares_short(problem, decision.short_units)
    reached = np.where(cut_off[:, None], 0.0, shares).max(axis=0, initial=0.0)
    most = most_short(problem, reached)
    most[cut_off] = problem.need[cut_off]
    worst = float(shares_short(problem, problem.need)[cut_off].max(initial=0.0))
    shortage = seconds = 0.0
    heavy = seconds_weight(problem)
    none = np.where(np.isfinite(problem.cost_s), 0.0, np.inf)
    for k in range(problem.stock.shape[1]):
        if proves_share(problem, k, float(reached[k]), decision.tight[:, k]):
            worst = max(worst, float(reached[k]))
        weight = problem.priority[:, k]
        short = float(weight @ decision.short_units[:, k])
        price = decision.shortage_price[:, k], decision.seconds_price[:, k]
        shortage += _clean(proven_cost(problem, k, price[0], (none, weight), most[:, k]), short)
        both = proven_cost(problem, k, price[1], (problem.cost_s, heavy * weight), most[:, k])
        seconds += max(both - heavy * short, 0.0)
    return worst, shortage, min(seconds, _seconds(problem, decision))


def _clean(proven: float, reached: float) -> float:
    """Return a proven value, as what is reached where only rounding is between them."""
    return reached if abs(reached - proven) <= NEAR * max(reached, 1.0) else max(min(proven, reached), 0.0)


def _seconds(problem: Stock, decision: StockDecision) -> float:
    return float(problem.cost_s[decision.depot, decision.stop] @ decision.units)


def _rows(problem: Stock, decision: StockDecision) -> Iterator[Violation]:
    rows: dict[str, tuple[IntArray, int]] = {
        "depot": (decision.depot, problem.stock.shape[0]),
        "stop": (decision.stop, problem.need.shape[0]),
        "commodity": (decision.commodity, problem.stock.shape[1]),
        "units": (decision.units, 2**62),
    }
    if len({row.shape for row, _ in rows.values()}) > 1 or decision.short_units.shape != problem.need.shape:
        yield Violation("(1)", "rows differ in length", 1.0)
        return
    for name, (row, limit) in rows.items():
        for x in np.flatnonzero((row < 0) | (row >= limit))[:1]:
            yield Violation("(1)", f"{name} at {x} is {row[x]}", 1.0)
    tables: list[tuple[str, FloatArray]] = [
        ("shortage_price", decision.shortage_price),
        ("seconds_price", decision.seconds_price),
    ]
    for name, table in tables:
        if table.shape != problem.stock.shape or not (table >= 0).all():
            yield Violation("figures", f"{name} is no table of prices", 1.0)
    if decision.tight.shape != problem.need.shape:
        yield Violation("figures", "tight is no table of stops", 1.0)


def _units(problem: Stock, decision: StockDecision) -> Iterator[Violation]:
    given = decision.short_units.copy()
    np.add.at(given, (decision.stop, decision.commodity), decision.units)
    for s, k in np.argwhere((given != problem.need) | (decision.short_units < 0)):
        yield Violation("(1)", f"stop {s}, commodity {k}", float(abs(given[s, k] - problem.need[s, k])))
    left = problem.free.copy()
    np.subtract.at(left, (decision.depot, decision.commodity), decision.units)
    for d, k in np.argwhere(left < 0):
        yield Violation("(2)", f"depot {d}, commodity {k}", float(-left[d, k]))
    for x in np.flatnonzero(~np.isfinite(problem.cost_s[decision.depot, decision.stop])):
        yield Violation("(3)", f"row {x}", float(decision.units[x]))


def _figures(problem: Stock, decision: StockDecision, plan: Plan[StockDecision]) -> Iterator[Violation]:
    if not np.isfinite(problem.cost_s[decision.depot, decision.stop]).all():
        return
    worst = float(shares_short(problem, decision.short_units).max(initial=0.0))
    weighted = float((problem.priority * decision.short_units).sum())
    proven = bounds(problem, decision)
    objective, bound = plan.report.objective, plan.report.bound
    stated = [
        ("worst_share", abs(decision.worst_share - worst), worst),
        ("objective", np.inf if objective is None else abs(objective - weighted), weighted),
        ("bound", np.inf if bound is None else abs(bound - decision.shortage_bound), weighted),
        ("worst_bound", decision.worst_bound - proven[0], worst),
        ("shortage_bound", decision.shortage_bound - proven[1], weighted),
        ("seconds_bound", decision.seconds_bound - proven[2], proven[2]),
    ]
    for name, off, size in stated:
        if not off <= NEAR * max(size, 1.0):
            yield Violation("figures", name, float(off))
