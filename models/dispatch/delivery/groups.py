"""Like vehicles as one group, and what a group can reach and carry.

A load is measured in one number, the measure: a weighing of weight and volume that is 1 for the largest
vehicle. What fits a vehicle in both fits it in the measure, so bounds in the measure hold.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from models.dispatch.delivery.problem import Delivery
from models.dispatch.delivery.ways import shortest_ways

ROUNDING: Final = 1e-9
WEIGHINGS: Final = (0.0, 0.5, 1.0)
"""Parts of the weight in the measure that are tried; the rest is the volume's."""


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Groups of like vehicles, shape (g,) where not said otherwise.

    Parameters
    ----------
    of
        The group of each vehicle, shape (v,).
    first
        A vehicle of each group: the one with the lowest number.
    count
        Vehicles in the group.
    measure
        What a unit of each commodity measures, shape (k,).
    room
        What a vehicle holds in the measure.
    there_s, back_s
        Shortest driving from the depot to each stop and back, by way of other places where that is shorter,
        shape (g, s).
    shift_s
        Seconds from being ready to having to be back; may be inf.
    cost_per_s, fixed_cost
        Of a second of driving, and of a vehicle used.
    """

    of: IntArray
    first: IntArray
    count: IntArray
    measure: FloatArray
    room: FloatArray
    there_s: FloatArray
    back_s: FloatArray
    shift_s: FloatArray
    cost_per_s: FloatArray
    fixed_cost: FloatArray

    @property
    def size(self) -> int:
        """How many groups there are."""
        return int(self.first.size)

    @property
    def round_s(self) -> FloatArray:
        """Least driving of a trip by each stop, shape (g, s); inf where there is no way."""
        return self.there_s + self.back_s


def group_vehicles(problem: Delivery) -> Groups:
    """Return the groups of a problem's vehicles, in the order of their first vehicles."""
    fleet = problem.fleet
    fixed, per_s = fleet.costs
    columns = (
        fleet.depot,
        fleet.kind,
        fleet.weight_kg,
        fleet.volume_m3,
        fleet.ready_s,
        fleet.back_by_s,
        fixed,
        per_s,
    )
    rows = np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)
    _, first, of, count = np.unique(
        rows.reshape(-1, len(columns)), axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    order = np.argsort(first)
    rank = np.argsort(order)
    first = first[order].astype(np.int64)
    measure, room = _measure(problem, first)
    ways_s = shortest_ways(problem.travel_s)
    depot, kind = fleet.depot[first], fleet.kind[first]
    return Groups(
        rank[of.ravel()].astype(np.int64),
        first,
        count[order].astype(np.int64),
        measure,
        room,
        ways_s[kind, depot, problem.depots :],
        ways_s[kind, problem.depots :, depot],
        np.maximum(fleet.back_by_s[first] - fleet.ready_s[first], 0.0),
        per_s[first],
        fixed[first],
    )


def reachable(problem: Delivery, groups: Groups) -> BoolArray:
    """Tell which line each group can bring in time, driving there and back alone, shape (g, q)."""
    fleet, demand = problem.fleet, problem.demand
    leave_s = (fleet.ready_s + problem.load_s[fleet.depot])[groups.first, None]
    arrive_s = leave_s + groups.there_s[:, demand.stop]
    done_s = np.maximum(arrive_s, demand.earliest_s) + problem.unload_s[demand.stop]
    back_s = done_s + groups.back_s[:, demand.stop]
    near = ROUNDING * np.where(np.isfinite(back_s), np.maximum(back_s, 1.0), 1.0)
    by_s = fleet.back_by_s[groups.first, None]
    in_time = (arrive_s <= demand.due_s + near) & (back_s <= by_s + near) & np.isfinite(back_s)
    weight = problem.unit_weight_kg[demand.commodity] <= fleet.weight_kg[groups.first, None]
    volume = problem.unit_volume_m3[demand.commodity] <= fleet.volume_m3[groups.first, None]
    return np.asarray(in_time & weight & volume, dtype=np.bool_)


def _measure(problem: Delivery, first: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return the measure of units and vehicles, weighed so that the demand measures most for the vehicles."""
    weight, volume = problem.fleet.weight_kg[first], problem.fleet.volume_m3[first]
    found = []
    for part in WEIGHINGS:
        shares = []
        for share, room, unit in (
            (part, weight, problem.unit_weight_kg),
            (1 - part, volume, problem.unit_volume_m3),
        ):
            finite = np.isfinite(room).all() and room.size > 0 and room.max(initial=0.0) > 0
            if share > 0 and finite:
                shares.append((share * unit / room.max(), share * room / room.max()))
        if not shares:
            continue
        measure = np.sum([unit for unit, _ in shares], axis=0)
        most = np.sum([room for _, room in shares], axis=0)
        scale = most.max()
        asked = measure[problem.demand.commodity] @ problem.demand.amount / scale
        found.append((float(asked), measure / scale, most / scale))
    if not found:
        return np.zeros(problem.unit_weight_kg.size), np.ones(first.size)
    best = max(found, key=lambda one: one[0])
    return best[1], best[2]
