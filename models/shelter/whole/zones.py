"""Cells that stay together become one: an allocation problem whose cells are the zones."""

from dataclasses import dataclass

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from models.shelter.problem import Allocation, AllocationDecision


@dataclass(frozen=True, slots=True, eq=False)
class Zones:
    """Zones with persons, and the arcs that all their cells have.

    Parameters
    ----------
    problem
        The allocation of zones, shape (zones,); arcs ascend by zone and site. Splitting it relaxes (4) only.
    zone
        Zone of each cell, shape (n,); cells without persons are in whichever zone their number names.
    peopled
        Which cells have persons, shape (n,).
    trip_s
        The longest travel time among the cells of a zone on each arc, shape (k,).
    """

    problem: Allocation
    zone: IntArray
    peopled: BoolArray
    trip_s: FloatArray

    @property
    def value(self) -> FloatArray:
        """What a zone on each arc counts, in person-seconds, shape (k,)."""
        return self.problem.persons[self.problem.cell] * self.problem.value_s

    @property
    def unmet(self) -> FloatArray:
        """What each zone counts where it stays unmet, in person-seconds, shape (zones,)."""
        return self.problem.persons * self.problem.weight * self.problem.unmet_weight_s


def gather_zones(problem: Allocation) -> Zones:
    """Join the cells of each zone. An arc of a zone leads to a shelter that all its peopled cells reach, and
    that would hold them all. O(k log k).
    """  # noqa: D205
    assert problem.whole is not None
    peopled = problem.persons > 0
    numbers, inverse = np.unique(problem.whole[peopled], return_inverse=True)
    zone = np.minimum(np.searchsorted(numbers, problem.whole), max(numbers.size - 1, 0))
    cells = np.bincount(inverse, minlength=numbers.size)
    size = np.bincount(inverse, problem.persons[peopled], numbers.size).astype(np.int64)
    weight = np.bincount(inverse, (problem.persons * problem.weight)[peopled], numbers.size)
    used = peopled[problem.cell]
    m = max(problem.capacity.size, 1)
    pairs, pair = np.unique((zone[problem.cell] * m + problem.site)[used], return_inverse=True)
    value = np.bincount(pair, _whole_value(problem)[used], pairs.size)
    shared = np.bincount(pair, minlength=pairs.size) == cells[pairs // m]
    trip_s = np.zeros(pairs.size)
    np.maximum.at(trip_s, pair, problem.cost_s[used])
    to_zone, to_site = pairs // m, pairs % m
    kept = shared & (size[to_zone] <= problem.capacity[to_site])
    to_zone, to_site = to_zone[kept], to_site[kept]
    counted = np.where(weight > 0, weight, size)
    joined = Allocation(
        size,
        problem.capacity,
        to_zone,
        to_site,
        value[kept] / counted[to_zone],
        priority=weight / np.maximum(size, 1),
        unmet_s=problem.unmet_weight_s,
    )
    return Zones(joined, zone, peopled, trip_s[kept])


def _whole_value(problem: Allocation) -> FloatArray:
    """Return what all persons of the arc's cell count on it, shape (k,)."""
    persons = problem.persons[problem.cell]
    anew = np.maximum(persons - problem.told_before, 0)
    return persons * problem.value_s + problem.stability_s * anew


def place_zones(problem: Allocation, zones: Zones, site: IntArray, placed: BoolArray) -> AllocationDecision:
    """Return the decision that sends each placed zone to one site, the others being unmet.

    Parameters
    ----------
    site
        Site of each zone, shape (zones,); of no meaning where it is not placed.
    placed
        Which zones have a place, shape (zones,).
    """
    if placed.size == 0:
        return AllocationDecision(np.zeros_like(problem.cell), problem.persons.copy(), None)
    at_site, goes = site[zones.zone], placed[zones.zone] & zones.peopled
    taken = (problem.site == at_site[problem.cell]) & goes[problem.cell]
    persons = np.where(taken, problem.persons[problem.cell], 0)
    return AllocationDecision(persons, np.where(goes, 0, problem.persons), None)
