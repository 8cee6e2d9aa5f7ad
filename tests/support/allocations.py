"""Small allocation problems, and independent ways to solve them."""

import itertools
from collections.abc import Callable

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import linprog

from models import shelter
from models.shelter import Allocation

INF = float("inf")


def dense(
    persons: list[int], capacity: list[int], cost_s: list[list[float]], **more: object
) -> shelter.Allocation:
    """Make a problem from a table of times, inf standing for no arc."""
    cost = np.array(cost_s, dtype=np.float64).reshape(len(persons), len(capacity))
    cell, site = np.nonzero(np.isfinite(cost))
    return Allocation(np.array(persons), np.array(capacity), cell, site, cost[cell, site], **more)


@st.composite
def problems(draw: st.DrawFn, most_cells: int = 4, most_sites: int = 3) -> shelter.Allocation:
    """Draw a small problem."""
    n, m = draw(st.integers(1, most_cells)), draw(st.integers(1, most_sites))
    persons = draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))
    capacity = draw(st.lists(st.integers(0, 6), min_size=m, max_size=m))
    cost = st.one_of(st.integers(0, 30).map(float), st.just(INF))
    rows = draw(st.lists(st.lists(cost, min_size=m, max_size=m), min_size=n, max_size=n))
    return dense(persons, capacity, rows)


def placements(problem: Allocation) -> list[tuple[float, int, float]]:
    """Try every way to send whole zones; return value with unmet, unmet persons and longest trip of each."""
    whole = problem.whole if problem.whole is not None else np.arange(problem.persons.size)
    found = []
    for picks in itertools.product(range(problem.capacity.size + 1), repeat=np.unique(whole).size):
        found += _placement(problem, np.unique(whole, return_inverse=True)[1], picks)
    return found


def _placement(
    problem: Allocation, zone: np.ndarray, picks: tuple[int, ...]
) -> list[tuple[float, int, float]]:
    arc = {(int(i), int(j)): a for a, (i, j) in enumerate(zip(problem.cell, problem.site, strict=True))}
    load, value, unmet, longest = np.zeros(problem.capacity.size), 0.0, 0, 0.0
    for i, persons in enumerate(problem.persons):
        site = picks[zone[i]]
        if persons == 0:
            continue
        if site == problem.capacity.size:
            unmet += int(persons)
            value += persons * problem.weight[i] * problem.unmet_weight_s
            continue
        if (i, site) not in arc:
            return []
        a = arc[i, site]
        load[site] += persons
        longest = max(longest, float(problem.cost_s[a]))
        anew = max(int(persons - problem.told_before[a]), 0)
        value += persons * problem.value_s[a] + problem.stability_s * anew
    return [(value, unmet, longest)] if (load <= problem.capacity).all() else []


def by_linear_programme(problem: Allocation) -> tuple[int, float]:
    """Fewest unmet persons, then least person-seconds, by SciPy's own solver on the textbook model."""
    n, m, k = problem.persons.size, problem.capacity.size, problem.cell.size
    if k == 0:
        return int(problem.persons.sum()), 0.0
    per_cell, per_site = np.zeros((n, k)), np.zeros((m, k))
    per_cell[problem.cell, np.arange(k)] = 1
    per_site[problem.site, np.arange(k)] = 1
    above, below = np.vstack([per_cell, per_site]), np.concatenate([problem.persons, problem.capacity])
    most = linprog(-np.ones(k), A_ub=above, b_ub=below, method="highs")
    placed = round(-most.fun)
    least = linprog(
        problem.cost_s, A_ub=above, b_ub=below, A_eq=np.ones((1, k)), b_eq=[placed], method="highs"
    )
    return int(problem.persons.sum()) - placed, float(least.fun)


def fewest_unmet(problem: Allocation, keep: Callable[[np.ndarray], np.ndarray]) -> int:
    """Fewest unmet persons over the arcs whose times ``keep`` accepts, by SciPy."""
    return by_linear_programme(problem.restricted(keep(problem.cost_s)))[0]


def town(zones: int, sites: int, load: float) -> Allocation:
    """Make a town of so many whole zones and shelters, seeded."""
    rng = np.random.default_rng(5)
    home_m, place_m = rng.uniform(0, 5000, (zones, 2)), rng.uniform(0, 5000, (sites, 2))
    persons = np.maximum(np.rint(rng.lognormal(4, 0.6, zones)), 1).astype(np.int64)
    capacity = np.full(sites, int(np.ceil(persons.sum() / load / sites)))
    cost_s = np.linalg.norm(home_m[:, None] - place_m[None], axis=2)
    near = np.argsort(cost_s, axis=1)[:, :8]
    cell = np.repeat(np.arange(zones), near.shape[1])
    site = near.ravel()
    return Allocation(
        persons, capacity, cell, site, cost_s[cell, site], whole=np.arange(zones), unmet_s=50_000.0
    )
