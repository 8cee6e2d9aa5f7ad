"""Why people find no place, and the smallest change that mends it, each answer with what proves it.

By the deficiency form of Hall's theorem (Ore 1955) the fewest unmet persons equal the greatest shortage of
any set of cells: their persons minus the places of all shelters in their reach. A least cut of a maximum flow
is such a set, so the answer needs no trust in the solver: add up both sides.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from dss.arrays import BoolArray, IntArray
from dss.errors import ProblemError
from models.plan import Violation
from models.shelter.aims import LongestProof
from models.shelter.bound import shortage
from models.shelter.problem import Allocation
from models.shelter.splitting.reach import Placing, least_limit, place_most
from models.shelter.splitting.transport import least_total


@dataclass(frozen=True, slots=True, eq=False)
class Pocket:
    """Cells whose shelters in reach are too small together.

    Parameters
    ----------
    cells, sites
        The cells, and all shelters that an arc leads them to, ascending; no sites where nothing is in reach.
    persons, places
        Their persons and places; ``short`` is the difference.
    """

    cells: IntArray
    sites: IntArray
    persons: int
    places: int

    @property
    def short(self) -> int:
        """How many of the cells' persons stay unmet at least."""
        return self.persons - self.places


@dataclass(frozen=True, slots=True, eq=False)
class Widening:
    """The smallest service limit at which no more than ``unmet`` stay unmet, proven by ``proof.cells``."""

    unmet: int
    proof: LongestProof


@dataclass(frozen=True, slots=True, eq=False)
class Opening:
    """How many stay unmet at least when one closed shelter opens, and the cells that prove it."""

    site: int
    unmet: int
    cells: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """Why persons stay unmet, and what would mend it.

    Parameters
    ----------
    unmet
        The fewest unmet persons of any plan; zones that stay together may leave more.
    pockets
        Where they are; the shortages of all pockets add up to ``unmet``.
    extra_places
        The fewest places to add, and where at the least person-time, shape (m,); who reaches no shelter is
        not helped by any.
    mended
        Persons on each arc with these places, shape (k,): shows that they suffice.
    too_large
        Zones that stay together and are larger than every shelter in their reach, by number.
    widening
        The smallest service limit that mends it as far as the wider arcs can; None if none were given.
    openings
        Closed shelters in the order of how much they help; one whose places or reach cannot match the best is
        left out.
    """

    unmet: int
    pockets: tuple[Pocket, ...]
    extra_places: IntArray
    mended: IntArray
    too_large: IntArray
    widening: Widening | None
    openings: tuple[Opening, ...]


def explain(
    problem: Allocation, *, wider: Allocation | None = None, closed: Allocation | None = None
) -> Explanation:
    """Explain unmet persons.

    Parameters
    ----------
    wider
        The same cells and shelters with arcs beyond the service limit too.
    closed
        The same cells with arcs to shelters that could open; its sites have numbers of their own.

    Raises
    ------
    ProblemError
        If ``wider`` or ``closed`` have other cells, or ``wider`` other shelters.
    """
    for name, other in (("wider", wider), ("closed", closed)):
        if other is not None and not np.array_equal(other.persons, problem.persons):
            raise ProblemError("shelter_other_cells", name=name)
    if wider is not None and not np.array_equal(wider.capacity, problem.capacity):
        raise ProblemError("shelter_other_sites", name="wider")
    fewest = place_most(problem, np.ones(problem.cell.size, dtype=np.bool_))
    extra_places, mended = _mend(problem, fewest)
    return Explanation(
        fewest.unmet,
        tuple(_pockets(problem, fewest)),
        extra_places,
        mended,
        _too_large(problem),
        None if wider is None else _widen(wider),
        () if closed is None else _open(problem, closed, fewest.unmet),
    )


def check_explanation(problem: Allocation, explanation: Explanation) -> list[Violation]:
    """Return what the certificates do not prove, by adding up persons and places only.

    Checked are the shortage of every pocket, that pockets share no cell or shelter, that the added places are
    needed, and that they suffice.
    """
    everywhere = np.ones(problem.cell.size, dtype=np.bool_)
    short, broken = 0, []
    for p, pocket in enumerate(explanation.pockets):
        proven = shortage(problem, pocket.cells, everywhere)
        short += proven
        if proven != pocket.short:
            broken.append(Violation("pocket", f"pocket {p}", float(pocket.short - proven)))
    for name in ("cells", "sites"):
        parts = [np.zeros(0, dtype=np.int64), *(getattr(pocket, name) for pocket in explanation.pockets)]
        twice = np.concatenate(parts)
        if np.unique(twice).size != twice.size:
            broken.append(Violation("pocket", f"shared {name}", float(twice.size - np.unique(twice).size)))
    if short != explanation.unmet:
        broken.append(Violation("unmet", "pockets", float(explanation.unmet - short)))
    return [*broken, *_check_mended(problem, explanation)]


