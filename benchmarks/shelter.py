"""Shelter allocation: splitting against PuLP with CBC, whole communities of a city, published instances.

    python benchmarks/shelter.py [--part split|whole|replan|all] [--time-limit-s 300] [--seed 1]
    python benchmarks/shelter.py FILE... [--time-limit-s 60]

One JSON line per measurement or instance. FILE is an instance of single-source capacitated facility location
(``J I``, capacities and fixed costs, demands, total allocation costs) or of the capacitated p-median
(``number optimum``, ``n p Q``, ``id x y demand``). There the open sites are chosen too, which is not this
model's task: a plain MIP in this script chooses them and bounds the whole (``bound``); the model allocates
the demands to them and bounds that (``allocation_bound``, at these sites). PuLP is timed where it is
installed; it is no dependency.
"""

import argparse
import importlib
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

import numpy as np
from scipy.sparse import csr_matrix, hstack, identity, kron, vstack
from shelter_instances import Size, make_city

from dss.arrays import FloatArray, IntArray
from models import Limits, shelter
from models.shelter.problem import unmet_value
from models.solver import MixedProgramme, solve_mixed

SPLIT = (5_000, 20_000)
WHOLE = ((20_000, 0.90, 0.0035), (20_000, 0.95, 0.0045), (5_000, 0.90, 0.006), (5_000, 0.95, 0.011))
REPEATS = 3


def main() -> None:
    """Run the parts or the files that the command line names."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--part", choices=("split", "whole", "replan", "all"), default="all")
    parser.add_argument("--time-limit-s", type=float, default=300.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    limits = Limits(given.time_limit_s)
    for path in given.files:
        say(**published(path, limits, given.seed))
    if given.files:
        return
    parts = {"split": measure_split, "replan": measure_replan, "whole": measure_whole}
    for name, measure in parts.items():
        if given.part in (name, "all"):
            measure(limits, given.seed)


def say(**row: object) -> None:
    """Print one line."""
    rounded = {key: round(value, 6) if isinstance(value, float) else value for key, value in row.items()}
    print(json.dumps(rounded), flush=True)


def measure_split(limits: Limits, seed: int) -> None:
    """Build and solve with cells split, ours against PuLP with CBC on the same arcs."""
    for cells in SPLIT:
        made = make_city(Size(cells, seed=seed), whole=False)
        arrays = (made.persons, made.capacity, made.cell, made.site, made.cost_s)
        build_s = _median_s(lambda arrays=arrays, made=made: _build(arrays, made.unmet_weight_s))
        plan = shelter.solve(made, limits)
        solve_s = _median_s(lambda made=made: shelter.solve(made, limits))
        row: dict[str, object] = {"instance": f"split {cells} x 300", "build_s": build_s, "solve_s": solve_s}
        row |= {"build_share": build_s / solve_s, "objective": plan.report.objective, "gap": plan.report.gap}
        pulp = _pulp()
        if pulp is None:
            say(**row, pulp="pulp not installed")
            continue
        pulp_build_s, pulp_solve_s, optimum = _by_pulp(pulp, made)
        ratio = (pulp_build_s + pulp_solve_s) / (build_s + solve_s)
        say(
            **row,
            pulp_build_s=pulp_build_s,
            pulp_solve_s=pulp_solve_s,
            pulp_objective=optimum,
            times_faster=ratio,
        )


def _build(arrays: tuple[IntArray, IntArray, IntArray, IntArray, FloatArray], unmet_s: float) -> object:
    return shelter.Allocation(*arrays, unmet_s=unmet_s)


def _median_s(call: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        started_s = time.perf_counter()
        call()
        times.append(time.perf_counter() - started_s)
    return statistics.median(times)


def _pulp() -> ModuleType | None:
    try:
        return importlib.import_module("pulp")
    except ImportError:
        return None


def _by_pulp(pulp: ModuleType, problem: shelter.Allocation) -> tuple[float, float, float]:
    """Return PuLP's seconds to build and to solve, and its optimum without unmet persons."""
    started_s = time.perf_counter()
    n, m, k = problem.persons.size, problem.capacity.size, problem.cell.size
    model = pulp.LpProblem("allocation", pulp.LpMinimize)
    flow = [pulp.LpVariable(f"f{a}", 0) for a in range(k)]
    unmet = [pulp.LpVariable(f"u{i}", 0) for i in range(n)]
    penalty = problem.unmet_weight_s
    terms = [(flow[a], float(problem.cost_s[a])) for a in range(k)] + [(u, penalty) for u in unmet]
    model += pulp.LpAffineExpression(terms)
    by_cell, by_site = [[] for _ in range(n)], [[] for _ in range(m)]
    for a in range(k):
        by_cell[problem.cell[a]].append((flow[a], 1))
        by_site[problem.site[a]].append((flow[a], 1))
    for i in range(n):
        model += pulp.LpAffineExpression([*by_cell[i], (unmet[i], 1)]) == int(problem.persons[i])
    for j in range(m):
        model += pulp.LpAffineExpression(by_site[j]) <= int(problem.capacity[j])
    built_s = time.perf_counter()
    model.solve(pulp.PULP_CBC_CMD(msg=False))
    solved_s = time.perf_counter()
    without = pulp.value(model.objective) - penalty * sum(u.value() for u in unmet)
    return built_s - started_s, solved_s - built_s, float(without)


