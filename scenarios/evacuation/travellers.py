"""By which means people go: on foot where the allocation lets them walk, else by car, bus or ambulance.

Index names: ``c`` affected cells, ``j`` open shelters.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from dss import columns as col
from dss.arrays import FloatArray, IntArray
from dss.cells import whole_numbers
from dss.groups import group_share
from dss.onemap import read_vector
from dss.standards import StandardsReader
from models.shelter import AllocationDecision
from scenarios.evacuation.spec import Means
from scenarios.journeys.journeys import WALK, Journeys
from scenarios.situation import Situation

MeansOfTravel = Literal["walk", "car", "bus", "special"]
MEANS: Final[tuple[MeansOfTravel, ...]] = ("walk", "car", "bus", "special")
HOSPITALS: Final = "hospitals"


@dataclass(frozen=True, slots=True, eq=False)
class Travellers:
    """Who goes how, and which places are left to whom.

    Parameters
    ----------
    persons
        By means, persons of each affected cell, shape (c,).
    places
        Places in each open shelter for those on foot and by car, shape (m,): a place that the allocation
        gives to someone on a bus or in an ambulance is kept for them.
    patients
        Beds of hospitals that the hazard takes, beside the residents; None where no layer counts beds.
    disabled_counted
        Whether the map counts disabled people.
    """

    persons: Mapping[MeansOfTravel, IntArray]
    places: Mapping[MeansOfTravel, IntArray]
    patients: int | None
    disabled_counted: bool


def divide_by_means(
    situation: Situation, journeys: Journeys, decision: AllocationDecision, means: Means
) -> Travellers:
    """Divide the affected people by means of travel.

    Notes
    -----
    Whom the allocation sends on foot walks, and the places it gives them are theirs. Of everyone else, and of
    the walkers, some need special transport; of the rest some have no car and take a bus.
    """
    standards = situation.standards
    to_leave = journeys.by_cell(journeys.problem.persons).astype(np.int64)
    on_foot = _by_cell(journeys, decision, np.flatnonzero(journeys.arc_mode == WALK))
    disabled, counted = _disabled_share(situation, journeys.cell_index)
    special = disabled * given(means.special_share, standards, "evacuation.special_share")
    unable = np.minimum(whole_numbers(special * on_foot), on_foot)
    rest = to_leave - on_foot
    carried = np.minimum(whole_numbers(special * rest), rest)
    carless = given(means.carless_share, standards, "evacuation.carless_share")
    bus = np.minimum(whole_numbers(carless * (rest - carried)), rest - carried)
    persons: dict[MeansOfTravel, IntArray] = {
        "walk": on_foot - unable,
        "car": rest - carried - bus,
        "bus": bus,
        "special": unable + carried,
    }
    taken = np.divide(bus + carried, rest, out=np.zeros(rest.size), where=rest > 0)
    return Travellers(persons, _places(journeys, decision, taken), _patients(situation), counted)


def given(value: float | None, standards: StandardsReader, key: str) -> float:
    """Return what the scenario gives, else what the standards say."""
    return standards.number(key) if value is None else float(value)


def _by_cell(journeys: Journeys, decision: AllocationDecision, arcs: IntArray) -> IntArray:
    cell = journeys.people.cell[journeys.problem.cell[arcs]]
    sums = np.bincount(cell, weights=decision.persons[arcs], minlength=journeys.cell_index.size)
    return sums.astype(np.int64)


def _places(
    journeys: Journeys, decision: AllocationDecision, taken: FloatArray
) -> dict[MeansOfTravel, IntArray]:
    """Return the places of walkers and those left to cars; ``taken`` is who of a cell's rest goes by bus."""
    problem, walking = journeys.problem, journeys.arc_mode == WALK
    m = problem.capacity.size
    cell = journeys.people.cell[problem.cell]
    on_foot = np.bincount(problem.site, weights=decision.persons * walking, minlength=m)
    kept = np.bincount(problem.site, weights=decision.persons * ~walking * taken[cell], minlength=m)
    left = problem.capacity - on_foot - np.ceil(kept - 1e-9)
    return {"walk": on_foot.astype(np.int64), "car": np.maximum(left, 0).astype(np.int64)}


def _disabled_share(situation: Situation, affected: IntArray) -> tuple[FloatArray, bool]:
    share = group_share(situation.onemap, situation.cells, "disabled")
    if share is not None:
        return share[affected], True
    assumed = situation.standards.number("evacuation.disabled_share")
    return np.full(affected.size, assumed), False


def _patients(situation: Situation) -> int | None:
    """Return the beds of hospitals that the hazard takes."""
    impact = situation.impact.facilities.get(HOSPITALS)
    layers = situation.onemap.role(HOSPITALS)
    if impact is None or not any(col.BEDS in layer.fields for layer in layers):
        return None
    frame = pd.concat([read_vector(situation.onemap, layer) for layer in layers], ignore_index=True)
    frame = frame[~(frame.geometry.isna() | frame.geometry.is_empty)]
    beds = pd.to_numeric(frame[col.BEDS], errors="coerce").fillna(0).to_numpy(np.float64)
    return int(np.maximum(beds, 0)[impact.lost].sum())
