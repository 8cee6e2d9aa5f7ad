"""From the situation to an evacuation problem: homes, roads, shelters, what closes and when it opens.

Nodes are those of the road network, then one for each home cell, then one for each shelter. Edges are those
of the network, then the two ways out of each home, then the two ways into each shelter.

Index names: ``e`` edges, ``a`` arcs of the problem, ``c`` home cells, ``j`` shelters.
"""

from dataclasses import dataclass, replace

import numpy as np

from dss.access import Access, Ends, arrivals, departures, join_roads
from dss.arrays import FloatArray, IntArray
from models.evacuation import Evacuation
from models.evacuation.streets import StreetProblem, street_problem
from scenarios.evacuation.course import RoadCourse
from scenarios.journeys.offering import off_network_s
from scenarios.situation import Situation

UNHINDERED_PER_H = 3.6e6
"""Persons or cars an hour that a gate at a junction lets through: it never binds."""


@dataclass(frozen=True, slots=True, eq=False)
class Homes:
    """Where people start.

    Parameters
    ----------
    cell
        Rows in the cell frame, shape (c,).
    units
        Cars, or persons on foot, shape (c,).
    persons
        Persons in them, shape (c,).
    leave_by_s
        By when each must have been left, shape (c,); inf never.
    ready_s
        When each is called, shape (c,); 0 at once.
    walk_factor
        By how much the way to the road takes longer, shape (c,).
    board_s
        What getting into a vehicle takes.
    """

    cell: IntArray
    units: IntArray
    persons: IntArray
    leave_by_s: FloatArray
    ready_s: FloatArray
    walk_factor: FloatArray
    board_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """The roads for one means of travel.

    Parameters
    ----------
    course
        What the edges are worth over time.
    lasting_s
        Time of each edge in the hazard's planned state, shape (n edges,); inf where it does not stay open.
    capacity_per_h
        Units that may enter each edge in an hour, shape (n edges,).
    """

    course: RoadCourse
    lasting_s: FloatArray
    capacity_per_h: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Built:
    """An evacuation problem and what its parts stand for.

    Parameters
    ----------
    street
        The problem over streets, and the edges behind each arc.
    homes
        Who starts at the home nodes.
    site
        Rows in the shelter frame, shape (m,).
    n_nodes, n_edges
        Nodes and edges of the road network: what comes after are homes, shelters and the ways to them.
    junction
        Node of the road network that each node of the problem stands at, shape (nodes,): homes and shelters
        stand at an end of the road that they join.
    leave_by_s
        By when each edge of the network must have been left, shape (n_edges,); inf never.
    """

    street: StreetProblem
    homes: Homes
    site: IntArray
    n_nodes: int
    n_edges: int
    junction: IntArray
    leave_by_s: FloatArray

    @property
    def problem(self) -> Evacuation:
        """The problem itself."""
        return self.street.problem

    @property
    def home_node(self) -> IntArray:
        """Node of each home, shape (c,)."""
        return self.n_nodes + np.arange(self.homes.cell.size)

    @property
    def site_node(self) -> IntArray:
        """Node of each shelter, shape (m,)."""
        return self.n_nodes + self.homes.cell.size + np.arange(self.site.size)

    def pieces(self) -> tuple[IntArray, IntArray]:
        """Return the edges of the network behind each arc: offsets (k + 1,) and edges, without gates."""
        street = self.street
        road = street.edge < self.n_edges
        before = np.concatenate([[0], np.cumsum(road)])
        return before[street.offsets], street.edge[road]