def _check_mended(problem: Allocation, explanation: Explanation) -> Iterator[Violation]:
    cut_off = sum(pocket.persons for pocket in explanation.pockets if pocket.sites.size == 0)
    added = int(explanation.extra_places.sum())
    if added != explanation.unmet - cut_off or (explanation.extra_places < 0).any():
        yield Violation("extra places", "number", float(added - explanation.unmet + cut_off))
    persons = explanation.mended
    sent = np.bincount(problem.cell, weights=persons, minlength=problem.persons.size)
    load = np.bincount(problem.site, weights=persons, minlength=problem.capacity.size)
    over = np.maximum(load - problem.capacity - explanation.extra_places, 0).sum()
    if over > 0 or (persons < 0).any() or (sent > problem.persons).any():
        yield Violation("extra places", "plan", float(over))
    left = int(problem.persons.sum() - persons.sum())
    if left != cut_off:
        yield Violation("extra places", "left", float(left - cut_off))


def _pockets(problem: Allocation, fewest: Placing) -> Iterator[Pocket]:
    """Split the cells that prove the shortage into those that share shelters, the largest shortage first."""
    n, m = problem.persons.size, problem.capacity.size
    chosen = np.zeros(n, dtype=np.bool_)
    chosen[fewest.cells] = True
    chosen &= problem.persons > 0
    arcs = np.flatnonzero(chosen[problem.cell])
    ends = (problem.cell[arcs], n + problem.site[arcs])
    links = coo_array((np.ones(arcs.size), ends), shape=(n + m, n + m))
    _, label = connected_components(links, directed=False)
    found: list[Pocket] = []
    for part in np.unique(label[:n][chosen]):
        cells = np.flatnonzero(chosen & (label[:n] == part))
        inside = np.zeros(n, dtype=np.bool_)
        inside[cells] = True
        sites = np.unique(problem.site[inside[problem.cell]])
        persons, places = problem.persons[cells].sum(), problem.capacity[sites].sum()
        if persons > places:
            found.append(Pocket(cells, sites, int(persons), int(places)))
    yield from sorted(found, key=lambda pocket: (-pocket.short, int(pocket.cells[0])))


def _mend(problem: Allocation, fewest: Placing) -> tuple[IntArray, IntArray]:
    """Add the fewest places at the least person-time: every shelter has a dearer twin."""
    m, k = problem.capacity.size, problem.cell.size
    longest_s = float(problem.cost_s.max(initial=1.0))
    dearer_s = (m + 1) * max(longest_s, 1.0)
    twins = Allocation(
        problem.persons,
        np.concatenate([problem.capacity, np.full(m, fewest.unmet)]),
        np.concatenate([problem.cell, problem.cell]),
        np.concatenate([problem.site, m + problem.site]),
        np.concatenate([problem.cost_s, problem.cost_s]),
        extra_s=np.concatenate([np.zeros(k), np.full(k, dearer_s)]),
        unmet_s=3 * dearer_s,
    )
    persons = least_total(twins, np.inf).persons
    extra = np.bincount(problem.site, weights=persons[k:], minlength=m).astype(np.int64)
    return extra, persons[:k] + persons[k:]


def _too_large(problem: Allocation) -> IntArray:
    """Return the zones that exceed every shelter that any of their cells reaches."""
    if problem.whole is None:
        return np.zeros(0, dtype=np.int64)
    numbers, zone = np.unique(problem.whole, return_inverse=True)
    persons = np.bincount(zone, problem.persons, numbers.size)
    largest = np.zeros(numbers.size, dtype=np.int64)
    np.maximum.at(largest, zone[problem.cell], problem.capacity[problem.site])
    reached = np.bincount(zone[problem.cell], minlength=numbers.size) > 0
    return numbers[reached & (persons > largest)]


def _widen(wider: Allocation) -> Widening:
    unmet = place_most(wider, np.ones(wider.cell.size, dtype=np.bool_)).unmet
    return Widening(unmet, least_limit(wider, wider.cost_s, unmet))


def _open(problem: Allocation, closed: Allocation, unmet: int) -> tuple[Opening, ...]:
    """Try closed shelters, the most hopeful first, until none that is left can beat the best."""
    in_reach = np.bincount(closed.site, closed.persons[closed.cell], closed.capacity.size)
    hope = np.minimum(np.minimum(in_reach, closed.capacity), unmet)
    found: list[Opening] = []
    for site in np.argsort(-hope, kind="stable"):
        if found and hope[site] < unmet - min(opening.unmet for opening in found):
            break
        joined = open_site(problem, closed, int(site))
        placing = place_most(joined, np.ones(joined.cell.size, dtype=np.bool_))
        found.append(Opening(int(site), placing.unmet, placing.cells))
    return tuple(sorted(found, key=lambda opening: (opening.unmet, opening.site)))


def open_site(problem: Allocation, closed: Allocation, site: int) -> Allocation:
    """Return the problem with one closed shelter opened, as its last site; cells may be split."""
    arcs: BoolArray = closed.site == site
    new = np.full(int(arcs.sum()), problem.capacity.size)
    return replace(
        problem,
        capacity=np.append(problem.capacity, closed.capacity[site]),
        cell=np.concatenate([problem.cell, closed.cell[arcs]]),
        site=np.concatenate([problem.site, new]),
        cost_s=np.concatenate([problem.cost_s, closed.cost_s[arcs]]),
        whole=None,
        extra_s=None,
        previous=None,
    )
