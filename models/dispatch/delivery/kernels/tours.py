"""The plan under search as chains of nodes: by vehicle, its trips and their visits; and their times.

A node is the start of a trip (its call is -1) or a visit; the chain of a vehicle goes through all its trips.
A call is what a stop asks for within one window: its lines may share a visit. Numbers stand in few tables,
whose columns have names: a compiled function takes long to make, and to call, with many arrays. Indices:
n node, h node that starts a trip, v vehicle, c call, x line.
"""

from typing import NamedTuple

from numba import njit

from dss.arrays import FloatArray, IntArray
from models.chance import Whole

CALL, PLACE, HEAD, BEFORE, AFTER, VEHICLE, NEXT, LAST = range(8)
"""Columns of ``Tours.node``: its call, its place, the start of its trip, its neighbours in the chain of the
vehicle, the vehicle, and its neighbours in the chain of the call's visits; -1: none."""
LEAVE_S, LATEST_S, ROOM_KG, ROOM_M3, ROOM = range(5)
"""Columns of ``Tours.state``: when a node is left and must be reached; of a trip's start, the room left."""
FIRST, FINAL, TRIPS = range(3)
"""Columns of ``Tours.chain``."""
DEPOT, KIND = range(2)
"""Columns of ``Ground.vehicle``."""
READY_S, BACK_S, KG, M3, MOST, FIXED, PER_S, LOAD_S = range(8)
"""Columns of ``Ground.limit``; MOST is the room in the measure."""
EARLY_S, DUE_S, STAY_S, PRICE = range(4)
"""Columns of ``Ground.window``."""
UNIT_KG, UNIT_M3, MEASURE, SHORT = range(4)
"""Columns of ``Ground.unit``."""


class Ground(NamedTuple):
    """What does not change.

    Parameters
    ----------
    travel_s
        Shape (kinds, p, p), the depots first.
    vehicle, limit
        Of vehicles, shape (v, 2) and (v, 8).
    place, first, window
        Of calls: where (c,); the lines of call c are ``first[c]`` to ``first[c + 1]``, (c + 1,); when, and
        what a unit of measure takes at least to bring (c, 4).
    commodity, unit
        Of lines, shape (x,) and (x, 4).
    near
        Calls by how near they are to each, itself first, shape (c, m).
    most_trips
        Of a vehicle.
    """

    travel_s: FloatArray
    vehicle: IntArray
    limit: FloatArray
    place: IntArray
    first: IntArray
    window: FloatArray
    commodity: IntArray
    unit: FloatArray
    near: IntArray
    most_trips: int


class Tours(NamedTuple):
    """What the search changes.

    Parameters
    ----------
    node, state, units
        Of nodes, shape (n, 8), (n, 5), and what a visit hands over by line of its call (n, width).
    chain
        First and last node and number of trips of vehicles, shape (v, 3).
    visit
        A visit of each call, or -1, shape (c,).
    stock, left
        Units at depots, shape (d, k), and of lines that nobody brings, shape (x,).
    free
        How many nodes are free, and which, shape (n + 1,).
    cost
        Of each vehicle, shape (v,); inf where a way does not exist that a visit taken out has left behind.
    short
        What all that is short costs, shape (1,).
    """

    node: IntArray
    state: FloatArray
    units: IntArray
    chain: IntArray
    visit: IntArray
    stock: IntArray
    left: IntArray
    free: IntArray
    cost: FloatArray
    short: FloatArray


@njit(cache=True, nogil=True)
def _copy_table(of: IntArray | FloatArray, to: IntArray | FloatArray) -> None:
    """Copy a table; slices would take seconds to compile."""
    for x in range(of.shape[0]):
        for y in range(of.shape[1]):
            to[x, y] = of[x, y]


@njit(cache=True, nogil=True)
def _copy_column(of: IntArray | FloatArray, to: IntArray | FloatArray) -> None:
    """Copy a column."""
    for x in range(of.size):
        to[x] = of[x]


@njit(cache=True, nogil=True)
def copy_tours(of: Tours, to: Tours) -> None:
    """Copy everything."""
    _copy_table(of.node, to.node)
    _copy_table(of.state, to.state)
    _copy_table(of.units, to.units)
    _copy_table(of.chain, to.chain)
    _copy_table(of.stock, to.stock)
    _copy_column(of.visit, to.visit)
    _copy_column(of.left, to.left)
    _copy_column(of.free, to.free)
    _copy_column(of.cost, to.cost)
    _copy_column(of.short, to.short)


@njit(cache=True, nogil=True)
def worth_of(tours: Tours) -> float:
    """Return the cost of driving and of what is short."""
    total = tours.short[0]
    for v in range(tours.cost.size):
        total += tours.cost[v]
    return float(total)


@njit(cache=True, nogil=True)
def way_s(travel_s: FloatArray, kind: Whole, a: Whole, b: Whole) -> float:
    """Return seconds between two places, 0 from a place to itself."""
    return 0.0 if a == b else travel_s[kind, a, b]


@njit(cache=True, nogil=True)
def longer_s(travel_s: FloatArray, kind: Whole, a: Whole, here: Whole, b: Whole) -> float:
    """Return how much longer the way from a to b is by way of a place."""
    by_way = way_s(travel_s, kind, a, here) + way_s(travel_s, kind, here, b)
    return by_way - way_s(travel_s, kind, a, b)


