"""What a plan means for people: why some find no place, what it is compared with, and the key figures."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from dss.arrays import BoolArray, IntArray
from dss.hazard.response import feature_states
from models import Limits, Plan, shelter
from models.shelter import Allocation, AllocationDecision
from scenarios.allocation.aim import aim_of
from scenarios.allocation.check import Proof
from scenarios.allocation.facts import ACROSS, AGREED, Allocating, RowFacts, split_problem
from scenarios.allocation.plan_figures import (
    Value,
    load_figures,
    people_figures,
    quality_figures,
    trip_figures,
)
from scenarios.allocation.previous import Before
from scenarios.allocation.spec import AllocationSpec, WithinMinutes
from scenarios.journeys.journeys import Journeys
from scenarios.situation import RESERVE, SHELTERS, Situation

BEFORE_ANY_PLAN = ("persons_affected", "cells_affected")
"""Figures that no shelter and no road has a part in."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number for people: ``key`` names its text, ``unit`` its unit, ``sources`` the layers it rests on."""

    key: str
    value: float | int | None
    unit: str
    sources: tuple[str, ...]


def assess(
    journeys: Journeys,
    plan: Plan[AllocationDecision],
    spec: AllocationSpec,
    limits: Limits,
    before: Before | None,
) -> Allocating:
    """Work out causes, and the plans that this one is compared with."""
    assert plan.decision is not None
    problem, people = journeys.problem, journeys.people
    aim = aim_of(spec)
    split = None
    if problem.whole is not None:
        split = shelter.solve(split_problem(problem), limits, objective=aim)
    rows = RowFacts(
        cell=people.cell,
        cell_id=journeys.cell_id,
        group=people.group,
        pace=people.pace,
        cause=causes(journeys, plan.decision.unmet),
        border=_borders(journeys),
        site_row=journeys.site_index,
        group_keys=tuple(group.key for group in spec.groups),
    )
    told = None if before is None else before.told(problem, plan.decision)
    return Allocating(
        aim=aim,
        rows=rows,
        split=split,
        late_s=60 * spec.objective.minutes if isinstance(spec.objective, WithinMinutes) else None,
        told=None if told is None else told.before,
        forced=None if told is None else told.forced,
    )


def _borders(journeys: Journeys) -> IntArray:
    i, j = journeys.problem.cell, journeys.problem.site
    return np.where(journeys.ways.cross[i, j], ACROSS, np.where(journeys.ways.agreed[i, j], AGREED, 0))


def causes(journeys: Journeys, unmet: IntArray) -> IntArray:
    """Return why people stay unmet, as the place in ``CAUSES``, -1 where none do, shape (n,)."""
    cell, offer = journeys.people.cell, journeys.offer
    joined = np.any([trips.origin.reached for trips in journeys.trips], axis=0)[cell]
    can_arrive = np.isfinite(journeys.ways.total_s).any(axis=1)
    too_large, apart, together = _zone_causes(journeys)
    holds = [
        ~joined,
        journeys.stranded[cell],
        ~can_arrive,
        ~offer.in_time,
        ~offer.in_service,
        ~offer.suits,
        ~offer.allowed,
        too_large,
        apart,
        together,
        np.ones(cell.size, dtype=np.bool_),
    ]
    return np.where(unmet > 0, np.argmax(holds, axis=0), -1)


def _zone_causes(journeys: Journeys) -> tuple[BoolArray, BoolArray, BoolArray]:
    """Return rows whose zone exceeds every shelter, has none in common, or is to stay together, each (n,)."""
    problem = journeys.problem
    none = np.zeros(problem.persons.size, dtype=np.bool_)
    if problem.whole is None:
        return none, none, none
    too_large = np.isin(problem.whole, shelter.explain(problem).too_large)
    return too_large, ~_has_common(problem), ~none


