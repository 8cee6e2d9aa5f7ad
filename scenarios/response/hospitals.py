"""Hospitals with free beds by kind; those whose count of beds cannot be true are said and not used."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from dss import columns as col
from dss.arrays import FloatArray, IntArray
from dss.standards import StandardsReader
from scenarios.response.places import Drives, Spots, features_of, spots_of
from scenarios.response.units import Fault
from scenarios.situation import Situation

BED_KINDS: Final = ("intensive", "ward", "treatment")
CLASSES: Final = ("red", "yellow", "green")
SUITS: Final = np.array([[True, False, False], [True, True, False], [False, True, True]])
"""Severe patients need an intensive bed, moderate ones any bed, slight ones a bed or treatment."""
PRIORITY: Final = np.array([9, 3, 1])


@dataclass(frozen=True, slots=True, eq=False)
class Hospitals:
    """Hospitals that can take patients.

    Parameters
    ----------
    spots
        Where they are, h of them.
    total, beds
        Beds in all, shape (h,), and free ones by kind, shape (h, 3).
    faults
        Hospitals that are not used, and why.
    """

    spots: Spots
    total: IntArray
    beds: IntArray
    faults: tuple[Fault, ...]


def gather_hospitals(situation: Situation, drives: Drives) -> Hospitals:
    """Return the hospitals that the hazard leaves, that a road leads to, and that have beds."""
    onemap, standards = situation.onemap, situation.standards
    frame = features_of(onemap, list(onemap.role("hospitals")))
    spots = spots_of(frame)
    stated = _stated(frame)
    lost = np.zeros(spots.size, dtype=np.bool_)
    if "hospitals" in situation.impact.facilities:
        lost = situation.impact.facilities["hospitals"].lost
    off_road = ~drives.join(spots.x_m, spots.y_m).reached
    causes = (
        ("lost", lost),
        ("off_road", off_road),
        ("beds_missing", np.isnan(stated)),
        ("beds_none", stated <= 0),
        ("beds_impossible", (stated > standards.number("response.most_beds")) | (stated != np.floor(stated))),
    )
    used = ~np.logical_or.reduce([holds for _, holds in causes])
    faults = [
        Fault(
            "hospital",
            str(spots.name[row]),
            next(cause for cause, holds in causes if holds[row]),
            f"{stated[row]:g}",
        )
        for row in np.flatnonzero(~used)
    ]
    rows = np.flatnonzero(used)
    total = stated[rows].astype(np.int64)
    return Hospitals(spots.only(rows), total, _free(total, standards), tuple(faults))


def _stated(frame: pd.DataFrame) -> FloatArray:
    if col.BEDS not in frame:
        return np.full(len(frame), np.nan)
    return np.asarray(pd.to_numeric(frame[col.BEDS], errors="coerce").to_numpy(np.float64))


def _free(total: IntArray, standards: StandardsReader) -> IntArray:
    """Return free beds by kind, rounded down, shape (h, 3)."""
    free = total * standards.number("response.free_bed_share")
    intensive = np.floor(free * standards.number("response.intensive_share"))
    treated = np.floor(total * standards.number("response.treated_per_bed"))
    return np.stack([intensive, np.floor(free) - intensive, treated], axis=1).astype(np.int64)
