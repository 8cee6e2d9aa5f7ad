"""Bring geometries to one kind in two dimensions, and say what that took."""

from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from dss.errors import MapError
from dss.onemap.guesses import Guess, guess
from dss.onemap.roles import Kind

KIND_OF_TYPE: Final[dict[int, Kind]] = {0: "point", 1: "line", 2: "line", 3: "polygon", 4: "point",
                                        5: "line", 6: "polygon"}  # fmt: skip
COLLECTION: Final = 7
JOINERS: Final = {
    "point": shapely.multipoints,
    "line": shapely.multilinestrings,
    "polygon": shapely.multipolygons,
}
DIMENSION: Final = {"point": 0, "line": 1, "polygon": 2}


def even_shapes(frame: gpd.GeoDataFrame, kinds: frozenset[str]) -> tuple[gpd.GeoDataFrame, tuple[Guess, ...]]:
    """Drop heights and measures, and turn collections into the widest kind that a role takes.

    A collection in a layer of areas, as overlays leave it, keeps its areas; its lines and points have none.
    """
    shapes = np.asarray(frame.geometry.array, dtype=object)
    guesses: list[Guess] = []
    high = shapely.has_z(shapes) | shapely.has_m(shapes)
    if high.any():
        shapes = shapely.force_2d(shapes)
        guesses.append(guess("heights_dropped", count=int(high.sum())))
    mixed = np.flatnonzero(shapely.get_type_id(shapes) == COLLECTION)
    if len(mixed):
        shapes = shapes.copy()
        shapes[mixed] = [_widest(shape, kinds) for shape in shapes[mixed]]
        guesses.append(guess("collections_reduced", count=len(mixed)))
    if not guesses:
        return frame, ()
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs)), tuple(guesses)


def kind_of(frame: gpd.GeoDataFrame, role: str, kinds: frozenset[str], *, layer: str, file: str) -> Kind:
    """Return the one kind of geometry of a layer.

    Raises
    ------
    MapError
        If the geometries are of several kinds, of one that the role does not take, or there is none.
    """
    counts = count_kinds(frame)
    found = ", ".join(f"{kind}: {count}" for kind, count in counts.items()) or "-"
    allowed = ", ".join(sorted(kinds))
    if len(counts) > 1:
        raise MapError(
            "import_geometry_mixed", layer=layer, file=file, found=found, only=_first(counts, kinds)
        )
    kind = next(iter(counts), None)
    if kind is None or kind not in kinds:
        raise MapError("geometry_type", layer=layer, file=file, found=found, role=role, allowed=allowed)
    return kind


def keep_only(frame: gpd.GeoDataFrame, kind: str) -> tuple[gpd.GeoDataFrame, tuple[Guess, ...]]:
    """Keep the records of one kind of geometry, and say how many were left out."""
    types = shapely.get_type_id(np.asarray(frame.geometry.array, dtype=object))
    keep = np.array([KIND_OF_TYPE.get(int(one)) == kind for one in types], dtype=bool)
    left_out = int((~keep).sum())
    told = (guess("kept_only", kind=kind, count=left_out),) if left_out else ()
    return frame[keep].reset_index(drop=True), told


def count_kinds(frame: gpd.GeoDataFrame) -> dict[Kind, int]:
    """Return how many geometries there are of each kind, without missing and empty ones."""
    shapes = np.asarray(frame.geometry.array, dtype=object)
    types = shapely.get_type_id(shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))])
    counts: dict[Kind, int] = {}
    for number, count in zip(*np.unique(types, return_counts=True), strict=True):
        kind = KIND_OF_TYPE.get(int(number))
        if kind is not None:
            counts[kind] = counts.get(kind, 0) + int(count)
    return counts


def _first(counts: dict[Kind, int], kinds: frozenset[str]) -> str:
    fitting = [kind for kind in counts if kind in kinds] or list(counts)
    return max(fitting, key=lambda kind: counts[kind])


def _widest(shape: shapely.Geometry, kinds: frozenset[str]) -> shapely.Geometry | None:
    """Return the parts of a collection of the highest dimension that the role takes; None where empty."""
    parts = [part for part in _flat(shape) if not part.is_empty]
    by_kind: dict[str, list[shapely.Geometry]] = {}
    for part in parts:
        by_kind.setdefault(KIND_OF_TYPE[shapely.get_type_id(part)], []).append(part)
    fitting = [kind for kind in by_kind if kind in kinds] or list(by_kind)
    if not fitting:
        return None
    kind = max(fitting, key=lambda one: DIMENSION[one])
    return JOINERS[kind](by_kind[kind])


def _flat(shape: shapely.Geometry) -> list[shapely.Geometry]:
    """Return the single parts of a geometry, collections within collections opened."""
    if shapely.get_type_id(shape) in (4, 5, 6, COLLECTION):
        return [single for part in shapely.get_parts(shape) for single in _flat(part)]
    return [shape]


def exchange_axes(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return geometries with x and y exchanged."""
    return shapely.transform(shapes, lambda points: points[:, ::-1])
