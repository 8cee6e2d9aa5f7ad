"""Published siting instances by their formats, and made ones of city size, seeded."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shelter_instances import DETOUR, SIDE_M, WALK_MPS, places

from dss.arrays import FloatArray
from models import siting

# The published coverages are of this radius.
COVER_RADIUS_M: Final = 800.0
COVER_SITES: Final = range(1, 9)


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """A problem with the name of its file and model, and the published value where there is one."""

    name: str
    model: str
    problem: siting.Problem | siting.Hierarchy | siting.Phases
    published: float | None = None


def read(path: Path, radius_m: float = COVER_RADIUS_M, sites: tuple[int, ...] = ()) -> list[Instance]:
    """Read a file: the format is told by its name and its first lines.

    Parameters
    ----------
    radius_m, sites
        Of coverages, whose files name neither.
    """
    lines = [line.split() for line in path.read_text().replace("\0", " ").splitlines() if line.split()]
    if path.stem.lower().startswith("pmed") and len(lines[0]) == 3:
        return _pmed(path, lines)
    if len(lines[0]) == 2 and len(lines[1]) == 3 and len(lines[2]) == 4:
        return [_pmedcap(path, lines)]
    if any(line[0].isalpha() for line in lines[1:3]) or len(lines[1]) == 3:
        return _coverage(path, lines, radius_m, sites)
    return [_located(path, lines)]


def _numbers(lines: list[list[str]]) -> FloatArray:
    return np.array([float(word) for line in lines for word in line])


def _pmed(path: Path, lines: list[list[str]]) -> list[Instance]:
    """Read ``n edges p`` and edges; where an edge is repeated the last line wins."""
    n, p = int(lines[0][0]), int(lines[0][2])
    length = np.zeros((n, n))
    for u, v, metres in lines[1:]:
        length[int(u) - 1, int(v) - 1] = length[int(v) - 1, int(u) - 1] = float(metres)
    cost = dijkstra(csr_array(length))
    median, center = (_optimum(path.with_name(f), path.stem) for f in ("pmedopt.txt", "kcenteropt.txt"))
    return [
        Instance(path.stem, "median", siting.PMedian(cost, np.ones(n), p), median),
        Instance(path.stem, "center", siting.PCenter(cost, p), center),
    ]


def _optimum(table: Path, name: str) -> float | None:
    if not table.exists():
        return None
    rows = (line.split() for line in table.read_text().splitlines())
    return next((float(row[1]) for row in rows if len(row) == 2 and row[0] == name), None)


def _pmedcap(path: Path, lines: list[list[str]]) -> Instance:
    """Read ``number optimum``, ``n p Q``, then ``id x y demand``; distances are rounded down."""
    n, p, capacity = (int(word) for word in lines[1])
    x, y, demand = _numbers(lines[2 : 2 + n]).reshape(n, 4)[:, 1:].T
    cost = np.floor(np.hypot(x[:, None] - x, y[:, None] - y))
    problem = siting.FacilityLocation(
        cost, demand, np.full(n, float(capacity)), np.zeros(n), p, single_source=True
    )
    return Instance(path.stem, "capacitated median", problem, float(lines[0][1]))


def _coverage(path: Path, lines: list[list[str]], radius_m: float, sites: tuple[int, ...]) -> list[Instance]:
    """Read ``n ...`` and ``x y demand``, each a site too; or ``m n``, ``F id x y cost``, customers."""
    facilities = [line[2:4] for line in lines[1:] if line[0] == "F"]
    customers = [line[-3:] for line in lines[1:] if line[0] != "F" and len(line) >= 3]
    x, y, demand = np.array(customers, dtype=np.float64).T
    site = np.array(facilities, dtype=np.float64) if facilities else np.column_stack([x, y])
    cost = np.hypot(x[:, None] - site[:, 0], y[:, None] - site[:, 1])
    known = _covered(path.with_name("optima.csv"), path.stem)
    asked = sites or tuple(known) or tuple(COVER_SITES)
    return [
        Instance(
            f"{path.stem} p={p}",
            "coverage",
            siting.MaxCoverage(cost, demand, p, radius_m),
            known.get(p) if radius_m == COVER_RADIUS_M else None,
        )
        for p in asked
    ]


def _covered(table: Path, name: str) -> dict[int, float]:
    if not table.exists():
        return {}
    with table.open() as rows:
        return {int(r["p"]): float(r["optimal_cover"]) for r in csv.DictReader(rows) if r["instance"] == name}


def _located(path: Path, lines: list[list[str]]) -> Instance:
    """Read ``J I`` and ``capacity fixed``; then demands and costs by site, or by customer."""
    numbers = _numbers(lines)
    m, n = int(numbers[0]), int(numbers[1])
    capacity, fixed = numbers[2 : 2 + 2 * m].reshape(m, 2).T
    rest = numbers[2 + 2 * m : 2 + 2 * m + n + n * m]
    by_customer = len(lines[1 + m]) == 1 and len(lines[2 + m]) > 1
    if by_customer:
        table = rest.reshape(n, 1 + m)
        demand, cost, model = table[:, 0], table[:, 1:], "location"
    else:
        demand, cost, model = rest[:n], rest[n:].reshape(m, n).T, "single-source location"
    problem = siting.FacilityLocation(cost, demand, capacity, fixed, single_source=not by_customer)
    return Instance(path.stem, model, problem, _in_order(path))


def _in_order(path: Path) -> float | None:
    """Return the value of ``p7`` as the seventh line of the file ``os`` beside it."""
    table = path.with_name("os")
    if not table.exists() or not path.stem[1:].isdigit():
        return None
    return float(table.read_text().split()[int(path.stem[1:]) - 1])


@dataclass(frozen=True, slots=True, eq=False)
class City:
    """Seconds on foot from every cell to every candidate, and the persons of the cells."""

    cost_s: FloatArray
    persons: FloatArray


def make_city(cells: int, sites: int, seed: int = 1) -> City:
    """Make 12 clusters and 20% uniform cells over 20 km, candidates drawn by population.

    Persons are log-normal (median 150, sigma 0.7); seconds are of straight lines x 1.3 at 1.2 m/s, rounded
    to 0.1 s.
    """
    rng = np.random.default_rng(seed)
    place_m = places(rng, cells)
    persons = np.maximum(np.rint(rng.lognormal(np.log(150), 0.7, cells)), 1.0)
    chosen = rng.choice(cells, sites, replace=False, p=persons / persons.sum())
    site_m = np.clip(place_m[chosen] + rng.normal(0, 50, (sites, 2)), 0, SIDE_M)
    metres = np.hypot(place_m[:, None, 0] - site_m[:, 0], place_m[:, None, 1] - site_m[:, 1])
    return City(np.round(metres * DETOUR / WALK_MPS, 1), persons)


def make_square(customers: int, sites: int, seed: int = 1) -> City:
    """Make customers and candidates at random in a square of 1,000 m; weights are 1 to 100, costs metres."""
    rng = np.random.default_rng(seed)
    place_m, site_m = rng.uniform(0, 1000, (customers, 2)), rng.uniform(0, 1000, (sites, 2))
    metres = np.hypot(place_m[:, None, 0] - site_m[:, 0], place_m[:, None, 1] - site_m[:, 1])
    return City(metres, rng.integers(1, 101, customers).astype(np.float64))


def make_graph(nodes: int, seed: int = 1) -> FloatArray:
    """Return distances between all nodes of a random graph as OR-Library makes them for its p-medians.

    A path through all nodes and nodes^2 / 50 random edges, lengths whole numbers from 1 to 100.
    """
    rng = np.random.default_rng(seed)
    path = rng.permutation(nodes)
    u, v = rng.integers(0, nodes, (2, nodes * nodes // 50))
    tail, head = np.concatenate([path[:-1], u[u != v]]), np.concatenate([path[1:], v[u != v]])
    length = np.zeros((nodes, nodes))
    length[tail, head] = length[head, tail] = rng.integers(1, 101, tail.size)
    return np.asarray(dijkstra(csr_array(length), directed=False))
