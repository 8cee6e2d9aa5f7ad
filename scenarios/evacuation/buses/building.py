"""The bus problem of a situation: pick-up points on roads that stay open, driving times, places left.

Index names: ``d`` depots, ``p`` pick-up points, ``s`` shelters, ``c`` affected cells, ``e`` edges.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from dss import columns as col
from dss.access import Access, join_roads
from dss.arrays import FloatArray, IntArray
from dss.trips import find_trips, open_router
from models.dispatch import BusEvacuation
from models.solver import least_cost_flow
from scenarios.evacuation.buses.carried import Living, Places
from scenarios.evacuation.buses.fleet import Fleet
from scenarios.evacuation.pickups import Pickups, gather_pickups
from scenarios.situation import Situation


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Who is to be fetched, and where to.

    Parameters
    ----------
    living
        With no pick-up points yet.
    place
        Where each of its cells lies, shapes (c,).
    shelters, places
        Shelters and the places left in each, shape (s,).
    spacing_m, walk_m
        How far pick-up points lie apart, and how far a road may be from home.
    stop_s
        What each stop takes.
    unit_s
        All times are rounded up to multiples of this.
    """

    living: Living
    place: tuple[FloatArray, FloatArray]
    shelters: Places
    places: IntArray
    spacing_m: float
    walk_m: float
    stop_s: float
    unit_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A bus problem without those who cannot be fetched, and what its rows stand for."""

    problem: BusEvacuation
    points: Places
    living: Living
    no_way: IntArray
    no_place: IntArray


def prepare(situation: Situation, asked: Asked, fleet: Fleet, edge_s: FloatArray) -> Prepared:
    """Build the problem on the roads with a finite time, shape (n edges,)."""
    depot, shelter = (
        _join(situation, edge_s, (at.x_m, at.y_m), asked.walk_m) for at in (fleet.depots, asked.shelters)
    )
    open_s = _joined_to_shelters(situation, edge_s, shelter.edge[shelter.reached & (asked.places > 0)])
    home = _join(situation, open_s, asked.place, asked.walk_m)
    spot = _spots(situation, home)
    pickups = gather_pickups(spot, np.where(home.reached, asked.living.persons, 0), asked.spacing_m)
    point = Access(*(getattr(home, name)[pickups.row] for name in Access.__slots__))
    network = situation.roads.network
    router = open_router(network, situation.onemap.folder).customise(edge_s)
    come_s, go_s, back_s = (
        find_trips(network, edge_s, router, *pair).seconds
        for pair in ((depot, point), (point, shelter), (shelter, point))
    )
    depot_s = _rounded(come_s + asked.stop_s, asked.unit_s)
    shelter_s = _rounded(np.maximum(go_s, back_s.T) + asked.stop_s, asked.unit_s)
    return _fitting(asked, fleet, pickups, (depot_s, shelter_s), _names(situation, point, pickups))


def _joined_to_shelters(situation: Situation, edge_s: FloatArray, edges: IntArray) -> FloatArray:
    """Return the times of edges from which a road leads to some edges, whatever its direction; else inf."""
    network = situation.roads.network
    served = np.flatnonzero(np.isfinite(edge_s))
    ends = (network.tail[served], network.head[served])
    roads = coo_array((np.ones(served.size), ends), shape=(network.n_nodes, network.n_nodes))
    part = connected_components(roads, directed=False)[1]
    joined = np.isin(part[network.tail], part[network.tail[edges]])
    return np.where(joined, edge_s, np.inf)


def _fitting(
    asked: Asked, fleet: Fleet, pickups: Pickups, times: tuple[FloatArray, FloatArray], points: Places
) -> Prepared:
    """Leave out who cannot be fetched: no vehicle or no shelter in reach, or no place."""
    depot_s, shelter_s = times
    reached = np.isfinite(depot_s[fleet.vehicles > 0]).any(axis=0)
    onward = np.isfinite(shelter_s) & (asked.places > 0)
    no_way = np.where(reached & onward.any(axis=1), 0, pickups.persons)
    fetched = pickups.persons - no_way
    served = _served(fetched, asked.places, np.where(onward, shelter_s, np.inf))
    living = Living(asked.living.cell, asked.living.persons, pickups.point, asked.living.community)
    problem = BusEvacuation(
        buses_at_depot=fleet.vehicles,
        bus_capacity=fleet.seats,
        demand=served,
        shelter_capacity=asked.places.astype(np.float64),
        depot_to_pickup_s=depot_s,
        pickup_to_shelter_s=shelter_s,
    )
    return Prepared(problem, points, living, no_way, fetched - served)


def _served(persons: IntArray, places: IntArray, shelter_s: FloatArray) -> IntArray:
    """Return how many of each point find a place in reach, the most of all together, shape (p,)."""
    p, s = np.nonzero(np.isfinite(shelter_s))
    points, shelters, everybody = persons.size, places.size, int(persons.sum())
    if everybody == 0:
        return persons
    sink, far = points + shelters, int(shelter_s[p, s].max(initial=0.0)) + 1
    tail = np.concatenate([p, points + np.arange(shelters), np.arange(points)])
    head = np.concatenate([points + s, np.full(shelters + points, sink)])
    capacity = np.concatenate([persons[p], np.minimum(places, everybody), persons])
    none = np.zeros(shelters, dtype=np.int64)
    cost = np.concatenate([shelter_s[p, s].astype(np.int64), none, np.full(points, far)])
    supply = np.concatenate([persons, none, [-everybody]])
    _, flow = least_cost_flow(tail, head, capacity, cost, supply)
    return np.asarray(persons - flow[p.size + shelters :], dtype=np.int64)


def _rounded(seconds: FloatArray, unit_s: float) -> FloatArray:
    return np.asarray(np.ceil(seconds / unit_s - 1e-9) * unit_s, dtype=np.float64)


def _join(
    situation: Situation, edge_s: FloatArray, at: tuple[FloatArray, FloatArray], limit_m: float
) -> Access:
    lines = np.asarray(situation.roads.features.geometry.array)
    return join_roads(lines, edge_s, *at, limit_m=limit_m)


def _spots(situation: Situation, access: Access) -> tuple[FloatArray, FloatArray]:
    """Return where places come to their roads, shapes (n,)."""
    lines = np.asarray(situation.roads.features.geometry.array)[access.edge // 2]
    points = shapely.line_interpolate_point(lines, access.share, normalized=True)
    return shapely.get_x(points), shapely.get_y(points)


def _names(situation: Situation, point: Access, pickups: Pickups) -> Places:
    """Return the points, each called by its street and a number."""
    names = situation.roads.features[col.NAME].astype("string").fillna("").to_numpy(object)[point.edge // 2]
    numbered = np.array([f"{name} P{k + 1}".strip() for k, name in enumerate(names)], dtype=object)
    return Places(numbered, pickups.x_m, pickups.y_m)
