"""Trips over the network: where points join it, and the router that the map keeps ready."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.network import RoadNetwork
from dss.routing import NodeOrder, Router
from dss.routing.order import fingerprint

ORDERS: Final = "derived"


def open_router(network: RoadNetwork, map_folder: Path) -> Router:
    """Return a router on a map's network; its order is computed once and stored with the map.

    A map that cannot be written to still gets its router; the order is then computed each time.
    """
    stored = map_folder / ORDERS / f"order-{fingerprint(network)[:16]}.npz"
    if stored.is_file():
        return Router(network, order=NodeOrder.load(stored))
    router = Router(network)
    partial = stored.with_suffix(".partial")
    with suppress(OSError):
        stored.parent.mkdir(exist_ok=True)
        router.order.save(partial)
        partial.replace(stored)
    return router


@dataclass(frozen=True, slots=True, eq=False)
class Access:
    """Where points join the network.

    Parameters
    ----------
    node
        Nearest node that is open, shape (n,); only meaningful where ``reached``.
    distance_m
        Straight distance to it, shape (n,).
    reached
        Whether it lies within the limit, shape (n,).
    """

    node: IntArray
    distance_m: FloatArray
    reached: BoolArray


def join_network(
    network: RoadNetwork, travel_time_s: FloatArray, x_m: FloatArray, y_m: FloatArray, *, limit_m: float
) -> Access:
    """Find the nearest node with an open edge for each point.

    Parameters
    ----------
    travel_time_s
        Time of each edge under the hazard, shape (n edges,); inf where closed.
    limit_m
        Points farther from any open road than this are outside the network.
    """
    assert network.x_m is not None
    assert network.y_m is not None
    is_open = np.isfinite(travel_time_s)
    nodes = np.unique(np.concatenate([network.tail[is_open], network.head[is_open]]))
    if nodes.size == 0:
        return Access(np.zeros(x_m.size, np.int64), np.full(x_m.size, np.inf), np.zeros(x_m.size, np.bool_))
    tree = cKDTree(np.column_stack([network.x_m[nodes], network.y_m[nodes]]))
    distance_m, place = tree.query(np.column_stack([x_m, y_m]))
    return Access(nodes[place].astype(np.int64), distance_m, distance_m <= limit_m)
