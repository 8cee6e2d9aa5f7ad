"""Units become parcels that are brought whole: full loads of a vehicle, then small parts of the rest."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.dispatch.delivery.groups import Groups
from models.dispatch.delivery.problem import Delivery

PARTS: Final = 4
"""What is left beyond full loads is cut into parts of about this fraction of a vehicle."""
NEARLY_FULL: Final = 0.02
"""A load that lacks less than this of a full one is one."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """Units of lines of one stop that stay together."""

    stop: int
    units: dict[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Cutting:
    """How the units of a pool are cut.

    Parameters
    ----------
    units
        Whole units of each line, shape (q,).
    by_group
        How much of each line comes with which group, as the supply has it, shape (g, q); groups outside of
        the pool bring nothing.
    parts
        Into how many parts of a vehicle's load what is left beyond full loads is cut.
    """

    problem: Delivery
    groups: Groups
    units: IntArray
    by_group: FloatArray
    parts: int


def parcels_of(cutting: Cutting) -> list[Parcel]:
    """Return parcels that hold all units of a pool, the urgent first within each stop and window."""
    found: list[Parcel] = []
    demand = cutting.problem.demand
    lines = np.flatnonzero(cutting.units)
    windows = np.stack([demand.stop, demand.earliest_s, demand.due_s], axis=1)[lines]
    _, of = np.unique(windows, axis=0, return_inverse=True)
    cut = _cut if cutting.problem.split else _binned
    for one in range(int(of.max(initial=-1)) + 1):
        chosen = lines[of.ravel() == one]
        chosen = chosen[np.argsort(-demand.priority[chosen], kind="stable")]
        stop = int(demand.stop[chosen[0]])
        found += [Parcel(stop, held) for held in cut(cutting, chosen)]
    return found


def load_of(problem: Delivery, units: dict[int, int]) -> tuple[float, float]:
    """Return weight and volume of units."""
    commodity = problem.demand.commodity
    weight = sum(count * float(problem.unit_weight_kg[commodity[line]]) for line, count in units.items())
    volume = sum(count * float(problem.unit_volume_m3[commodity[line]]) for line, count in units.items())
    return weight, volume


def _cut(cutting: Cutting, lines: IntArray) -> list[dict[int, int]]:
    """Cut a stop's units: full loads of the groups that the supply names, then parts of the rest."""
    problem, groups = cutting.problem, cutting.groups
    left = {int(line): int(cutting.units[line]) for line in lines}
    planned = cutting.by_group[:, lines] @ groups.measure[problem.demand.commodity[lines]]
    loads: list[dict[int, int]] = []
    names = [int(g) for g in np.argsort(-groups.room, kind="stable") if planned[g] > 0]
    for g in names:
        full = _vehicle_room(problem, groups, g, 1.0)
        loads += [_taken(problem, left, full) for _ in range(int(planned[g] / groups.room[g] + NEARLY_FULL))]
    part = _vehicle_room(problem, groups, _largest(groups, planned), 1.0 / cutting.parts)
    while left:
        load = _taken(problem, left, part)
        if not load:  # a unit larger than a part
            line = next(iter(left))
            load = {line: 1}
            left[line] -= 1
            left = {q: count for q, count in left.items() if count}
        loads.append(load)
    return [load for load in loads if load]


def _largest(groups: Groups, planned: FloatArray) -> int:
    """Return the largest of the groups that bring something; of all where none is named."""
    named = planned > 0
    return int(np.argmax(np.where(named | ~named.any(), groups.room, -1.0)))


def _vehicle_room(problem: Delivery, groups: Groups, g: int, share: float) -> tuple[float, float]:
    v = groups.first[g]
    return float(problem.fleet.weight_kg[v]) * share, float(problem.fleet.volume_m3[v]) * share


def _taken(problem: Delivery, left: dict[int, int], room: tuple[float, float]) -> dict[int, int]:
    """Take as many units as fit, the first lines first, out of ``left``."""
    held: dict[int, int] = {}
    weight, volume = room
    for line in list(left):
        k = problem.demand.commodity[line]
        unit_kg, unit_m3 = float(problem.unit_weight_kg[k]), float(problem.unit_volume_m3[k])
        fit = min(_count(weight, unit_kg, left[line]), _count(volume, unit_m3, left[line]))
        if fit > 0:
            held[line] = fit
            weight, volume = weight - fit * unit_kg, volume - fit * unit_m3
            left[line] -= fit
            if not left[line]:
                del left[line]
    return held


def _count(room: float, unit: float, most: int) -> int:
    return most if unit * most <= room or unit == 0 else int(room / unit + 1e-9)


def _binned(cutting: Cutting, lines: IntArray) -> list[dict[int, int]]:
    """Put whole lines together as long as they fit the largest vehicle that the supply names."""
    problem = cutting.problem
    named = _largest(cutting.groups, cutting.by_group[:, lines].sum(axis=1))
    most = _vehicle_room(problem, cutting.groups, named, 1.0)
    bins: list[dict[int, int]] = []
    for line in lines:
        count = int(cutting.units[line])
        for held in bins:
            weight, volume = load_of(problem, {**held, int(line): count})
            if weight <= most[0] and volume <= most[1]:
                held[int(line)] = count
                break
        else:
            bins.append({int(line): count})
    return bins
