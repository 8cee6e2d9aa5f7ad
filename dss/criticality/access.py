"""The ways of people to their nearest sites, before any road is closed."""

from dataclasses import dataclass

import numpy as np

from dss.arrays import FloatArray, Int32Array, IntArray
from dss.criticality.kernels.sweep import Crowd, Forest, Ground, grow_forest
from dss.errors import NetworkError
from dss.network import RoadNetwork, require_times
from dss.searching import edges_by_node


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """People and how they come to the network. How they do is not changed by a closure.

    Parameters
    ----------
    node
        The two nodes by which each demand leaves, shape (2, n); the same one twice where there is one.
    access_s
        Seconds to each of them, shape (2, n); inf where it cannot be used.
    stay_s
        Seconds to a site that needs no node, on the same road, shape (n,); inf where there is none.
    persons
        Shape (n,).

    Raises
    ------
    NetworkError
        If shapes differ, or a number is NaN or negative.
    """

    node: IntArray
    access_s: FloatArray
    stay_s: FloatArray
    persons: FloatArray

    def __post_init__(self) -> None:
        n = self.persons.size
        if not (self.node.shape == self.access_s.shape == (2, n) and self.stay_s.shape == (n,)):
            raise NetworkError("demand_shapes", node=self.node.shape, access=self.access_s.shape, persons=n)
        for values in (self.access_s, self.stay_s, self.persons):
            if not (values >= 0).all():
                raise NetworkError("demand_values")


class SiteAccess:
    """How long everyone takes to the nearest site, with every road open.

    Parameters
    ----------
    network
        Only its topology is used.
    travel_time_s
        Seconds of each edge, shape (n edges,); inf where closed anyway.
    demand
        The people.
    site_s
        Seconds from each node to a site without a further edge, shape (n nodes,); inf where there is none.

    Raises
    ------
    NetworkError
        If a shape does not fit the network, a node is outside it, or a time is NaN or negative.

    Notes
    -----
    One search backwards from all sites at once, O(E log V).
    """

    def __init__(
        self, network: RoadNetwork, travel_time_s: FloatArray, demand: Demand, site_s: FloatArray
    ) -> None:
        _require_fit(network, travel_time_s, demand, site_s)
        self.network, self.demand = network, demand
        n_nodes = network.n_nodes
        self.ground = Ground(
            edges_by_node(network.tail, network.head, n_nodes),
            edges_by_node(network.head, network.tail, n_nodes),
            np.array(network.tail, dtype=np.int32),
            np.array(travel_time_s, dtype=np.float64),
            np.array(site_s, dtype=np.float64),
        )
        self.forest = _forest(network, *grow_forest(self.ground))
        now_s = np.minimum((demand.access_s + self.forest.seconds[demand.node]).min(axis=0), demand.stay_s)
        self.crowd = _crowd(demand, now_s, n_nodes)

    @property
    def now_s(self) -> FloatArray:
        """Seconds of each demand to its nearest site, shape (n,); inf where it reaches none."""
        return self.crowd.now_s


def _forest(network: RoadNetwork, seconds: FloatArray, via: Int32Array) -> Forest:
    below = np.flatnonzero(via >= 0).astype(np.int32)
    above = network.head[via[below]]
    first = np.concatenate([[0], np.cumsum(np.bincount(above, minlength=network.n_nodes))]).astype(np.int64)
    return Forest(seconds, via, first, below[np.argsort(above, kind="stable")])


def _crowd(demand: Demand, now_s: FloatArray, n_nodes: int) -> Crowd:
    node = np.ascontiguousarray(demand.node, dtype=np.int64)
    count = np.bincount(node.ravel(), minlength=n_nodes)
    at = np.tile(np.arange(demand.persons.size, dtype=np.int32), 2)[np.argsort(node.ravel(), kind="stable")]
    first = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    access_s, stay_s, persons = (
        np.ascontiguousarray(array, dtype=np.float64)
        for array in (demand.access_s, demand.stay_s, demand.persons)
    )
    return Crowd(node, access_s, stay_s, persons, now_s, first, at)


def _require_fit(network: RoadNetwork, travel_time_s: FloatArray, demand: Demand, site_s: FloatArray) -> None:
    if travel_time_s.shape != (network.n_edges,):
        raise NetworkError("routing_time_shape", shape=travel_time_s.shape, edges=network.n_edges)
    require_times(travel_time_s)
    if site_s.shape != (network.n_nodes,) or not (site_s >= 0).all():
        raise NetworkError("site_seconds", shape=site_s.shape, nodes=network.n_nodes)
    if demand.node.size and not (demand.node.min() >= 0 and demand.node.max() < network.n_nodes):
        raise NetworkError("demand_nodes", highest=int(demand.node.max()), nodes=network.n_nodes)
