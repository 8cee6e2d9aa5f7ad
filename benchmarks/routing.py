"""Travel times: the router against SciPy, NetworkX and pandana, on a made city and on Wuhan.

    python benchmarks/routing.py [--graph city|wuhan|all] [--side 720] [--repeats 5] [--seed 1]

One JSON line per measurement, a Markdown table at the end. ``seconds`` is the median of the repeats after a
first call, which is given beside it (it compiles or loads the kernels and touches fresh memory). Peers are
timed in the same run on few sources and scaled linearly; NetworkX and pandana (AGPL, never a dependency) only
where they are installed. Exit code 1 if a time differs from SciPy's by more than 1e-5 of it.
"""

import argparse
import importlib
import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra

from dss.arrays import FloatArray, IntArray
from dss.network import RoadNetwork
from dss.routing import NodeOrder, Router, dissect

WUHAN = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "wuhan" / "roads_original.parquet"
SOURCES, TARGETS, SCIPY_SOURCES, NETWORKX_SOURCES, PANDANA_SOURCES = 300, 20_000, 5, 2, 4
SPEEDS_KPH = {"motorway": 90, "trunk": 60, "primary": 50, "secondary": 40, "tertiary": 30}


@dataclass
class Sheet:
    """The measurements of one graph, printed as they come."""

    graph: str
    repeats: int
    rows: list[dict[str, object]] = field(default_factory=list)

    def add(self, measure: str, seconds: float, **more: object) -> float:
        """Record one measurement."""
        row = {"graph": self.graph, "measure": measure, "seconds": round(seconds, 5), **more}
        self.rows.append(row)
        print(json.dumps(row), flush=True)
        return seconds

    def time(self, measure: str, call: Callable[[], object], **more: object) -> float:
        """Time a call: once for the first time, then the median of the repeats. Results are dropped."""
        first, *rest = [_seconds(call) for _ in range(self.repeats + 1)]
        return self.add(measure, statistics.median(rest), first=round(first, 5), **more)

    def goal(self, measure: str, value: float, goal: float, *, at_least: bool) -> None:
        """Record a value beside its goal."""
        met = value >= goal if at_least else value <= goal
        row = {
            "graph": self.graph,
            "measure": measure,
            "value": float(f"{value:.4g}"),
            "goal": goal,
            "met": met,
        }
        self.rows.append(row)
        print(json.dumps(row), flush=True)


