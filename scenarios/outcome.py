"""What a plan means for people: who goes, how long, who finds no place and why, and the key figures."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import FloatArray, IntArray
from dss.hazard.response import feature_states
from models import Plan, shelter
from models.shelter import Allocation, AllocationDecision
from scenarios.journeys import WALK, Journeys
from scenarios.situation import SHELTERS, Situation

# Why a person finds no place, the first that holds.
CAUSES: Final = ("no_road", "deep_water", "cut_off", "too_far", "all_full")


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """A plan and what follows from it.

    Parameters
    ----------
    plan, nearest
        The optimal plan, and the baseline where everyone goes to the nearest shelter with room.
    load
        Persons in each open shelter, shape (m,).
    cause
        Row in ``CAUSES`` for each affected cell with unmet persons, -1 for the others, shape (n,).
    """

    plan: Plan[AllocationDecision]
    nearest: Plan[AllocationDecision]
    load: IntArray
    cause: IntArray


@dataclass(frozen=True, slots=True)
class Figure:
    """A number for people: ``key`` names its text, ``unit`` its unit, ``sources`` the layers it rests on."""

    key: str
    value: float | int | None
    unit: str
    sources: tuple[str, ...]


def assess(journeys: Journeys, plan: Plan[AllocationDecision]) -> Outcome:
    """Work out loads and causes, and the baseline."""
    assert plan.decision is not None
    problem = journeys.problem
    load = np.bincount(problem.site, weights=plan.decision.persons, minlength=problem.capacity.size)
    return Outcome(
        plan=plan,
        nearest=shelter.nearest_plan(problem),
        load=load.astype(np.int64),
        cause=_causes(journeys, plan.decision.unmet),
    )


def _causes(journeys: Journeys, unmet: IntArray) -> IntArray:
    n = journeys.cell_index.size
    joined = np.any([trips.origin.reached for trips in journeys.trips], axis=0)
    can_arrive = np.any([np.isfinite(trips.total_s).any(axis=1) for trips in journeys.trips], axis=0)
    has_arc = np.bincount(journeys.problem.cell, minlength=n) > 0
    holds = [~joined, journeys.stranded, ~can_arrive, ~has_arc, np.ones(n, dtype=np.bool_)]
    return np.where(unmet > 0, np.argmax(holds, axis=0), -1)


def key_figures(situation: Situation, journeys: Journeys, outcome: Outcome) -> tuple[Figure, ...]:
    """Return the run's figures in the order in which a commander asks for them."""
    layers = _Layers(situation)
    return (
        *_people(situation, journeys, outcome, layers),
        *_trips(journeys, outcome, layers),
        *_places(situation, outcome, layers),
        *_roads(situation, layers),
        *_quality(journeys.problem, outcome, layers),
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


def _once(*groups: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for group in groups for key in group))


def _people(
    situation: Situation, journeys: Journeys, outcome: Outcome, layers: _Layers
) -> tuple[Figure, ...]:
    decision = _decision(outcome.plan)
    unmet = decision.unmet
    causes = [
        Figure(f"unmet_{name}", int(unmet[outcome.cause == c].sum()), "persons", layers.plan)
        for c, name in enumerate(CAUSES)
        if name != "deep_water" or situation.impact.kind == "flood"
    ]
    cells = situation.cells
    return (
        Figure("persons_in_area", cells.total_persons, "persons", layers.people),
        Figure("persons_outside_area", cells.persons_outside, "persons", layers.people),
        Figure("persons_affected", int(journeys.problem.persons.sum()), "persons", layers.affected),
        Figure("cells_affected", int(journeys.cell_index.size), "cells", layers.affected),
        Figure("persons_allocated", int(decision.persons.sum()), "persons", layers.plan),
        Figure("persons_unmet", int(unmet.sum()), "persons", layers.plan),
        *causes,
    )


def _trips(journeys: Journeys, outcome: Outcome, layers: _Layers) -> tuple[Figure, ...]:
    persons = _decision(outcome.plan).persons
    cost_s = journeys.problem.cost_s
    walking = int(persons[journeys.arc_mode == WALK].sum())
    return (
        Figure("trip_mean_min", _minutes(_mean(cost_s, persons)), "min", layers.plan),
        Figure("trip_p95_min", _minutes(_percentile(cost_s, persons, 0.95)), "min", layers.plan),
        Figure("trip_longest_min", _minutes(_percentile(cost_s, persons, 1.0)), "min", layers.plan),
        Figure("persons_walking", walking, "persons", layers.plan),
        Figure("persons_driving", int(persons.sum()) - walking, "persons", layers.plan),
    )


