"""Ruin and recreate a whole plan: all depots, trips and stock together, lines split wherever that helps.

Pools plan one depot each, with stock shared beforehand and parcels cut beforehand. Here a neighbourhood of
stops is taken out of the plan and brought anew, from whichever depot, in whichever trip, as much as fits.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray, UIntArray
from dss.threads import worker_count
from models.chance import seeded
from models.dispatch.delivery.groups import Groups
from models.dispatch.delivery.kernels.rebuild import Three, rebuild
from models.dispatch.delivery.kernels.tours import (
    AFTER,
    CALL,
    FINAL,
    FIRST,
    HEAD,
    SHORT,
    TRIPS,
    Ground,
    Tours,
    copy_tours,
    hand_over,
    put_trip,
    put_visit,
    retime,
    worth_of,
)
from models.dispatch.delivery.problem import Delivery, driving_cost, weighted_shortage
from models.dispatch.delivery.routing import Search
from models.dispatch.delivery.timetable import Drop, Trip, merged, timed

NEIGHBOURS: Final = 40
MOST_RUINED: Final = 5
"""Calls, or trips, that are taken out at a time."""
HOT, COLD = 0.03, 0.0003
"""How much worse a plan may be that is kept, as a share of a trip, at first and at last."""
CHAINS: Final = 2
"""Searches side by side, each with a thread where there are as many cores."""
TOGETHER: Final = 2_000
"""Rounds after which they go on from the best of theirs."""
STEPS, MOST_AT_ONCE = 50_000, 50
"""Rounds between looks at the clock: so many over the size of the plan, and how many at most."""
MOST_ROUNDS: Final = 1_000
"""Rounds of each for a node of the plan, at most."""
COMPILING_S, LEAST_S = 20.0, 0.5
"""Time that it takes at least where the kernel may have to be compiled, and where it is loaded."""
LATE_S: Final = 1e-6
MARGIN: Final = 64
"""Nodes beside those of twice the plan."""


@dataclass(frozen=True, slots=True, eq=False)
class Calls:
    """What stops ask for, by window: ``stop`` (c,), ``lines`` (x,) by call, and ``of`` which call (x,)."""

    stop: IntArray
    lines: IntArray
    of: IntArray


class Chain(NamedTuple):
    """One search: its plans and its chance."""

    three: Three
    random: UIntArray


def calls_of(problem: Delivery) -> Calls:
    """Return the calls of a delivery, by stop and window."""
    demand = problem.demand
    rows = np.stack([demand.stop, demand.due_s, demand.earliest_s], axis=1)
    unique, of = np.unique(rows, axis=0, return_inverse=True)
    lines = np.argsort(of.ravel(), kind="stable")
    return Calls(unique[:, 0].astype(np.int64), lines, of.ravel()[lines].astype(np.int64))


def can_rebuild(problem: Delivery, time_s: float) -> bool:
    """Tell whether a plan can be ruined and recreated within a time.

    The kernel may have to be compiled first: where it is not loaded yet, that takes seconds.
    """
    loaded = bool(rebuild.signatures)
    return problem.split and problem.demand.size > 0 and time_s >= (LEAST_S if loaded else COMPILING_S)


def rebuilt(
    problem: Delivery, groups: Groups, can: BoolArray, trips: list[Trip], search: Search
) -> list[Trip]:
    """Return better trips, or the same.

    Parameters
    ----------
    can
        Which group can bring which line, shape (g, q).

    Notes
    -----
    Ruin and recreate with annealing (Schrimpf et al. 2000; Christiaens and Vanden Berghe 2020), with stock,
    times of all trips and shortage under way. Ends with time or after ``MOST_ROUNDS`` for each visit.
    """
    began_s = time.perf_counter()
    if not trips or search.time_s <= 0:
        return trips
    calls = calls_of(problem)
    ground = _ground(problem, groups, calls)
    tours = _tours(problem, ground, calls, can, trips)
    chains = [
        Chain(Three(_copied(tours), _copied(tours), _copied(tours)), seeded(search.seed * CHAINS + x))
        for x in range(CHAINS)
    ]
    rebuild(ground, *chains[0], 0, MOST_RUINED, 0.0)  # loads the kernel before there are threads
    nodes = int((tours.node[:, HEAD] >= 0).sum())
    rounds = int(np.clip(STEPS // (nodes + calls.stop.size), 1, MOST_AT_ONCE))
    trip, made = float(tours.cost.sum()) / len(trips), 0
    with ThreadPoolExecutor(min(CHAINS, worker_count())) as pool:
        while not search.look():
            done = max((time.perf_counter() - began_s) / search.time_s, made / (MOST_ROUNDS * nodes))
            if done >= 1.0:
                break
            warmth = trip * HOT * (COLD / HOT) ** done
            each = [pool.submit(rebuild, ground, *chain, rounds, MOST_RUINED, warmth) for chain in chains]
            for one in each:
                one.result()
            if made // TOGETHER < (made + rounds) // TOGETHER:
                _share(chains)
            made += rounds
    best = min((chain.three.best for chain in chains), key=worth_of)
    return min((trips, _trips(problem, calls, ground, best)), key=lambda made: _worth(problem, made))


def _share(chains: list[Chain]) -> None:
    """Let all chains go on from the best of what they keep."""
    best = min((chain.three.kept for chain in chains), key=worth_of)
    for chain in chains:
        if chain.three.kept is not best:
            copy_tours(best, chain.three.kept)
            copy_tours(best, chain.three.tours)


def _worth(problem: Delivery, trips: list[Trip]) -> tuple[bool, float, float]:
    """Return whether something is late, the weighted shortage and the cost; less is better."""
    made = timed(problem, trips)
    late = (made.visit_arrive_s[made.drop_visit] > problem.demand.due_s[made.drop_line] + LATE_S).any()
    late |= (made.trip_end_s > problem.fleet.back_by_s[made.trip_vehicle] + LATE_S).any()
    return bool(late), weighted_shortage(problem, made), driving_cost(problem, made)


def _copied(tours: Tours) -> Tours:
    return tours._replace(**{name: getattr(tours, name).copy() for name in tours._fields})


def _ground(problem: Delivery, groups: Groups, calls: Calls) -> Ground:
    demand, fleet, lines = problem.demand, problem.fleet, calls.lines
    fixed, per_s = fleet.costs
    size = calls.stop.size
    first = np.searchsorted(calls.of, np.arange(size + 1)).astype(np.int64)
    heads = lines[first[:-1]]
    commodity = demand.commodity[lines]
    round_cost = groups.cost_per_s[:, None] * groups.round_s[:, calls.stop] + groups.fixed_cost[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        price = (round_cost / groups.room[:, None]).min(axis=0, initial=np.inf)
    price = np.where(np.isfinite(price), price, 0.0)
    dearest = 2.0 * float(round_cost[np.isfinite(round_cost)].max(initial=1.0)) + 1.0
    place = problem.depots + calls.stop
    weight = demand.priority[lines] / demand.priority.min(initial=np.inf)
    limits = (fleet.ready_s, fleet.back_by_s, fleet.weight_kg, fleet.volume_m3, groups.room[groups.of])
    windows = (demand.earliest_s[heads], demand.due_s[heads], problem.unload_s[calls.stop], price)
    units = (problem.unit_weight_kg[commodity], problem.unit_volume_m3[commodity], groups.measure[commodity])
    return Ground(
        problem.travel_s,
        np.stack([fleet.depot, fleet.kind], axis=1),
        np.stack([*limits, fixed, per_s, problem.load_s[fleet.depot]], axis=1),
        place,
        first,
        np.stack(windows, axis=1),
        commodity,
        np.stack([*units, dearest * weight], axis=1),
        _near(problem.travel_s[:, place][:, :, place].min(axis=0)),
        2**62 if problem.reload else 1,
    )


def _near(apart_s: FloatArray) -> IntArray:
    """Return the nearest calls of each, itself first, shape (c, m)."""
    apart_s = np.minimum(apart_s, apart_s.T)
    np.fill_diagonal(apart_s, -1.0)
    return np.ascontiguousarray(np.argsort(apart_s, axis=1, kind="stable")[:, :NEIGHBOURS])


def _tours(problem: Delivery, ground: Ground, calls: Calls, can: BoolArray, trips: list[Trip]) -> Tours:
    """Return the trips as chains, and what they leave."""
    whole = [merged(trip) for trip in trips]
    visits = sum(len(drop.units) for trip in whole for drop in trip.drops)
    nodes = int(1.5 * (visits + len(whole))) + calls.stop.size + MARGIN
    tours = _empty(problem, ground, nodes)
    tours.left[:] = np.where(can.any(axis=0), problem.demand.amount, 0)[calls.lines]
    tours.short[0] = tours.left @ ground.unit[:, SHORT]
    at = np.empty(calls.lines.size, dtype=np.int64)
    at[calls.lines] = np.arange(calls.lines.size)
    for trip in sorted(whole, key=lambda trip: trip.vehicle):
        n = put_trip(ground, tours, trip.vehicle, int(tours.chain[trip.vehicle, FINAL]))
        for drop in trip.drops:
            by_call: dict[int, list[int]] = {}
            for line in drop.units:
                by_call.setdefault(int(calls.of[at[line]]), []).append(line)
            for c in sorted(by_call):
                n = put_visit(ground, tours, n, c)
                for line in by_call[c]:
                    hand_over(ground, tours, n, int(at[line]), drop.units[line])
    for v in range(problem.fleet.size):
        retime(ground, tours, v)
    return tours


def _empty(problem: Delivery, ground: Ground, nodes: int) -> Tours:
    width = int(np.diff(ground.first).max(initial=0))
    chain = np.full((problem.fleet.size, 3), -1, dtype=np.int64)
    chain[:, TRIPS] = 0
    return Tours(
        np.full((nodes, 8), -1, dtype=np.int64),
        np.zeros((nodes, 5)),
        np.zeros((nodes, width), dtype=np.int64),
        chain,
        np.full(ground.place.size, -1, dtype=np.int64),
        problem.stock.copy(),
        np.zeros(ground.commodity.size, dtype=np.int64),
        np.concatenate([[nodes], np.arange(nodes)[::-1]]),
        np.zeros(problem.fleet.size),
        np.zeros(1),
    )


def _trips(problem: Delivery, calls: Calls, ground: Ground, tours: Tours) -> list[Trip]:
    """Return chains as trips."""
    trips: list[Trip] = []
    for v in range(problem.fleet.size):
        n = int(tours.chain[v, FIRST])
        while n >= 0:
            c = int(tours.node[n, CALL])
            if c < 0:
                trips.append(Trip(v, []))
            else:
                lines = calls.lines[ground.first[c] : ground.first[c + 1]]
                units = tours.units[n, : lines.size]
                held = {int(q): int(count) for q, count in zip(lines, units, strict=True) if count}
                trips[-1].drops.append(Drop(int(calls.stop[c]), held))
            n = int(tours.node[n, AFTER])
    return trips
