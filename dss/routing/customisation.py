"""Weights of the arcs of a topology: all of them anew, or those that notice a few changed edges."""

from typing import Final

import numpy as np

from dss.arrays import FloatArray, IntArray
from dss.routing.kernels.customise import load_times, pull_triangles
from dss.routing.kernels.repair import repair_weights
from dss.routing.kernels.structure import Weights
from dss.routing.topology import Topology
from dss.threads import balanced_cuts, even_cuts, run_parts

FEW_EDGES: Final = 40
"""Up to so many changed edges a partial customisation is the faster one, on Wuhan as on the made city."""


def customise(topology: Topology, time_s: FloatArray) -> Weights:
    """Compute the weights of all arcs, tier by tier, the groups of a tier side by side.

    Parameters
    ----------
    topology
        What the weights are for.
    time_s
        Seconds of each road edge, shape (n edges,), inf = closed. Kept, not copied.

    Notes
    -----
    Dibbelt, Strasser and Wagner (2016), "Customizable contraction hierarchies", section 5. O(triangles).
    """
    up = np.empty(topology.n_arcs, dtype=np.float32)
    weights = Weights(time_s, up, np.empty_like(up))
    for groups in topology.tiers:
        _customise_tier(topology, weights, groups)
    return weights


def _customise_tier(topology: Topology, weights: Weights, groups: IntArray) -> None:
    """Load the road edges and the triangles from lower tiers, then those from inside each group."""
    arcs = topology.arcs
    begin, end = int(groups[0]), int(groups[-1])

    def load(lo: int, hi: int) -> None:
        load_times(arcs, topology.roads, weights, begin + lo, begin + hi)
        if begin:
            pull_triangles(arcs, weights, begin + lo, begin + hi, 0, begin)

    def pull(lo: int, hi: int) -> None:
        pull_triangles(arcs, weights, int(groups[lo]), int(groups[hi]), begin, end)

    run_parts(load, even_cuts(end - begin, least=2000))
    run_parts(pull, balanced_cuts(arcs.first[groups], least=10_000))


def recustomise(topology: Topology, weights: Weights, edges: IntArray, time_s: FloatArray) -> Weights:
    """Compute the weights after some road edges changed; only arcs that notice are looked at.

    Parameters
    ----------
    topology, weights
        The weights before, which are left as they are.
    edges, time_s
        Road edges and their new seconds, shapes (k,); the last one counts where an edge is named twice.

    Notes
    -----
    Dibbelt, Strasser and Wagner (2016), section 5.5. Above ``FEW_EDGES`` everything is computed anew,
    which is faster then; the weights are the same either way.
    """
    times = weights.time_s.copy()
    times[edges] = time_s
    if edges.size > FEW_EDGES:
        return customise(topology, times)
    slots = topology.slot_of[edges]
    arcs = np.unique(slots[slots >= 0] >> 1).astype(np.int64)
    after = Weights(times, weights.up.copy(), weights.down.copy())
    if arcs.size:
        repair_weights(topology.arcs, topology.roads, after, arcs)
    return after
