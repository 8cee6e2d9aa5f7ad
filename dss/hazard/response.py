"""How the ground answers to a hazard: thresholds and times, stepped through into an ``Impact``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.cells import whole_numbers
from dss.errors import ScenarioError
from dss.hazard.ground import Ground, Soundings
from dss.hazard.hazard import Hazard, require_between, step_of
from dss.hazard.impact import (
    MODES,
    CellImpact,
    FacilityImpact,
    Impact,
    Mode,
    RoadImpact,
    reason_code,
)
from dss.roads import Roads


class EdgeTimes(Protocol):
    """How long an edge takes where a hazard has a value."""

    def __call__(self, mode: Mode, free_s: FloatArray, length_m: FloatArray, value: FloatArray) -> FloatArray:
        """Return the time of each edge, shape (n edges,); inf where closed. Never below the free time."""
        ...


class WalkFactor(Protocol):
    """By how much a value slows people who walk out of their cell."""

    def __call__(self, value: FloatArray) -> FloatArray:
        """Return the factor for the median value in each cell, shape (n cells,); inf where nobody can."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """How the ground answers to a hazard's values.

    Parameters
    ----------
    leave_value, area_share
        A cell must be left where at least this share of its area has at least this value.
    lost_value
        A facility is lost from this value on.
    edge_times, walk_factor
        What values do to travel.
    exposed
        Road features that feel the hazard, shape (n features,).
    persons_share
        Share of each cell's people who must leave when it must be left, shape (n cells,).
    """

    leave_value: float
    area_share: float
    lost_value: float
    edge_times: EdgeTimes
    walk_factor: WalkFactor
    exposed: BoolArray
    persons_share: FloatArray

    def __post_init__(self) -> None:
        require_between("area_share", self.area_share, 1e-6, 1.0)


def unhindered(value: FloatArray) -> FloatArray:
    """Return 1: the hazard does not slow those who walk out."""
    return np.ones_like(value)


def everyone(ground: Ground) -> FloatArray:
    """Return 1: all people of a cell leave, shape (n cells,)."""
    return np.ones(ground.cells.cell.size)


def free_times(roads: Roads) -> dict[Mode, FloatArray]:
    """Return the free time of each edge by mode, shape (n edges,)."""
    return {"walk": roads.walk_s, "drive": roads.drive_s, "emergency": roads.emergency_s}


def respond(hazard: Hazard, ground: Ground, rules: Rules, at_s: float | None) -> Impact:
    """Step through a hazard and work out its impact.

    Parameters
    ----------
    at_s
        The planned time; None for the worst over all steps.

    Raises
    ------
    ScenarioError
        If the planned time lies before the first step, or no value of the hazard reaches the map.
    """
    planned = _planned_steps(hazard, at_s)
    sounder, record = ground.sounder, _Record(hazard, ground, rules)
    for k, time_s in enumerate(hazard.steps_s):
        record.add(sounder.sound(hazard, time_s), time_s, k in planned)
    if not record.reached:
        left, bottom, right, top = sounder.extent
        raise ScenarioError(
            "hazard_outside",
            kind=hazard.kind,
            left=f"{left:.0f}",
            bottom=f"{bottom:.0f}",
            right=f"{right:.0f}",
            top=f"{top:.0f}",
        )
    return record.impact(at_s)


def _planned_steps(hazard: Hazard, at_s: float | None) -> frozenset[int]:
    if at_s is None:
        return frozenset(range(len(hazard.steps_s)))
    require_between("at_s", at_s, 0.0, 1e9)
    step = step_of(hazard.steps_s, at_s)
    if step is None:
        raise ScenarioError("hazard_before", at_s=f"{at_s:g}", first_s=f"{hazard.steps_s[0]:g}")
    return frozenset({step})


class _Record:
    """Gathers what the steps do: states of the planned ones, first times of all."""

    def __init__(self, hazard: Hazard, ground: Ground, rules: Rules) -> None:
        n, edges = ground.cells.cell.size, ground.roads.network.n_edges
        self._hazard, self._ground, self._rules = hazard, ground, rules
        self._value, self._share, self._factor = np.zeros(n), np.zeros(n), np.ones(n)
        self._leaves = np.zeros(n, dtype=np.bool_)
        self._leave_s = np.full(n, np.inf)
        self._road = np.zeros(len(ground.roads.features))
        self._free_s = free_times(ground.roads)
        self._edge_s = {mode: time_s.copy() for mode, time_s in self._free_s.items()}
        self._step_s: dict[Mode, list[FloatArray]] = {mode: [] for mode in MODES}
        self._close_s: dict[Mode, FloatArray] = {mode: np.full(edges, np.inf) for mode in MODES}
        sizes = {role: sites.x_m.size for role, sites in ground.facilities.items()}
        self._site = {role: np.zeros(m) for role, m in sizes.items()}
        self._lost_s = {role: np.full(m, np.inf) for role, m in sizes.items()}
        self._lost = {role: np.zeros(m, dtype=np.bool_) for role, m in sizes.items()}
        self.reached = False

    def add(self, found: Soundings, time_s: float, is_planned: bool) -> None:
        """Take in one step."""
        lowest = self._hazard.measure.limits[0]
        everything = (found.cells, found.roads, *found.facilities.values())
        self.reached = self.reached or any((part >= lowest).any() for part in everything)
        self._add_cells(found.cells, time_s, is_planned)
        self._add_roads(np.where(self._rules.exposed, found.roads, 0.0), time_s, is_planned)
        for role, value in found.facilities.items():
            lost = value >= self._rules.lost_value
            self._lost_s[role][lost] = np.minimum(self._lost_s[role][lost], time_s)
            if is_planned:
                self._site[role] = np.maximum(self._site[role], value)
                self._lost[role] |= lost

    def _add_cells(self, value: FloatArray, time_s: float, is_planned: bool) -> None:
        share = (value >= self._rules.leave_value).mean(axis=1)
        leaves = share >= self._rules.area_share
        self._leave_s[leaves] = np.minimum(self._leave_s[leaves], time_s)
        if is_planned:
            self._value = np.maximum(self._value, value.max(axis=1))
            self._share = np.maximum(self._share, share)
            self._leaves |= leaves
            self._factor = np.maximum(self._factor, self._rules.walk_factor(np.median(value, axis=1)))

    def _add_roads(self, value: FloatArray, time_s: float, is_planned: bool) -> None:
        network = self._ground.roads.network
        assert network.feature is not None
        assert network.length_m is not None
        edge_value = value[network.feature]
        for mode, free_s in self._free_s.items():
            edge_s = self._rules.edge_times(mode, free_s, network.length_m, edge_value)
            self._step_s[mode].append(edge_s)
            closed = np.isfinite(free_s) & ~np.isfinite(edge_s)
            self._close_s[mode][closed] = np.minimum(self._close_s[mode][closed], time_s)
            if is_planned:
                self._edge_s[mode] = np.maximum(self._edge_s[mode], edge_s)
        if is_planned:
            self._road = np.maximum(self._road, value)

    def impact(self, at_s: float | None) -> Impact:
        """Return what was gathered."""
        kind, roads = self._hazard.kind, self._ground.roads
        share = self._rules.persons_share
        persons = whole_persons(self._ground.cells.persons, self._leaves * share)
        leaves = self._leaves & ((persons > 0) | (share >= 1))
        closed, slowed = feature_states(roads, self._edge_s["drive"])
        return Impact(
            kind=kind,
            measure=self._hazard.measure,
            at_s=at_s,
            cells=CellImpact(
                value=self._value,
                share=self._share,
                leaves=leaves,
                persons=persons,
                walk_factor=self._factor,
                from_s=self._leave_s,
                reason=np.where(leaves, reason_code(f"{kind}_leave"), 0),
            ),
            roads=RoadImpact(
                value=self._road,
                edge_s=self._edge_s,
                step_s={mode: np.array(times_s) for mode, times_s in self._step_s.items()},
                close_s=self._close_s,
                reason=_road_reasons(kind, closed, slowed),
            ),
            facilities={
                role: FacilityImpact(
                    value=self._site[role],
                    lost=self._lost[role],
                    from_s=self._lost_s[role],
                    reason=np.where(self._lost[role], reason_code(f"{kind}_lost"), 0),
                )
                for role in self._site
            },
        )


def _road_reasons(kind: str, closed: BoolArray, slowed: BoolArray) -> IntArray:
    reason = np.zeros(closed.size, dtype=np.int64)
    if slowed.any():
        reason[slowed] = reason_code(f"{kind}_slowed")
    reason[closed] = reason_code(f"{kind}_closed")
    return reason


def whole_persons(persons: IntArray, share: FloatArray) -> IntArray:
    """Return whole persons by cell, a share of each cell's; their sum is the rounded sum."""
    return np.minimum(whole_numbers(persons * share), persons)


def feature_states(roads: Roads, drive_s: FloatArray) -> tuple[BoolArray, BoolArray]:
    """Return which road features are closed to cars, and which are only slowed, shape (n features,)."""
    before, feature = roads.drive_s, roads.network.feature
    assert feature is not None
    closed = np.zeros(len(roads.features), dtype=np.bool_)
    slowed = closed.copy()
    closed[feature[np.isfinite(before) & ~np.isfinite(drive_s)]] = True
    slowed[feature[np.isfinite(drive_s) & (drive_s > before * (1 + 1e-9))]] = True
    return closed, slowed & ~closed


def closing(limits: Mapping[Mode, float]) -> EdgeTimes:
    """Return edge times that close each mode from its value on and slow nobody."""

    def times(mode: Mode, free_s: FloatArray, length_m: FloatArray, value: FloatArray) -> FloatArray:
        del length_m
        return np.where(value >= limits[mode], np.inf, free_s)

    return times