@njit(cache=True, nogil=True)
def retime(ground: Ground, tours: Tours, v: Whole) -> None:
    """Set the times of a vehicle's nodes and its cost, O(nodes)."""
    depot, kind, load_s = ground.vehicle[v, DEPOT], ground.vehicle[v, KIND], ground.limit[v, LOAD_S]
    node, state, window = tours.node, tours.state, ground.window
    now, at, n = ground.limit[v, READY_S], depot, tours.chain[v, FIRST]
    driving_s, fixed = 0.0, 0.0 if n < 0 else ground.limit[v, FIXED]
    while n >= 0:
        on_s = way_s(ground.travel_s, kind, at, node[n, PLACE])
        now += on_s
        driving_s += on_s
        at, c = node[n, PLACE], node[n, CALL]
        now = now + load_s if c < 0 else max(now, window[c, EARLY_S]) + window[c, STAY_S]
        state[n, LEAVE_S] = now
        n = node[n, AFTER]
    driving_s += way_s(ground.travel_s, kind, at, depot)
    tours.cost[v] = ground.limit[v, PER_S] * driving_s + fixed
    limit, at, n = ground.limit[v, BACK_S], depot, tours.chain[v, FINAL]
    while n >= 0:
        limit -= way_s(ground.travel_s, kind, node[n, PLACE], at)
        at, c = node[n, PLACE], node[n, CALL]
        limit = limit - load_s if c < 0 else min(window[c, DUE_S], limit - window[c, STAY_S])
        state[n, LATEST_S] = limit
        n = node[n, BEFORE]


@njit(cache=True, nogil=True)
def put_node(tours: Tours, v: Whole, a: Whole, c: Whole, place: Whole) -> Whole:
    """Put a free node behind node ``a`` of a vehicle, first of all where that is -1; return it.

    This and what follows leave times and cost as they were: ``retime`` sets them.
    """
    node, chain = tours.node, tours.chain
    n = tours.free[tours.free[0]]
    tours.free[0] -= 1
    b = chain[v, FIRST] if a < 0 else node[a, AFTER]
    node[n, CALL], node[n, PLACE], node[n, VEHICLE] = c, place, v
    node[n, BEFORE], node[n, AFTER] = a, b
    if a < 0:
        chain[v, FIRST] = n
    else:
        node[a, AFTER] = n
    if b < 0:
        chain[v, FINAL] = n
    else:
        node[b, BEFORE] = n
    return n


@njit(cache=True, nogil=True)
def drop_node(tours: Tours, n: Whole) -> None:
    """Take a node out of the chain of its vehicle."""
    node, chain = tours.node, tours.chain
    v, a, b = node[n, VEHICLE], node[n, BEFORE], node[n, AFTER]
    if a < 0:
        chain[v, FIRST] = b
    else:
        node[a, AFTER] = b
    if b < 0:
        chain[v, FINAL] = a
    else:
        node[b, BEFORE] = a
    tours.free[0] += 1
    tours.free[tours.free[0]] = n


@njit(cache=True, nogil=True)
def put_trip(ground: Ground, tours: Tours, v: Whole, a: Whole) -> Whole:
    """Start a trip behind node ``a`` of a vehicle; return its first node."""
    h = put_node(tours, v, a, -1, ground.vehicle[v, DEPOT])
    tours.node[h, HEAD] = h
    tours.state[h, ROOM_KG] = ground.limit[v, KG]
    tours.state[h, ROOM_M3] = ground.limit[v, M3]
    tours.state[h, ROOM] = ground.limit[v, MOST]
    tours.chain[v, TRIPS] += 1
    return h


@njit(cache=True, nogil=True)
def put_visit(ground: Ground, tours: Tours, a: Whole, c: Whole) -> Whole:
    """Put an empty visit of a call behind node ``a``, into its trip; return it."""
    node = tours.node
    n = put_node(tours, node[a, VEHICLE], a, c, ground.place[c])
    node[n, HEAD] = node[a, HEAD]
    for y in range(tours.units.shape[1]):
        tours.units[n, y] = 0
    other = tours.visit[c]
    node[n, NEXT], node[n, LAST] = other, -1
    if other >= 0:
        node[other, LAST] = n
    tours.visit[c] = n
    return n


@njit(cache=True, nogil=True)
def hand_over(ground: Ground, tours: Tours, n: Whole, x: Whole, count: Whole) -> None:
    """Let a visit bring further units of a line; fewer where ``count`` is negative."""
    h, v = tours.node[n, HEAD], tours.node[n, VEHICLE]
    tours.units[n, x - ground.first[tours.node[n, CALL]]] += count
    tours.left[x] -= count
    tours.stock[ground.vehicle[v, DEPOT], ground.commodity[x]] -= count
    tours.state[h, ROOM_KG] -= count * ground.unit[x, UNIT_KG]
    tours.state[h, ROOM_M3] -= count * ground.unit[x, UNIT_M3]
    tours.state[h, ROOM] -= count * ground.unit[x, MEASURE]
    tours.short[0] -= count * ground.unit[x, SHORT]


@njit(cache=True, nogil=True)
def drop_visit(ground: Ground, tours: Tours, n: Whole) -> None:
    """Take a visit out, and its trip where that was all of it."""
    node = tours.node
    v, c, h = node[n, VEHICLE], node[n, CALL], node[n, HEAD]
    for x in range(ground.first[c], ground.first[c + 1]):
        count = tours.units[n, x - ground.first[c]]
        if count:
            hand_over(ground, tours, n, x, -count)
    former, later = node[n, LAST], node[n, NEXT]
    if former < 0:
        tours.visit[c] = later
    else:
        node[former, NEXT] = later
    if later >= 0:
        node[later, LAST] = former
    drop_node(tours, n)
    b = node[h, AFTER]
    if b < 0 or node[b, CALL] < 0:
        drop_node(tours, h)
        tours.chain[v, TRIPS] -= 1
