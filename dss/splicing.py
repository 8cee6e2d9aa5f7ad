"""Put points that join roads between their ends into the network as nodes of their own.

Who searches node by node then needs to know nothing of parts of edges. A road is a pair of edges, 2f along
its line and 2f + 1 against it; so is every part of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dss.access import Access
from dss.arrays import FloatArray, Int32Array, IntArray
from dss.network import RoadNetwork


@dataclass(frozen=True, slots=True, eq=False)
class SplicedNetwork:
    """A network whose roads are cut where points join them.

    Parameters
    ----------
    network
        The cut network; its first nodes are those of the original.
    parent
        Edge of the original that each edge is a part of, shape (n edges,).
    part
        Which share of it, shape (n edges,).
    access
        The points again, each at a node: at the beginning or the end of its edge.
    """

    network: RoadNetwork
    parent: IntArray
    part: FloatArray
    access: tuple[Access, ...]

    def times(self, travel_time_s: FloatArray) -> FloatArray:
        """Return the time of each part from those of whole edges, shape (..., n edges)."""
        whole_s = travel_time_s[..., self.parent]
        return np.multiply(whole_s, self.part, out=np.full(whole_s.shape, np.inf), where=np.isfinite(whole_s))

    def nodes(self, access: Access) -> IntArray:
        """Return the node of each point, shape (n,)."""
        ends = np.where(access.share == 0, self.network.tail[access.edge], self.network.head[access.edge])
        return ends.astype(np.int64)


def splice(network: RoadNetwork, access: Sequence[Access]) -> SplicedNetwork:
    """Cut roads where points join them. O(E log E).

    Parameters
    ----------
    access
        Where points join the roads of the network; those out of reach cut nothing.
    """
    road = np.concatenate([points.edge[points.reached] // 2 for points in access])
    share = np.concatenate([points.share[points.reached] for points in access])
    inside = (share > 0) & (share < 1)
    cuts = np.unique(np.column_stack([road[inside], share[inside]]), axis=0)
    roads = network.n_edges // 2
    begin_road = np.concatenate([np.arange(roads), cuts[:, 0].astype(np.int64)])
    begin_share = np.concatenate([np.zeros(roads), cuts[:, 1]])
    cut_nodes = network.n_nodes + np.arange(len(cuts))
    order = np.lexsort((begin_share, begin_road))
    begin_road, begin_share = begin_road[order], begin_share[order]
    tail = np.concatenate([network.tail[::2], cut_nodes])[order]
    goes_on = np.append(begin_road[1:] == begin_road[:-1], False)
    head = np.where(goes_on, np.append(tail[1:], 0), network.head[2 * begin_road])
    part = np.where(goes_on, np.append(begin_share[1:], 0), 1.0) - begin_share
    parent = np.column_stack([2 * begin_road, 2 * begin_road + 1]).ravel()
    twice = np.repeat(part, 2)
    cut = _cut_network(network, (tail, head), parent, twice)
    placed = tuple(_place(points, begin_road, begin_share) for points in access)
    return SplicedNetwork(cut, parent, twice, placed)


def _cut_network(
    network: RoadNetwork, ends: tuple[IntArray, IntArray], parent: IntArray, part: FloatArray
) -> RoadNetwork:
    tail, head = ends
    whole_s = network.travel_time_s[parent]
    feature: Int32Array | None = None if network.feature is None else network.feature[parent]
    return RoadNetwork(
        tail=np.column_stack([tail, head]).ravel().astype(np.int32),
        head=np.column_stack([head, tail]).ravel().astype(np.int32),
        travel_time_s=np.multiply(whole_s, part, out=np.full(part.size, np.inf), where=np.isfinite(whole_s)),
        length_m=None if network.length_m is None else network.length_m[parent] * part,
        feature=feature,
    )


def _place(points: Access, begin_road: IntArray, begin_share: FloatArray) -> Access:
    """Return points by the part of their road that begins at them, or ends the road at them."""
    at_end = points.share >= 1
    key = points.edge // 2 + np.where(at_end, 1, 0)
    first = np.searchsorted(begin_road, key)
    place = first - at_end
    inner = np.flatnonzero(points.reached & (points.share > 0) & ~at_end)
    # roads and shares ascend together: one search finds the part that begins at the point
    ascending = begin_road + begin_share
    place[inner] = np.searchsorted(ascending, (points.edge // 2 + points.share)[inner] - 1e-12)
    return replace(points, edge=2 * place, share=at_end.astype(np.float64))
