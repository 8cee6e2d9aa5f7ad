"""How well a record fits its surroundings where it is, and where it would be had its datum been mistaken.

Two kinds of evidence are used: the nearest record of the same name in another layer, and whether an outline
lies on one parcel of land. Index names: ``i`` record, ``h`` hypothesis (as it is, GCJ-02, BD-09).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from dss import columns as col
from dss.arrays import FloatArray, IntArray
from dss.datum import UNSHIFT, Datum, shift_geometry
from dss.onemap.audit.city import City
from dss.onemap.audit.layer import AuditLayer, GeometryArray

Hypothesis = Datum | None

HYPOTHESES: Final[tuple[Hypothesis, ...]] = (None, "gcj02", "bd09")
SHORTEST_NAME: Final = 3
"""Letters of a name that another layer's name may begin with."""
MOST_NAMESAKES: Final = 400
"""Names that more records share say nothing of a place."""
LAND: Final = ("residential_land", "landuse")


@dataclass(frozen=True, slots=True, eq=False)
class Positions:
    """Records where they are and where they would be.

    Parameters
    ----------
    rows
        Rows of the layer, shape (n,).
    shapes
        By hypothesis, in metres, each of shape (n,).
    """

    rows: IntArray
    shapes: dict[Hypothesis, GeometryArray]


def positions(found: AuditLayer, rows: IntArray) -> Positions:
    """Return where records would be under each hypothesis."""
    shapes = found.usable[rows]
    moved: dict[Hypothesis, GeometryArray] = {None: shapes}
    for datum, shift in UNSHIFT.items():
        moved[datum] = shift_geometry(shapes, found.crs, shift)
    return Positions(rows, moved)


class Namesakes:
    """Records of other layers by name.

    Parameters
    ----------
    city
        The map.
    but
        Key of the layer whose own records do not count.
    """

    def __init__(self, city: City, but: str) -> None:
        self._shapes: dict[str, list[shapely.Geometry]] = {}
        for layer in city.onemap.layers:
            if layer.key != but and layer.kind != "raster" and col.NAME in layer.fields:
                self._add(city.open(layer))

    def _add(self, other: AuditLayer) -> None:
        rows = np.flatnonzero(other.placed)
        for name, shape in zip(other.words(col.NAME)[rows], other.usable[rows], strict=True):
            if name is not None and len(name) >= SHORTEST_NAME:
                self._shapes.setdefault(name, []).append(shape)

    def of(self, name: str | None) -> list[shapely.Geometry]:
        """Return the records whose name is the longest that a name is, or begins with."""
        for length in range(len(name or ""), SHORTEST_NAME - 1, -1):
            found = self._shapes.get(str(name)[:length])
            if found is not None:
                return found if len(found) <= MOST_NAMESAKES else []
        return []


def namesake_distance_m(
    names: Namesakes, found: AuditLayer, where: Positions
) -> dict[Hypothesis, FloatArray]:
    """Return the distance to the nearest namesake by hypothesis, NaN where there is none, shape (n,) each."""
    distance = {h: np.full(where.rows.size, np.nan) for h in HYPOTHESES}
    words = found.words(col.NAME)
    known: dict[str, GeometryArray] = {}
    for i, row in enumerate(where.rows):
        name = words[row]
        if name is None:
            continue
        if name not in known:
            known[name] = np.array(names.of(name), dtype=object)
        if known[name].size:
            for h in HYPOTHESES:
                distance[h][i] = shapely.distance(where.shapes[h][i], known[name]).min()
    return distance


def share_on_one_parcel(land: GeometryArray, where: Positions) -> dict[Hypothesis, FloatArray]:
    """Return the largest share of each outline on a single parcel, by hypothesis, shape (n,) each."""
    tree = shapely.STRtree(land)
    share = {}
    for h, shapes in where.shapes.items():
        i, j = tree.query(shapes, predicate="intersects")
        part = shapely.area(shapely.intersection(shapes[i], land[j]))
        largest = np.zeros(shapes.size)
        np.maximum.at(largest, i, part)
        share[h] = largest / np.maximum(shapely.area(shapes), 1e-9)
    return share


def each_datum() -> Iterator[Datum]:
    """Yield the shifted systems."""
    yield from UNSHIFT
