"""Units to incidents, relocation, and clearing of roads, with their bounds, on made cities.

    python benchmarks/response.py --teams [--last]       500 units, 500 incidents
    python benchmarks/response.py --patients             4,000 patients of 3 classes, 60 hospitals
    python benchmarks/response.py --shuttles             30 to 400 trips, 5 to 40 ambulances
    python benchmarks/response.py --again                500 units under way, 20 new incidents
    python benchmarks/response.py --relocation           120 idle units, 60 stations, 5,000 points
    python benchmarks/response.py --clearing small       12 to 15 blocked roads of several shapes; 40; 80

One JSON line each: instance, objective, bound, gap, seconds, seconds of the check, whether the plan passed
it, and the bound that the check proves alone. Nothing is read.
"""

import argparse
import time
from typing import Any, Final

import numpy as np
from json_lines import say
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from dss.arrays import FloatArray, IntArray
from models import Limits, dispatch

SIDE_M = 20_000.0
SPEED_MPS = 30 / 3.6


def apart_s(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return seconds between places along streets at right angles, shape (a, b)."""
    return np.round(np.abs(a[:, None] - b[None]).sum(axis=2) / SPEED_MPS, 1)


def made_teams(seed: int, aim: str) -> dispatch.Teams:
    """Return 500 units of six kinds, 500 incidents that need one or two each; a tenth of ways is closed."""
    rng = np.random.default_rng(seed)
    units, incidents, skills = 500, 500, 6
    times = apart_s(rng.uniform(0, SIDE_M, (units, 2)), rng.uniform(0, SIDE_M, (incidents, 2)))
    times[rng.random(times.shape) < 0.1] = np.inf
    return dispatch.Teams(
        response_s=times,
        skills=np.eye(skills, dtype=np.bool_)[rng.integers(0, skills, units)]
        | (rng.random((units, skills)) < 0.2),
        needs=dispatch.Needs(
            np.arange(incidents), rng.integers(0, skills, incidents), rng.integers(1, 3, incidents)
        ),
        priority=rng.integers(1, 6, incidents),
        latest_s=np.where(rng.random(incidents) < 0.5, 1800.0, np.inf),
        work_s=np.full(incidents, 3600.0),
        ready_s=rng.uniform(0, 300, units),
        off_s=np.where(rng.random(units) < 0.2, 5400.0, np.inf),
        aim=aim,  # type: ignore[arg-type]
    )


def made_patients(seed: int) -> dispatch.Patients:
    """Return 100 incidents with 4,000 patients, and 60 hospitals with 3,600 beds."""
    rng = np.random.default_rng(seed)
    waiting = rng.multinomial(4000, rng.dirichlet(np.ones(300))).reshape(100, 3)
    beds = rng.multinomial(3600, rng.dirichlet(np.ones(180))).reshape(60, 3)
    times = apart_s(rng.uniform(0, SIDE_M, (100, 2)), rng.uniform(0, SIDE_M, (60, 2)))
    suits = np.triu(np.ones((3, 3), dtype=np.bool_)).T
    return dispatch.Patients(
        waiting, beds, suits, times, np.array([1800.0, 3600, np.inf]), np.array([5, 3, 1])
    )


def made_shuttles(seed: int, trips: int, ambulances: int) -> dispatch.Shuttles:
    """Return trips of three classes from 4 incidents to 5 hospitals in a town of 10 km."""
    rng = np.random.default_rng(seed)
    start, incident, hospital = (rng.uniform(0, 10_000.0, (n, 2)) for n in (ambulances, 4, 5))
    kind = rng.integers(0, 3, trips)
    return dispatch.Shuttles(
        ready_s=np.full(ambulances, 60.0),
        off_s=np.full(ambulances, np.inf),
        come_s=apart_s(start, incident),
        drive_s=apart_s(incident, hospital),
        back_s=apart_s(hospital, incident),
        trips=dispatch.Trips(
            rng.integers(0, 4, trips),
            rng.integers(0, 5, trips),
            np.array([16.0, 8.0, 4.0])[kind],
            np.array([3600.0, 10_800.0, 21_600.0])[kind],
        ),
        load_s=300.0,
        hand_over_s=600.0,
        late_factor=10.0,
        horizon_s=86_400.0,
    )


def measure_again(seed: int) -> None:
    """Plan 500 units again 10 minutes later with 20 new incidents, at three prices of a diversion."""
    problem = made_teams(seed, "total")
    plan = dispatch.solve(problem, Limits(20.0), seed)
    rng = np.random.default_rng(seed)
    at_s, units, known = 600.0, problem.ready_s.size, problem.priority.size
    new = np.arange(20)
    response_s = np.concatenate([problem.response_s, rng.uniform(60, 1800, (units, new.size))], axis=1)
    priority = rng.integers(1, 6, new.size)
    for price_s in (0.0, 300.0, 1800.0):
        changes = dispatch.TeamsChanges(
            response_s=response_s,
            ready_s=np.maximum(problem.ready_s, at_s),
            further=dispatch.Further(priority, np.full(new.size, np.inf), np.full(new.size, 3600.0)),
            more=dispatch.Needs(known + new, new % 6, np.full(new.size, 2)),
            over=np.arange(5),
            lost=np.arange(5),
            diversion_s=price_s,
        )
        begin_s = time.process_time()
        made = dispatch.replan(problem, plan, at_s, changes)
        cpu_s = time.process_time() - begin_s
        assert made.decision is not None
        say(
            instance=f"500 units again, a diversion {price_s:g} s",
            termination=made.report.termination.value,
            at_work=int(made.decision.at_work.sum()),
            kept=int(made.decision.kept.size),
            diverted=int(made.decision.diverted.size),
            recalled=int(made.decision.recalled.size),
            cpu_seconds=cpu_s,
            checked=not dispatch.check_replanned(problem, plan, at_s, changes, made),
        )


def made_relocation(seed: int) -> dispatch.Relocation:
    """Return 60 stations that half of 120 idle units stand at by lot, and 5,000 demand points."""
    rng = np.random.default_rng(seed)
    station, point = rng.uniform(0, SIDE_M, (60, 2)), rng.uniform(0, SIDE_M, (5000, 2))
    idle = np.bincount(rng.integers(0, 25, 120), minlength=60)
    return dispatch.Relocation(
        idle=idle,
        room=np.maximum(idle, 4).astype(float),
        move_s=apart_s(station, station),
        response_s=apart_s(station, point),
        weight=rng.integers(0, 300, 5000),
        standard_s=300.0,
        most_moves=12,
    )


def made_clearing(seed: int, side: int, blocked: int, crews: int) -> dispatch.Clearing:
    """Return a grid of side x side junctions with three services; streets blocked by lot."""
    rng = np.random.default_rng(seed)
    n = side * side
    row, column = np.divmod(np.arange(n), side)
    east, north = np.flatnonzero(column < side - 1), np.flatnonzero(row < side - 1)
    streets = np.stack([np.concatenate([east, north]), np.concatenate([east + 1, north + side])])
    seconds = rng.uniform(30, 90, streets.shape[1])
    chosen = rng.choice(seconds.size, blocked, replace=False)
    service, start = rng.choice(n, 3, replace=False), rng.choice(n, crews)
    return contracted(rng, streets, seconds, chosen, (service, start))


def made_hills(seed: int, n: int, blocked: int, crews: int) -> dispatch.Clearing:
    """Return valleys: a tree of n places, service and crews at its root, and a few links across."""
    rng = np.random.default_rng(seed)
    above = np.array([rng.integers(max(0, i - 6), i) for i in range(1, n)])
    across = rng.integers(0, n, (2, n // 10))
    streets = np.concatenate([np.stack([above, np.arange(1, n)]), across[:, across[0] != across[1]]], axis=1)
    seconds = rng.uniform(60, 300, streets.shape[1])
    chosen = rng.choice(n - 1, blocked, replace=False)
    return contracted(rng, streets, seconds, chosen, (np.zeros(1, int), np.zeros(crews, int)))


def made_chain(seed: int, n: int, blocked: int, crews: int) -> dispatch.Clearing:
    """Return one road of n places with a town at either end."""
    rng = np.random.default_rng(seed)
    streets = np.stack([np.arange(n - 1), np.arange(1, n)])
    seconds = rng.uniform(60, 300, n - 1)
    chosen = rng.choice(n - 1, blocked, replace=False)
    ends = np.array([0, n - 1])
    return contracted(rng, streets, seconds, chosen, (ends, rng.choice(ends, crews)))


def contracted(
    rng: np.random.Generator,
    streets: IntArray,
    seconds: FloatArray,
    chosen: IntArray,
    places: tuple[IntArray, IntArray],
) -> dispatch.Clearing:
    """Return the problem of opening the chosen streets, (2, e); ``places`` are services and crews."""
    n, (service, start) = int(streets.max()) + 1, places
    stays = np.setdiff1d(np.arange(seconds.size), chosen)
    graph = csr_array((seconds[stays], (streets[0, stays], streets[1, stays])), shape=(n, n))
    ends = streets[:, chosen].T.ravel()
    from_end_s = dijkstra(graph, directed=False, indices=ends)
    to_service_s = dijkstra(graph, directed=False, indices=service, min_only=True)
    return dispatch.Clearing(
        persons=rng.integers(0, 400, n),
        place_to_service_s=to_service_s,
        place_to_end_s=from_end_s.T,
        end_to_service_s=to_service_s[ends],
        between_s=from_end_s[:, ends],
        crew_to_end_s=from_end_s[:, start].T,
        pass_s=np.repeat(seconds[chosen, None], 2, axis=1),
        clear_s=rng.uniform(1800, 4 * 3600, chosen.size),
        most_s=7200.0,
    )


CLEARINGS: Final = {
    "small": (
        ("grid", made_clearing, 8, 12, 3),
        ("grid", made_clearing, 10, 15, 4),
        ("dense grid", made_clearing, 5, 15, 2),
        ("hills", made_hills, 40, 12, 2),
        ("hills", made_hills, 50, 15, 3),
        ("chain", made_chain, 40, 15, 2),
    ),
    "40": (
        ("grid", made_clearing, 20, 40, 4),
        ("dense grid", made_clearing, 8, 40, 4),
        ("hills", made_hills, 100, 40, 4),
        ("chain", made_chain, 100, 40, 4),
    ),
    "80": (
        ("grid", made_clearing, 30, 80, 6),
        ("dense grid", made_clearing, 12, 80, 6),
        ("hills", made_hills, 200, 80, 6),
        ("chain", made_chain, 200, 80, 6),
    ),
}
"""Shape, maker, its size (side or places), blocked roads, crews."""


def measure(name: str, problem: Any, limits: Limits, seed: int) -> None:
    """Solve, check and print one line."""
    begin_s, begin_cpu_s = time.perf_counter(), time.process_time()
    plan = dispatch.solve(problem, limits, seed)
    seconds, cpu_s = time.perf_counter() - begin_s, time.process_time() - begin_cpu_s
    begin_s = time.process_time()
    violations = dispatch.check(problem, plan)
    report, decision = plan.report, plan.decision
    proven = getattr(decision, "cost_bound", getattr(decision, "bound", report.bound))
    if isinstance(problem, dispatch.Relocation):
        prices = getattr(decision, "prices", None)
        proven = None if prices is None else dispatch.cover_bound(problem, prices)
    say(
        instance=name,
        termination=report.termination.value,
        objective=report.objective,
        bound=report.bound,
        gap=report.gap,
        seconds=seconds,
        cpu_seconds=cpu_s,
        check_cpu_seconds=time.process_time() - begin_s,
        checked=not violations,
        proven_without_solver=proven,
    )


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("teams", "last", "patients", "shuttles", "again", "relocation"):
        parser.add_argument(f"--{name}", action="store_true")
    parser.add_argument("--clearing", choices=tuple(CLEARINGS))
    parser.add_argument("--time-limit-s", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    limits, seed = Limits(given.time_limit_s), given.seed
    if given.teams:
        aim = "last" if given.last else "total"
        measure(f"500 units, 500 incidents, {aim}", made_teams(seed, aim), limits, seed)
    if given.patients:
        measure("4,000 patients, 60 hospitals", made_patients(seed), limits, seed)
    if given.shuttles:
        for trips, ambulances in ((6, 3), (30, 5), (60, 20), (120, 12), (400, 40)):
            name = f"{trips} trips, {ambulances} ambulances"
            measure(name, made_shuttles(seed, trips, ambulances), limits, seed)
    if given.again:
        measure_again(seed)
    if given.relocation:
        measure("120 units, 60 stations", made_relocation(seed), limits, seed)
    for shape, made, size, blocked, crews in CLEARINGS.get(given.clearing, ()):
        name = f"{shape} {size}, {blocked} blocked roads, {crews} crews, seed {seed}"
        measure(name, made(seed, size, blocked, crews), limits, seed)


if __name__ == "__main__":
    main()
