"""What keeps depots, stops, vehicles and goods out of a relief, each with its cause.

Index names: ``d`` depots, ``s`` stops, ``v`` vehicles, ``q`` lines of demand.
"""

from typing import Final

import numpy as np

from models import dispatch
from scenarios.relief.record import Record

REASONS: Final = {
    "(4)": "goods_too_large",
    "(1)": "goods_no_way",
    "(5)": "goods_too_late",
    "(3)": "goods_no_stock",
}
"""Constraint of the model that a line cannot keep -> cause."""


def causes(record: Record) -> list[dict[str, str]]:
    """Return what keeps depots, stops and vehicles out, each with its cause.

    ``depot_lost``: the hazard takes it. ``depot_closed``: none of its vehicles finds an open road near it.
    ``stop_closed``: no kind of vehicle finds an open road near it. ``stop_cut_off``: no depot that may serve
    it has a way to it. ``vehicle_stuck``: it can reach no stop.
    """
    found = [("depot_lost", record.depots.name[d]) for d in np.flatnonzero(record.lost)]
    d_count = len(record.depots.name)
    garage, reached = record.garage, record.on_road >= 0
    for d, name in enumerate(record.depots.name):
        kinds = np.unique(garage.kind[garage.depot == d])
        if kinds.size and not reached[kinds, d].any() and not record.lost[d]:
            found.append(("depot_closed", name))
    for s, name in enumerate(record.stops.name):
        if not reached[:, d_count + s].any():
            found.append(("stop_closed", name))
        elif not np.isfinite(record.supply.cost_s[:, s]).any():
            found.append(("stop_cut_off", name))
    fleet = record.problem.fleet
    for v, label in enumerate(garage.label):
        row = int(np.flatnonzero(record.vehicle == v)[0])
        ways = record.problem.travel_s[fleet.kind[row], fleet.depot[row], d_count:]
        if not np.isfinite(ways).any():
            found.append(("vehicle_stuck", label))
    found += _goods(record)
    return [{"cause": cause, "name": name} for cause, name in found]


def _goods(record: Record) -> list[tuple[str, str]]:
    """Return why lines cannot be brought, as far as it can be seen, by the name of the stop, each once."""
    found: dict[tuple[str, str], None] = {}
    for violation in dispatch.causes(record.problem):
        what, number = violation.where.split()[:2]
        if what == "line":
            stop = int(record.problem.demand.stop[int(number)])
            found[REASONS[violation.constraint], record.stops.name[stop]] = None
    return list(found)
