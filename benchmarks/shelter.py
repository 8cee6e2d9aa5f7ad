"""Shelter allocation: splitting against PuLP with CBC, whole communities of a city, published instances.

    python benchmarks/shelter.py [--part split|whole|replan|all] [--time-limit-s 300] [--seed 1]
    python benchmarks/shelter.py FILE... [--time-limit-s 60]

One JSON line per measurement or instance. FILE is an instance of single-source capacitated facility location
(``J I``, capacities and fixed costs, demands, total allocation costs) or of the capacitated p-median
(``number optimum``, ``n p Q``, ``id x y demand``). There the open sites are chosen too, which is not this
model's task: a plain MIP in this script (SciPy's HiGHS) chooses them and bounds the whole (``bound``); the
model allocates the demands to them and bounds that (``allocation_bound``, at these sites). Where no sites are
found in time, ``objective`` is null; an instance that has no solution says so (``infeasible``).
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
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, diags, hstack, identity, kron
from shelter_instances import Size, make_city

from dss.arrays import FloatArray, IntArray
from models import Limits, Plan, shelter
from models.shelter.problem import unmet_value

SPLIT = (5_000, 20_000)
WHOLE = ((20_000, 0.90, 0.0035), (20_000, 0.95, 0.0045), (5_000, 0.90, 0.006), (5_000, 0.95, 0.011))
REPEATS = 3
MOST_LINKS = 200_000
# SciPy's status of a MIP that has no solution
INFEASIBLE = 2


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
    """Lose the fullest shelter, and close the busiest ways, on a city of Wuhan's size, and plan again.

    12,239 cells x 262 shelters, 84 arcs each; the 1,000 busiest arcs are closed. The kernels are compiled
    before by planning a small town again.
    """
    small = make_city(Size(200, 12, 0.9, 5, seed), whole=False)
    shelter.replan(small, small, _decided(shelter.solve(small)), stability_s=1.0)
    before = replace(make_city(Size(12_239, 262, 0.9, 84, seed), whole=False), unmet_s=None)
    told = _decided(shelter.solve(before, limits))
    load = np.bincount(before.site, told.persons, before.capacity.size)
    lost = np.arange(before.capacity.size) == np.argmax(load)
    busiest = np.zeros(before.cell.size, dtype=np.bool_)
    busiest[np.argsort(-told.persons, kind="stable")[:1000]] = True
    changes = {
        "shelter lost": replace(before, capacity=np.where(lost, 0, before.capacity)),
        "1000 ways closed": before.restricted(~busiest),
    }
    for change, now in changes.items():
        for stability_s in (0.0, 60.0, 600.0):
            _measure_change(change, now, (before, told), stability_s, limits)


def _decided(plan: Plan[shelter.AllocationDecision]) -> shelter.AllocationDecision:
    assert plan.decision is not None
    return plan.decision


def _measure_change(
    change: str,
    now: shelter.Allocation,
    past: tuple[shelter.Allocation, shelter.AllocationDecision],
    stability_s: float,
    limits: Limits,
) -> None:
    before, told = past
    started_s, started_cpu_s = time.perf_counter(), time.process_time()
    plan = shelter.replan(now, before, told, stability_s=stability_s, limits=limits)
    seconds, cpu_s = time.perf_counter() - started_s, time.process_time() - started_cpu_s
    started_s = time.perf_counter()
    shelter.solve(shelter.follow(now, before, told, stability_s), limits)
    fresh_s = time.perf_counter() - started_s
    decision = _decided(plan)
    count = shelter.told_anew(now, decision, before, told)
    say(
        instance=f"replan 12239 x 262, 84 arcs, {change}",
        stability_s=stability_s,
        fresh_seconds=fresh_s,
        seconds=seconds,
        cpu_s=cpu_s,
        persons=count.before,
        told_elsewhere=count.elsewhere,
        forced=count.forced,
        unmet=int(decision.unmet.sum()),
        mean_trip_s=float(decision.persons @ now.cost_s) / max(int(decision.persons.sum()), 1),
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
    sites = choose_sites(instance, limits.time_s)
    row: dict[str, object] = {"instance": path.name, "objective": None, "bound": sites.bound, "gap": None}
    row |= {"infeasible": sites.infeasible, "best_known": instance.best_known}
    if sites.opened is None:
        return row | {"seconds": time.perf_counter() - started_s}
    left_s = max(limits.time_s - (time.perf_counter() - started_s), 1.0)
    problem = allocation_to(instance, sites.opened)
    plan = shelter.solve(problem, Limits(left_s, 1e-9), seed)
    assert plan.report.objective is not None
    assert plan.report.bound is not None
    unmet = int(_decided(plan).unmet.sum())
    fixed = float(instance.fixed[sites.opened].sum())
    row |= {"allocation_bound": fixed + plan.report.bound, "unmet": unmet}
    row |= {"broken": len(shelter.check(problem, plan)), "seconds": time.perf_counter() - started_s}
    if unmet:
        return row
    objective = fixed + plan.report.objective
    gap = None if sites.bound is None else max(objective - sites.bound, 0.0) / max(abs(objective), 1e-12)
    return row | {"objective": objective, "gap": gap}


def allocation_to(instance: Instance, opened: IntArray) -> shelter.Allocation:
    """Return the allocation of whole demands to the open sites."""
    cost = instance.cost[:, opened]
    n, m = cost.shape
    persons = np.maximum(instance.demand, 1)[:, None]
    return shelter.Allocation(
        instance.demand,
        instance.capacity[opened],
        np.repeat(np.arange(n), m),
        np.tile(np.arange(m), n),
        (cost / persons).ravel(),
        whole=np.arange(n),
    )


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


@dataclass(frozen=True, slots=True, eq=False)
class Sites:
    """Open sites, if some were found, the proven bound of the whole, and whether there is no solution."""

    opened: IntArray | None
    bound: float | None
    infeasible: bool


def choose_sites(instance: Instance, time_s: float) -> Sites:
    """Choose open sites by the textbook MIP; x_ij <= y_j where that is not too many rows."""
    n, m = instance.cost.shape
    columns = np.arange(n * m).reshape(n, m)
    once = csr_matrix((np.ones(n * m), (np.repeat(np.arange(n), m), columns.ravel())), shape=(n, n * m + m))
    load = hstack(
        [
            kron(instance.demand[None].astype(np.float64), identity(m)),
            -diags(instance.capacity.astype(np.float64)),
        ]
    )
    rows = [LinearConstraint(once, 1.0, 1.0), LinearConstraint(csr_matrix(load), -np.inf, 0.0)]
    if n * m <= MOST_LINKS:
        linked = hstack([identity(n * m), -kron(np.ones((n, 1)), identity(m))])
        rows.append(LinearConstraint(csr_matrix(linked), -np.inf, 0.0))
    if instance.sites is not None:
        count = csr_matrix(np.append(np.zeros(n * m), np.ones(m)))
        rows.append(LinearConstraint(count, -np.inf, float(instance.sites)))
    cost = np.concatenate([instance.cost.ravel(), instance.fixed])
    options = {"time_limit": time_s, "mip_rel_gap": 1e-9}
    found = milp(cost, integrality=np.ones(cost.size), bounds=Bounds(0, 1), constraints=rows, options=options)
    opened = None if found.x is None else np.flatnonzero(found.x[n * m :] > 0.5)
    return Sites(opened, _whole_bound(found.mip_dual_bound, cost), found.status == INFEASIBLE)


def _whole_bound(bound: float | None, cost: FloatArray) -> float | None:
    """Round a bound up where all costs are whole."""
    if bound is None or not np.isfinite(bound):
        return None
    return float(np.ceil(bound - 1e-6)) if (cost == np.rint(cost)).all() else float(bound)


if __name__ == "__main__":
    main()
