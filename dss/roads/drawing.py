"""Drawn roads: lines between nodes, what may be wrong with them, and how the finds are told."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from dss.arrays import IntArray
from dss.errors import NetworkError

Kind: TypeAlias = Literal["zero_length", "dangle", "crossing", "crossing_apart", "duplicate", "island"]

Lines: TypeAlias = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class RepairRules:
    """How far a repair may go.

    Parameters
    ----------
    dangle_m
        A loose end this near to another line is joined to it; 0 joins only ends that lie on a line.
    join_crossings
        Whether lines that cross at grade get a junction; else such crossings are only reported.

    Raises
    ------
    NetworkError
        If the distance is negative or not finite.
    """

    dangle_m: float = 2.0
    join_crossings: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.dangle_m < np.inf:
            raise NetworkError("repair_distance", value=self.dangle_m)


@dataclass(frozen=True, slots=True, eq=False)
class DrawnRoads:
    """Lines between nodes.

    Parameters
    ----------
    line
        Shapely lines in metres, shape (n,).
    tail, head
        Node codes of their first and last points, shape (n,).
    row
        Which road feature each is, or is a piece of, shape (n,).
    """

    line: Lines
    tail: IntArray
    head: IntArray
    row: IntArray

    def take(self, chosen: IntArray) -> "DrawnRoads":
        """Return some of the lines."""
        return DrawnRoads(self.line[chosen], self.tail[chosen], self.head[chosen], self.row[chosen])

    def renamed(self, code: IntArray) -> "DrawnRoads":
        """Return the same lines with node c called ``code[c]``."""
        return DrawnRoads(self.line, code[self.tail], code[self.head], self.row)


@dataclass(frozen=True, slots=True)
class Find:
    """One place where something was wrong.

    Parameters
    ----------
    kind
        What was wrong. ``crossing_apart`` was left as it is: on different levels, or not to be joined.
    row, other
        The road features concerned, rows of the layer; ``other`` None where there is but one.
    size_m
        Gap of a loose end, length of what was dropped or of an island; 0 for crossings.
    x_m, y_m
        Where.
    """

    kind: Kind
    row: int
    other: int | None
    size_m: float
    x_m: float
    y_m: float


@dataclass(frozen=True, slots=True)
class RepairReport:
    """What a repair found and did."""

    finds: tuple[Find, ...]

    def count(self, kind: Kind) -> int:
        """Return how often something was found."""
        return sum(find.kind == kind for find in self.finds)

    def counts(self) -> dict[Kind, int]:
        """Return how often each kind was found, in the order of the work."""
        kinds: tuple[Kind, ...] = (
            "zero_length", "dangle", "crossing", "crossing_apart", "duplicate", "island"
        )  # fmt: skip
        return {kind: self.count(kind) for kind in kinds}

    def places(self, crs: object) -> gpd.GeoDataFrame:
        """Return every find as a point: kind, row, other, size_m."""
        columns = ["kind", "row", "other", "size_m", "x_m", "y_m"]
        rows = [[getattr(find, column) for column in columns] for find in self.finds]
        frame = pd.DataFrame(rows, columns=columns).astype({"other": "Int64", "size_m": "float64"})
        points = gpd.points_from_xy(frame.pop("x_m"), frame.pop("y_m"))
        return gpd.GeoDataFrame(frame, geometry=points, crs=crs)


def merge_nodes(n_nodes: int, one: IntArray, other: IntArray) -> IntArray:
    """Return for each node the code of the group it belongs to, after pairs were declared the same."""
    pairs = coo_array((np.ones(one.size, dtype=np.int8), (one, other)), shape=(n_nodes, n_nodes))
    return np.asarray(connected_components(pairs, directed=False)[1], dtype=np.int64)


def node_count(drawn: DrawnRoads) -> int:
    """Return one more than the highest node code."""
    return int(max(drawn.tail.max(initial=-1), drawn.head.max(initial=-1))) + 1
