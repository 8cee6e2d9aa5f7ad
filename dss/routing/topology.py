"""What a router knows of a network whatever the weights: ranks, arcs, triangles, blocks.

Nodes are renumbered by *rank*: a rank is higher than the ranks of all nodes below it in the elimination
tree, and subtrees are runs of ranks. Three tiers follow each other: small subtrees (*blocks*, whose labels
stay in the cache), what is above them in middle-sized subtrees, and the top.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from dss.arrays import Int32Array, IntArray
from dss.network import RoadNetwork
from dss.routing.dissection import undirected
from dss.routing.kernels.chordal import complete, elimination_tree, post_order, subtree_sizes, transpose
from dss.routing.kernels.customise import locate_edges
from dss.routing.kernels.structure import Hierarchy, Roads
from dss.routing.order import NodeOrder

BLOCK_NODES: Final = 1024
"""Most nodes of a block: 64 float32 labels for each are 256 KiB, within the second-level cache."""

MIDDLE_SHARE: Final = 16
"""The middle tier consists of subtrees with at most this fraction of the nodes."""


@dataclass(frozen=True, slots=True, eq=False)
class Topology:
    """The chordal supergraph of a network under an elimination order.

    Parameters
    ----------
    rank, node
        Rank of each node and node of each rank, shape (n nodes,).
    arcs
        The upward arcs of the chordal supergraph and its elimination tree.
    roads
        Which road edges lie on which arcs.
    slot_of
        The slot of each road edge, shape (n edges,); -1 for loops.
    tiers
        For each tier the bounds of its independent groups of ranks.
    """

    rank: Int32Array
    node: Int32Array
    arcs: Hierarchy
    roads: Roads
    slot_of: Int32Array
    tiers: tuple[IntArray, ...]

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return int(self.rank.size)

    @property
    def n_arcs(self) -> int:
        """Number of arcs, road edges and shortcuts."""
        return int(self.arcs.head.size)

    @property
    def n_low(self) -> int:
        """Number of ranks that lie in blocks; those from here on are the top of the sweeps."""
        return int(self.tiers[0][-1])

    @property
    def blocks(self) -> IntArray:
        """Bounds of the blocks, shape (blocks + 1,)."""
        return self.tiers[0]


def build_topology(network: RoadNetwork, order: NodeOrder, block_nodes: int = BLOCK_NODES) -> Topology:
    """Contract a network in a given order.

    Parameters
    ----------
    network
        Only its topology is used.
    order
        Which node goes when.
    block_nodes
        Most nodes of a block.

    Notes
    -----
    The chordal supergraph depends on the order up to the elimination tree alone, so that ranks may be
    rearranged along the tree for the sake of memory locality. O(arcs log arcs).
    """
    rank, bounds = _arrange(network, order, block_nodes)
    first, head = undirected(rank[network.tail], rank[network.head], network.n_nodes)
    parent = elimination_tree(first, head)
    up_first, up_head = complete(first, head, parent)
    arcs = Hierarchy(up_first, up_head, parent, *transpose(up_first, up_head))
    roads = locate_edges(arcs, rank, _owned(network.tail), _owned(network.head))
    slot_of = np.full(network.tail.size, -1, dtype=np.int32)
    slot_of[roads.edge] = roads.slot
    return Topology(rank, _inverse(rank), arcs, roads, slot_of, _groups(parent, bounds))


def _arrange(network: RoadNetwork, order: NodeOrder, block_nodes: int) -> tuple[Int32Array, IntArray]:
    """Rank the nodes by tier, inside a tier by post-order; return the ranks and the bounds of the tiers."""
    n = network.n_nodes
    place = _inverse(order.nodes)
    parent = elimination_tree(*undirected(place[network.tail], place[network.head], n))
    sequence = post_order(parent)
    size = subtree_sizes(parent)[sequence]
    tier = (size > block_nodes).astype(np.int8) + (size > max(block_nodes, n // MIDDLE_SHARE))
    sequence = sequence[np.argsort(tier, kind="stable")]
    return _inverse(order.nodes[sequence]), np.searchsorted(np.sort(tier), np.arange(4))


def _groups(parent: Int32Array, bounds: IntArray) -> tuple[IntArray, ...]:
    """Bounds of the independent groups of each tier: a group ends where its parent is in a higher tier."""
    groups = []
    for lo, hi in pairwise(bounds):
        above = parent[lo:hi]
        ends = np.flatnonzero((above < 0) | (above >= hi)) + lo + 1
        groups.append(np.concatenate([[lo], ends]).astype(np.int64))
    return tuple(groups)


def _inverse(permutation: Int32Array) -> Int32Array:
    inverse = np.empty(permutation.size, dtype=np.int32)
    inverse[permutation] = np.arange(permutation.size, dtype=np.int32)
    return inverse


def _owned(array: Int32Array) -> Int32Array:
    """Return a writable contiguous copy: kernels are compiled for one kind of array."""
    return np.array(array, dtype=np.int32, order="C")
