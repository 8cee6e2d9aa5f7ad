"""The router: ordered once, given new weights in well under a second, asked for many things."""

import copy

import numpy as np

from dss.arrays import Float32Array, FloatArray, Int32Array, IntArray
from dss.network import RoadNetwork
from dss.routing.checking import as_edges, as_nodes, as_times, require_count, require_limit, require_pairs
from dss.routing.customisation import customise, recustomise
from dss.routing.dissection import dissect
from dss.routing.kernels.structure import Weights
from dss.routing.nearest import Isochrone, Nearest, spread_nearest
from dss.routing.order import NodeOrder, require_order
from dss.routing.paths import Paths, find_paths
from dss.routing.sweeping import sweep, visit_above, visit_all
from dss.routing.topology import BLOCK_NODES, build_topology


class Router:
    """Shortest travel times on one road network, under weights that may change.

    Times are float32 inside: they differ from exact sums by less than 1e-5 of their value, mostly 1e-7.
    Routers are immutable and may be shared by threads; those that :meth:`customise` returns share order and
    topology.

    Parameters
    ----------
    network
        Its topology is ordered and contracted, its travel times are the first weights.
    order
        A stored order of the same topology, to save the ordering.
    block_nodes
        Most nodes of a block; only for tests and measurements.

    Raises
    ------
    NetworkError
        If the order belongs to another topology, or a time is too long.

    Notes
    -----
    Customisable contraction hierarchy (Dibbelt, Strasser, Wagner 2016) under a nested-dissection order, swept
    as in PHAST (Delling, Goldberg, Nowatzyk, Werneck 2013). See ``docs/models/routing.md``.

    Examples
    --------
    >>> import numpy as np
    >>> network = RoadNetwork(np.array([0, 1, 2]), np.array([1, 2, 0]), np.array([10.0, 20.0, 40.0]))
    >>> router = Router(network)
    >>> router.travel_times(np.array([0]), np.array([1, 2])).tolist()
    [[10.0, 30.0]]
    >>> router.path(1, 0).tolist()
    [1, 2]
    """

    def __init__(
        self, network: RoadNetwork, order: NodeOrder | None = None, *, block_nodes: int = BLOCK_NODES
    ) -> None:
        if order is None:
            order = dissect(network)
        else:
            require_order(network, order)
        self._order = order
        self._n_edges = int(network.tail.size)
        self._topology = build_topology(network, order, block_nodes)
        self._weights = customise(self._topology, as_times(network.travel_time_s, range(self._n_edges)))

    @property
    def order(self) -> NodeOrder:
        """The order, to be stored with the map."""
        return self._order

    @property
    def n_nodes(self) -> int:
        """Number of nodes of the network."""
        return self._topology.n_nodes

    @property
    def n_arcs(self) -> int:
        """Number of arcs of the hierarchy, each with a weight up and down."""
        return self._topology.n_arcs

    def customise(self, travel_time_s: FloatArray) -> "Router":
        """Return a router with other weights.

        Parameters
        ----------
        travel_time_s
            Seconds of each road edge, shape (n edges,); inf closes an edge.

        Raises
        ------
        NetworkError
            If the shape differs, or a time is NaN, negative or finite above 1e30 s.
        """
        return self._with(customise(self._topology, as_times(travel_time_s, range(self._n_edges))))

    def recustomise(self, edges: IntArray, travel_time_s: FloatArray) -> "Router":
        """Return a router in which only some road edges have other weights.

        The same result as :meth:`customise` with all times; faster where few edges change.

        Parameters
        ----------
        edges, travel_time_s
            Road edges and their new seconds, shapes (k,); the last one counts where an edge is named twice.

        Raises
        ------
        NetworkError
            If an edge is outside the network, shapes differ, or a time is NaN, negative or too long.
        """
        chosen = as_edges(edges, self._n_edges)
        times = as_times(travel_time_s, chosen)
        return self._with(recustomise(self._topology, self._weights, chosen, times))

    def travel_times(self, sources: IntArray, targets: IntArray | None = None) -> Float32Array:
        """Shortest travel time from each source to each target.

        Parameters
        ----------
        sources, targets
            Node indices, shapes (n,) and (m,), repetitions allowed; all nodes where ``targets`` is None.

        Returns
        -------
        Seconds, shape (n, m); inf where no open road leads. Where ``targets`` is None the times of one node
        lie side by side in memory (Fortran order), which is how the sweep finds them.

        Raises
        ------
        NetworkError
            If an index is outside the network.
        """
        begin = self._ranks(sources, "sources")
        if targets is None:
            return self._from(begin, None).T
        end = self._ranks(targets, "targets")
        times = self._from(begin, end).T if begin.size <= end.size else self._to(end, begin)
        return np.ascontiguousarray(times)

    def travel_times_to(self, targets: IntArray, sources: IntArray | None = None) -> Float32Array:
        """Shortest travel time to few targets from many sources.

        Parameters
        ----------
        targets, sources
            Node indices, shapes (m,) and (n,), repetitions allowed; all nodes where ``sources`` is None.

        Returns
        -------
        Seconds, shape (n, m); inf where no open road leads.

        Raises
        ------
        NetworkError
            If an index is outside the network.
        """
        if sources is None:
            return self._to(self._ranks(targets, "targets"), None)
        return self.travel_times(sources, targets)

    def nearest(self, sources: IntArray | None, k: int, targets: IntArray) -> Nearest:
        """Find the k nearest targets of each source.

        Parameters
        ----------
        sources
            Node indices, shape (n,); all nodes where None.
        k
            How many, at least 1.
        targets
            Node indices, shape (m,), repetitions allowed. Their number hardly matters for the time needed.

        Raises
        ------
        NetworkError
            If an index is outside the network or k is below 1.
        """
        require_count(k)
        places = self._ranks(targets, "targets")
        topology, weights = self._topology, self._weights
        begin = topology.rank if sources is None else self._ranks(sources, "sources")
        visit = visit_all(topology) if sources is None else visit_above(topology, np.unique(begin))
        lists = spread_nearest(topology, (weights.down, weights.up), places, visit, k)
        return Nearest(lists.place[begin].astype(np.int64), lists.seconds[begin])

    def isochrone(self, sources: IntArray, limit_s: float) -> Isochrone:
        """Find all nodes that some source reaches within a time limit.

        Parameters
        ----------
        sources
            Node indices, shape (n,).
        limit_s
            Most seconds, itself included; inf for everything that can be reached.

        Raises
        ------
        NetworkError
            If an index is outside the network, or the limit is NaN or negative.
        """
        require_limit(limit_s)
        places = self._ranks(sources, "sources")
        topology, weights = self._topology, self._weights
        lists = spread_nearest(topology, (weights.up, weights.down), places, visit_all(topology), 1)
        seconds = lists.seconds[topology.rank, 0]
        nodes = np.flatnonzero((seconds <= limit_s) & np.isfinite(seconds))
        return Isochrone(nodes, seconds[nodes])

    def path(self, origin: int, target: int) -> IntArray | None:
        """Shortest path between two nodes.

        Returns
        -------
        Road edge indices in the order of travel, shape (k,), empty where both nodes are the same; None where
        no open road leads.

        Raises
        ------
        NetworkError
            If an index is outside the network.
        """
        found = self.paths(np.array([origin]), np.array([target]))
        return found.edges if np.isfinite(found.seconds[0]) else None

    def paths(self, origins: IntArray, targets: IntArray) -> Paths:
        """Shortest path of each pair of nodes.

        Parameters
        ----------
        origins, targets
            Node indices, shapes (n,).

        Raises
        ------
        NetworkError
            If an index is outside the network or shapes differ.
        """
        begin, end = self._ranks(origins, "origins"), self._ranks(targets, "targets")
        require_pairs(begin, end)
        return find_paths(self._topology, self._weights, begin, end)

    def _with(self, weights: Weights) -> "Router":
        other = copy.copy(self)
        other._weights = weights
        return other

    def _ranks(self, nodes: IntArray, name: str) -> Int32Array:
        return self._topology.rank[as_nodes(nodes, self.n_nodes, name)]

    def _from(self, sources: Int32Array, rows: Int32Array | None) -> Float32Array:
        """Return times from sources, shape (rows, sources)."""
        return self._sweep(self._weights.up, self._weights.down, sources, rows)

    def _to(self, targets: Int32Array, rows: Int32Array | None) -> Float32Array:
        """Return times to targets, shape (rows, targets): the same sweep with the directions swapped."""
        return self._sweep(self._weights.down, self._weights.up, targets, rows)

    def _sweep(
        self, climbing: Float32Array, falling: Float32Array, lanes: Int32Array, rows: Int32Array | None
    ) -> Float32Array:
        topology = self._topology
        if rows is None:
            return sweep(topology, climbing, falling, lanes, visit_all(topology))
        ranks, row = np.unique(rows, return_inverse=True)
        return sweep(topology, climbing, falling, lanes, visit_above(topology, ranks))[row]
