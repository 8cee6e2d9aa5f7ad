"""Evacuation: clearance and total arrival with their bounds, on instance files and on made ones.

    python benchmarks/evacuation.py FILE... [--objective clearance|total_arrival|both] [--time-limit-s 60]
    python benchmarks/evacuation.py --grid [--seed 1]      5,000 nodes, 12,000 arcs, 55,000 people
    python benchmarks/evacuation.py --town [--shelters 5] [--few-places]
                                                           930 nodes, 2,932 arcs, 1.2 million vehicles
    python benchmarks/evacuation.py --city [--zone all|north|south] [--setting full|half]
                                                           Wuhan's roads, 400,000 vehicles, 60 sites, 10 s
                                                           steps; people everywhere or on one side of the
                                                           median of the nodes; half: half the capacity

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


def city_problem(seed: int, zone: str, setting: str) -> evacuation.Evacuation:
    """Return Wuhan's roads with capacities by class, 2,779 sources and 60 shelters at random, 10 s steps.

    A zone takes the people of the other side of the city away; half the capacity stands for lanes that are
    lost to other traffic.
    """
    network = wuhan()
    road_class = gpd.read_parquet(WUHAN)["highway"].astype(str).str.removesuffix("_link")
    per_h = road_class.map(VEHICLES_PER_LANE_H).fillna(300) * road_class.map(LANES).fillna(1)
    supply, places = random_people(network.n_nodes, 2_779, 60, 400_000, seed)
    assert network.y_m is not None
    north = network.y_m > np.median(network.y_m)
    here = {"all": np.ones_like(north), "north": north, "south": ~north}[zone]
    people = (np.where(here, supply, 0), places)
    ends = (network.tail, network.head)
    per_h_here = np.repeat(per_h.to_numpy(float), 2) * (0.5 if setting == "half" else 1.0)
    return street_problem(ends, network.travel_time_s, per_h_here, people, 10.0).problem


def town_problem(shelters: int, few_places: bool, seed: int) -> evacuation.Evacuation:
    """Return a made town of 930 nodes, 1.2 million vehicles from 387 of them, 60 s steps.

    Each shelter has the same share of 1.1 places a vehicle where places are few, else room for all.
    """
    rng = np.random.default_rng(seed)
    node = np.arange(930).reshape(31, 30)
    ends = np.concatenate(
        [
            np.column_stack([node[:, :-1].ravel(), node[:, 1:].ravel()]),
            np.column_stack([node[:-1].ravel(), node[1:].ravel()]),
        ]
    )
    ends = ends[rng.random(len(ends)) < 0.82]
    steps = np.repeat(np.maximum(1, np.rint(rng.gamma(2, 2, len(ends)))).astype(np.int64), 2)
    capacity = np.repeat(rng.choice([30, 60, 90, 150], len(ends), p=[0.3, 0.4, 0.2, 0.1]), 2)
    drawn = rng.permutation(930)
    goal, source = drawn[:shelters], drawn[shelters : shelters + 387]
    amount = rng.lognormal(0, 1, 387)
    supply, places = np.zeros(930, dtype=np.int64), np.zeros(930)
    supply[source] = np.maximum(1, np.floor(1_200_000 * amount / amount.sum()))
    places[goal] = np.ceil(1.1 * supply.sum() / shelters) if few_places else np.inf
    return evacuation.Evacuation(ends.ravel(), ends[:, ::-1].ravel(), steps, capacity, supply, places)


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
    begin, used = time.perf_counter(), time.process_time()
    plan = evacuation.solve(problem, objective, Limits(time_s=time_s))
    seconds, used = time.perf_counter() - begin, time.process_time() - used
    report, decision = plan.report, plan.decision
    assert decision is not None
    begin = time.perf_counter()
    broken = evacuation.check(problem, plan)
    gone = int(decision.groups.persons.sum())
    line = {
        "instance": name, "aim": objective, "nodes": int(problem.supply.size), "arcs": int(problem.tail.size),
        "persons": problem.persons, "objective": report.objective, "bound": report.bound, "gap": report.gap,
        "termination": report.termination.value, "seconds": round(seconds, 2),
        "processor_s": round(used, 2), "proven_by_cuts": decision.arrival_proof is not None,
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
    parser.add_argument("--town", action="store_true")
    parser.add_argument("--shelters", type=int, default=5)
    parser.add_argument("--few-places", action="store_true")
    parser.add_argument("--city", action="store_true")
    parser.add_argument("--zone", choices=("all", "north", "south"), default="all")
    parser.add_argument("--setting", choices=("full", "half"), default="full")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    problems = [(str(path), read_instance(path)) for path in args.files]
    if args.grid:
        problems.append((f"grid, seed {args.seed}", grid_problem(args.seed)))
    if args.town:
        places = "few places" if args.few_places else "room for all"
        town = town_problem(args.shelters, args.few_places, args.seed)
        problems.append((f"town, {args.shelters} shelters, {places}, seed {args.seed}", town))
    if args.city:
        city = city_problem(args.seed, args.zone, args.setting)
        problems.append((f"wuhan, {args.zone}, {args.setting} capacity, seed {args.seed}", city))
    aims = ("clearance", "total_arrival") if args.objective == "both" else (args.objective,)
    for name, problem in problems:
        for aim in aims:
            measure(name, problem, aim, args.time_limit_s)


if __name__ == "__main__":
    main()
