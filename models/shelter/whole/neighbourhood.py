"""Large neighbourhood search: the zones of a few neighbouring shelters are allocated anew by a small MIP.

The distance of a plan from the splittable optimum is the sum over shelters of the reduced cost of their zones
and of price times empty places; the clusters are drawn by their share of it. A person above a capacity counts
at a high price, so the same search mends what annealing left over.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_matrix

from dss.arrays import FloatArray, IntArray
from models.shelter.whole.ways import Town
from models.solver import MixedProgramme, solve_mixed

# Shelters whose zones are allocated anew together hold about this many zones.
ZONES_PER_CLUSTER: Final = 110
LEAST_SHELTERS: Final = 3
MOST_SHELTERS: Final = 5
CLUSTERS_AT_ONCE: Final = 2
CLUSTER_GAP: Final = 1e-5
FRUITLESS_DECAY: Final = 0.7


@dataclass(frozen=True, slots=True)
class Effort:
    """How long the search goes on.

    Parameters
    ----------
    until_s
        Clock time (``perf_counter``) at which it ends.
    rounds
        Rounds of clusters at most.
    cluster_s
        Time of one MIP.
    enough
        Value at which it ends.
    """

    until_s: float
    rounds: int
    cluster_s: float
    enough: float


def improve(town: Town, at: IntArray, excess_price: float, effort: Effort, seed: int) -> IntArray:
    """Return better ways of the zones, two disjoint clusters at a time.

    Parameters
    ----------
    at
        Way of each zone, shape (zones,).
    excess_price
        What a person above a capacity costs.
    """
    rng = np.random.default_rng(seed)
    at, trust = at.copy(), np.ones(town.shelters)
    with ThreadPoolExecutor(CLUSTERS_AT_ONCE) as pool:
        for _ in range(effort.rounds):
            left_s = effort.until_s - time.perf_counter()
            if left_s <= 0 or town.value(at, excess_price) <= effort.enough:
                break
            clusters = _draw_clusters(town, at, excess_price, trust, rng)
            if not clusters:
                break
            time_s = min(effort.cluster_s, left_s)
            jobs = [pool.submit(reallocate, town, at, c, excess_price, time_s) for c in clusters]
            for cluster, job in zip(clusters, jobs, strict=True):
                zones, ways = job.result()
                better = at.copy()
                better[zones] = ways
                if town.value(better, excess_price) < town.value(at, excess_price) * (1 - 1e-12):
                    at = better
                    trust[cluster] = 1.0
                else:
                    trust[cluster] *= FRUITLESS_DECAY
    return at


def _draw_clusters(
    town: Town, at: IntArray, excess_price: float, trust: FloatArray, rng: np.random.Generator
) -> list[IntArray]:
    """Draw disjoint clusters of neighbouring shelters, first by what they lose and then by nearness."""
    lost = town.losses(at, excess_price) * trust
    free = np.ones(town.shelters, dtype=np.bool_)
    per_shelter = max(town.ways.size.size / max(town.shelters, 1), 1.0)
    size = int(np.clip(round(ZONES_PER_CLUSTER / per_shelter), LEAST_SHELTERS, MOST_SHELTERS))
    clusters: list[IntArray] = []
    for _ in range(CLUSTERS_AT_ONCE):
        share = np.where(free, lost, 0.0)
        if share.sum() <= 0:
            break
        seed_site = int(rng.choice(town.shelters, p=share / share.sum()))
        near = town.kinship(at, seed_site).astype(np.float64)
        near *= (0.2 + lost / max(lost.mean(), 1e-9)) * rng.uniform(0.3, 1.0, town.shelters)
        near[~free] = 0.0
        near[seed_site] = np.inf
        order = np.argsort(-near, kind="stable")[:size]
        cluster = order[near[order] > 0]
        free[cluster] = False
        clusters.append(cluster)
    return clusters


def reallocate(
    town: Town, at: IntArray, cluster: IntArray, excess_price: float, time_s: float
) -> tuple[IntArray, IntArray]:
    """Return the zones of a cluster of shelters and their best ways within it."""
    zones, ways = town.choices(at, cluster, excess_price)
    here = np.full(town.shelters + 1, -1)
    here[cluster] = np.arange(cluster.size)
    programme = _programme(town, at, (zones, ways, here), excess_price)
    solution = solve_mixed(programme, time_s, CLUSTER_GAP)
    if solution.values is None:
        return zones, at[zones]
    picked = ways[solution.values[: ways.size] > 0.5]
    return zones, picked if picked.size == zones.size else at[zones]


def _programme(
    town: Town, at: IntArray, part: tuple[IntArray, IntArray, IntArray], excess_price: float
) -> MixedProgramme:
    """Each zone one way; each shelter its capacity plus an excess at a price."""
    zones, ways, here = part
    zone, row = town.zone[ways], here[town.ways.site[ways]]
    count, limited = int(here.max()) + 1, row >= 0
    k = ways.size
    load_rows, load_columns = zones.size + row[limited], np.flatnonzero(limited)
    matrix = csr_matrix(
        (
            np.concatenate([np.ones(k), town.ways.size[zone[limited]], np.full(count, -1.0)]),
            (
                np.concatenate([np.searchsorted(zones, zone), load_rows, zones.size + np.arange(count)]),
                np.concatenate([np.arange(k), load_columns, k + np.arange(count)]),
            ),
        ),
        shape=(zones.size + count, k + count),
    )
    sites = np.argsort(np.where(here >= 0, here, here.size), kind="stable")[:count]
    capacity = town.ways.capacity[sites].astype(np.float64)
    excess = np.maximum(town.loads(at)[sites] - capacity, 0.0)
    return MixedProgramme(
        cost=np.concatenate([town.ways.cost[ways], np.full(count, excess_price)]),
        most=np.concatenate([np.ones(k), excess]),
        binary=k,
        matrix=matrix,
        lower=np.concatenate([np.ones(zones.size), np.full(count, -np.inf)]),
        upper=np.concatenate([np.ones(zones.size), capacity]),
        start=np.concatenate([ways == at[zone], excess]).astype(np.float64),
    )
