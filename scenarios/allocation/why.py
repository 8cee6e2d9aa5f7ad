"""Why people stay without a place, and the smallest change that mends it, as a run states it.

Numbers and names only; the sentences are the report's. What proves them is written beside the plan's proof.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from dss import columns as col
from dss.arrays import IntArray
from models import shelter
from models.shelter.explaining.explain import Explanation, Pocket
from scenarios.allocation.check import Proof
from scenarios.allocation.plan_figures import decided
from scenarios.allocation.spec import AllocationSpec, Districts, Shelter
from scenarios.journeys.journeys import Journeys
from scenarios.journeys.offers import Rules, make_offer, trip_limits
from scenarios.journeys.together import find_borders, names_of
from scenarios.schema import Scenario
from scenarios.situation import RESERVE, SHELTERS, Situation

MOST_ARCS: Final = 1_500_000
"""Wider services with more arcs than this are not searched."""
DAY_S: Final = 86_400.0
SHOWN: Final = 6
Reach = Literal["minutes", "times"]


@dataclass(frozen=True, slots=True)
class Shortage:
    """A part of the city whose shelters in reach are too small together.

    ``areas`` and ``shelters`` are names, the largest first, at most six of ``area_count`` and
    ``shelter_count``.
    """

    persons: int
    places: int
    cells: int
    areas: tuple[str, ...]
    area_count: int
    shelters: tuple[str, ...]
    shelter_count: int

    @property
    def short(self) -> int:
        """How many stay without a place at least."""
        return self.persons - self.places


@dataclass(frozen=True, slots=True)
class ExtraPlaces:
    """Places to add in one shelter."""

    shelter: str
    places: int


@dataclass(frozen=True, slots=True)
class Wider:
    """How far the service must reach: minutes of a trip, or times the classes' service distance."""

    kind: Reach
    limit: float
    unmet: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A place that could open, and how many stay unmet then at least."""

    name: str
    capacity: int
    unmet: int


@dataclass(frozen=True, slots=True)
class Why:
    """Why people have no place.

    Parameters
    ----------
    unmet
        Without a place in any plan, whatever is split.
    kept_together
        Without a place only because communities stay together.
    beyond_reach
        Of the unmet, those whom no shelter can take: no way leads to any.
    shortages
        Where they are; the shortages add up to ``unmet``.
    extra_places
        The fewest places to add, and where.
    too_large
        Communities larger than every shelter in their reach, by name or number.
    wider
        The smallest service that helps as much as any; None where it is not known.
    openings
        Places that could open, the most helpful first.
    """

    unmet: int
    kept_together: int
    beyond_reach: int
    shortages: tuple[Shortage, ...]
    extra_places: tuple[ExtraPlaces, ...]
    too_large: tuple[str, ...]
    wider: Wider | None
    openings: tuple[Opened, ...]

    def described(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


def explain_run(
    scenario: Scenario, situation: Situation, journeys: Journeys, proof: Proof, closed: Journeys | None
) -> tuple[Why, Explanation] | None:
    """Explain why people stay unmet; None where everyone has a place.

    Parameters
    ----------
    closed
        The same people's journeys to places that could open.
    """
    unmet = int(decided(proof.plan).unmet.sum())
    if unmet == 0:
        return None
    kind, wider = _wider(scenario, journeys)
    found = shelter.explain(journeys.problem, wider=wider, closed=None if closed is None else closed.problem)
    names = situation.shelters.features[col.NAME].astype(str).to_numpy(object)[journeys.site_index]
    places = _place_names(situation, journeys)
    extra = np.argsort(-found.extra_places, kind="stable")
    why = Why(
        unmet=found.unmet,
        kept_together=unmet - found.unmet,
        beyond_reach=sum(pocket.persons for pocket in found.pockets if pocket.sites.size == 0),
        shortages=tuple(_shortage(pocket, journeys, names, places) for pocket in found.pockets),
        extra_places=tuple(
            ExtraPlaces(str(names[j]), int(found.extra_places[j])) for j in extra if found.extra_places[j] > 0
        ),
        too_large=_too_large(found, journeys),
        wider=_widened(kind, found),
        openings=_opened(found, situation, closed),
    )
    return why, found


def _wider(scenario: Scenario, journeys: Journeys) -> tuple[Reach, shelter.Allocation | None]:
    """Return the problem with arcs beyond the service: by distance where classes limit it, else by time."""
    spec, problem, ways = scenario.allocation, journeys.problem, journeys.ways
    limit_s = trip_limits(journeys.people, spec, scenario.travel.max_trip_s)
    by_distance = spec.shelters.service_distance
    rules = Rules(limit_s, np.inf) if by_distance else Rules(np.full(limit_s.size, DAY_S))
    offered, _ = make_offer(ways, rules, spec)
    i, j = np.nonzero(offered & (problem.capacity > 0))
    kind: Reach = "times" if by_distance else "minutes"
    if i.size > MOST_ARCS or i.size == problem.cell.size:
        return kind, None
    cost = ways.far[i, j] if by_distance else ways.total_s[i, j]
    return kind, shelter.Allocation(problem.persons, problem.capacity, i, j, cost)


def _widened(kind: Reach, found: Explanation) -> Wider | None:
    widening = found.widening
    if widening is None or widening.unmet >= found.unmet:
        return None
    limit = widening.proof.limit_s
    return Wider(kind, round(limit / 60, 1) if kind == "minutes" else round(limit, 2), widening.unmet)


def _opened(found: Explanation, situation: Situation, closed: Journeys | None) -> tuple[Opened, ...]:
    if closed is None or situation.reserve is None:
        return ()
    names = situation.reserve.features[col.NAME].astype(str).to_numpy(object)[closed.site_index]
    capacity = closed.problem.capacity
    return tuple(
        Opened(str(names[opening.site]), int(capacity[opening.site]), opening.unmet)
        for opening in found.openings[:SHOWN]
        if opening.unmet < found.unmet
    )


def _too_large(found: Explanation, journeys: Journeys) -> tuple[str, ...]:
    if journeys.zones is None:
        return ()
    names = journeys.zones.names
    return tuple(str(names[z]) if z < names.size else f"#{z}" for z in found.too_large)


def _place_names(situation: Situation, journeys: Journeys) -> NDArray[np.object_]:
    """Return what to call where each affected cell lies: its community, else its district, shape (c,)."""
    c = journeys.cell_index.size
    if journeys.zones is not None and journeys.zones.names.size:
        return names_of(journeys.zones.names, journeys.zones.area)
    borders = journeys.borders
    if borders is None and situation.onemap.role("districts"):
        cells = situation.cells.only(journeys.cell_index)
        sites = situation.shelters.features.iloc[journeys.site_index]
        borders = find_borders(situation.onemap, cells, sites, Districts())
    if borders is None:
        return np.full(c, None, dtype=object)
    return names_of(borders.names, borders.of_cell)


def _shortage(
    pocket: Pocket, journeys: Journeys, sites: NDArray[np.object_], places: NDArray[np.object_]
) -> Shortage:
    cell = journeys.people.cell[pocket.cells]
    persons = journeys.problem.persons[pocket.cells]
    areas = _largest(places[cell], persons)
    shelters = _largest(sites[pocket.sites], journeys.problem.capacity[pocket.sites])
    return Shortage(
        persons=pocket.persons,
        places=pocket.places,
        cells=int(np.unique(cell).size),
        areas=areas[:SHOWN],
        area_count=len(areas),
        shelters=shelters[:SHOWN],
        shelter_count=pocket.sites.size,
    )


def _largest(names: NDArray[np.object_], amounts: IntArray) -> tuple[str, ...]:
    """Return the different names, those with the largest amounts first."""
    totals: dict[str, int] = {}
    for name, amount in zip(names, amounts, strict=True):
        if name is not None:
            totals[str(name)] = totals.get(str(name), 0) + int(amount)
    return tuple(sorted(totals, key=lambda name: (-totals[name], name)))


def opened_up(scenario: Scenario, situation: Situation) -> tuple[Scenario, Situation] | None:
    """Return scenario and situation in which only places that could open serve; None without any."""
    if situation.reserve is None or situation.impact.facilities[RESERVE].lost.all():
        return None
    facilities = {**situation.impact.facilities, SHELTERS: situation.impact.facilities[RESERVE]}
    there = replace(
        situation, shelters=situation.reserve, impact=replace(situation.impact, facilities=facilities)
    )
    spec = AllocationSpec(
        groups=[group.model_copy(update={"suitable": []}) for group in scenario.allocation.groups],
        shelters=Shelter(),
    )
    return scenario.model_copy(update={"allocation": spec}), there
