"""Plans of convoys become plans of their vehicles: who carries what is packed, or as it was loaded.

Index names: ``c`` convoys, ``m`` members of a convoy, ``v`` vehicles, ``t`` trips, ``n`` visits.
"""

from typing import NamedTuple

import numpy as np

from dss.arrays import IntArray
from models.dispatch.delivery.convoys.folding import Laden, Units, added
from models.dispatch.delivery.convoys.merging import Convoys, shares
from models.dispatch.delivery.convoys.packing import pack
from models.dispatch.delivery.problem import Delivery, DeliveryDecision
from models.dispatch.delivery.timetable import Drop, Rows, as_decision, trips_of


class Unfolded(NamedTuple):
    """A plan of vehicles.

    Parameters
    ----------
    decision
        Without bounds.
    visit
        The convoy's visit that each visit is, shape (n,).
    left
        Units that the convoys were to bring and that fit into no member.
    """

    decision: DeliveryDecision
    visit: IntArray
    left: int


def unfold(
    convoys: Convoys, problem: Delivery, decision: DeliveryDecision, loaded: Laden | None = None
) -> Unfolded:
    """Return the plan of the vehicles, each with its own load.

    Parameters
    ----------
    problem
        The problem with all vehicles that the plan is of.
    loaded
        What trips under way carry; all other loads are packed.
    """
    trips = trips_of(decision, np.arange(decision.trip_vehicle.size))
    rides: list[tuple[int, int, list[Units]]] = []
    for t, (c, drops) in enumerate(trips):
        vehicles = convoys.members[c]
        known = None if loaded is None else loaded.get((c, float(decision.trip_start_s[t])))
        riding = _packed(problem, vehicles, drops) if known is None else _as_loaded(known, drops)
        rides += [(int(v), t, own) for v, own in zip(vehicles, riding, strict=True)]
    rows, visit = Rows([], [], []), []
    for v, t, own in sorted(rides, key=lambda ride: ride[:2]):
        for n, units in zip(np.flatnonzero(decision.visit_trip == t).tolist(), own, strict=True):
            rows.drops += [(len(rows.visits), line, count) for line, count in sorted(units.items())]
            times = float(decision.visit_arrive_s[n]), float(decision.visit_leave_s[n])
            rows.visits.append((len(rows.trips), int(decision.visit_stop[n]), *times))
            visit.append(n)
        rows.trips.append((v, float(decision.trip_start_s[t]), float(decision.trip_end_s[t])))
    asked = int(decision.drop_units.sum())
    left = asked - sum(count for _, _, count in rows.drops)
    return Unfolded(as_decision(problem, rows), np.array(visit, dtype=np.int64), left)


def _packed(problem: Delivery, vehicles: IntArray, drops: list[Drop]) -> list[list[Units]]:
    """Return what each member hands over at each visit: the first ones serve the first visits."""
    if vehicles.size == 1:
        return [[drop.units for drop in drops]]
    commodity = problem.demand.commodity
    units = np.zeros(problem.unit_weight_kg.size, dtype=np.int64)
    for drop in drops:
        for line, count in drop.units.items():
            units[commodity[line]] += count
    size = np.stack([problem.unit_weight_kg, problem.unit_volume_m3], axis=1)
    room = np.stack([problem.fleet.weight_kg[vehicles], problem.fleet.volume_m3[vehicles]], axis=1)
    aboard = pack(units, size, room, shares(problem.fleet, vehicles))
    riding: list[list[Units]] = [[{} for _ in drops] for _ in vehicles]
    for n, drop in enumerate(drops):
        for line, count in sorted(drop.units.items()):
            over, k = count, int(commodity[line])
            for m, own in enumerate(riding):
                taken = min(over, int(aboard[m, k]))
                if taken:
                    own[n][line] = taken
                    aboard[m, k] -= taken
                    over -= taken
    return riding


def _as_loaded(known: list[list[Drop]], drops: list[Drop]) -> list[list[Units]]:
    """Return what each member hands over at the visits that are left, in their order: what it has loaded."""
    totals = [(member[0].stop, added([drop.units for drop in member])) for member in zip(*known, strict=True)]
    waiting = list(range(len(totals)))
    riding: list[list[Units]] = [[] for _ in known]
    for drop in drops:
        n = next(n for n in waiting if totals[n] == (drop.stop, drop.units))
        waiting.remove(n)
        for own, visits in zip(riding, known, strict=True):
            own.append(visits[n].units)
    return riding