def build(
    situation: Situation,
    homes: Homes,
    shelters: tuple[IntArray, IntArray],
    way: Way,
    limits: tuple[float, float],
) -> Built:
    """Build the problem of one means of travel.

    Parameters
    ----------
    shelters
        Rows in the shelter frame, and places in units, shapes (m,).
    limits
        Metres that a home or shelter may be from its road, and seconds in a step.
    """
    network, (site, places), (reach_m, step_s) = situation.roads.network, shelters, limits
    out, leaving_s = _ways_out(situation, homes, way, reach_m)
    into, arriving_s = _ways_in(situation, site, way, reach_m)
    n, c, m = network.n_nodes, homes.cell.size, site.size
    home, shelter = np.tile(n + np.arange(c), 2), np.tile(n + c + np.arange(m), 2)
    tail = np.concatenate([network.tail, home, into.node.ravel()])
    head = np.concatenate([network.head, out.node.ravel(), shelter])
    travel_s = np.concatenate([way.course.time_s, leaving_s.ravel(), arriving_s.ravel()])
    gates = [np.where(ends.partly, way.capacity_per_h[ends.edge], UNHINDERED_PER_H) for ends in (out, into)]
    capacity = np.concatenate([way.capacity_per_h, *(gate.ravel() for gate in gates)])
    leave_by_s = np.concatenate(
        [
            way.course.leave_by_s,
            np.minimum(homes.leave_by_s, way.course.leave_by_s[out.edge]).ravel(),
            np.where(into.partly, way.course.leave_by_s[into.edge], np.inf).ravel(),
        ]
    )
    supply = np.zeros(n + c + m, dtype=np.int64)
    supply[n : n + c] = homes.units
    room = np.zeros(n + c + m)
    room[n + c :] = places
    street = street_problem((tail, head), travel_s, capacity, (supply, room), step_s)
    open_s = np.zeros(tail.size)
    open_s[network.n_edges : network.n_edges + 2 * c] = np.tile(homes.ready_s, 2)
    windows = _windows(street, travel_s, open_s, leave_by_s)
    junction = np.concatenate([np.arange(n), out.node[1], into.node[1]])
    ended_s = way.course.leave_by_s
    return Built(replace(street, problem=windows), homes, site, n, network.n_edges, junction, ended_s)


def _ways_out(situation: Situation, homes: Homes, way: Way, reach_m: float) -> tuple[Ends, FloatArray]:
    cells, time_s = situation.cells, way.course.time_s
    access = _join(situation, time_s, (cells.x_m[homes.cell], cells.y_m[homes.cell]), reach_m)
    ends = departures(situation.roads.network, time_s, access)
    return ends, ends.part_s + off_network_s(access, homes.walk_factor, situation) + homes.board_s


def _ways_in(situation: Situation, site: IntArray, way: Way, reach_m: float) -> tuple[Ends, FloatArray]:
    """Return how shelters are reached, from the nearest road that stays open."""
    shelters, time_s = situation.shelters, way.course.time_s
    lasting_s = np.where(np.isfinite(way.lasting_s), time_s, np.inf)
    access = _join(situation, lasting_s, (shelters.x_m[site], shelters.y_m[site]), reach_m)
    ends = arrivals(situation.roads.network, time_s, access)
    return ends, ends.part_s + off_network_s(access, np.ones(site.size), situation)


def _join(
    situation: Situation, edge_s: FloatArray, places: tuple[FloatArray, FloatArray], reach_m: float
) -> Access:
    lines = np.asarray(situation.roads.features.geometry.array)
    return join_roads(lines, edge_s, *places, limit_m=reach_m)


def _windows(
    street: StreetProblem, travel_s: FloatArray, open_s: FloatArray, leave_by_s: FloatArray
) -> Evacuation:
    """Return the problem with the steps in which each arc opens and closes.

    An arc may be entered for as long as each of its edges is left in time.
    """
    problem, edge, first = street.problem, street.edge, street.offsets[:-1]
    if edge.size == 0:
        return problem
    until_s = np.cumsum(travel_s[edge])
    before_s = np.concatenate([[0.0], until_s])[first]
    passed_s = until_s - np.repeat(before_s, np.diff(street.offsets))
    last_s = np.minimum.reduceat(leave_by_s[edge] - passed_s, first)
    opening = np.ceil(np.maximum.reduceat(open_s[edge], first) / street.step_s - 1e-9).astype(np.int64)
    closing = np.maximum(np.floor(last_s / street.step_s + 1e-9) + 1.0, 0.0)
    if opening.any():
        problem = replace(problem, opening_step=opening)
    if np.isfinite(closing).any():
        problem = replace(problem, closing_step=closing)
    return problem
