"""The k nearest of a set of places for many nodes, and what lies within a time limit."""

from typing import NamedTuple

import numpy as np

from dss.arrays import Float32Array, Int32Array, IntArray
from dss.routing.kernels.nearest import Lists, lift_lists, lower_lists, start_lists
from dss.routing.kernels.structure import Visit
from dss.routing.topology import Topology
from dss.threads import balanced_cuts, run_parts


class Nearest(NamedTuple):
    """The nearest targets of each source.

    Parameters
    ----------
    position
        Positions in the array of targets, nearest first, ties by position, shape (n sources, k). Where
        fewer than k targets can be reached the rest is ``len(targets)``, which no target has.
    seconds
        Travel times to them, shape (n sources, k); inf where there is none.
    """

    position: IntArray
    seconds: Float32Array


class Isochrone(NamedTuple):
    """What can be reached within a time limit.

    Parameters
    ----------
    nodes
        Node indices, ascending, shape (m,).
    seconds
        Time from the nearest source, shape (m,).
    """

    nodes: IntArray
    seconds: Float32Array


def spread_nearest(
    topology: Topology, weights: tuple[Float32Array, Float32Array], ranks: Int32Array, visit: Visit, k: int
) -> Lists:
    """Return for each rank the seconds and the numbers of its k nearest places, shape (n nodes, k) both.

    Parameters
    ----------
    topology
        What the lists are carried over.
    weights
        Weights of the arcs upwards and downwards as seen by what spreads from the places: (up, down) for
        times from the places, (down, up) for times to them.
    ranks
        Where the places are, shape (n,).
    visit
        Ranks whose lists are wanted; the lists of other ranks are incomplete.
    k
        Length of the lists; free slots hold inf and the number of places.

    Notes
    -----
    A shortest path climbs and then falls. Lists of k are carried up from the places, then down from the top:
    whoever drops out of the list of a node has k better ones there, so that no list below misses it.
    O(arcs * k^2) at worst, whatever the number of places.
    """
    climbing, falling = weights
    arcs = topology.arcs
    lists = Lists(
        np.full((topology.n_nodes, k), np.inf, dtype=np.float32),
        np.full((topology.n_nodes, k), ranks.size, dtype=np.int32),
    )
    start_lists(lists, ranks)
    lift_lists(arcs, climbing, lists)
    lower_lists(arcs, falling, lists, visit.high)
    first = visit.low_first
    run_parts(
        lambda lo, hi: lower_lists(arcs, falling, lists, visit.low[first[lo] : first[hi]]),
        balanced_cuts(first, least=2000),
    )
    return lists
