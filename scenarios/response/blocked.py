"""Roads that the hazard blocks and crews could open, contracted to the problem of clearing.

Index names: ``f`` road features, ``e`` ends of blocked roads, ``c`` cells.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from dss.access import Access, Ends, arrivals, departures, join_roads
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
        Persons whose home no road is near.
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
    """Return the roads to open and what opening them does.

    Where roads are being cleared, one-way streets are driven both ways under control: crews must come back.
    """
    candidates, left = _candidates(situation, drives.edge_s)
    drives = replace(drives, edge_s=_both_ways(drives.edge_s))
    cells = situation.cells
    homes = np.flatnonzero(cells.persons > 0)
    living, near = _living(drives, cells.x_m[homes], cells.y_m[homes])
    persons = cells.persons[homes[near]]
    goal = _reached(drives.join(services.x_m, services.y_m))
    start = drives.join(crews.x_m, crews.y_m)
    table = _Tables(drives, _clear_s(situation, asked), living, goal, _reached(start))
    chosen = table.most_needed(persons, candidates, asked)
    problem = table.problem(persons, chosen, 60.0 * asked.most_way_min)
    cut_off = int(cells.persons.sum() - persons.sum())
    return Blocked(chosen, candidates.size - chosen.size, left, cut_off, problem)


def _both_ways(edge_s: FloatArray) -> FloatArray:
    """Return the times of edges with one-way streets open to both ways."""
    return np.repeat(edge_s.reshape(-1, 2).min(axis=1), 2)


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
class _Ways:
    """Ways of homes to the nearest service: router, seconds, and nodes they lead from and to, (c,)."""

    router: Router
    seconds: FloatArray
    node: IntArray
    target: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class _Tables:
    """Seconds between homes, services, crews and the ends of blocked roads.

    Parameters
    ----------
    living
        The ends of their roads that homes leave by.
    goal, start
        Where services and crews join the open roads.
    """

    drives: Drives
    clear_s: FloatArray
    living: Ends
    goal: Access
    start: Access

    def ways(self, edge_s: FloatArray) -> _Ways:
        """Return the ways of homes over roads with other times."""
        network = self.drives.situation.roads.network
        router = open_router(network, self.drives.situation.onemap.folder).customise(edge_s)
        goal = arrivals(network, edge_s, self.goal)
        homes = self.living.node.shape[1]
        if goal.node.size == 0 or homes == 0:
            none: IntArray = np.zeros(homes, dtype=np.int64)
            return _Ways(router, np.full(homes, np.inf), none, none)
        there = router.travel_times_to(goal.node.ravel(), self.living.node.ravel()) + goal.part_s.ravel()
        seconds = self.living.part_s + there.min(axis=1).reshape(2, -1)
        end, home = seconds.argmin(axis=0), np.arange(homes)
        target = goal.node.ravel()[there.argmin(axis=1).reshape(2, -1)[end, home]]
        return _Ways(router, seconds[end, home], self.living.node[end, home], target)

    def most_needed(self, persons: IntArray, candidates: IntArray, asked: RoadClearing) -> IntArray:
        """Return the roads that most person-time is saved on, were all of them open.

        Each home whose way to a service would be shorter counts for every blocked road on it.
        """
        feature, edge_s = self.drives.situation.roads.network.feature, self.drives.edge_s
        assert feature is not None
        opened = np.isin(feature, candidates)
        ways = self.ways(np.where(opened, _both_ways(self.drives.situation.roads.emergency_s), edge_s))
        most_s = 60.0 * asked.most_way_min
        saved = persons * (np.minimum(self.ways(edge_s).seconds, most_s) - np.minimum(ways.seconds, most_s))
        gains = np.flatnonzero(np.isfinite(ways.seconds) & (saved > 0))
        found = ways.router.paths(ways.node[gains], ways.target[gains])
        on_edges = np.repeat(saved[gains], np.diff(found.first))
        worth = np.bincount(feature[found.edges], weights=on_edges, minlength=self.clear_s.size)[candidates]
        order = np.argsort(-worth, kind="stable")[: asked.most_roads]
        return candidates[order[worth[order] > 0]]

    def problem(self, persons: IntArray, chosen: IntArray, most_s: float) -> Clearing:
        """Return the problem of opening some roads."""
        situation, edge_s = self.drives.situation, self.drives.edge_s
        network = situation.roads.network
        ways = self.ways(edge_s)
        ends = np.stack([network.tail[2 * chosen], network.head[2 * chosen]], axis=1).ravel().astype(np.int64)
        free_s = _both_ways(situation.roads.emergency_s)
        return Clearing(
            persons=persons,
            place_to_service_s=ways.seconds,
            place_to_end_s=_leaving(ways.router, self.living, ends),
            end_to_service_s=_reaching(ways.router, arrivals(network, edge_s, self.goal), ends),
            between_s=ways.router.travel_times(ends, ends).astype(np.float64),
            crew_to_end_s=_leaving(ways.router, departures(network, edge_s, self.start), ends),
            pass_s=np.stack([free_s[2 * chosen], free_s[2 * chosen + 1]], axis=1),
            clear_s=self.clear_s[chosen],
            most_s=most_s,
        )


def _living(drives: Drives, x_m: FloatArray, y_m: FloatArray) -> tuple[Ends, BoolArray]:
    """Return how homes leave, and which are near a road; from a closed road they walk to its nearer end."""
    roads = drives.situation.roads
    lines = np.asarray(roads.features.geometry.array)
    access = join_roads(lines, roads.emergency_s, x_m, y_m, limit_m=drives.reach_m)
    near = access.reached
    access = _reached(access)
    ends = departures(roads.network, drives.edge_s, access)
    shut = ~np.isfinite(drives.edge_s[np.stack([access.edge, access.edge + 1])]).any(axis=0)
    nearer = np.where(access.share < 0.5, roads.network.tail[access.edge], roads.network.head[access.edge])
    node = np.where(shut, nearer, ends.node).astype(np.int64)
    return Ends(node, ends.edge, np.where(shut, 0.0, ends.part_s), ends.partly & ~shut), near


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
