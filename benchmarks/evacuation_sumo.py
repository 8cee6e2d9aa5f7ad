"""The clearance of a plan, and what SUMO makes of it.

    python benchmarks/evacuation_sumo.py [--roads 300] [--vehicles 1200] [--shelters 3] [--seed 1]

The roads nearest to the middle of Wuhan (../shared/data/wuhan) as a district; capacities by class as in
`evacuation.py`, people and shelters at random, 10 s steps. One JSON line per plan (least clearance, least
total arrival) and one for everyone leaving at once to the nearest shelter: the clearance planned and proven,
replayed on point queues under three rules, and simulated by SUMO (extra `sumo`), mesoscopic with the plan's
capacities and microscopic with SUMO's own settings. All clearances in seconds; `arrived` counts vehicles that
SUMO brings to their shelter within four times the planned clearance.
"""

import argparse
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import geopandas as gpd
import numpy as np
from evacuation import LANES, VEHICLES_PER_LANE_H, random_people
from json_lines import say
from networks import WUHAN, wuhan

from dss.arrays import IntArray
from models import Limits, evacuation
from models.evacuation.replay import replay
from models.evacuation.streets import street_problem
from models.evacuation.uncontrolled import uncontrolled
from scenarios.evacuation.exporting import write_sumo
from scenarios.evacuation.plan_files import FiledPlan, Homes, PlanFacts
from scenarios.evacuation.streets import Streets

STEP_S = 10.0
MODELS = {"meso": ["--mesosim"], "micro": []}


def district_plan(roads: int, people: tuple[int, int], seed: int) -> FiledPlan:
    """Return the district, its people and shelters, and nobody's way yet."""
    network, layer = wuhan(), gpd.read_parquet(WUHAN).to_crs(4547)
    assert network.x_m is not None
    assert network.y_m is not None
    row = _middle_rows(np.column_stack([network.x_m, network.y_m]), network.tail, network.head, roads)
    edges = np.column_stack([2 * row, 2 * row + 1]).ravel()
    road_class = layer["highway"].astype(str).str.removesuffix("_link").iloc[row]
    per_h = road_class.map(VEHICLES_PER_LANE_H).fillna(300) * road_class.map(LANES).fillna(1)
    used, ends = np.unique(np.concatenate([network.tail[edges], network.head[edges]]), return_inverse=True)
    tail, head = np.split(ends.ravel().astype(np.int64), 2)
    vehicles, shelters = people
    crowd = random_people(used.size, used.size // 3, shelters, vehicles, seed)
    street = street_problem(
        (tail, head), network.travel_time_s[edges], np.repeat(per_h.to_numpy(float), 2), crowd, STEP_S
    )
    q = edges.size
    streets = Streets(
        crs="EPSG:4547", x_m=network.x_m[used], y_m=network.y_m[used], junction=np.arange(used.size),
        shelter=np.full(used.size, "", dtype=object), offsets=street.offsets, edge=street.edge,
        tail=tail, head=head, road=np.repeat(np.arange(row.size), 2), along=np.arange(q) % 2 == 0,
        turned=np.zeros(q, dtype=np.bool_), closed_step=np.full(q, np.inf),
        road_name=np.full(row.size, "", dtype=object), road_class=road_class.to_numpy(object),
        line=layer.geometry.to_numpy(object)[row],
    )  # fmt: skip
    none = np.zeros(0, dtype=np.int64)
    homes = Homes(none.astype(np.uint64), none.astype(object), none, none.astype(np.float64))
    groups = evacuation.Groups(none, none, np.zeros(1, dtype=np.int64), none, none)
    return FiledPlan(PlanFacts("drive", "vehicles", STEP_S), street.problem, groups, streets, homes)


def _middle_rows(place: np.ndarray, tail: IntArray, head: IntArray, roads: int) -> IntArray:
    middle = np.median(place, axis=0)
    away_m = np.hypot(*((place[tail[::2]] + place[head[::2]]) / 2 - middle).T)
    return np.sort(np.argsort(away_m, kind="stable")[:roads])


def with_groups(plan: FiledPlan, groups: evacuation.Groups) -> FiledPlan:
    """Return the district with its people's ways."""
    return FiledPlan(plan.facts, plan.problem, groups, plan.streets, plan.homes)


def simulate(folder: Path, plan: FiledPlan, end_s: float) -> dict[str, object]:
    """Run SUMO on a plan with each of its models."""
    import sumo  # noqa: PLC0415 - an optional part

    programs = Path(str(sumo.SUMO_HOME)) / "bin"
    write_sumo(folder, plan)
    _run([programs / "netconvert", "-c", "plan.netccfg"], folder)
    found: dict[str, object] = {}
    for name, options in MODELS.items():
        begin = time.perf_counter()
        trips = f"trips.{name}.xml"
        _run(
            [programs / "sumo", "-c", "plan.sumocfg", "--end", f"{end_s:.0f}", "--no-step-log",
             "--tripinfo-output", trips, *options], folder,
        )  # fmt: skip
        arrival = np.array([float(trip.get("arrival", "nan")) for trip in ET.parse(folder / trips).getroot()])
        found[f"sumo_{name}_s"] = float(arrival.max(initial=0.0))
        found[f"sumo_{name}_mean_s"] = float(arrival.mean()) if arrival.size else None
        found[f"sumo_{name}_arrived"] = int(arrival.size)
        found[f"sumo_{name}_run_s"] = round(time.perf_counter() - begin, 1)
    return found


def _run(command: list[object], folder: Path) -> None:
    subprocess.run([str(part) for part in command], cwd=folder, check=True, capture_output=True)


def replayed(plan: FiledPlan, rules: tuple[str, ...]) -> dict[str, object]:
    """Replay a plan on point queues."""
    found: dict[str, object] = {}
    for rule in rules:
        seen = replay(plan.problem, plan.groups, rule)
        mean_s = seen.total_arrival_steps / max(1, int(seen.arrivals.sum())) * STEP_S
        found |= {f"{rule}_s": seen.clearance_step * STEP_S, f"{rule}_mean_s": mean_s}
    return found


def main() -> None:
    """Read the options, plan, replay and simulate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--roads", type=int, default=300)
    parser.add_argument("--vehicles", type=int, default=1200)
    parser.add_argument("--shelters", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=None)
    args = parser.parse_args()
    out = args.out or Path(tempfile.mkdtemp())
    bare = district_plan(args.roads, (args.vehicles, args.shelters), args.seed)
    end_s = 0.0
    for aim in ("clearance", "total_arrival"):
        solved = evacuation.solve(bare.problem, aim, Limits(time_s=60))
        assert solved.decision is not None
        plan = with_groups(bare, solved.decision.groups)
        clearance_s = solved.decision.clearance_step * STEP_S
        mean_s = solved.decision.total_arrival_steps / int(plan.groups.persons.sum()) * STEP_S
        end_s = 4 * clearance_s
        say(
            plan=aim, roads=args.roads, vehicles=int(plan.groups.persons.sum()), clearance_s=clearance_s,
            bound=solved.report.bound, mean_s=mean_s,
            **replayed(plan, ("on_time", "in_order", "first_come")), **simulate(out / aim, plan, end_s),
        )  # fmt: skip
    plan = with_groups(bare, uncontrolled(bare.problem).groups)
    vehicles = int(plan.groups.persons.sum())
    say(
        plan="at_once", roads=args.roads, vehicles=vehicles, **replayed(plan, ("first_come",)),
        **simulate(out / "at_once", plan, end_s),
    )  # fmt: skip


if __name__ == "__main__":
    main()
