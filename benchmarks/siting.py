"""Siting: published instances, a made city, and spopt with CBC on the same instances.

    python benchmarks/siting.py FILE... [--model median|...] [--time-limit-s 60] [--radius-m 800] [--p 3]
    python benchmarks/siting.py --city small|large|customers|graphs|levels [--model ...] [--time-limit-s 60]
    python benchmarks/siting.py --against-spopt [--time-limit-s 300]

One JSON line per instance and model. FILE is of OR-Library's p-median (``n edges p``; also solved as a
p-center), of the capacitated p-median, of single-source or OR-Library capacitated facility location, or of
maximal covering. Optima in tables beside the files are printed as ``published``. The small city has 5,000
cells and 500 candidates, p = 50; the large one 20,000 and 2,000, p = 100; customers: maximal coverings of
10,000; graphs: random ones of 500 to 900 nodes; levels: two levels and phases of 2,000 and 200. spopt is
no dependency: ``pip install spopt pulp`` in an environment of your own.
"""

import argparse
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from json_lines import say
from siting_instances import COVER_RADIUS_M, Instance, make_city, make_graph, make_square, read
from siting_spopt import against_spopt

from models import Limits, siting


def main() -> None:
    """Run what the command line names."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--model", help="only models whose name begins so")
    parser.add_argument("--city", choices=tuple(CITIES))
    parser.add_argument("--against-spopt", action="store_true")
    parser.add_argument("--time-limit-s", type=float, default=60.0)
    parser.add_argument("--relative-gap", type=float, default=0.0)
    parser.add_argument("--radius-m", type=float, default=COVER_RADIUS_M)
    parser.add_argument("--p", type=int, nargs="*", default=[])
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    limits = Limits(given.time_limit_s, given.relative_gap)
    warm_up()
    for path in given.files:
        for instance in read(path, given.radius_m, tuple(given.p)):
            if given.model is None or instance.model.startswith(given.model):
                measure(instance, limits, given.seed)
    if given.city:
        for instance in CITIES[given.city](given.seed, given.model or ""):
            measure(instance, limits, given.seed)
    if given.against_spopt:
        against_spopt(limits, given.seed)


def warm_up() -> None:
    """Compile the kernels, which is not what is measured."""
    city = make_city(30, 8)
    siting.solve(siting.PMedian(city.cost_s, city.persons, 2))
    siting.solve(siting.MaxCoverage(city.cost_s, city.persons, 2, 600.0, np.full(8, 500.0)))


def measure(instance: Instance, limits: Limits, seed: int) -> None:
    """Solve and check one instance and print its line."""
    started_s, started_cpu_s = time.perf_counter(), time.process_time()
    plan = siting.solve(instance.problem, limits, seed)
    seconds, cpu_s = time.perf_counter() - started_s, time.process_time() - started_cpu_s
    say(
        instance=instance.name,
        model=instance.model,
        objective=plan.report.objective,
        bound=plan.report.bound,
        gap=plan.report.gap,
        seconds=seconds,
        cpu_s=cpu_s,
        termination=plan.report.termination.value,
        published=instance.published,
        broken=len(siting.check(instance.problem, plan)),
        peak_gb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
    )


def _small(seed: int, model: str) -> Iterator[Instance]:
    return _city(5_000, 500, 50, seed, model)


def _large(seed: int, model: str) -> Iterator[Instance]:
    return _city(20_000, 2_000, 100, seed, model)


def _city(cells: int, sites: int, p: int, seed: int, model: str) -> Iterator[Instance]:
    """All models on one made city; the capacities hold all persons of the city in p sites, less a tenth."""
    city = make_city(cells, sites, seed)
    name = f"city {cells} x {sites}, p={p}"
    share = np.random.default_rng(seed + 1).lognormal(0.0, 0.35, sites)
    capacity = np.round(share / share.mean() * 0.9 * city.persons.sum() / p)
    radius_s = 900.0
    problems: dict[str, siting.Problem] = {
        "median": siting.PMedian(city.cost_s, city.persons, p),
        "center": siting.PCenter(city.cost_s, p),
        "coverage": siting.MaxCoverage(city.cost_s, city.persons, p, radius_s),
        "set cover": siting.SetCover(city.cost_s, 4 * radius_s),
        "capacitated coverage": siting.MaxCoverage(city.cost_s, city.persons, p, radius_s, capacity),
    }
    return (Instance(name, key, q) for key, q in problems.items() if key.startswith(model))


def _customers(seed: int, model: str) -> Iterator[Instance]:
    """Maximal covering of 10,000 customers: at random in a square, then in a made city."""
    if not "coverage".startswith(model):
        return
    for made, name, cases in ((make_square, "square", SQUARES), (make_city, "city", CLUSTERS)):
        for sites, radius, p in cases:
            town = made(10_000, sites, seed)
            problem = siting.MaxCoverage(town.cost_s, town.persons, p, radius)
            yield Instance(f"{name} 10000 x {sites}, r={radius:g}, p={p}", "coverage", problem)


# Candidates, radius (metres in the square, seconds on foot in the city) and p.
SQUARES = (
    (500, 40.0, 50),
    (500, 150.0, 10),
    (1000, 60.0, 20),
    (1000, 100.0, 10),
    (1000, 100.0, 20),
    (2000, 20.0, 200),
    (2000, 30.0, 100),
    (2000, 100.0, 15),
)
CLUSTERS = ((500, 900.0, 50), (1000, 2500.0, 10), (2000, 400.0, 200), (2000, 900.0, 50))


def _levels(seed: int, model: str) -> Iterator[Instance]:
    """Two levels and three phases of a made city of 2,000 cells and 200 candidates."""
    city = make_city(2_000, 200, seed)
    hubs = city.cost_s[np.random.default_rng(seed).choice(2_000, 200, replace=False), :20]
    both = siting.Hierarchy(city.cost_s, city.persons, hubs, siting.Level(20), siting.Level(4), 0.3)
    growing = np.stack([city.persons, 1.2 * city.persons, 1.5 * city.persons])
    problems = {"hierarchy": both, "phases": siting.Phases(city.cost_s, growing, (5, 10, 20))}
    return (Instance("city 2000 x 200", key, q) for key, q in problems.items() if key.startswith(model))


def _graphs(seed: int, model: str) -> Iterator[Instance]:
    """p-median and p-center of random graphs of 500 to 900 nodes, as OR-Library's later half."""
    for n in (500, 600, 700, 800, 900):
        cost = make_graph(n, seed + n)
        for p in (5, 10, n // 10, *((n // 5, n // 3) if n < 800 else ())):
            name = f"graph {n}, p={p}"
            if "median".startswith(model):
                yield Instance(name, "median", siting.PMedian(cost, np.ones(n), p))
            if "center".startswith(model):
                yield Instance(name, "center", siting.PCenter(cost, p))


CITIES = {"small": _small, "large": _large, "customers": _customers, "graphs": _graphs, "levels": _levels}


if __name__ == "__main__":
    main()
