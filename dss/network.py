"""The road network as arrays: who is joined to whom, and how long it takes.

Index names: ``u, v`` nodes, ``e`` directed edges. Coordinates are metres in a projected CRS.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import FloatArray, Int32Array
from dss.errors import NetworkError

EDGE_AMOUNTS: Final = ("length_m", "lanes", "capacity_pcu_h", "width_m")
"""What an edge may have besides its ends and its time: finite and never negative."""


@dataclass(frozen=True, slots=True, eq=False)
class RoadNetwork:
    """A directed road network.

    Turns are not modelled: every edge may follow every other edge at a shared node.

    Parameters
    ----------
    tail, head
        Nodes where each directed edge starts and ends, shape (n edges,).
    travel_time_s
        Free travel time of each edge, shape (n edges,); ``inf`` closes an edge. Never negative, never NaN.
    x_m, y_m
        Node coordinates, shape (n nodes,); None where the network has no place on earth.
    length_m
        Length of each edge, shape (n edges,).
    feature
        Row of the road layer that each edge comes from, shape (n edges,).
    lanes, capacity_pcu_h, width_m
        Lanes of the edge's own direction, cars an hour on them, width of the whole road, shape (n edges,).

    Raises
    ------
    NetworkError
        If there is no edge, shapes differ, an index is negative or outside, or a time, a length or a capacity
        is NaN or negative.
    """

    tail: Int32Array
    head: Int32Array
    travel_time_s: FloatArray
    x_m: FloatArray | None = None
    y_m: FloatArray | None = None
    length_m: FloatArray | None = None
    feature: Int32Array | None = None
    lanes: FloatArray | None = None
    capacity_pcu_h: FloatArray | None = None
    width_m: FloatArray | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "tail", _as_nodes(self.tail, "tail"))
        object.__setattr__(self, "head", _as_nodes(self.head, "head"))
        object.__setattr__(self, "travel_time_s", np.asarray(self.travel_time_s, dtype=np.float64))
        _require_edges(self.tail, self.head, self.travel_time_s)
        require_times(self.travel_time_s)
        if self.x_m is not None and self.y_m is not None:
            _require_coordinates(self)
        for name in EDGE_AMOUNTS:
            _require_amounts(getattr(self, name), name, self.tail.shape)

    @property
    def n_edges(self) -> int:
        """Number of directed edges."""
        return int(self.tail.size)

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        if self.x_m is not None:
            return int(self.x_m.size)
        return int(max(self.tail.max(), self.head.max())) + 1


def require_times(travel_time_s: FloatArray) -> None:
    """Refuse travel times that no road can have.

    Raises
    ------
    NetworkError
        If a time is NaN or negative; ``inf`` is allowed and means closed.
    """
    wrong = ~(travel_time_s >= 0)
    if wrong.any():
        e = int(np.flatnonzero(wrong)[0])
        raise NetworkError("edge_time", edge=e, value=float(travel_time_s[e]), count=int(wrong.sum()))


def _as_nodes(nodes: Int32Array, name: str) -> Int32Array:
    array = np.asarray(nodes)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise NetworkError("edge_index_type", name=name, dtype=str(array.dtype))
    return array.astype(np.int32, copy=False)


def _require_edges(tail: Int32Array, head: Int32Array, travel_time_s: FloatArray) -> None:
    if tail.size == 0:
        raise NetworkError("network_empty")
    if not tail.shape == head.shape == travel_time_s.shape:
        shapes = f"tail {tail.shape}, head {head.shape}, travel_time_s {travel_time_s.shape}"
        raise NetworkError("edge_shapes", shapes=shapes)
    lowest = int(min(tail.min(), head.min()))
    if lowest < 0:
        raise NetworkError("edge_index_negative", value=lowest)


def _require_coordinates(network: RoadNetwork) -> None:
    highest = int(max(network.tail.max(), network.head.max()))
    if highest >= network.n_nodes:
        raise NetworkError("edge_index_outside", value=highest, nodes=network.n_nodes)
    if not (np.isfinite(network.x_m).all() and np.isfinite(network.y_m).all()):  # type: ignore[arg-type]
        raise NetworkError("node_coordinates")


def _require_amounts(amounts: FloatArray | None, name: str, shape: tuple[int, ...]) -> None:
    if amounts is None:
        return
    if amounts.shape != shape:
        raise NetworkError("edge_amount_shape", name=name, shape=amounts.shape, edges=shape[0])
    wrong = ~((amounts >= 0) & np.isfinite(amounts))
    if wrong.any():
        e = int(np.flatnonzero(wrong)[0])
        raise NetworkError("edge_amount", name=name, edge=e, value=float(amounts[e]), count=int(wrong.sum()))
