"""Travel while roads close: earliest arrivals of many origins under a flood that rises in steps.

    python benchmarks/travel_in_time.py [--origins 500] [--targets 140] [--steps 12] [--repeats 3] [--seed 1]

One JSON line per measurement; ``seconds`` is the median of the repeats after a first call. Every step a
random two per cent of the roads close and five per cent become half as fast. SciPy's Dijkstra on the first
step alone is timed beside it on a few origins and scaled: it answers an easier question. Exit code 1 if one
step gives other times than SciPy.
"""

import argparse
import json
from collections.abc import Callable

import numpy as np
from networks import city_network
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from timing import seconds_of

from dss.arrays import FloatArray, IntArray
from dss.network import RoadNetwork
from dss.routing_in_time import TimedRouter, TimeSteps

STEP_S = 300.0
SCIPY_ORIGINS = 8


def rising_flood(network: RoadNetwork, count: int, seed: int) -> TimeSteps:
    """Close and slow more roads from step to step."""
    rng = np.random.default_rng(seed)
    times = np.empty((count, network.n_edges))
    now = network.travel_time_s.copy()
    for step in range(count):
        times[step] = now
        hit = np.repeat(rng.random(network.n_edges // 2), 2)
        now = np.where(hit < 0.02, np.inf, np.where(hit < 0.07, now * 2, now))
    return TimeSteps(np.arange(count) * STEP_S, times)


def by_scipy(network: RoadNetwork, origins: IntArray) -> FloatArray:
    """Return the times from origins to all nodes without any closure."""
    order = np.lexsort((network.travel_time_s, network.head, network.tail))
    tail, head = network.tail[order], network.head[order]
    first = np.ones(order.size, dtype=np.bool_)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    e = order[first]
    times = np.maximum(network.travel_time_s[e], 1e-9)
    n = network.n_nodes
    matrix = coo_array((times, (network.tail[e], network.head[e])), shape=(n, n)).tocsr()
    return np.asarray(dijkstra(matrix, indices=origins))


def main() -> None:
    """Measure arrivals, nearest targets and paths."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--origins", type=int, default=500)
    parser.add_argument("--targets", type=int, default=140)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    name, network = city_network(250, args.seed)
    rng = np.random.default_rng(args.seed)
    origins = rng.integers(0, network.n_nodes, args.origins)
    targets = rng.integers(0, network.n_nodes, args.targets)
    depart_s = np.zeros(args.origins)
    router = TimedRouter(network, rising_flood(network, args.steps, args.seed))
    facts = {
        "network": name, "nodes": network.n_nodes, "edges": network.n_edges, "steps": args.steps,
        "origins": args.origins, "targets": args.targets,
    }  # fmt: skip

    def measure(what: str, call: Callable[[], object], **more: object) -> float:
        taken_s = seconds_of(call, args.repeats)
        print(json.dumps({**facts, "measure": what, "seconds": round(taken_s, 4), **more}), flush=True)
        return taken_s

    all_s = measure("earliest arrivals", lambda: router.earliest_arrivals(origins, targets, depart_s))
    measure("nearest 5", lambda: router.nearest(origins, targets, depart_s, 5))
    pairs = min(args.origins, args.targets)
    measure(
        "paths of pairs",
        lambda: router.paths(origins[:pairs], targets[:pairs], depart_s[:pairs]),
        pairs=pairs,
    )
    few = origins[:SCIPY_ORIGINS]
    scipy_s = seconds_of(lambda: by_scipy(network, few), args.repeats) / few.size * args.origins
    plain = TimedRouter(network, TimeSteps(np.zeros(1), network.travel_time_s[None]))
    right = np.allclose(
        plain.earliest_arrivals(few, targets, np.zeros(few.size)), by_scipy(network, few)[:, targets]
    )
    row = {
        "measure": "SciPy without time (scaled)",
        "seconds": round(scipy_s, 3),
        "ratio": round(scipy_s / all_s, 2),
    }
    print(json.dumps({**facts, **row, "one_step_same": bool(right)}))
    raise SystemExit(0 if right else 1)


if __name__ == "__main__":
    main()