def measure_replan(limits: Limits, seed: int) -> None:
    """Lose the fullest shelter on 12,000 cells x 140 shelters, 84 arcs each, and plan again."""
    before = replace(make_city(Size(12_000, 140, 0.9, 84, seed), whole=False), unmet_s=None)
    told = shelter.solve(before, limits).decision
    assert told is not None
    load = np.bincount(before.site, told.persons, before.capacity.size)
    lost = np.arange(before.capacity.size) == np.argmax(load)
    now = replace(before, capacity=np.where(lost, 0, before.capacity))
    for stability_s in (0.0, 60.0, 600.0):
        started_s, started_cpu_s = time.perf_counter(), time.process_time()
        plan = shelter.replan(now, before, told, stability_s=stability_s, limits=limits)
        seconds, cpu_s = time.perf_counter() - started_s, time.process_time() - started_cpu_s
        assert plan.decision is not None
        count = shelter.told_anew(now, plan.decision, before, told)
        say(
            instance="replan 12000 x 140, 84 arcs",
            stability_s=stability_s,
            seconds=seconds,
            cpu_s=cpu_s,
            persons=count.before,
            told_elsewhere=count.elsewhere,
            forced=count.forced,
            unmet=int(plan.decision.unmet.sum()),
            mean_trip_s=float(plan.decision.persons @ now.cost_s) / max(int(plan.decision.persons.sum()), 1),
            gap=plan.report.gap,
        )


