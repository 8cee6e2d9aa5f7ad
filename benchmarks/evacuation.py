"""Evacuation: clearance and total arrival with their bounds, on instance files and on made ones.

    python benchmarks/evacuation.py FILE... [--objective clearance|total_arrival|both] [--time-limit-s 60]
    python benchmarks/evacuation.py --grid [--seed 1]      5,000 nodes, 12,000 arcs, 55,000 people
    python benchmarks/evacuation.py --city [--seed 1]      Wuhan's roads, 400,000 vehicles, 60 sites, 10 s
    steps

One JSON line per instance and objective: instance, objective, bound, gap, seconds, whether the plan passed
the check, clearance and mean arrival. Files are JSON (``arcs_u_v_time_capPerStep``) or the lists of the CCRP
literature (``from to capacity time``, then capacities of nodes, then persons at the sources as the file names
them). Nothing is known of the optimum here: compare with the instance's own.
"""

import argparse
import json
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
from evacuation_instances import read_instance
from networks import WUHAN, grid, wuhan

from dss.arrays import FloatArray, IntArray
from models import Limits, evacuation
from models.evacuation.streets import street_problem

VEHICLES_PER_LANE_H = {"motorway": 1800, "trunk": 1500, "primary": 900, "secondary": 700, "tertiary": 600}
LANES = {"motorway": 3, "trunk": 3, "primary": 2, "secondary": 2}


def random_people(
    n: int, sources: int, shelters: int, vehicles: int, seed: int
) -> tuple[IntArray, FloatArray]:
    """Draw where people are and where shelters lie: log-normal amounts at random nodes, 1.2 places each."""
    rng = np.random.default_rng(seed)
    node = rng.permutation(n)[: sources + shelters]
    amount = rng.lognormal(0, 1, sources)
    supply = np.zeros(n, dtype=np.int64)
    supply[node[:sources]] = np.maximum(1, np.floor(vehicles * amount / amount.sum()))
    size = rng.lognormal(0, 0.5, shelters)
    places = np.zeros(n)
    places[node[sources:]] = np.ceil(1.2 * supply.sum() * size / size.sum())
    return supply, places


def city_problem(seed: int) -> evacuation.Evacuation:
    """Return Wuhan's roads with capacities by class, 2,779 sources and 60 shelters at random, 10 s steps."""
    network = wuhan()
    road_class = gpd.read_parquet(WUHAN)["highway"].astype(str).str.removesuffix("_link")
    per_h = road_class.map(VEHICLES_PER_LANE_H).fillna(300) * road_class.map(LANES).fillna(1)
    people = random_people(network.n_nodes, 2_779, 60, 400_000, seed)
    ends = (network.tail, network.head)
    return street_problem(
        ends, network.travel_time_s, np.repeat(per_h.to_numpy(float), 2), people, 10.0
    ).problem


def grid_problem(seed: int) -> evacuation.Evacuation:
    """Return a made city of about 5,000 nodes and 12,000 arcs, 55,000 people and 40 shelters, 60 s steps."""
    network = grid(71, seed)
    rng = np.random.default_rng(seed)
    per_h = np.repeat(rng.choice([600.0, 900.0, 1800.0], network.tail.size // 2), 2)
    people = random_people(network.n_nodes, 400, 40, 55_000, seed)
    return street_problem((network.tail, network.head), network.travel_time_s, per_h, people, 10.0).problem


def measure(
    name: str, problem: evacuation.Evacuation, objective: evacuation.Objective, time_s: float
) -> None:
    """Solve, check and print one line."""
    begin = time.perf_counter()
    plan = evacuation.solve(problem, objective, Limits(time_s=time_s))
    seconds = time.perf_counter() - begin
    report, decision = plan.report, plan.decision
    assert decision is not None
    begin = time.perf_counter()
    broken = evacuation.check(problem, plan)
    gone = int(decision.groups.persons.sum())
    line = {
        "instance": name, "aim": objective, "nodes": int(problem.supply.size), "arcs": int(problem.tail.size),
        "persons": problem.persons, "objective": report.objective, "bound": report.bound, "gap": report.gap,
        "termination": report.termination.value, "seconds": round(seconds, 2),
        "clearance": decision.clearance_step,
        "mean_arrival": round(decision.total_arrival_steps / max(gone, 1), 1), "stay": problem.persons - gone,
        "groups": int(decision.groups.persons.size), "violations": len(broken),
        "check_s": round(time.perf_counter() - begin, 2),
    }  # fmt: skip
    print(json.dumps(line), flush=True)


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--objective", choices=("clearance", "total_arrival", "both"), default="both")
    parser.add_argument("--time-limit-s", type=float, default=60.0)
    parser.add_argument("--grid", action="store_true")
    parser.add_argument("--city", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    problems = [(str(path), read_instance(path)) for path in args.files]
    if args.grid:
        problems.append((f"grid, seed {args.seed}", grid_problem(args.seed)))
    if args.city:
        problems.append((f"wuhan, seed {args.seed}", city_problem(args.seed)))
    aims = ("clearance", "total_arrival") if args.objective == "both" else (args.objective,)
    for name, problem in problems:
        for aim in aims:
            measure(name, problem, aim, args.time_limit_s)


if __name__ == "__main__":
    main()
