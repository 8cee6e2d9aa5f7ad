"""The Pareto frontier: number of sites against coverage, mean, longest and equity, with sites."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np

from dss.arrays import FloatArray, IntArray
from models import Limits, siting
from models.progress import Listener, Progress
from scenarios.siting.ground import deaf
from scenarios.siting.preset import Model
from scenarios.siting.study import Study

AIMS: Final[tuple[Model, ...]] = ("coverage", "median", "center")
# Time for each point.
POINT_S: Final = 10.0
# How many numbers of sites are looked at.
STEPS: Final = 5


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """One choice of sites and what it brings.

    Parameters
    ----------
    aim
        The model that found it.
    sites
        How many are built.
    covered_share
        Of the persons, within the limit.
    mean, longest
        Metres or seconds to the nearest open site, over connected persons.
    gini
        Of the same, 0 when everyone is equally near.
    candidates
        Rows of the candidates that are built.
    efficient
        Whether no other point is at least as good in everything and better in something.
    gap
        Of the model that found it; None without a bound.
    spent
        What they cost to build; None where nobody said, and then their number counts.
    """

    aim: Model
    sites: int
    covered_share: float
    mean: float
    longest: float
    gini: float
    candidates: IntArray
    gap: float | None
    spent: float | None = None
    efficient: bool = False

    @property
    def cost(self) -> float:
        """What they cost: money where somebody said how much, else their number."""
        return float(self.sites) if self.spent is None else self.spent


def frontier(study: Study, heard: Callable[[float], None] = deaf) -> tuple[Point, ...]:
    """Solve each aim for a few numbers of sites, keep different choices once, and mark what is efficient.

    Parameters
    ----------
    heard
        Told which share is done.
    """
    most = study.options.sites
    numbers = np.unique(np.rint(np.linspace(1, most, min(STEPS, most))).astype(int))
    asked = [(int(p), aim) for p in numbers for aim in AIMS]
    points: list[Point] = []
    for k, (p, aim) in enumerate(asked):
        point = _point(study, aim, p, partial(_hear, heard, k / len(asked)))
        if point is not None and not any(_same(point, other) for other in points):
            points.append(point)
    if not points:
        return ()
    values = np.array(
        [
            [q.sites if q.spent is None else q.spent, -q.covered_share, q.mean, q.longest, q.gini]
            for q in points
        ]
    )
    return tuple(replace(q, efficient=bool(ok)) for q, ok in zip(points, efficient(values), strict=True))


def _same(a: Point, b: Point) -> bool:
    """Return whether two points build the same sites."""
    return np.array_equal(np.sort(a.candidates), np.sort(b.candidates))


def _hear(heard: Callable[[float], None], fraction: float, progress: Progress) -> None:
    """Say that a solve lives, at its place among all."""
    del progress
    heard(fraction)


def efficient(values: FloatArray) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which rows no other row dominates, smaller being better, shape (k,); equal rows all stay."""
    no_worse = (values[:, None, :] <= values[None, :, :]).all(axis=2)
    better = (values[:, None, :] < values[None, :, :]).any(axis=2)
    return np.asarray(~(no_worse & better).any(axis=0))


def gini(value: FloatArray, weight: FloatArray) -> float:
    """Return the Gini coefficient of weighted values; 0 where all are 0."""
    order = np.argsort(value, kind="stable")
    share = weight[order] / weight.sum()
    total = float(share @ value[order])
    if total == 0:
        return 0.0
    lorenz = np.cumsum(share * value[order]) / total
    return float(1 - np.sum(share * (lorenz + np.concatenate([[0.0], lorenz[:-1]]))))


def _point(study: Study, aim: Model, sites: int, listener: Listener) -> Point | None:
    fixed = np.arange(study.existing_count)
    cost, weight = study.cost[study.connected], study.ground.demand[study.connected]
    p = fixed.size + sites
    problem: siting.Problem
    if aim == "coverage":
        problem = siting.MaxCoverage(cost, weight, p, study.limit, fixed_open=fixed, rules=study.rules)
    elif aim == "median":
        problem = siting.PMedian(cost, weight, p, fixed, rules=study.rules)
    else:
        problem = siting.PCenter(cost, p, fixed, rules=study.rules)
    plan = siting.solve(problem, Limits(POINT_S, 1e-3), study.options.seed, listener=listener)
    if plan.decision is None:
        return None
    opened = plan.decision.open_sites
    near = cost[:, opened].min(axis=1)
    reached = np.isfinite(near)
    built = study.column[opened[opened >= fixed.size]] - len(study.ground.existing)
    return Point(
        aim,
        sites,
        float(weight[near <= study.limit].sum() / study.ground.demand.sum()),
        float(np.average(near[reached], weights=weight[reached])),
        float(near[reached].max()),
        gini(near[reached], weight[reached]),
        built,
        plan.report.gap,
        study.spent(opened),
    )
