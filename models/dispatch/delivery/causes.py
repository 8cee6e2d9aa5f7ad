"""Why a line of demand cannot be brought: what can be seen without searching."""

from collections.abc import Iterator

import numpy as np

from dss.arrays import BoolArray
from models.dispatch.delivery.groups import group_vehicles, reachable
from models.dispatch.delivery.problem import Delivery
from models.plan import Violation


def causes(problem: Delivery) -> list[Violation]:
    """Return why lines, or units of a commodity, must stay short, with how many: the first cause of each.

    Found are: no vehicle that carries anything; a unit too large for any vehicle; a line too large for any
    vehicle where it must not be split; no way; no arrival in time; no stock where a vehicle could load it;
    less stock than needed. Vehicles that can bring nothing are named too, each on its own.
    """
    if not (problem.fleet.weight_kg > 0).any() and problem.demand.amount.any():
        return [Violation("(1)", "there is no vehicle", float(problem.demand.amount.sum()))]
    return [*_lines(problem), *_stock(problem), *_vehicles(problem)]


def _lines(problem: Delivery) -> Iterator[Violation]:
    demand, fleet = problem.demand, problem.fleet
    groups = group_vehicles(problem)
    size = np.ones_like(demand.amount) if problem.split else demand.amount
    weight = size * problem.unit_weight_kg[demand.commodity]
    volume = size * problem.unit_volume_m3[demand.commodity]
    first = groups.first
    fits: BoolArray = (weight <= fleet.weight_kg[first, None]) & (volume <= fleet.volume_m3[first, None])
    way = fits & np.isfinite(groups.round_s[:, demand.stop])
    in_time = way & reachable(problem, groups)
    stocked = in_time & (problem.stock[fleet.depot[first]][:, demand.commodity] > 0)
    reasons = [
        ("(4)", "is larger than any vehicle", fits),
        ("(1)", "has no way from a vehicle that carries it", way),
        ("(5)", "cannot be reached in time", in_time),
        ("(3)", "has no stock where it could come from", stocked),
    ]
    for q in np.flatnonzero(demand.amount > 0):
        for constraint, reason, can in reasons:
            if not can[:, q].any():
                yield Violation(constraint, f"line {q} {reason}", float(demand.amount[q]))
                break


def _stock(problem: Delivery) -> Iterator[Violation]:
    needed = np.bincount(
        problem.demand.commodity, weights=problem.demand.amount, minlength=problem.stock.shape[1]
    )
    short = needed - problem.stock.sum(axis=0)
    for k in np.flatnonzero(short > 0):
        yield Violation("(3)", f"commodity {k}: all depots together", float(short[k]))


def _vehicles(problem: Delivery) -> Iterator[Violation]:
    """Find vehicles that can bring no unit of any line: too small, without a way, or never in time."""
    lines = np.flatnonzero(problem.demand.amount > 0)
    if not lines.size:
        return
    fleet, groups = problem.fleet, group_vehicles(problem)
    commodity, first = problem.demand.commodity[lines], groups.first
    fits: BoolArray = (problem.unit_weight_kg[commodity] <= fleet.weight_kg[first, None]) & (
        problem.unit_volume_m3[commodity] <= fleet.volume_m3[first, None]
    )
    way = np.isfinite(groups.round_s[:, problem.demand.stop[lines]])
    in_time = reachable(problem, groups)[:, lines]
    for v, g in enumerate(groups.of.tolist()):
        if not fits[g].any():
            yield Violation("(4)", f"vehicle {v} holds no unit of what is needed", 1.0)
        elif not way[g].any():
            yield Violation("(1)", f"vehicle {v} has no way to any stop and back", 1.0)
        elif not in_time[g].any():
            yield Violation("(5)", f"vehicle {v} reaches no stop in time", 1.0)