def _places(situation: Situation, outcome: Outcome, layers: _Layers) -> tuple[Figure, ...]:
    capacity = situation.shelters.capacity[situation.shelter_open]
    return (
        Figure("shelters_open", int(situation.shelter_open.sum()), "shelters", layers.shelters_hit),
        Figure("shelters_lost", int((~situation.shelter_open).sum()), "shelters", layers.shelters_hit),
        Figure(
            "shelters_without_capacity", len(situation.shelters.without_capacity), "shelters", layers.shelters
        ),
        Figure("shelters_full", int((outcome.load == capacity).sum()), "shelters", layers.plan),
        Figure("places_open", int(capacity.sum()), "persons", layers.shelters_hit),
        *_other_losses(situation),
    )


def _other_losses(situation: Situation) -> tuple[Figure, ...]:
    return tuple(
        Figure(
            f"{role}_lost",
            int(impact.lost.sum()),
            "facilities",
            _once(tuple(layer.key for layer in situation.onemap.role(role)), situation.hazard_sources),
        )
        for role, impact in situation.impact.facilities.items()
        if role != SHELTERS
    )


def _roads(situation: Situation, layers: _Layers) -> tuple[Figure, ...]:
    closed, slowed = feature_states(situation.roads, situation.impact.roads.edge_s["drive"])
    length_km = situation.roads.features["length_m"].to_numpy() / 1000.0
    return (
        Figure("roads_closed", int(closed.sum()), "roads", layers.roads_hit),
        Figure("roads_closed_km", round(float(length_km[closed].sum()), 1), "km", layers.roads_hit),
        Figure("roads_slowed_km", round(float(length_km[slowed].sum()), 1), "km", layers.roads_hit),
    )


def _quality(problem: Allocation, outcome: Outcome, layers: _Layers) -> tuple[Figure, ...]:
    report, baseline = outcome.plan.report, outcome.nearest
    near = _decision(baseline)
    return (
        Figure("person_hours", _hours(report.objective), "person_hours", layers.plan),
        Figure("person_hours_bound", _hours(report.bound), "person_hours", layers.plan),
        Figure("gap_percent", _rounded(report.gap, 100.0, 4), "percent", layers.plan),
        Figure("nearest_person_hours", _hours(baseline.report.objective), "person_hours", layers.plan),
        Figure("nearest_trip_mean_min", _minutes(_mean(problem.cost_s, near.persons)), "min", layers.plan),
        Figure(
            "nearest_trip_p95_min",
            _minutes(_percentile(problem.cost_s, near.persons, 0.95)),
            "min",
            layers.plan,
        ),
        Figure(
            "nearest_trip_longest_min",
            _minutes(_percentile(problem.cost_s, near.persons, 1.0)),
            "min",
            layers.plan,
        ),
        Figure("nearest_persons_unmet", int(near.unmet.sum()), "persons", layers.plan),
    )


def _decision(plan: Plan[AllocationDecision]) -> AllocationDecision:
    assert plan.decision is not None
    return plan.decision


def _mean(cost_s: FloatArray, persons: IntArray) -> float | None:
    total = int(persons.sum())
    return float(cost_s @ persons) / total if total else None


def _percentile(cost_s: FloatArray, persons: IntArray, share: float) -> float | None:
    """Return the time within which this share of the persons arrive."""
    used = np.flatnonzero(persons > 0)
    if used.size == 0:
        return None
    order = used[np.argsort(cost_s[used], kind="stable")]
    arrived = np.cumsum(persons[order])
    return float(cost_s[order[np.searchsorted(arrived, share * arrived[-1])]])


def _rounded(value: float | None, factor: float, digits: int) -> float | None:
    return None if value is None else round(value * factor, digits)


def _minutes(value_s: float | None) -> float | None:
    return _rounded(value_s, 1 / 60, 1)


def _hours(value_s: float | None) -> float | None:
    return _rounded(value_s, 1 / 3600, 1)
