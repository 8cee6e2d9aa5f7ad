"""Routes of vehicles in the whole numbers and the words of PyVRP."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from models.solver.route_problem import RouteProblem

if TYPE_CHECKING:
    from pyvrp import Client, Depot, ProblemData, VehicleType

FINE: Final = (1, 10, 100, 1000)
"""Parts of a unit that numbers are counted in, the coarsest that holds them exactly, else the last."""
LARGEST: Final = 2.0e6
"""Distances are counted in parts at most as fine as keeps them below this: penalties have a ceiling."""
FAR: Final = 20
"""A way that does not exist is this many times as long as the longest that does."""
LATENESS: Final = 50.0
"""What a second too much costs at first, in seconds of driving."""
OVERLOAD: Final = 10.0
"""What a load too much costs at first, in what a parcel's mean way and its part of a vehicle cost."""
AFTER_ALL: Final = 2**50
"""Later than any time that matters."""


def engine_data(problem: RouteProblem) -> "ProblemData":
    """Return the problem as the engine wants it; durations are rounded up and limits down."""
    from pyvrp import Location, ProblemData  # noqa: PLC0415

    unit = _parts_of_seconds(problem)
    money = _parts(problem.vehicles.cost_per_s)
    distances, durations = _matrices(problem, unit)
    places = problem.stay_s.size
    return ProblemData(
        [Location(0, 0) for _ in range(places)],
        _clients(problem, unit, money),
        _depots(problem, unit),
        _vehicle_types(problem, unit, money),
        distances,
        durations,
    )


def first_penalties(data: "ProblemData") -> tuple[list[float], float, float]:
    """Return what a unit of load, of duration and of distance too much costs at first.

    Moves which break a limit for a while are neither free nor out of the question; the engine raises and
    lowers these as it goes, slowly.
    """
    per_unit = float(np.mean([one.unit_distance_cost for one in data.vehicle_types()] or [1]))
    way = float(np.mean([np.mean(data.distance_matrix(x)) for x in range(data.num_profiles)])) * per_unit
    loads = np.array([client.delivery for client in data.clients()], dtype=np.float64)
    loads = loads.reshape(len(data.clients()), data.num_load_dimensions)
    mean = np.maximum(loads.mean(axis=0), 1.0) if loads.size else np.ones(data.num_load_dimensions)
    rooms = np.array([one.capacity for one in data.vehicle_types()], dtype=np.float64)
    fixed = np.array([[float(one.fixed_cost)] for one in data.vehicle_types()])
    dearest = (fixed / np.maximum(rooms.reshape(fixed.size, mean.size), 1.0)).max(axis=0, initial=0.0)
    lateness = max(LATENESS * per_unit, 1.0)
    overload = np.maximum(OVERLOAD * (way / mean + dearest), 1.0)
    return overload.tolist(), lateness, lateness


def _matrices(problem: RouteProblem, unit: int) -> tuple[list[Any], list[Any]]:
    """Return driving, and driving with the stay before it: parcels at one place share a visit.

    The engine's own types of arrays are wrong.
    """
    finite = np.isfinite(problem.travel_s)
    longest = problem.travel_s[finite].max(initial=1.0)
    far = max(FAR * longest, 1.0)
    driving = np.where(finite, problem.travel_s, far) * unit
    stay = problem.stay_s.copy()
    stay[: problem.depots] = 0.0
    with_stay = driving + stay[None, :, None] * unit
    same = np.arange(stay.size)
    distances, durations = np.rint(driving).astype(np.int64), _up(with_stay)
    distances[:, same, same] = durations[:, same, same] = 0
    return list(distances), list(durations)


def _depots(problem: RouteProblem, unit: int) -> "list[Depot]":
    from pyvrp import Depot  # noqa: PLC0415

    load = _up(problem.stay_s[: problem.depots] * unit)
    return [Depot(d, service_duration=int(load[d])) for d in range(problem.depots)]


def _clients(problem: RouteProblem, unit: int, money: int) -> "list[Client]":
    from pyvrp import Client  # noqa: PLC0415

    parcels = problem.parcels
    binding = _binding(problem)
    loads = _up(parcels.load * _load_parts(problem)[None, :])[:, binding]
    early, late = _instants(_up, parcels.earliest_s * unit), _instants(_down, parcels.due_s * unit)
    must = np.isinf(parcels.prize)
    prize = np.rint(np.where(must, 0.0, parcels.prize) * unit * money).astype(np.int64)
    return [
        Client(
            int(parcels.place[p]),
            delivery=loads[p].tolist(),
            tw_early=int(min(early[p], late[p])),
            tw_late=int(late[p]),
            prize=int(prize[p]),
            required=bool(must[p]),
        )
        for p in range(parcels.place.size)
    ]


def _vehicle_types(problem: RouteProblem, unit: int, money: int) -> "list[VehicleType]":
    from pyvrp import VehicleType  # noqa: PLC0415

    groups, parts = problem.vehicles, _load_parts(problem)
    everything = problem.parcels.load.sum(axis=0, initial=0.0) + 1.0
    room = _down(np.minimum(groups.room, everything[None, :]) * parts[None, :])[:, _binding(problem)]
    ready, back = _instants(_up, groups.ready_s * unit), _instants(_down, groups.back_by_s * unit)
    fixed = np.rint(groups.fixed_cost * unit * money).astype(np.int64)
    per_s = np.maximum(np.rint(groups.cost_per_s * money), 0).astype(np.int64)
    return [
        VehicleType(
            int(groups.count[g]),
            room[g].tolist(),
            start_depot=int(groups.depot[g]),
            end_depot=int(groups.depot[g]),
            fixed_cost=int(fixed[g]),
            tw_early=int(min(ready[g], back[g])),
            tw_late=int(back[g]),
            unit_distance_cost=int(per_s[g]),
            profile=int(groups.kind[g]),
            reload_depots=[int(groups.depot[g])] if problem.reload else [],
        )
        for g in range(groups.count.size)
    ]


def _binding(problem: RouteProblem) -> BoolArray:
    """Tell which dimensions of load can be a limit at all, shape (dimensions,)."""
    everything = problem.parcels.load.sum(axis=0, initial=0.0)
    return np.asarray((problem.vehicles.room < everything[None, :]).any(axis=0), dtype=np.bool_)


def _load_parts(problem: RouteProblem) -> FloatArray:
    """Return the parts that each dimension of load is counted in, shape (dimensions,)."""
    return np.array([_parts(column) for column in problem.parcels.load.T], dtype=np.float64)


def _parts_of_seconds(problem: RouteProblem) -> int:
    finite = problem.travel_s[np.isfinite(problem.travel_s)]
    longest = finite.max(initial=1.0)
    fitting = [part for part in FINE if part == 1 or longest * part <= LARGEST]
    return min(_parts(finite), fitting[-1])


def _parts(values: FloatArray) -> int:
    whole = (part for part in FINE if (np.abs(values * part - np.rint(values * part)) < 1e-9).all())
    return next(whole, FINE[-1])


def _up(values: FloatArray) -> IntArray:
    return np.ceil(values - 1e-9).astype(np.int64)


def _down(values: FloatArray) -> IntArray:
    return np.floor(values + 1e-9).astype(np.int64)


def _instants(rounded: Callable[[FloatArray], IntArray], values: FloatArray) -> IntArray:
    whole = rounded(np.minimum(values, float(AFTER_ALL)))
    # the engine is faster where it sees that there is no limit
    return np.where(np.isinf(values), np.iinfo(np.int64).max, whole)
