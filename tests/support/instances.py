"""Readers of published instances, for tests."""

from pathlib import Path

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from dss.arrays import FloatArray


def pmed(folder: Path, name: str) -> tuple[FloatArray, int]:
    """Return distances between all nodes and p; where an edge is repeated the last line wins."""
    numbers = np.array((folder / f"{name}.txt").read_text().split(), dtype=np.int64)
    n, _, p = numbers[:3]
    length = np.zeros((n, n))
    for u, v, metres in numbers[3:].reshape(-1, 3):
        length[u - 1, v - 1] = length[v - 1, u - 1] = metres
    return dijkstra(csr_array(length)), int(p)


def optima(file: Path) -> dict[str, float]:
    """Return the values of a table of name and optimum."""
    rows = (line.split() for line in file.read_text().splitlines())
    return {row[0]: float(row[1]) for row in rows if len(row) == 2 and row[1].isdigit()}


def sscflp(folder: Path, name: str) -> dict[str, FloatArray]:
    """Return the arrays of a single-source location instance; files end in NUL bytes."""
    numbers = np.array((folder / name).read_text().replace("\0", " ").split(), dtype=np.float64)
    sites, demands = int(numbers[0]), int(numbers[1])
    capacity, fixed_cost = numbers[2 : 2 + 2 * sites].reshape(sites, 2).T
    rest = numbers[2 + 2 * sites :]
    cost = rest[demands : demands + sites * demands].reshape(sites, demands).T
    return {"cost": cost, "demand": rest[:demands], "capacity": capacity, "fixed_cost": fixed_cost}


def pmedcap(file: Path) -> tuple[dict[str, FloatArray], int, float]:
    """Return the arrays of a capacitated p-median instance, p and the optimum."""
    numbers = np.array(file.read_text().split(), dtype=np.float64)
    n, p, capacity = (int(number) for number in numbers[2:5])
    x, y, demand = numbers[5:].reshape(n, 4)[:, 1:].T
    cost = np.floor(np.hypot(x[:, None] - x, y[:, None] - y))
    arrays = {"demand": demand, "capacity": np.full(n, float(capacity)), "fixed_cost": np.zeros(n)}
    return {"cost": cost, **arrays}, p, float(numbers[1])


def mclp(file: Path) -> tuple[FloatArray, FloatArray]:
    """Return distances between all customers, who are the candidate sites too, and their demand."""
    rows = [line.split() for line in file.read_text().splitlines()[1:]]
    x, y, demand = np.array([row for row in rows if len(row) == 3], dtype=np.float64).T
    return np.hypot(x[:, None] - x, y[:, None] - y), demand
