"""Shapes as Mapbox Vector Tiles 2.1: the octets, worked out in arrays.

A part is a line, a ring or the points of a feature. Commands and their parameters are written as one array
of whole numbers for all features, then as varints.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from api.coded import Coded
from api.layers import only
from api.tiles.grid import EXTENT, Tile
from dss.arrays import BoolArray, IntArray

POINT, LINE, POLYGON = 1, 2, 3
MOVE, LINE_TO, CLOSE = 1, 2, 7
KINDS: Final = {0: POINT, 1: LINE, 2: LINE, 3: POLYGON, 4: POINT, 5: LINE, 6: POLYGON}
"""Number of a geometry's kind in GEOS -> kind in a tile."""
LEAST_POINTS: Final = {POINT: 1, LINE: 2, POLYGON: 3}
_KIND: Final = {kind: b"\x18" + bytes([kind]) for kind in (POINT, LINE, POLYGON)}
"""Field of a feature that says its kind."""
Octets = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class TileLayer:
    """A layer of a tile.

    Parameters
    ----------
    shapes
        In degrees, cut to the tile, of one kind each, shape (n,).
    numbers
        Ids of the features, shape (n,).
    columns
        Values by name, each of n rows; None is left out.
    """

    name: str
    shapes: NDArray[np.object_]
    numbers: IntArray
    columns: Mapping[str, Coded]

    def only(self, kept: BoolArray) -> "TileLayer":
        """Return the layer with some of its features."""
        columns = {name: column.take(np.flatnonzero(kept)) for name, column in self.columns.items()}
        return TileLayer(self.name, self.shapes[kept], self.numbers[kept], columns)


def encode_tile(tile: Tile, layers: Iterable[TileLayer]) -> bytes:
    """Return a tile; layers without features are left out."""
    return b"".join(_field(3, encoded) for layer in layers if (encoded := _layer(tile, layer)))


def _layer(tile: Tile, layer: TileLayer) -> bytes:
    kind = np.array([KINDS.get(one, 0) for one in shapely.get_type_id(layer.shapes)], dtype=np.int64)
    geometry = encode_shapes(tile, layer.shapes, kind)
    drawn = np.array([bool(octets) for octets in geometry], dtype=np.bool_)
    if not drawn.any():
        return b""
    shown = layer.only(drawn)
    tags, said = _tags(shown.columns, shown.numbers.size)
    features = [
        _field(2, b"\x08" + _varint(number) + tag + _KIND[one] + _field(4, octets))
        for number, tag, one, octets in zip(
            shown.numbers.tolist(), tags, kind[drawn].tolist(), filter(None, geometry), strict=True
        )
    ]
    head = b"\x78\x02" + _field(1, layer.name.encode("utf-8"))
    names = b"".join(_field(3, key.encode("utf-8")) for key in shown.columns)
    return head + b"".join(features) + names + said + b"\x28" + _varint(EXTENT)


def _tags(columns: Mapping[str, Coded], features: int) -> tuple[list[bytes], bytes]:
    """Return the field of each feature that says which values it has, and the values in their order."""
    known: dict[tuple[type, Any], int] = {}
    place = np.full((features, len(columns)), -1, dtype=np.int64)
    for k, column in enumerate(columns.values()):
        used, which = np.unique(column.place, return_inverse=True)
        values = [column.distinct[i] for i in used.tolist()]
        found = [-1 if one is None else known.setdefault((type(one), one), len(known)) for one in values]
        place[:, k] = np.array(found, dtype=np.int64)[which]
    has = place >= 0
    pairs = np.stack([np.broadcast_to(np.arange(len(columns)), place.shape), place], axis=-1)[has]
    octets, end = varints(pairs.ravel())
    stop = np.concatenate([[0], end])[np.concatenate([[0], np.cumsum(2 * has.sum(axis=1))])]
    whole = octets.tobytes()
    tags = [_field(2, whole[a:b]) if b > a else b"" for a, b in pairwise(stop.tolist())]
    return tags, b"".join(_field(4, _value(value)) for _, value in known)


def encode_shapes(tile: Tile, shapes: NDArray[np.object_], kind: IntArray) -> list[bytes]:
    """Return the geometry of each shape as a tile holds it; nothing for one too small to be seen."""
    polygons = kind == POLYGON
    shapes = shapes.copy()
    shapes[polygons] = shapely.orient_polygons(shapes[polygons], exterior_cw=True)
    part_feature, parts = _parts(shapes, kind)
    points, part = shapely.get_coordinates(parts, return_index=True)
    units = np.rint(tile.units(points)).astype(np.int64)
    is_ring = (kind[part_feature] == POLYGON)[part]
    kept = ~(is_ring & _is_last(part)) & ~_repeats(units, part, kind[part_feature][part] == POINT)
    units, part = units[kept], part[kept]
    size = np.bincount(part, minlength=len(parts))
    least = np.array([0, 1, 2, 3])[kind[part_feature]]
    enough = size >= least
    units, part = units[enough[part]], part[enough[part]]
    renumbered = np.cumsum(enough) - 1
    return _commands(units, renumbered[part], part_feature[enough], kind, len(shapes))


