"""Trips on the clock: roads serve while they are open, and every trip knows when it is where."""

from dataclasses import dataclass

import numpy as np

from dss.access import Access
from dss.arrays import FloatArray, IntArray
from dss.routing_in_time import TimedPaths, TimedRouter


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """When people leave, and what the roads are like from then on.

    Parameters
    ----------
    depart_s
        When everyone leaves home, on the hazard's clock.
    start_s
        When each step begins, shape (k,); the last one lasts for ever.
    edge_s
        Time of each edge on foot and by car in each step, shape (2, k, n edges); inf where closed.
    """

    depart_s: float
    start_s: FloatArray
    edge_s: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class TimedTable:
    """Earliest trips from every origin to every destination.

    Parameters
    ----------
    seconds
        Time from when one is ready at the road to the arrival at the other, waiting included, shape (n, m);
        inf where no way is open long enough.
    origin, destination
        Where the points join the roads, each at a node.
    nodes
        Those nodes, shapes (n,) and (m,).
    ready_s
        When people have come to their road, on the clock, shape (n,).
    router
        What the trips were found on.
    """

    seconds: FloatArray
    origin: Access
    destination: Access
    nodes: tuple[IntArray, IntArray]
    ready_s: FloatArray
    router: TimedRouter

    def paths(self, i: IntArray, j: IntArray) -> tuple[IntArray, IntArray]:
        """Return the edges of each trip, as offsets of shape (k + 1,) and edges."""
        found = self.timed_paths(i, j)
        return found.first, found.edges.astype(np.int64)

    def timed_paths(self, i: IntArray, j: IntArray) -> TimedPaths:
        """Return the edges of each trip with the times at which they are entered and left."""
        return self.router.paths(self.nodes[0][i], self.nodes[1][j], self.ready_s[i])
