"""Say what each site adds, who is left and why, and what it would take to serve everyone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from dss import columns as col
from dss.arrays import BoolArray, FloatArray, IntArray
from models import Limits, Termination, siting
from models.progress import Listener
from scenarios.siting.ground import deaf
from scenarios.siting.measures import share_served
from scenarios.siting.study import Study, site_capacity

Cause = Literal["no_road", "no_candidate", "only_excluded", "not_chosen", "full"]
CAUSES: Final[tuple[Cause, ...]] = ("no_road", "no_candidate", "only_excluded", "not_chosen", "full")
# Time for each of the two questions of what would serve everyone.
ASK_S: Final = 20.0


@dataclass(frozen=True, slots=True)
class SiteGain:
    """What a site adds: persons it serves, and those whom nobody would serve without it."""

    candidate: int
    name: str
    layer: str
    standing: str
    persons: float
    only_by_it: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What it would take: a value with the bound below it; None where it was not found."""

    value: float | None
    bound: float | None
    termination: Termination


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """Gains of the sites to build, why cells are left, and the least radius or number that serves all.

    Parameters
    ----------
    cause
        Position in ``CAUSES`` of each cell that is left out, -1 for the others, shape (n,).
    radius
        Least longest cost with as many sites, over the connected cells.
    number
        Fewest new sites that serve every cell that any admitted site can serve within the limit.
    """

    gains: tuple[SiteGain, ...]
    cause: IntArray
    radius: Answer
    number: Answer


def explain(study: Study, all_costs: FloatArray, heard: Callable[[float], None] = deaf) -> Explanation:
    """Explain a study that has a plan.

    Parameters
    ----------
    all_costs
        Between cells and all sites, excluded ones too, shape (n, e + m).
    heard
        Told which share is done.
    """
    gains = _gains(study, lambda fraction: heard(0.6 * fraction))
    radius = _radius(study, lambda _: heard(0.7))
    number = _number(study, lambda _: heard(0.9))
    return Explanation(gains, left_out_causes(study, all_costs), radius, number)


def served_share(study: Study) -> FloatArray:
    """Return which share of each cell's persons is served within the limit, shape (n,)."""
    decision = study.plan.decision
    assert decision is not None
    return share_served(decision, study.connected, study.served(study.open_sites))


def served_persons(study: Study, sites: IntArray) -> float:
    """Return how many persons some open sites serve at best, within limit and capacities."""
    capacity = site_capacity(study.ground, study.column)
    room = None if capacity is None else capacity[sites]
    return served_by(study.cost[:, sites], study.ground.demand, study.limit, room, study.options.seed)


def served_by(
    cost: FloatArray, demand: FloatArray, limit: float, capacity: FloatArray | None, seed: int
) -> float:
    """Return how many persons sites serve at best that are all open, ``cost`` of shape (n, k)."""
    if cost.shape[1] == 0:
        return 0.0
    if capacity is None:
        return float(demand[(cost <= limit).any(axis=1)].sum())
    problem = siting.MaxCoverage(cost, demand, capacity.size, limit, capacity, np.arange(capacity.size))
    return siting.solve(problem, Limits(ASK_S), seed).report.objective or 0.0


def _gains(study: Study, heard: Callable[[float], None]) -> tuple[SiteGain, ...]:
    decision = study.plan.decision
    assert decision is not None
    within = study.cost[:, study.open_sites] <= study.limit
    features = study.ground.candidates.features
    served = served_persons(study, study.open_sites)
    gains = []
    for k, site in enumerate(study.open_sites):
        if site < study.existing_count:
            continue
        heard(k / study.open_sites.size)
        row = int(study.column[site]) - len(study.ground.existing)
        gains.append(
            SiteGain(
                row,
                str(features[col.NAME].iloc[row]),
                str(features["layer"].iloc[row]),
                str(features["standing"].iloc[row]),
                _catchment_persons(study, int(site), within[:, k]),
                max(served - served_persons(study, np.delete(study.open_sites, k)), 0.0),
            )
        )
    return tuple(sorted(gains, key=lambda gain: -gain.only_by_it))


def _catchment_persons(study: Study, site: int, within: BoolArray) -> float:
    """Return the persons that a site serves: by the shares where there are any, else the nearest ones."""
    decision = study.plan.decision
    assert decision is not None
    demand = study.ground.demand[study.connected]
    if not isinstance(decision.assignment, np.ndarray):
        return float(demand @ decision.assignment[:, [site]].toarray().ravel())
    near = study.cost[:, study.open_sites].argmin(axis=1)
    return float(study.ground.demand[within & (study.open_sites[near] == site)].sum())


def left_out_causes(study: Study, all_costs: FloatArray) -> IntArray:
    """Return why cells are left out, as positions in ``CAUSES``; -1 for those that are served."""
    left = (served_share(study) < 1 - 1e-9) & (study.ground.demand > 0)
    within_open = study.served(study.open_sites)
    within_admitted = (study.cost <= study.limit).any(axis=1)
    within_any = (all_costs <= study.limit).any(axis=1)
    cause = np.full(left.size, CAUSES.index("full"))
    cause[~within_open] = CAUSES.index("not_chosen")
    cause[~within_admitted] = CAUSES.index("only_excluded")
    cause[~within_any] = CAUSES.index("no_candidate")
    cause[~np.isfinite(all_costs).any(axis=1)] = CAUSES.index("no_road")
    return np.where(left, cause, -1)


def _radius(study: Study, listener: Listener) -> Answer:
    fixed = np.arange(study.existing_count)
    p = fixed.size + study.options.sites
    center = siting.PCenter(study.cost[study.connected], p, fixed, rules=study.rules)
    report = siting.solve(center, Limits(ASK_S), study.options.seed, listener=listener).report
    return Answer(report.objective, report.bound, report.termination)


def _number(study: Study, listener: Listener) -> Answer:
    fixed = np.arange(study.existing_count)
    cost = study.cost[(study.cost <= study.limit).any(axis=1) & study.connected]
    cover = siting.SetCover(cost, study.limit, fixed, rules=study.rules)
    report = siting.solve(cover, Limits(ASK_S), study.options.seed, listener=listener).report
    if report.objective is None or report.bound is None:
        return Answer(None, None, report.termination)
    return Answer(report.objective - fixed.size, max(report.bound - fixed.size, 0.0), report.termination)
