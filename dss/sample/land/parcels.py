"""The land between the streets: parcels for one use each, and superblocks for the census.

Index names: ``i`` parcel, ``e`` piece of street.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.sample.frame.bend import Bend, GeometryArray
from dss.sample.frame.zones import Bank, Zone
from dss.sample.ways.lines import Rank
from dss.sample.ways.network import Streets

HALF_WIDTH_M: Final = {
    Rank.EXPRESSWAY: 17,
    Rank.ARTERIAL: 20,
    Rank.COLLECTOR: 14,
    Rank.STREET: 9,
    Rank.ALLEY: 4,
}
"""From the middle of a street to the land beside it."""
THINNEST_M: Final = 12.0
"""Area over perimeter below which a face is no parcel but a verge."""
SMALLEST_M2: Final = 900.0


@dataclass(frozen=True, slots=True, eq=False)
class Parcels:
    """Pieces of land, shape (n,) each.

    Parameters
    ----------
    face
        The land from street to street, on the plan.
    land
        The same on the map, without the streets.
    alleys
        The alleys inside, on the map; an empty geometry where there is none.
    zone
        What the superblock around is for.
    superblock
        Row of the superblock that holds the parcel.
    """

    face: GeometryArray
    land: GeometryArray
    alleys: GeometryArray
    zone: IntArray
    superblock: IntArray

    @property
    def point(self) -> FloatArray:
        """A point of each parcel on the plan, shape (n, 2)."""
        return np.asarray(shapely.get_coordinates(shapely.point_on_surface(self.face)))

    def take(self, chosen: BoolArray | IntArray) -> "Parcels":
        """Return some of the parcels."""
        return Parcels(
            self.face[chosen],
            self.land[chosen],
            self.alleys[chosen],
            self.zone[chosen],
            self.superblock[chosen],
        )


def cut_superblocks(banks: tuple[Bank, Bank], streets: Streets) -> GeometryArray:
    """Return the land between the arterial and collector streets, on the plan."""
    face, _ = _faces(banks, streets, Rank.COLLECTOR)
    return face


def cut_parcels(
    bend: Bend, banks: tuple[Bank, Bank], streets: Streets, superblocks: GeometryArray
) -> Parcels:
    """Return the parcels of the city."""
    face, zone = _faces(banks, streets, Rank.STREET)
    land = _without_streets(bend, face, streets)
    inner = _lines_of(face, streets.take(streets.rank == Rank.ALLEY), bend, inside=True)
    i, superblock = shapely.STRtree(superblocks).query(shapely.point_on_surface(face), predicate="within")
    home = np.zeros(face.size, dtype=np.int64)
    home[i] = superblock
    housed = np.zeros(face.size, dtype=np.bool_)
    housed[i] = True
    return Parcels(face, land, inner, zone, home).take(housed & (shapely.area(land) > SMALLEST_M2))


def _faces(banks: tuple[Bank, Bank], streets: Streets, lowest: Rank) -> tuple[GeometryArray, IntArray]:
    """Return the faces between streets of a class or higher, and their zones; verges and river left out."""
    lines = streets.line[streets.rank <= lowest]
    face = np.asarray(shapely.get_parts(shapely.polygonize(lines)), dtype=object)
    point = shapely.get_coordinates(shapely.point_on_surface(face))
    zone = np.maximum(banks[0].zone_at(point), banks[1].zone_at(point))
    thick = shapely.area(face) / shapely.length(face) > THINNEST_M
    kept = thick & (zone != Zone.OUTSIDE)
    order = np.lexsort(point[kept].T)
    return face[kept][order], zone[kept][order]


def _without_streets(bend: Bend, face: GeometryArray, streets: Streets) -> GeometryArray:
    land = bend.bend(face)
    for rank in (Rank.EXPRESSWAY, Rank.ARTERIAL, Rank.COLLECTOR, Rank.STREET):
        lines = _lines_of(face, streets.take(streets.rank == rank), bend, inside=False)
        verge = shapely.buffer(lines, HALF_WIDTH_M[rank], quad_segs=2, cap_style="square")
        land = shapely.difference(land, verge)
    return _largest(land)


def _lines_of(face: GeometryArray, streets: Streets, bend: Bend, *, inside: bool) -> GeometryArray:
    """Return the streets on the edge of each face, or inside it, as one geometry on the map."""
    middle = shapely.points(streets.middle())
    tree = shapely.STRtree(middle)
    if inside:
        i, e = tree.query(face, predicate="contains")
    else:
        i, e = tree.query(shapely.boundary(face), predicate="dwithin", distance=1.0)
    lines = np.full(face.size, shapely.MultiLineString(), dtype=object)
    order = np.lexsort([e, i])
    bent = bend.bend(streets.line)[e[order]]
    if bent.size:
        shapely.multilinestrings(bent, indices=i[order], out=lines)
    return lines


def _largest(geometry: GeometryArray) -> GeometryArray:
    """Return the largest polygon of each geometry; an empty one where there is none."""
    part, i = shapely.get_parts(geometry, return_index=True)
    order = np.lexsort([shapely.area(part), i])
    last = np.flatnonzero(np.diff(i[order], append=-1))
    largest = np.full(geometry.size, shapely.Polygon(), dtype=object)
    largest[i[order][last]] = part[order][last]
    return largest