def _parts(shapes: NDArray[np.object_], kind: IntArray) -> tuple[IntArray, NDArray[np.object_]]:
    """Return lines, rings and whole points with the feature of each, by feature."""
    lines, line_of = shapely.get_parts(only(shapes, kind == LINE), return_index=True)
    areas, area_of = shapely.get_parts(only(shapes, kind == POLYGON), return_index=True)
    rings, ring_of = shapely.get_rings(areas, return_index=True)
    dots = np.flatnonzero(kind == POINT)
    feature = np.concatenate([line_of, area_of[ring_of], dots]).astype(np.int64)
    parts = np.concatenate([lines, rings, shapes[dots]]).astype(object)
    order = np.argsort(feature, kind="stable")
    return feature[order], parts[order]


def _is_last(part: IntArray) -> BoolArray:
    return np.append(part[1:] != part[:-1], True) if part.size else np.zeros(0, dtype=np.bool_)


def _repeats(units: IntArray, part: IntArray, is_point: BoolArray) -> BoolArray:
    """Return which points are where the one before them in their part is."""
    again = np.zeros(part.size, dtype=np.bool_)
    again[1:] = (units[1:] == units[:-1]).all(axis=1) & (part[1:] == part[:-1])
    return again & ~is_point


def _commands(
    units: IntArray, part: IntArray, part_feature: IntArray, kind: IntArray, features: int
) -> list[bytes]:
    if not part.size:
        return [b""] * features
    size = np.bincount(part, minlength=part_feature.size)
    part_kind = kind[part_feature]
    first = np.concatenate([[0], np.cumsum(size)[:-1]])
    # numbers of each part: points have one command, lines two, rings close themselves
    length = np.where(part_kind == POINT, 1 + 2 * size, 4 + 2 * (size - 1) + (part_kind == POLYGON))
    begin = np.concatenate([[0], np.cumsum(length)])
    numbers = np.zeros(begin[-1], dtype=np.int64)
    steps = np.diff(units, axis=0, prepend=0)
    begins_feature = np.concatenate([[True], part_feature[1:] != part_feature[:-1]])
    steps[first[begins_feature]] = units[first[begins_feature]]
    within = np.arange(part.size) - first[part]
    is_dot = part_kind[part] == POINT
    place = begin[part] + 1 + 2 * within + np.where((within > 0) & ~is_dot, 1, 0)
    zigzag = (steps << 1) ^ (steps >> 63)
    numbers[place], numbers[place + 1] = zigzag[:, 0], zigzag[:, 1]
    dots = part_kind == POINT
    numbers[begin[:-1]] = np.where(dots, size << 3 | MOVE, 1 << 3 | MOVE)
    numbers[begin[:-1][~dots] + 3] = (size[~dots] - 1) << 3 | LINE_TO
    numbers[begin[1:][part_kind == POLYGON] - 1] = 1 << 3 | CLOSE
    octets, end = varints(numbers)
    stop = np.concatenate([[0], end])[begin]
    bounds = np.searchsorted(part_feature, np.arange(features + 1))
    limits = stop[bounds]
    whole = octets.tobytes()
    return [whole[a:b] for a, b in pairwise(limits.tolist())]


def varints(numbers: IntArray) -> tuple[Octets, IntArray]:
    """Return whole numbers >= 0 as varints one after the other, and where each ends, shape (n,)."""
    size = np.ones(numbers.size, dtype=np.int64)
    for shift in range(7, 64, 7):
        more = (numbers >> shift) > 0
        if not more.any():
            break
        size += more
    end = np.cumsum(size)
    octets = np.zeros(int(end[-1]) if end.size else 0, dtype=np.uint8)
    begin = end - size
    for k in range(int(size.max(initial=0))):
        has = size > k
        low = (numbers[has] >> (7 * k)) & 0x7F
        octets[begin[has] + k] = low | np.where(size[has] > k + 1, 0x80, 0)
    return octets, end


def _value(value: Any) -> bytes:
    if isinstance(value, bool):
        return b"\x38" + bytes([value])
    if isinstance(value, int):
        return b"\x30" + _varint((value << 1) ^ (value >> 63)) if value < 0 else b"\x28" + _varint(value)
    if isinstance(value, float):
        return b"\x19" + np.float64(value).tobytes()
    return _field(1, str(value).encode("utf-8"))


def _field(number: int, content: bytes | bytearray) -> bytes:
    """Return octets as a field of a message, with their length before them."""
    return bytes([number << 3 | 2]) + _varint(len(content)) + bytes(content)


def _varint(number: int) -> bytes:
    if number < 0x80:
        return bytes([number])
    octets = bytearray()
    while number >= 0x80:
        octets.append(number & 0x7F | 0x80)
        number >>= 7
    octets.append(number)
    return bytes(octets)
