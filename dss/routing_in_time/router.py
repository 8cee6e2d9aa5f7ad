"""Earliest arrivals, nearest targets and paths while roads close and open."""

from functools import partial
from typing import Final, NamedTuple

import numpy as np

from dss.arrays import FloatArray, Int32Array, IntArray
from dss.errors import NetworkError
from dss.network import RoadNetwork
from dss.routing.checking import as_nodes, require_count, require_pairs
from dss.routing_in_time.kernels.search import Goals, arrive_many, clock, search, trace
from dss.routing_in_time.steps import TimeSteps
from dss.searching import edges_by_node
from dss.searching.kernels.queue import forget, make_queue
from dss.threads import even_cuts, run_parts

PARTS: Final = 8
"""Runs of origins handed to the threads; each needs working memory of the size of the network."""

OnePath = tuple[Int32Array, FloatArray, float]


class NearestInTime(NamedTuple):
    """The targets that each origin reaches first.

    Parameters
    ----------
    position
        Positions in the array of targets, first reached first, ties by position, shape (n origins, k). Where
        fewer than k can be reached the rest is ``len(targets)``, which no target has.
    arrival_s
        Clock time of arrival, shape (n origins, k); inf where there is none.
    """

    position: IntArray
    arrival_s: FloatArray


class TimedPaths(NamedTuple):
    """Earliest paths of many pairs, one after the other.

    Parameters
    ----------
    first
        The path of pair p is ``edges[first[p]:first[p + 1]]``, shape (n pairs + 1,).
    edges
        Road edge indices in the order of travel.
    enter_s, leave_s
        Clock time at which each of them is entered and left; one that is entered later than the one before
        was left is waited for.
    arrival_s
        Clock time of arrival, shape (n pairs,); inf, with no edges, where no way is open long enough.
    """

    first: IntArray
    edges: Int32Array
    enter_s: FloatArray
    leave_s: FloatArray
    arrival_s: FloatArray


