"""How far a network hangs together: from where one can get everywhere and back."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from dss.arrays import BoolArray, FloatArray
from dss.network import RoadNetwork


@dataclass(frozen=True, slots=True)
class Part:
    """A strongly connected part: every node of it is reached from every other. Edges inside it only."""

    nodes: int
    edges: int
    length_m: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Connectivity:
    """The strongly connected parts of a network.

    Parameters
    ----------
    parts
        Largest first, by nodes.
    nodes, edges
        Nodes with an open edge, and open edges; edges between parts belong to none.
    in_largest
        Nodes of the largest part, shape (n nodes,).
    """

    parts: tuple[Part, ...]
    nodes: int
    edges: int
    in_largest: BoolArray

    @property
    def node_share(self) -> float:
        """Share of the nodes in the largest part; 0 where every edge is closed."""
        return self.parts[0].nodes / self.nodes if self.nodes else 0.0

    @property
    def edge_share(self) -> float:
        """Share of the edges in the largest part; 0 where every edge is closed."""
        return self.parts[0].edges / self.edges if self.edges else 0.0


def connectivity(network: RoadNetwork, travel_time_s: FloatArray) -> Connectivity:
    """Find the strongly connected parts of what is open.

    Parameters
    ----------
    travel_time_s
        Seconds of each edge, shape (n edges,); inf where closed.
    """
    is_open = np.isfinite(travel_time_s)
    tail, head = network.tail[is_open], network.head[is_open]
    shape = (network.n_nodes, network.n_nodes)
    joined = coo_array((np.ones(tail.size, dtype=np.int8), (tail, head)), shape=shape)
    count, label = connected_components(joined, directed=True, connection="strong")
    used = np.zeros(network.n_nodes, dtype=np.bool_)
    used[tail] = used[head] = True
    nodes = np.bincount(label[used], minlength=count)
    inside = label[tail] == label[head]
    edges = np.bincount(label[tail][inside], minlength=count)
    length_m = None
    if network.length_m is not None:
        length_m = np.bincount(
            label[tail][inside], weights=network.length_m[is_open][inside], minlength=count
        )
    order = [p for p in np.argsort(-nodes, kind="stable") if nodes[p] > 0]
    parts = tuple(
        Part(int(nodes[p]), int(edges[p]), None if length_m is None else float(length_m[p])) for p in order
    )
    largest = used & (label == order[0]) if order else used
    return Connectivity(parts, int(used.sum()), int(tail.size), largest)
