"""Trips from cells to sites: where they join the network, how long they take, which roads they use."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from dss.arrays import BoolArray, FloatArray, Int32Array, IntArray
from dss.network import RoadNetwork


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


@dataclass(frozen=True, slots=True, eq=False)
class TripTimes:
    """Shortest times from every node to each site, and the edges they use.

    Parameters
    ----------
    to_site_s
        Seconds from each node to each site's node, shape (m sites, n nodes); inf where there is no way.
    next_edge
        First edge of that way, shape (m sites, n nodes); -1 at the site and where there is no way.
    head
        End node of each edge, shape (n edges,).
    """

    to_site_s: FloatArray
    next_edge: Int32Array
    head: Int32Array

    def paths(self, node: IntArray, site: IntArray) -> tuple[IntArray, Int32Array]:
        """Return the edges of each trip from a node to a site.

        Returns
        -------
        Offsets, shape (k + 1,), and edges in the order of travel: those of trip r are
        ``edges[offsets[r]:offsets[r + 1]]``.
        """
        steps: list[tuple[IntArray, Int32Array]] = []
        trip, here = np.arange(node.size), node.copy()
        while trip.size:
            edge = self.next_edge[site[trip], here]
            going = edge >= 0
            trip, edge = trip[going], edge[going]
            steps.append((trip, edge))
            here = self.head[edge].astype(np.int64)
        owner = np.concatenate([step[0] for step in steps]) if steps else np.zeros(0, np.int64)
        edges = np.concatenate([step[1] for step in steps]) if steps else np.zeros(0, np.int32)
        order = np.argsort(owner, kind="stable")
        counts = np.bincount(owner, minlength=node.size)
        return np.concatenate([[0], np.cumsum(counts)]), edges[order].astype(np.int32)


def trip_times(network: RoadNetwork, travel_time_s: FloatArray, site_node: IntArray) -> TripTimes:
    """Compute the shortest time from every node to each site.

    Dijkstra (1959) from each site over the reversed network; parallel edges count once, with the fastest.
    """
    edge = _fastest_edges(network, travel_time_s)
    n = network.n_nodes
    # a weight of exactly 0 would vanish from the sparse matrix
    weight_s = np.maximum(travel_time_s[edge], 1e-9)
    reverse = csr_matrix((weight_s, (network.head[edge], network.tail[edge])), shape=(n, n))
    numbered = csr_matrix((edge + 1, (network.tail[edge], network.head[edge])), shape=(n, n))
    sites, place = np.unique(site_node, return_inverse=True)
    to_site_s, after = dijkstra(reverse, indices=sites, return_predecessors=True)
    next_edge = np.full(after.shape, -1, dtype=np.int32)
    known = after >= 0
    node = np.broadcast_to(np.arange(n), after.shape)[known]
    next_edge[known] = np.asarray(numbered[node, after[known]]).ravel() - 1
    return TripTimes(to_site_s[place], next_edge[place], network.head)


def _fastest_edges(network: RoadNetwork, travel_time_s: FloatArray) -> IntArray:
    is_open = np.flatnonzero(np.isfinite(travel_time_s) & (network.tail != network.head))
    order = is_open[np.lexsort((travel_time_s[is_open], network.head[is_open], network.tail[is_open]))]
    pair = network.tail[order].astype(np.int64) * network.n_nodes + network.head[order]
    return order[np.unique(pair, return_index=True)[1]]
