"""A first bound: no plan is done before all driving, shared evenly by all buses, is done.

A linear program over trips, ways back and starts, with the persons carried: the buses that arrive at a
shelter are those that drive on from it or stay, and what they drive together is made least. Its prices break
(B) of ``rewards.py`` for every time below that, since the rewards of a tour are at most its driving and the
price of a start.
"""

import numpy as np
from scipy.sparse import coo_array, csr_array

from dss.arrays import FloatArray
from models.dispatch.buses.problem import BusEvacuation, BusPrices
from models.solver import Program, relax


def least_driving(problem: BusEvacuation, time_s: float) -> BusPrices | None:
    """Return prices and the time that they exclude; None where there is no plan, or time was up."""
    points, shelters = problem.pickup_to_shelter_s.shape
    program = _program(problem)
    relaxed = relax(program, time_s)
    if relaxed is None:
        return None
    dual = relaxed.prices
    trip, trip_more, person = (dual[x * points : (x + 1) * points] for x in range(3))
    finite = np.isfinite(problem.shelter_capacity)
    place = np.where(finite, np.maximum(-dual[3 * points : 3 * points + shelters], 0.0), 0.0)
    shared_s = relaxed.value / max(int(problem.buses_at_depot.sum()), 1)
    prices = (np.maximum(trip, 0.0), np.maximum(-trip_more, 0.0), np.maximum(person, 0.0), place)
    return BusPrices(shared_s, *prices)


def _program(problem: BusEvacuation) -> Program:
    """Return the program; variables: trips, ways back and persons of each pair, then starts."""
    points, shelters = problem.pickup_to_shelter_s.shape
    depots, pairs = problem.buses_at_depot.size, points * shelters
    p, s = (x.ravel() for x in np.indices((points, shelters)))
    d, first = (x.ravel() for x in np.indices((depots, points)))
    trip, back, person = np.arange(pairs), pairs + np.arange(pairs), 2 * pairs + np.arange(pairs)
    start = 3 * pairs + np.arange(depots * points)
    row = np.cumsum([0, points, points, points, shelters, pairs, points, shelters, depots])
    entries = [
        (row[0] + p, trip, 1.0),
        (row[1] + p, trip, 1.0),
        (row[2] + p, person, 1.0),
        (row[3] + s, person, 1.0),
        (row[4] + trip, person, 1.0),
        (row[4] + trip, trip, -float(problem.bus_capacity)),
        (row[5] + p, trip, 1.0),
        (row[5] + p, back, -1.0),
        (row[5] + first, start, -1.0),
        (row[6] + s, trip, 1.0),
        (row[6] + s, back, -1.0),
        (row[7] + d, start, 1.0),
    ]
    rows, columns = (np.concatenate([entry[x] for entry in entries]) for x in (0, 1))
    values = np.concatenate([np.full(entry[0].size, entry[2]) for entry in entries])
    ways = problem.pickup_to_shelter_s.ravel()
    cost = np.concatenate([ways, ways, np.zeros(pairs), problem.depot_to_pickup_s.ravel()])
    lower, upper = _limits(problem)
    size = cost.size
    matrix = csr_array(coo_array((values, (rows, columns)), shape=(int(row[-1]), size)))
    exists = np.isfinite(cost)
    none = np.zeros(size)
    whole = np.zeros(size, dtype=np.bool_)
    most = np.where(exists, np.inf, 0.0)
    return Program(np.where(exists, cost, 0.0), none, most, whole, matrix, lower, upper)


def _limits(problem: BusEvacuation) -> tuple[FloatArray, FloatArray]:
    """Return the limits of the rows: trips, twice, persons, places, seats, points, shelters, buses."""
    points, shelters = problem.pickup_to_shelter_s.shape
    depots, none = problem.buses_at_depot.size, np.inf
    limits = [
        (problem.fewest_trips, np.full(points, none)),
        (np.full(points, -none), problem.demand),
        (problem.demand, np.full(points, none)),
        (np.full(shelters, -none), problem.shelter_capacity),
        (np.full(points * shelters, -none), np.zeros(points * shelters)),
        (np.zeros(points), np.zeros(points)),
        (np.zeros(shelters), np.full(shelters, none)),
        (np.full(depots, -none), problem.buses_at_depot),
    ]
    return tuple(np.concatenate([side[x] for side in limits]).astype(np.float64) for x in (0, 1))  # type: ignore[return-value]
