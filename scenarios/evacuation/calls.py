"""Zones that leave together: whom an order calls at what time, the first to be reached by the hazard first.

Index names: ``c`` affected cells, ``q`` calls.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dss.arrays import FloatArray, IntArray
from scenarios.allocation.spec import AllocationSpec
from scenarios.evacuation.spec import EvacuationSpec, Staged
from scenarios.journeys.journeys import Journeys
from scenarios.journeys.together import find_zones
from scenarios.situation import Situation


@dataclass(frozen=True, slots=True, eq=False)
class Calls:
    """Who is called when.

    Parameters
    ----------
    of_cell
        Call of each affected cell, shape (c,).
    at_s
        When each call is made, from the start of the evacuation, shape (q,).
    reached_s
        When the hazard first comes to the call's cells, on its own clock, shape (q,).
    areas
        Names of the areas of each call, q tuples; empty where calls follow the hazard.
    """

    of_cell: IntArray
    at_s: FloatArray
    reached_s: FloatArray
    areas: tuple[tuple[str, ...], ...]

    def ready_s(self) -> FloatArray:
        """Return when each cell is called, shape (c,)."""
        return np.asarray(self.at_s[self.of_cell], dtype=np.float64)

    def at_once(self) -> "Calls":
        """Return the same zones, all called at the start."""
        return replace(self, at_s=np.zeros_like(self.at_s))


def call_zones(situation: Situation, journeys: Journeys, spec: EvacuationSpec) -> Calls:
    """Return the zones of a staged departure; where none is asked for, those by the hazard, called at once.

    Raises
    ------
    ScenarioError
        If the map has no areas of the wanted kind.
    """
    departures = spec.departures
    staged = departures if isinstance(departures, Staged) else None
    reached_s = situation.impact.cells.from_s[journeys.cell_index]
    if staged is None or staged.zones == "hazard":
        area, names = _by_time(reached_s), None
    else:
        area, names = _areas(situation, journeys, staged)
    count = Staged().groups if staged is None else staged.groups
    call, first_s, members = _spread(area, reached_s, count)
    every_s = 0.0 if staged is None else 60 * staged.every_min
    named = tuple(tuple(names[one]) for one in members) if names is not None else ((),) * first_s.size
    at_s = np.asarray(np.arange(first_s.size) * every_s, dtype=np.float64)
    return Calls(call, at_s, first_s, named)


def _spread(area: IntArray, reached_s: FloatArray, count: int) -> tuple[IntArray, FloatArray, list[IntArray]]:
    """Spread areas over calls: as many cells to a call as to another, those reached first being called first.

    Returns
    -------
    Call of each cell, shape (c,); when the hazard first comes to each call's cells, (q,); areas of each call.
    """
    known, place = np.unique(area, return_inverse=True)
    first_s = np.full(known.size, np.inf)
    np.minimum.at(first_s, place.ravel(), reached_s)
    cells = np.bincount(place.ravel())
    order = np.argsort(first_s, kind="stable")
    before = np.cumsum(cells[order]) - cells[order]
    rank = np.empty(known.size, dtype=np.int64)
    rank[order] = np.minimum(before * count // max(int(cells.sum()), 1), count - 1)
    used, call = np.unique(rank, return_inverse=True)
    reached = np.full(used.size, np.inf)
    np.minimum.at(reached, call.ravel(), first_s)
    return call.ravel()[place.ravel()], reached, [known[rank == one] for one in used]


def _by_time(reached_s: FloatArray) -> IntArray:
    return np.unique(reached_s, return_inverse=True)[1].ravel().astype(np.int64)


def _areas(situation: Situation, journeys: Journeys, staged: Staged) -> tuple[IntArray, NDArray[np.object_]]:
    """Return the area of each affected cell and the areas' names; cells outside all of them are one more."""
    cells = situation.cells.only(journeys.cell_index)
    whole = AllocationSpec(whole=staged.zones)
    zones = find_zones(situation.onemap, cells, journeys.people, whole)
    assert zones is not None
    return np.where(zones.area < 0, zones.names.size, zones.area), np.append(zones.names, "–")
