"""How open sites serve, in four numbers: what figures state and a verification derives again."""

from dataclasses import dataclass

import numpy as np

from dss.arrays import BoolArray, FloatArray
from models import siting


@dataclass(frozen=True, slots=True)
class Service:
    """What open sites bring.

    Parameters
    ----------
    covered
        Persons within the limit who have a place.
    covered_share
        Of all persons.
    mean, longest
        Metres or seconds to the nearest open site, over the persons whom a road leads to one; None where it
        leads nobody.
    """

    covered: float
    covered_share: float
    mean: float | None
    longest: float | None


def measure_service(near: FloatArray, persons: FloatArray, share: FloatArray) -> Service:
    """Measure how persons are served.

    Parameters
    ----------
    near
        Metres or seconds from each cell to its nearest open site, shape (n,); inf without a way.
    persons, share
        Persons of each cell, and which share of them is served, shape (n,).
    """
    covered, everyone = float(persons @ share), float(persons.sum())
    reached = np.isfinite(near) & (persons > 0)
    if not reached.any():
        return Service(covered, covered / max(everyone, 1.0), None, None)
    mean = float(np.average(near[reached], weights=persons[reached]))
    return Service(covered, covered / max(everyone, 1.0), mean, float(near[reached].max()))


def share_served(decision: siting.SitingDecision, rows: BoolArray, within: BoolArray) -> FloatArray:
    """Return which share of each cell's persons is served within the limit, shape (n,).

    Parameters
    ----------
    rows
        Cells that are demands of the problem, shape (n,).
    within
        Cells within the limit of an open site, shape (n,).
    """
    if isinstance(decision.assignment, np.ndarray):
        return within.astype(np.float64)
    share = np.zeros(rows.size)
    share[rows] = np.asarray(decision.assignment.sum(axis=1)).ravel()
    return share