def measure_whole(limits: Limits, seed: int) -> None:
    """Whole communities of the made city; the gap is (value - bound) / value, unmet persons included."""
    for zones, load, goal in WHOLE:
        problem = make_city(Size(zones, load=load, seed=seed), whole=True)
        started_s = time.perf_counter()
        plan = shelter.solve(problem, limits, seed)
        seconds = time.perf_counter() - started_s
        assert plan.decision is not None
        assert plan.report.objective is not None
        assert plan.report.bound is not None
        unmet = unmet_value(problem, plan.decision.unmet)
        value, bound = plan.report.objective + unmet, plan.report.bound + unmet
        say(
            instance=f"whole {zones} x 300, load {load}",
            objective=value,
            bound=bound,
            gap=(value - bound) / value,
            goal=goal,
            unmet=int(plan.decision.unmet.sum()),
            broken=len(shelter.check(problem, plan)),
            seconds=seconds,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """Demands that each go to one open site: ``cost`` of all of demand i from site j, shape (n, m)."""

    cost: FloatArray
    demand: IntArray
    capacity: IntArray
    fixed: FloatArray
    sites: int | None
    best_known: float | None


def published(path: Path, limits: Limits, seed: int) -> dict[str, object]:
    """Solve one published instance: sites by a plain MIP, then the allocation by the model."""
    instance = read_instance(path)
    started_s = time.perf_counter()
    opened, bound = _choose_sites(instance, limits.time_s)
    cost = instance.cost[:, opened]
    n, m = cost.shape
    demand = instance.demand
    problem = shelter.Allocation(
        demand,
        instance.capacity[opened],
        np.repeat(np.arange(n), m),
        np.tile(np.arange(m), n),
        (cost / np.maximum(demand, 1)[:, None]).ravel(),
        whole=np.arange(n),
    )
    plan = shelter.solve(problem, Limits(limits.time_s, 1e-9), seed)
    assert plan.report.objective is not None
    assert plan.report.bound is not None
    assert plan.decision is not None
    fixed = float(instance.fixed[opened].sum())
    objective = fixed + plan.report.objective
    return {
        "instance": path.name,
        "objective": objective,
        "bound": bound,
        "gap": None if bound is None else (objective - bound) / objective,
        "seconds": time.perf_counter() - started_s,
        "allocation_bound": fixed + plan.report.bound,
        "unmet": int(plan.decision.unmet.sum()),
        "broken": len(shelter.check(problem, plan)),
        "best_known": instance.best_known,
    }


def read_instance(path: Path) -> Instance:
    """Read either format, told apart by the length of the first line's block."""
    lines = [line.split() for line in path.read_text().replace("\0", " ").splitlines() if line.split()]
    values = [float(word) for line in lines for word in line]
    if len(lines[1]) == 3:
        n, p, most = (int(word) for word in lines[1])
        table = np.array(values[5 : 5 + 4 * n]).reshape(n, 4)
        x, y = table[:, 1], table[:, 2]
        distance = np.floor(np.hypot(x[:, None] - x[None], y[:, None] - y[None]))
        demand = table[:, 3].astype(np.int64)
        return Instance(distance, demand, np.full(n, most), np.zeros(n), p, values[1])
    m, n = int(values[0]), int(values[1])
    sites = np.array(values[2 : 2 + 2 * m]).reshape(m, 2)
    demand = np.array(values[2 + 2 * m : 2 + 2 * m + n]).astype(np.int64)
    cost = np.array(values[2 + 2 * m + n : 2 + 2 * m + n + n * m]).reshape(m, n).T
    return Instance(cost, demand, sites[:, 0].astype(np.int64), sites[:, 1], None, None)


def _choose_sites(instance: Instance, time_s: float) -> tuple[IntArray, float | None]:
    """Choose open sites by the textbook MIP with x_ij <= y_j; return them and the proven bound."""
    n, m = instance.cost.shape
    once = kron(identity(n), np.ones((1, m)))
    load = kron(instance.demand[None].astype(np.float64), identity(m))
    linked = kron(np.ones((n, 1)), identity(m))
    rows = [
        hstack([once, csr_matrix((n, m))]),
        hstack([load, -csr_matrix(np.diag(instance.capacity.astype(np.float64)))]),
        hstack([identity(n * m), -linked]),
    ]
    lower = [np.ones(n), np.full(m + n * m, -np.inf)]
    upper = [np.ones(n), np.zeros(m + n * m)]
    if instance.sites is not None:
        rows.append(hstack([csr_matrix((1, n * m)), csr_matrix(np.ones((1, m)))]))
        lower.append(np.array([-np.inf]))
        upper.append(np.array([float(instance.sites)]))
    k = n * m + m
    programme = MixedProgramme(
        cost=np.concatenate([instance.cost.ravel(), instance.fixed]),
        most=np.ones(k),
        binary=k,
        matrix=csr_matrix(vstack(rows)),
        lower=np.concatenate(lower),
        upper=np.concatenate(upper),
        start=np.zeros(0),
    )
    solution = solve_mixed(programme, time_s)
    if solution.values is None:
        return np.arange(m), solution.bound
    return np.flatnonzero(solution.values[n * m :] > 0.5), solution.bound


if __name__ == "__main__":
    main()
