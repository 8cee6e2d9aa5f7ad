"""Single closures: every road of a district and of a city, exactly and by sample, beside searching all again.

    python benchmarks/criticality.py [--roads 2000] [--sites 12] [--repeats 3] [--seed 1]

One JSON line per measurement; ``seconds`` is the median of the repeats after a first call, which compiles or
loads the kernels. One person lives at every node; sites lie at random nodes. SciPy's Dijkstra from all sites
at once is timed on a few closures and scaled. Exit code 1 if it finds other losses or the goal is missed.
"""

import argparse
import json
import time

import numpy as np
from networks import city_network, district
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from timing import seconds_of

from dss.arrays import FloatArray, IntArray
from dss.criticality import Demand, Losses, SiteAccess, close_each, estimate_losses, single_roads
from dss.network import RoadNetwork

GOAL_S = 60.0
SCIPY_CLOSURES = 40
CUT_OFF_S = 7200.0


def tell(**row: object) -> None:
    """Print one measurement."""
    print(json.dumps(row), flush=True)


def prepare(network: RoadNetwork, sites: int, seed: int) -> tuple[SiteAccess, IntArray]:
    """Put one person at every node and sites at random ones."""
    rng, n = np.random.default_rng(seed), network.n_nodes
    chosen = rng.choice(n, sites, replace=False)
    site_s = np.full(n, np.inf)
    site_s[chosen] = 0.0
    everywhere = np.tile(np.arange(n), (2, 1))
    demand = Demand(everywhere, np.zeros((2, n)), np.full(n, np.inf), np.ones(n))
    return SiteAccess(network, network.travel_time_s, demand, site_s), chosen


def search_again(network: RoadNetwork, sites: IntArray, row: int | None) -> FloatArray:
    """Return every node's time to its nearest site with one road shut, by SciPy."""
    kept = np.ones(network.n_edges, dtype=np.bool_)
    if row is not None:
        kept[[2 * row, 2 * row + 1]] = False
    n = network.n_nodes
    tail, head, time_s = network.tail[kept], network.head[kept], np.maximum(network.travel_time_s[kept], 1e-9)
    order = np.lexsort((time_s, head, tail))
    first = np.ones(order.size, dtype=np.bool_)  # of parallel roads the quickest: SciPy would add them up
    first[1:] = (tail[order][1:] != tail[order][:-1]) | (head[order][1:] != head[order][:-1])
    e = order[first]
    back = coo_array((time_s[e], (head[e], tail[e])), shape=(n, n)).tocsr()
    return np.asarray(dijkstra(back, indices=sites, min_only=True))


def agrees(network: RoadNetwork, losses: Losses, sites: IntArray, rows: IntArray) -> bool:
    """Tell whether searching everything again gives the same losses for some roads."""
    before = search_again(network, sites, None)
    for row in rows:
        after = search_again(network, sites, int(row))
        cut = np.isfinite(before) & np.isinf(after)
        both = np.isfinite(before) & ~cut
        extra = float((after[both] - before[both]).sum())
        if int(cut.sum()) != losses.persons_cut_off[row] or abs(extra - losses.extra_person_s[row]) > 1e-3:
            return False
    return True


def measure(name: str, network: RoadNetwork, args: argparse.Namespace) -> bool:
    """Measure one network; tell whether the losses are right."""
    access, sites = prepare(network, args.sites, args.seed)
    count = network.n_edges // 2
    closures, facts = (
        single_roads(np.arange(count)),
        {"network": name, "roads": count, "nodes": network.n_nodes},
    )
    losses = close_each(access, closures)
    exact_s = seconds_of(lambda: close_each(access, closures), args.repeats)
    mean_h = float(losses.lost_person_s(CUT_OFF_S).mean()) / 3600
    cutting = int((losses.persons_cut_off > 0).sum())
    tell(
        **facts,
        measure="every closure, exact",
        seconds=round(exact_s, 4),
        mean_person_hours=mean_h,
        cutting=cutting,
    )
    rows = np.random.default_rng(args.seed).choice(count, min(SCIPY_CLOSURES, count), replace=False)
    scipy_s = seconds_of(lambda: search_again(network, sites, int(rows[0])), args.repeats) * count
    tell(
        **facts,
        measure="every closure, SciPy from scratch (scaled)",
        seconds=round(scipy_s, 2),
        ratio=round(scipy_s / exact_s, 1),
    )
    sample_s = seconds_of(lambda: sample(access, count, args.seed), args.repeats)
    found = sample(access, count, args.seed).lost_person_s
    low, high = found.low / 3600, found.high / 3600
    tell(
        **facts,
        measure="500 closures, sampled",
        seconds=round(sample_s, 4),
        low_person_hours=low,
        high_person_hours=high,
    )
    right = agrees(network, losses, sites, rows)
    tell(**facts, measure="same losses as SciPy", closures=int(rows.size), right=right)
    return right


def sample(access: SiteAccess, count: int, seed: int):
    """Estimate the mean loss from 500 closures."""
    return estimate_losses(access, single_roads(np.arange(count)), draws=500, seed=seed, cut_off_s=CUT_OFF_S)


def main() -> None:
    """Measure a district and the city."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--roads", type=int, default=2000)
    parser.add_argument("--sites", type=int, default=12)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    name, city = city_network(200, args.seed)
    part = district(city, args.roads)
    right = measure(f"{name} district", part, args)
    begin = time.perf_counter()
    access, _ = prepare(part, args.sites, args.seed)
    close_each(access, single_roads(np.arange(part.n_edges // 2)))
    taken_s = time.perf_counter() - begin
    tell(measure="goal: district from nothing", seconds=round(taken_s, 3), goal=GOAL_S, met=taken_s <= GOAL_S)
    right = measure(name, city, args) and right
    raise SystemExit(0 if right and taken_s <= GOAL_S else 1)


if __name__ == "__main__":
    main()