class TimedRouter:
    """Earliest arrivals on one network under times that change in steps.

    Parameters
    ----------
    network
        Only its topology is used.
    steps
        Travel times over time; see there for the rules of waiting and closing.

    Raises
    ------
    NetworkError
        If the steps are for another number of edges.

    Notes
    -----
    Dijkstra (1959) on clock times, exact because edges are first in, first out: O(E (k + log V)) for each
    origin and k steps, origins side by side on all cores.

    Examples
    --------
    >>> import numpy as np
    >>> network = RoadNetwork(np.array([0, 0, 1]), np.array([2, 1, 2]), np.array([30.0, 20.0, 20.0]))
    >>> closes_s = np.array([25.0, np.inf, np.inf])  # the short road is under water after 25 s
    >>> router = TimedRouter(network, TimeSteps(np.zeros(1), network.travel_time_s[None], closes_s))
    >>> router.earliest_arrivals(np.array([0]), np.array([2]), np.zeros(1)).tolist()
    [[40.0]]
    """

    def __init__(self, network: RoadNetwork, steps: TimeSteps) -> None:
        self._network, self._steps = network, steps
        self._timing = steps.timing(network)
        self._streets = edges_by_node(network.tail, network.head, network.n_nodes)

    def earliest_arrivals(self, origins: IntArray, targets: IntArray, depart_s: FloatArray) -> FloatArray:
        """Find the earliest arrival of each origin at each target.

        Parameters
        ----------
        origins, targets
            Node indices, shapes (n,) and (m,), repetitions allowed.
        depart_s
            Clock time at which each origin is left at the earliest, shape (n,); not before the first step.

        Returns
        -------
        Clock times, shape (n, m); inf where no way is open long enough.

        Raises
        ------
        NetworkError
            If an index is outside the network, shapes differ, or a departure is not finite or before the
            first step.
        """
        return self._arrivals(origins, targets, depart_s, None)

    def nearest(self, origins: IntArray, targets: IntArray, depart_s: FloatArray, k: int) -> NearestInTime:
        """Find the k targets that each origin reaches first; each search ends as soon as it has them.

        See :meth:`earliest_arrivals` for the arguments and errors; k must be at least 1.
        """
        require_count(k)
        arrival_s = self._arrivals(origins, targets, depart_s, k)
        n, m = arrival_s.shape
        padded = np.full((n, max(k, m)), np.inf)
        padded[:, :m] = arrival_s
        position = np.argsort(padded, axis=1, kind="stable")[:, :k]
        first_s = np.take_along_axis(padded, position, axis=1)
        return NearestInTime(np.where(np.isfinite(first_s), position, m), first_s)

    def paths(self, origins: IntArray, targets: IntArray, depart_s: FloatArray) -> TimedPaths:
        """Find the earliest path of each pair of nodes.

        See :meth:`earliest_arrivals` for the arguments and errors; all have the shape (n,).
        """
        begin, times = self._departures(origins, depart_s)
        end = as_nodes(targets, self._network.n_nodes, "targets")
        require_pairs(begin.astype(np.int32), end.astype(np.int32))
        parts = run_parts(partial(self._find, begin, end, times), even_cuts(begin.size, PARTS))
        found: list[OnePath] = [path for part in parts for path in part]
        lengths = [edges.size for edges, _, _ in found]
        passed = np.concatenate([np.empty((0, 2)), *[when for _, when, _ in found]])
        return TimedPaths(
            first=np.cumsum([0, *lengths], dtype=np.int64),
            edges=np.concatenate([np.empty(0, dtype=np.int32), *[edges for edges, _, _ in found]]),
            enter_s=passed[:, 0],
            leave_s=passed[:, 1],
            arrival_s=np.array([arrival_s for _, _, arrival_s in found]),
        )

    def _departures(self, origins: IntArray, depart_s: FloatArray) -> tuple[IntArray, FloatArray]:
        begin = as_nodes(origins, self._network.n_nodes, "origins")
        times = np.ascontiguousarray(depart_s, dtype=np.float64)
        if times.shape != begin.shape:
            raise NetworkError("departures_shape", shape=times.shape, origins=begin.size)
        earliest_s = float(self._steps.start_s[0])
        wrong = ~(np.isfinite(times) & (times >= earliest_s))
        if wrong.any():
            i = int(np.flatnonzero(wrong)[0])
            raise NetworkError("departure", origin=i, value=float(times[i]), first=earliest_s)
        return begin, times

    def _arrivals(
        self, origins: IntArray, targets: IntArray, depart_s: FloatArray, wanted: int | None
    ) -> FloatArray:
        begin, times = self._departures(origins, depart_s)
        n_nodes = self._network.n_nodes
        goal = as_nodes(targets, n_nodes, "targets")
        arrival_s = np.full((begin.size, goal.size), np.inf)
        if arrival_s.size == 0:
            return arrival_s
        at_node = np.bincount(goal, minlength=n_nodes).astype(np.int32)
        goals = Goals(at_node, goal.size if wanted is None else min(wanted, goal.size))
        kernel = partial(arrive_many, self._streets, self._timing, goals, begin, times, goal, arrival_s)
        run_parts(kernel, even_cuts(begin.size, PARTS))
        return arrival_s

    def _find(self, begin: IntArray, end: IntArray, depart_s: FloatArray, lo: int, hi: int) -> list[OnePath]:
        """Return edges, their clock times and the arrival for pairs lo to hi."""
        n_nodes = self._network.n_nodes
        queue, goals = make_queue(n_nodes), Goals(np.zeros(n_nodes, dtype=np.int32), 1)
        via, touched = np.empty(n_nodes, dtype=np.int32), np.empty(n_nodes, dtype=np.int32)
        found = []
        for p in range(lo, hi):
            goals.at_node[end[p]] = 1
            count = search(self._streets, self._timing, queue, via, touched, begin[p], depart_s[p], goals)
            arrival_s = float(queue.key[end[p]])
            edges = trace(self._network.tail, via, end[p]) if np.isfinite(arrival_s) else via[:0].copy()
            found.append((edges, clock(self._timing, edges, depart_s[p]), arrival_s))
            forget(queue, touched, count)
            goals.at_node[end[p]] = 0
        return found
