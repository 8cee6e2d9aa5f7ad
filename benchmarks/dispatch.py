"""Dispatch plans with their bounds, on instance files and on made cities.

    python benchmarks/dispatch.py FILE... [--time-limit-s 20] [--seed 1]
    python benchmarks/dispatch.py --buses [--seed 1]     52 pick-up points, 12 shelters, 50 buses, seconds
    python benchmarks/dispatch.py --relief [--seed 1]    300 shelters, 10 depots, 6 commodities, 120 vehicles

One JSON line per instance: instance, objective, bound, gap, seconds, whether the plan passed the check.
Files are bus evacuations, routes from several depots (Cordeau) and routes of mixed fleets (Golden,
Taillard); a ``best_known.json`` beside a file adds the gap to what is known.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
from dispatch_instances import read
from json_lines import say
from relief_city import relief_city

from models import Limits, dispatch


def bus_city(seed: int) -> dispatch.BusEvacuation:
    """Return a made city: points, shelters and one depot on 20 km by 20 km, ways at 25 km/h, 30 seats."""
    rng = np.random.default_rng(seed)
    places = rng.uniform(0, 20_000, (52 + 12 + 1, 2))
    apart_s = np.abs(places[:, None] - places[None]).sum(axis=2) / (25 / 3.6)
    demand = np.ceil(rng.lognormal(5.5, 0.7, 52)).astype(int)
    share = rng.lognormal(0, 0.4, 12)
    capacity = np.ceil(1.2 * demand.sum() * share / share.sum())
    ways = np.round(apart_s[:52, 52:64] + 300.0)
    return dispatch.BusEvacuation(np.array([50]), 30, demand, capacity, np.round(apart_s[64:, :52]), ways)


def known_gap(file: Path, objective: float | None) -> dict[str, float]:
    """Return how far an objective is from the best known one, where that is known."""
    table = file.parent / "best_known.json"
    if objective is None or not table.is_file():
        return {}
    row = json.loads(table.read_text(encoding="utf-8")).get(file.stem)
    return {} if row is None else {"to_best_known": objective / row["best_known_cost"] - 1}


def measure(
    name: str,
    problem: dispatch.BusEvacuation | dispatch.Delivery,
    limits: Limits,
    seed: int,
    file: Path | None,
) -> None:
    """Solve, check and print one line."""
    begin = time.perf_counter()
    plan = dispatch.solve(problem, limits, seed)
    seconds = time.perf_counter() - begin
    report, decision = plan.report, plan.decision
    more: dict[str, object] = {} if file is None else dict(known_gap(file, report.objective))
    if isinstance(problem, dispatch.BusEvacuation):
        more["proven_without_solver"] = None if decision is None else dispatch.proven_s(problem, decision)
    elif decision is not None:
        more["units_short"] = int(decision.short_units.sum())
        more["shortage_bound"] = decision.shortage_bound
    say(
        instance=name,
        termination=report.termination.value,
        objective=report.objective,
        bound=report.bound,
        gap=report.gap,
        seconds=seconds,
        checked=not dispatch.check(problem, plan),
        **more,
    )


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--buses", action="store_true")
    parser.add_argument("--relief", action="store_true")
    parser.add_argument("--time-limit-s", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    limits = Limits(given.time_limit_s)
    if given.buses:
        measure(f"made bus city {given.seed}", bus_city(given.seed), limits, given.seed, None)
    if given.relief:
        measure(f"made relief city {given.seed}", relief_city(given.seed), limits, given.seed, None)
    for file in given.files:
        measure(file.name, read(file), limits, given.seed, file)


if __name__ == "__main__":
    main()
