"""Roads that the hazard blocks and crews could open, contracted to the problem of clearing.

Index names: ``f`` road features, ``e`` ends of blocked roads, ``c`` cells.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from dss.access import Access, Ends, arrivals, departures
from dss.arrays import BoolArray, FloatArray, IntArray
from dss.hazard.impact import REASONS
from dss.routing import Router
from dss.trips import open_router
from models.dispatch import Clearing
from scenarios.response.places import Drives, Spots
from scenarios.response.spec import RoadClearing
from scenarios.situation import Situation

CLEARED: Final = ("earthquake_debris", "polygon_closed", "typhoon_closed")
"""Roads that machines clear; bridges after an earthquake are inspected; water, fire and gas must pass."""
INSPECTED: Final = "earthquake_inspection"
LEAST_M: Final = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class Blocked:
    """The roads to open.

    Parameters
    ----------
    feature
        Rows of the road features that are planned, those most people need first, shape (b,).
    others
        Roads that could be opened but are not planned.
    left
        Closed roads that no crew can open, water on them for instance.
    cut_off
        Persons whose home no open road is near.
    problem
        The problem of clearing.
    """

    feature: IntArray
    others: int
    left: int
    cut_off: int
    problem: Clearing


def gather_blocked(
    situation: Situation, drives: Drives, asked: RoadClearing, crews: Spots, services: Spots
) -> Blocked:
    """Return the roads to open and what opening them does."""
    candidates, left = _candidates(situation, drives.edge_s)
    cells = situation.cells
    homes = np.flatnonzero(cells.persons > 0)
    living = drives.join(cells.x_m[homes], cells.y_m[homes])
    homes, living = homes[living.reached], _reached(living)
    goal = _reached(drives.join(services.x_m, services.y_m))
    start = drives.join(crews.x_m, crews.y_m)
    table = _Tables(drives, _clear_s(situation, asked), living, goal, _reached(start))
    chosen = table.most_needed(cells.persons[homes], candidates, asked.most_roads)
    problem = table.problem(cells.persons[homes], chosen, 60.0 * asked.most_way_min)
    cut_off = int(cells.persons.sum() - cells.persons[homes].sum())
    return Blocked(chosen, candidates.size - chosen.size, left, cut_off, problem)


def _reached(access: Access) -> Access:
    row = access.reached
    return Access(access.edge[row], access.share[row], access.distance_m[row], access.reached[row])


def _candidates(situation: Situation, edge_s: FloatArray) -> tuple[IntArray, int]:
    """Return the closed roads that crews can open, and how many are closed that they can not."""
    feature = situation.roads.network.feature
    assert feature is not None
    closed = np.unique(feature[np.isfinite(situation.roads.emergency_s) & ~np.isfinite(edge_s)])
    reasons = np.array(REASONS, dtype=object)[situation.impact.roads.reason[closed]]
    able: BoolArray = np.isin(reasons.astype(str), (*CLEARED, INSPECTED))
    return closed[able].astype(np.int64), int((~able).sum())


def _clear_s(situation: Situation, asked: RoadClearing) -> FloatArray:
    """Return the seconds of work of one crew on each road feature, shape (n features,)."""
    standards = situation.standards
    m_per_h = asked.m_per_h or standards.number("response.clear_m_per_h")
    length_m = np.maximum(situation.roads.features["length_m"].to_numpy(np.float64), LEAST_M)
    inspected = situation.impact.roads.reason == REASONS.index(INSPECTED)
    inspect_s = 3600.0 * standards.number("response.inspect_h") if inspected.any() else 0.0
    return np.where(inspected, inspect_s, np.round(3600.0 * length_m / m_per_h))


@dataclass(frozen=True, slots=True, eq=False)
class _Tables:
    """Seconds between homes, services, crews and the ends of blocked roads."""

    drives: Drives
    clear_s: FloatArray
    living: Access
    goal: Access
    start: Access

    def most_needed(self, persons: IntArray, candidates: IntArray, most: int) -> IntArray:
        """Return the roads that most person-time is saved on, were all of them open, at most so many.

        Each home whose way to a service would be shorter counts for every blocked road on it.
        """
        network = self.drives.situation.roads.network
        if candidates.size <= most or self.goal.edge.size == 0:
            return candidates
        assert network.feature is not None
        opened = np.isin(network.feature, candidates)
        free_s = np.where(opened, self.drives.situation.roads.emergency_s, self.drives.edge_s)
        with_all = replace(self.drives, edge_s=free_s).between(self.living, self.goal)
        now_s = self.drives.between(self.living, self.goal).seconds.min(axis=1)
        best = with_all.seconds.argmin(axis=1)
        rows = np.arange(best.size)
        least_s = with_all.seconds[rows, best]
        gains = rows[np.isfinite(least_s) & (least_s < now_s)]
        offsets, edges = with_all.paths(gains, best[gains])
        saved = persons[gains] * (np.minimum(now_s[gains], 7200.0) - np.minimum(least_s[gains], 7200.0))
        worth = np.bincount(
            network.feature[edges], weights=np.repeat(saved, np.diff(offsets)), minlength=self.clear_s.size
        )[candidates]
        order = np.argsort(-worth, kind="stable")[:most]
        return candidates[order[worth[order] > 0]]

    def problem(self, persons: IntArray, chosen: IntArray, most_s: float) -> Clearing:
        """Return the problem of opening some roads."""
        situation, edge_s = self.drives.situation, self.drives.edge_s
        network = situation.roads.network
        router = open_router(network, situation.onemap.folder).customise(edge_s)
        ends = np.stack([network.tail[2 * chosen], network.head[2 * chosen]], axis=1).ravel().astype(np.int64)
        out, into = (departures(network, edge_s, one) for one in (self.living, self.start))
        goal = arrivals(network, edge_s, self.goal)
        between = self.drives.between(self.living, self.goal).seconds
        free_s = situation.roads.emergency_s
        return Clearing(
            persons=persons,
            place_to_service_s=between.min(axis=1, initial=np.inf),
            place_to_end_s=_leaving(router, out, ends),
            end_to_service_s=_reaching(router, goal, ends),
            between_s=router.travel_times(ends, ends).astype(np.float64),
            crew_to_end_s=_leaving(router, into, ends),
            pass_s=np.stack([free_s[2 * chosen], free_s[2 * chosen + 1]], axis=1),
            clear_s=self.clear_s[chosen],
            most_s=most_s,
        )


def _leaving(router: Router, ways: Ends, ends: IntArray) -> FloatArray:
    """Return the seconds from places to nodes, by either end of their road, shape (n, e)."""
    if ends.size == 0 or ways.node.shape[1] == 0:
        return np.full((ways.node.shape[1], ends.size), np.inf)
    onward = router.travel_times_to(ends, ways.node.ravel()).reshape(2, -1, ends.size)
    return np.asarray((ways.part_s[:, :, None] + onward).min(axis=0), dtype=np.float64)


def _reaching(router: Router, ways: Ends, ends: IntArray) -> FloatArray:
    """Return the seconds from nodes to the nearest place, shape (e,)."""
    if ends.size == 0 or ways.node.shape[1] == 0:
        return np.full(ends.size, np.inf)
    there = router.travel_times(ends, ways.node.ravel()).reshape(ends.size, 2, -1)
    return np.asarray((there + ways.part_s[None]).min(axis=(1, 2)), dtype=np.float64)
