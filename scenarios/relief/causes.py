"""What keeps depots, stops, vehicles and goods out of a relief, each with its cause.

Index names: ``d`` depots, ``s`` stops, ``v`` vehicles, ``q`` lines of demand.
"""

from typing import Final

import numpy as np

from models import dispatch
from models.dispatch import Delivery
from scenarios.relief.record import Record

REASONS: Final = {
    "(4)": "goods_too_large",
    "(1)": "goods_no_way",
    "(5)": "goods_too_late",
    "(3)": "goods_no_stock",
}
"""Constraint of the model that a line cannot keep -> cause."""
VEHICLES: Final = {"(4)": "vehicle_small", "(1)": "vehicle_stuck", "(5)": "vehicle_late"}
"""Constraint that keeps a vehicle from any line -> cause."""


def causes(record: Record, ahead: Delivery | None = None) -> list[dict[str, str]]:
    """Return what keeps depots, stops and vehicles out, each with its cause.

    ``depot_lost``: the hazard takes it. ``depot_closed``: none of its vehicles finds an open road near it.
    ``stop_closed``: no kind of vehicle finds an open road near it. ``stop_cut_off``: no depot that may serve
    it has a way to it. ``vehicle_stuck``: it can reach no stop; ``vehicle_late``: none in its shifts before
    goods are due; ``vehicle_small``: it holds no pack.

    Parameters
    ----------
    ahead
        What was left to plan where the relief was planned again; None: all of it.
    """
    problem = record.problem if ahead is None else ahead
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
    found += _vehicles(record, problem)
    found += _goods(record, problem)
    return [{"cause": cause, "name": name} for cause, name in found]


def _vehicles(record: Record, problem: Delivery) -> list[tuple[str, str]]:
    """Return vehicles that can bring nothing on any day, with what keeps them; those that are lost aside."""
    found: dict[int, str] = {}
    for violation in dispatch.causes(problem):
        what, number = violation.where.split()[:2]
        if what == "vehicle":
            found[int(number)] = VEHICLES[violation.constraint]
    named = []
    for v, label in enumerate(record.garage.label):
        rows = np.flatnonzero((record.vehicle == v) & (problem.fleet.weight_kg > 0)).tolist()
        kept = {found.get(row) for row in rows}
        if len(kept) == 1 and (cause := kept.pop()) is not None:
            named.append((cause, label))
    return named


def _goods(record: Record, problem: Delivery) -> list[tuple[str, str]]:
    """Return why lines cannot be brought, as far as it can be seen, by the name of the stop, each once."""
    found: dict[tuple[str, str], None] = {}
    if not (problem.fleet.weight_kg > 0).any():
        stops = np.unique(problem.demand.stop[problem.demand.amount > 0]).tolist()
        return [("goods_no_vehicle", record.stops.name[s]) for s in stops]
    for violation in dispatch.causes(problem):
        what, number = violation.where.split()[:2]
        if what == "line":
            stop = int(problem.demand.stop[int(number)])
            found[REASONS[violation.constraint], record.stops.name[stop]] = None
    return list(found)
