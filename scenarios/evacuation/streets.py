"""The roads behind the arcs of an evacuation problem: where they run, what they are called.

Index names: ``v`` nodes of the problem, ``a`` its arcs, ``e`` edges of the road network, ``r`` road features.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from dss import columns as col
from dss.arrays import BoolArray, FloatArray, IntArray
from dss.errors import InputError

if TYPE_CHECKING:  # streets are read back without the library of tables and what builds a network
    import pandas as pd

    from dss.roads import Roads

Words = NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Streets:
    """Where the nodes and arcs of a problem lie.

    Parameters
    ----------
    crs
        Projected CRS of all coordinates.
    x_m, y_m
        Where each node of the problem lies, shape (n,).
    junction
        Node of the road network that each node of the problem stands at, shape (n,): nodes that a model
        added, such as one per time of readiness, stand where they were added.
    shelter
        Name of the shelter at each node, empty where there is none or nobody named it, shape (n,).
    offsets, edge
        Edges of the network behind each arc in the order of travel, shapes (k + 1,) and (sum,). An arc
        without edges is a door: it joins two nodes at the same junction.
    tail, head
        Junctions where each edge starts and ends, shape (q,).
    road, along
        Row of each edge's road, and whether the edge runs along its line, shape (q,).
    turned
        Whether an edge runs against its usual direction (contraflow), shape (q,).
    closed_step
        Step from which each edge is closed, inf where it never is, shape (q,).
    road_name, road_class, line
        Name of each road (empty where it has none), its class, and its line, shape (r,).

    Raises
    ------
    InputError
        If shapes do not fit or an index is outside.
    """

    crs: str
    x_m: FloatArray
    y_m: FloatArray
    junction: IntArray
    shelter: Words
    offsets: IntArray
    edge: IntArray
    tail: IntArray
    head: IntArray
    road: IntArray
    along: BoolArray
    turned: BoolArray
    closed_step: FloatArray
    road_name: Words
    road_class: Words
    line: Words

    def __post_init__(self) -> None:
        same = {
            "y_m": (self.y_m, self.x_m), "junction": (self.junction, self.x_m),
            "shelter": (self.shelter, self.x_m),
            **{
                name: (getattr(self, name), self.tail)
                for name in ("head", "road", "along", "turned", "closed_step")
            },
            "road_name": (self.road_name, self.line), "road_class": (self.road_class, self.line),
        }  # fmt: skip
        for name, (values, like) in same.items():
            if values.shape != like.shape:
                raise InputError("streets_shape", name=name, shape=values.shape, expected=like.shape)
        for name, values, size in (("edge", self.edge, self.tail.size), ("road", self.road, self.line.size)):
            if ((values < 0) | (values >= size)).any():
                raise InputError("streets_index", name=name, size=size)
        if self.offsets[0] != 0 or self.offsets[-1] != self.edge.size or (np.diff(self.offsets) < 0).any():
            raise InputError("streets_index", name="offsets", size=self.edge.size)

    def edges_of(self, a: int) -> IntArray:
        """Return the edges behind an arc in the order of travel."""
        return self.edge[self.offsets[a] : self.offsets[a + 1]]

    def path_of(self, e: int) -> FloatArray:
        """Return the corners of an edge in the order of travel, shape (c, 2), metres."""
        corners = shapely.get_coordinates(self.line[self.road[e]])
        return corners if self.along[e] else corners[::-1]

    def name_of(self, e: int) -> str:
        """Return the name of the road an edge belongs to, empty where it has none."""
        return str(self.road_name[self.road[e]])

    def length_m(self) -> FloatArray:
        """Return the length of each edge, shape (q,)."""
        return np.asarray(shapely.length(self.line)[self.road], dtype=np.float64)


def streets_of(
    roads: "Roads",
    pieces: tuple[IntArray, IntArray],
    junction: IntArray,
    *,
    shelter: Words,
) -> Streets:
    """Return the streets of a problem over a road network.

    Parameters
    ----------
    roads
        The map's roads.
    pieces
        Edges of the network behind each arc: offsets (k + 1,) and edges, as `StreetProblem` has them.
    junction
        Network node of each node of the problem, shape (n,).
    shelter
        Name of the shelter at each node, shape (n,).

    Returns
    -------
    Streets of which none is turned and none closes; `dataclasses.replace` says otherwise.
    """
    network = roads.network
    assert network.x_m is not None
    assert network.y_m is not None
    assert network.feature is not None
    q = network.n_edges
    return Streets(
        crs=str(roads.features.crs),
        x_m=network.x_m[junction],
        y_m=network.y_m[junction],
        junction=np.asarray(junction, dtype=np.int64),
        shelter=np.asarray(shelter, dtype=object),
        offsets=pieces[0],
        edge=pieces[1],
        tail=network.tail.astype(np.int64),
        head=network.head.astype(np.int64),
        road=network.feature.astype(np.int64),
        along=np.arange(q) % 2 == 0,
        turned=np.zeros(q, dtype=np.bool_),
        closed_step=np.full(q, np.inf),
        road_name=_words(roads.features[col.NAME]),
        road_class=_words(roads.features[col.ROAD_CLASS]),
        line=roads.features.geometry.to_numpy(object),
    )


def _words(values: "pd.Series") -> Words:
    return values.astype(object).where(values.notna(), "").to_numpy(object)