def _seconds(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def grid_city(side: int, seed: int) -> RoadNetwork:
    """Build a city of about side² nodes: a perturbed grid, streets missing, every 20th one an arterial."""
    rng = np.random.default_rng(seed)
    node = np.arange(side * side).reshape(side, side)
    tail = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    head = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    along = np.concatenate([node[:, :-1].ravel() // side, node[:-1].ravel() % side])
    arterial = along % 20 == 0
    kept = arterial | (rng.random(tail.size) < 0.585)
    x, y = np.array(np.divmod(np.arange(side * side), side)) * 100.0 + rng.uniform(-30, 30, (2, side * side))
    speed_kph = np.where(arterial, 60.0, rng.choice([20.0, 30.0, 40.0], tail.size))[kept]
    tail, head = tail[kept], head[kept]
    time_s = np.hypot(x[tail] - x[head], y[tail] - y[head]) / (speed_kph / 3.6)
    both = (np.concatenate([tail, head]), np.concatenate([head, tail]))
    times = np.concatenate([time_s, time_s]) * rng.uniform(0.9, 1.1, 2 * time_s.size)
    return largest_part(RoadNetwork(*both, times, x_m=x, y_m=y))


def largest_part(network: RoadNetwork) -> RoadNetwork:
    """Keep the largest connected part and number its nodes anew."""
    _, label = connected_components(times_matrix(network), directed=False)
    kept = label == np.bincount(label).argmax()
    new = np.cumsum(kept) - 1
    edge = kept[network.tail]
    return RoadNetwork(
        new[network.tail[edge]],
        new[network.head[edge]],
        network.travel_time_s[edge],
        x_m=network.x_m[kept],
        y_m=network.y_m[kept],
    )


def wuhan() -> RoadNetwork:
    """Read Wuhan's roads, both ways, at an assumed speed for each class."""
    geopandas = importlib.import_module("geopandas")
    roads = geopandas.read_parquet(WUHAN).to_crs(32650)
    ids, ends = np.unique(np.concatenate([roads["u"], roads["v"]]), return_inverse=True)
    tail, head = ends[: len(roads)], ends[len(roads) :]
    ends_xy = roads.geometry.get_coordinates().groupby(level=0)
    x, y = np.empty((2, ids.size))
    x[tail], y[tail] = ends_xy.first().to_numpy().T
    x[head], y[head] = ends_xy.last().to_numpy().T
    classes = roads["highway"].astype(str).str.removesuffix("_link")
    time_s = (roads.length / (classes.map(SPEEDS_KPH).fillna(20) / 3.6)).to_numpy()
    both = (np.concatenate([tail, head]), np.concatenate([head, tail]), np.concatenate([time_s, time_s]))
    return RoadNetwork(*both, x_m=x, y_m=y)


def times_matrix(network: RoadNetwork) -> coo_array:
    """Travel times as a sparse matrix, the fastest of parallel edges, which SciPy would add."""
    order = np.lexsort((network.travel_time_s, network.head, network.tail))
    tail, head = network.tail[order], network.head[order]
    first = np.ones(order.size, dtype=bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    entries = (network.travel_time_s[order][first], (tail[first], head[first]))
    return coo_array(entries, shape=(network.n_nodes, network.n_nodes)).tocsr()


def flooded_times(network: RoadNetwork, seed: int) -> FloatArray:
    """Change 5% of the edges: most slowed, a tenth of them closed."""
    rng = np.random.default_rng(seed)
    time_s = network.travel_time_s.copy()
    changed = rng.choice(time_s.size, time_s.size // 20, replace=False)
    time_s[changed] *= rng.uniform(1, 5, changed.size)
    time_s[changed[: changed.size // 10]] = np.inf
    return time_s


def measure_router(sheet: Sheet, network: RoadNetwork, seed: int) -> dict[str, float]:
    """Time the router; return what the peers are compared with."""
    rng = np.random.default_rng(seed)
    sources, targets = (rng.integers(0, network.n_nodes, size) for size in (SOURCES, TARGETS))
    dissect(grid_city(40, seed))  # Compile or load the kernels of the ordering.
    begin = time.perf_counter()
    order = dissect(network)
    found = {"order": sheet.add("order, once", time.perf_counter() - begin)}
    with tempfile.TemporaryDirectory() as folder:
        order.save(Path(folder) / "order.npz")
        sheet.time(
            "stored order to router", lambda: Router(network, NodeOrder.load(Path(folder) / "order.npz"))
        )
    router = Router(network, order)
    flooded = flooded_times(network, seed)
    found["customise"] = sheet.time("ready after 5% new weights", lambda: router.customise(flooded))
    router = router.customise(flooded)
    for few in (1, 20):
        closed = rng.choice(network.n_edges, few, replace=False)
        sheet.time(
            f"ready after {few} closed", lambda e=closed: router.recustomise(e, np.full(e.size, np.inf))
        )
    found["all"] = sheet.time("300 x all", lambda: router.travel_times(sources))
    found["some"] = sheet.time("300 x 20,000", lambda: router.travel_times(sources, targets))
    sheet.time("all x 300, to targets", lambda: router.travel_times_to(sources))
    sheet.time("1 x all", lambda: router.travel_times(sources[:1]))
    found["nearest"] = sheet.time("nearest 5 of 300, all nodes", lambda: router.nearest(None, 5, sources))
    sheet.time("nearest 5 of 20,000, all nodes", lambda: router.nearest(None, 5, targets))
    found["isochrone"] = sheet.time("isochrone, 300 sources, 600 s", lambda: router.isochrone(sources, 600.0))
    sheet.time("300 paths", lambda: router.paths(sources, targets[:SOURCES]))
    found["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found["difference"] = difference(router, network, flooded, sources[:SCIPY_SOURCES])
    return found


def difference(router: Router, network: RoadNetwork, time_s: FloatArray, sources: IntArray) -> float:
    """Largest relative difference to SciPy; inf where one reaches a node that the other does not."""
    ours = router.travel_times(sources)
    changed = RoadNetwork(network.tail, network.head, time_s, x_m=network.x_m, y_m=network.y_m)
    theirs = dijkstra(times_matrix(changed), indices=sources)
    reached = np.isfinite(theirs)
    if not np.array_equal(reached, np.isfinite(ours)):
        return float("inf")
    return float((np.abs(ours[reached] - theirs[reached]) / np.maximum(theirs[reached], 1e-9)).max())


def measure_scipy(sheet: Sheet, network: RoadNetwork, seed: int) -> float:
    """Time SciPy's Dijkstra on a few sources, scaled linearly to 300."""
    sources = np.random.default_rng(seed).integers(0, network.n_nodes, SCIPY_SOURCES)
    matrix = times_matrix(network)
    runs = [_seconds(lambda: dijkstra(matrix, indices=sources)) for _ in range(3)]
    scale = SOURCES / SCIPY_SOURCES
    return sheet.add("SciPy, 300 x all", statistics.median(runs) * scale, scaled_from=SCIPY_SOURCES)


def measure_networkx(sheet: Sheet, network: RoadNetwork, seed: int) -> float | None:
    """Time NetworkX on a few sources, scaled linearly to 300."""
    networkx = _peer(sheet, "networkx")
    if networkx is None:
        return None
    graph = networkx.DiGraph()
    rows = zip(network.tail.tolist(), network.head.tolist(), network.travel_time_s.tolist(), strict=True)
    graph.add_weighted_edges_from(rows)
    sources = np.random.default_rng(seed).integers(0, network.n_nodes, NETWORKX_SOURCES).tolist()
    runs = [_seconds(lambda s=s: networkx.single_source_dijkstra_path_length(graph, s)) for s in sources]
    return sheet.add("NetworkX, 300 x all", statistics.mean(runs) * SOURCES, scaled_from=NETWORKX_SOURCES)


def measure_pandana(sheet: Sheet, network: RoadNetwork, seed: int) -> tuple[float, float] | None:
    """Time pandana's build and a few sources of its query, scaled linearly to 300."""
    pandana = _peer(sheet, "pandana")
    if pandana is None:
        return None
    pandas = importlib.import_module("pandas")
    columns = [pandas.Series(column) for column in (network.x_m, network.y_m, network.tail, network.head)]
    weight = pandas.DataFrame({"time_s": network.travel_time_s})
    begin = time.perf_counter()
    graph = pandana.Network(*columns, weight, twoway=False)
    built = sheet.add("pandana, build after new weights", time.perf_counter() - begin)
    rng = np.random.default_rng(seed)
    sources, targets = (rng.integers(0, network.n_nodes, size) for size in (PANDANA_SOURCES, TARGETS))
    pairs = np.repeat(sources, TARGETS), np.tile(targets, PANDANA_SOURCES)
    asked = _seconds(lambda: graph.shortest_path_lengths(*pairs)) * SOURCES / PANDANA_SOURCES
    return built, sheet.add("pandana, 300 x 20,000", asked, scaled_from=PANDANA_SOURCES)


def _peer(sheet: Sheet, name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        print(json.dumps({"graph": sheet.graph, "peer": name, "skipped": "not installed"}), flush=True)
        return None


def measure(sheet: Sheet, network: RoadNetwork, seed: int, ready_goal_s: float) -> float:
    """Time everything on one graph; return the largest difference to SciPy."""
    ours = measure_router(sheet, network, seed)
    scipy_s = measure_scipy(sheet, network, seed)
    networkx_s = measure_networkx(sheet, network, seed)
    pandana_s = measure_pandana(sheet, network, seed)
    sheet.goal("times faster than SciPy, 300 x all", scipy_s / ours["all"], 40, at_least=True)
    if networkx_s is not None:
        sheet.goal("times faster than NetworkX, 300 x all", networkx_s / ours["all"], 900, at_least=True)
    if pandana_s is not None:
        sheet.goal("times faster than pandana, 300 x 20,000", pandana_s[1] / ours["some"], 300, at_least=True)
        sheet.goal(
            "times faster than pandana, new weights", pandana_s[0] / ours["customise"], 50, at_least=True
        )
    sheet.goal("seconds, ready after 5% new weights", ours["customise"], ready_goal_s, at_least=False)
    sheet.goal("seconds, order once", ours["order"], 60, at_least=False)
    sheet.goal("seconds, nearest 5 for all nodes", ours["nearest"], 3, at_least=False)
    sheet.goal("seconds, isochrone", ours["isochrone"], 3, at_least=False)
    sheet.goal("MiB, peak of the process before the peers", ours["memory_mb"], 1536, at_least=False)
    sheet.goal("largest relative difference to SciPy", ours["difference"], 1e-5, at_least=False)
    return ours["difference"]


def table(rows: list[dict[str, object]]) -> str:
    """Return the measurements as a Markdown table."""
    lines = ["| graph | measure | first | then | goal | met |", "|---|---|---|---|---|---|"]
    for row in rows:
        value = row.get("seconds", row.get("value"))
        scaled = f" (from {row['scaled_from']} sources)" if "scaled_from" in row else ""
        cells = [
            row["graph"],
            f"{row['measure']}{scaled}",
            row.get("first", ""),
            f"{value:.4g}",
            row.get("goal", ""),
        ]
        lines.append("| " + " | ".join(map(str, [*cells, row.get("met", "")])) + " |")
    return "\n".join(lines)


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--graph", choices=["city", "wuhan", "all"], default="all")
    parser.add_argument("--side", type=int, default=720)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    rows: list[dict[str, object]] = []
    worst = 0.0
    # Wuhan second: the peak of memory is that of the city.
    for name, build, ready_goal_s in (
        ("city", lambda: grid_city(asked.side, asked.seed), 0.3),
        ("wuhan", wuhan, 0.05),
    ):
        if asked.graph not in {name, "all"}:
            continue
        if name == "wuhan" and not WUHAN.exists():
            print(json.dumps({"graph": name, "skipped": f"{WUHAN.name} is not in ../shared/data/wuhan"}))
            continue
        network = build()
        print(json.dumps({"graph": name, "nodes": network.n_nodes, "edges": network.n_edges}), flush=True)
        sheet = Sheet(name, asked.repeats)
        worst = max(worst, measure(sheet, network, asked.seed, ready_goal_s))
        rows += sheet.rows
    print(table(rows))
    return int(worst > 1e-5)


if __name__ == "__main__":
    sys.exit(main())