def _has_common(problem: Allocation) -> BoolArray:
    """Return rows whose zone has a shelter that all its peopled rows reach, shape (n,)."""
    assert problem.whole is not None
    numbers, zone = np.unique(problem.whole, return_inverse=True)
    m = max(problem.capacity.size, 1)
    peopled = problem.persons > 0
    rows = np.bincount(zone[peopled], minlength=numbers.size)
    arcs = peopled[problem.cell]
    pairs, reached = np.unique(zone[problem.cell[arcs]] * m + problem.site[arcs], return_counts=True)
    common = np.zeros(numbers.size, dtype=np.bool_)
    common[(pairs // m)[reached == rows[pairs // m]]] = True
    return np.asarray(common[zone])


def key_figures(situation: Situation, journeys: Journeys, proof: Proof) -> tuple[Figure, ...]:
    """Return the run's figures in the order in which a commander asks for them."""
    layers = _Layers(situation)
    flood = situation.impact.kind == "flood"
    cells = situation.cells
    return (
        Figure("persons_in_area", cells.total_persons, "persons", layers.people),
        Figure("persons_outside_area", cells.persons_outside, "persons", layers.people),
        *_sourced((v for v in people_figures(proof) if flood or v.key != "unmet_deep_water"), layers),
        *_sourced(trip_figures(proof), layers),
        *_places(situation, journeys, layers),
        *_sourced(load_figures(proof), layers),
        *_other_losses(situation),
        *_roads(situation, layers),
        *_sourced(quality_figures(proof), layers),
    )


class _Layers:
    """Which layers figures rest on."""

    def __init__(self, situation: Situation) -> None:
        onemap = situation.onemap
        hazard = situation.hazard_sources
        self.people = situation.cells.sources
        self.roads = tuple(layer.key for layer in onemap.role("roads"))
        self.shelters = tuple(layer.key for layer in onemap.role("shelters"))
        buildings = tuple(layer.key for layer in onemap.role("buildings"))
        self.affected = _once(self.people, buildings, hazard)
        self.roads_hit = _once(self.roads, hazard)
        self.shelters_hit = _once(self.shelters, hazard)
        self.plan = _once(self.people, buildings, self.roads, self.shelters, hazard)

    def of(self, key: str) -> tuple[str, ...]:
        """Return the layers of a figure of the plan."""
        return self.affected if key in BEFORE_ANY_PLAN else self.plan


def _once(*groups: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for group in groups for key in group))


def _sourced(values: Iterable[Value], layers: _Layers) -> Iterable[Figure]:
    return (Figure(value.key, value.value, value.unit, layers.of(value.key)) for value in values)


def _places(situation: Situation, journeys: Journeys, layers: _Layers) -> Iterable[Figure]:
    houses = journeys.ends.houses
    lost = int((~situation.shelter_open).sum() + (houses.capacity == 0).sum())
    yield Figure("shelters_open", int((houses.capacity > 0).sum()), "shelters", layers.shelters_hit)
    yield Figure("shelters_lost", lost, "shelters", layers.shelters_hit)
    unknown = len(situation.shelters.without_capacity)
    yield Figure("shelters_without_capacity", unknown, "shelters", layers.shelters)
    if houses.unsuitable:
        yield Figure("shelters_unsuitable", houses.unsuitable, "shelters", layers.shelters_hit)
    if houses.debris_places:
        yield Figure("places_in_debris", houses.debris_places, "persons", layers.shelters_hit)


def _other_losses(situation: Situation) -> Iterable[Figure]:
    for role, impact in situation.impact.facilities.items():
        if role not in (SHELTERS, RESERVE):
            keys = tuple(layer.key for layer in situation.onemap.role(role))
            sources = _once(keys, situation.hazard_sources)
            yield Figure(f"{role}_lost", int(impact.lost.sum()), "facilities", sources)


def _roads(situation: Situation, layers: _Layers) -> Iterable[Figure]:
    closed, slowed = feature_states(situation.roads, situation.impact.roads.edge_s["drive"])
    length_km = situation.roads.features["length_m"].to_numpy() / 1000.0
    sources = layers.roads_hit
    yield Figure("roads_closed", int(closed.sum()), "roads", sources)
    yield Figure("roads_closed_km", round(float(length_km[closed].sum()), 1), "km", sources)
    yield Figure("roads_slowed_km", round(float(length_km[slowed].sum()), 1), "km", sources)
