"""Vehicles that drive together become one vehicle with the payload and the space of all.

What the members of a convoy can carry, it can: a bound on plans with such vehicles is one on plans with
convoys. The reverse need not hold, for a unit is not cut: where three trucks of 5,000 kg carry packs of
12 kg, each takes 416, together 1,248, while 15,000 kg are 1,250. So plans are also made with less room, down
to what certainly packs: where member m takes its share s_m of each commodity, rounded up, it holds at most
s_m times the load and one unit more of each commodity.

Index names: ``c`` convoys, a vehicle on its own being one too; ``v`` vehicles; ``k`` commodities.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from models.dispatch.delivery.parts import Fleet
from models.dispatch.delivery.problem import Delivery


@dataclass(frozen=True, slots=True, eq=False)
class Convoys:
    """A delivery, and the same with a vehicle for each convoy.

    Parameters
    ----------
    given, merged
        The problem with all vehicles, and with one for each convoy, in the order of their first vehicles.
    members
        Vehicles of each convoy, the lowest number first.
    """

    given: Delivery
    merged: Delivery
    members: tuple[IntArray, ...]

    @property
    def of(self) -> IntArray:
        """The convoy of each vehicle, shape (v,)."""
        of = np.zeros(self.given.fleet.size, dtype=np.int64)
        for c, vehicles in enumerate(self.members):
            of[vehicles] = c
        return of


def has_convoys(fleet: Fleet) -> bool:
    """Tell whether any vehicles drive together."""
    return np.unique(fleet.convoys).size < fleet.size


def merge(problem: Delivery) -> Convoys:
    """Return a problem with a vehicle for each convoy.

    It has the payload, the space and the costs of all its members, takes the time of the slowest on each way,
    is ready when the last is, and back when the first must be. What no vehicle of a depot can hold cannot
    leave it.
    """
    fleet = problem.fleet
    _, first = np.unique(fleet.convoys, return_index=True)
    members = tuple(np.flatnonzero(fleet.convoys == fleet.convoys[v]) for v in np.sort(first))
    kinds: dict[tuple[int, ...], int] = {}
    kind = [
        kinds.setdefault(tuple(np.unique(fleet.kind[vehicles]).tolist()), len(kinds)) for vehicles in members
    ]
    fixed, per_s = fleet.costs
    together = Fleet(
        depot=np.array([fleet.depot[vehicles[0]] for vehicles in members], dtype=np.int64),
        weight_kg=_gathered(members, fleet.weight_kg, np.sum),
        volume_m3=_gathered(members, fleet.volume_m3, np.sum),
        kind=np.array(kind, dtype=np.int64),
        ready_s=_gathered(members, fleet.ready_s, np.max),
        back_by_s=_gathered(members, fleet.back_by_s, np.min),
        fixed_cost=_gathered(members, fixed, np.sum),
        cost_per_s=_gathered(members, per_s, np.sum),
    )
    pace_s = [problem.travel_s[list(row)].max(axis=0) for row in kinds]
    merged = replace(
        problem,
        stock=np.where(can_leave(problem), problem.stock, 0),
        fleet=together,
        travel_s=np.stack(pace_s) if pace_s else problem.travel_s,
    )
    return Convoys(problem, merged, members)


def can_leave(problem: Delivery) -> BoolArray:
    """Tell of which commodities one unit fits into a vehicle of each depot, shape (d, k)."""
    fleet = problem.fleet
    fits = (problem.unit_weight_kg <= fleet.weight_kg[:, None]) & (
        problem.unit_volume_m3 <= fleet.volume_m3[:, None]
    )
    can = np.zeros(problem.stock.shape, dtype=np.bool_)
    np.logical_or.at(can, fleet.depot, fits)
    return can


def tightened(convoys: Convoys, part: float) -> Delivery:
    """Return the merged problem with less room for convoys.

    Parameters
    ----------
    part
        0: all of it; 1: so little that every load surely packs where each member takes its share of it.
    """
    problem, fleet = convoys.given, convoys.merged.fleet
    asked = np.unique(problem.demand.commodity[problem.demand.amount > 0])
    weight, volume = fleet.weight_kg.copy(), fleet.volume_m3.copy()
    for c, vehicles in enumerate(convoys.members):
        carried = asked[can_leave(problem)[fleet.depot[c], asked]]
        share = shares(problem.fleet, vehicles)
        for room, own, unit in (
            (weight, problem.fleet.weight_kg, problem.unit_weight_kg),
            (volume, problem.fleet.volume_m3, problem.unit_volume_m3),
        ):
            if vehicles.size > 1 and np.isfinite(room[c]):
                sure = ((own[vehicles] - unit[carried].sum()) / np.maximum(share, 1e-12))[share > 0]
                room[c] -= part * (room[c] - np.clip(sure.min(initial=np.inf), 0.0, room[c]))
    return replace(convoys.merged, fleet=replace(fleet, weight_kg=weight, volume_m3=volume))


def shares(fleet: Fleet, vehicles: IntArray) -> FloatArray:
    """Return the part of a load that each member of a convoy takes, by payload, else by space, shape (m,)."""
    for room in (fleet.weight_kg[vehicles], fleet.volume_m3[vehicles]):
        if np.isfinite(room).all() and room.sum() > 0:
            return np.asarray(room / room.sum(), dtype=np.float64)
    return np.full(vehicles.size, 1.0 / vehicles.size)


def _gathered(
    members: tuple[IntArray, ...], values: FloatArray, by: Callable[[FloatArray], np.float64]
) -> FloatArray:
    return np.array([by(values[vehicles]) for vehicles in members], dtype=np.float64)
