"""Geometry: missing, self-crossing, delivered twice, overlapping its neighbour, leaving a hole."""

from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.sample.delivery.template import entries
from dss.sample.faults.bench import Bench, single_areas

OVERLAP_M: Final = 30.0
"""How far an area reaches into its neighbour."""
HOLE_RADIUS_M: Final = 35.0
SHORTEST_EDGE_M: Final = 6.0


def lose_geometry(bench: Bench, key: str, count: int) -> None:
    """GEOM_EMPTY: deliver a record without geometry."""
    rows = bench.draw(key, count, bench.anyone(key))
    bench.reshape(key, rows, np.full(rows.size, None, dtype=object))
    bench.note(key, rows, "GEOM_EMPTY", ["几何删去 / geometry removed"] * rows.size)


def cross_edges(bench: Bench, key: str, count: int) -> None:
    """GEOM_INVALID: make a polygon cross itself, in a small loop at its longest edge."""
    shapes = bench.shapes(key)
    suitable = single_areas(shapes)
    suitable[suitable] = shapely.area(shapes[suitable]) > 60
    rows = bench.draw(key, count, suitable)
    crossed = np.array([_with_loop(shape) for shape in shapes[rows]], dtype=object)
    kept = ~shapely.is_valid(crossed)
    bench.reshape(key, rows[kept], crossed[kept])
    bench.note(key, rows[kept], "GEOM_INVALID", ["边界自相交 / outline crosses itself"] * int(kept.sum()))


def _with_loop(shape: shapely.Polygon) -> shapely.Polygon:
    """Return the polygon with a bow-tie on the inner side of its longest edge."""
    ring = shapely.get_coordinates(shapely.normalize(shape).exterior)
    edge = np.diff(ring, axis=0)
    length_m = np.hypot(*edge.T)
    k = int(length_m.argmax())
    along = edge[k] / length_m[k]
    inwards = np.array([along[1], -along[0]])  # a normalised ring runs clockwise
    size_m = min(6.0, length_m[k] / 5)
    middle = (ring[k] + ring[k + 1]) / 2
    loop = middle + size_m * np.array([-along, along + inwards, -along + inwards, along])
    holes = [np.asarray(one.coords) for one in shape.interiors]
    return shapely.Polygon(np.vstack([ring[: k + 1], loop, ring[k + 1 :]]), holes)


def deliver_twice(bench: Bench, key: str, count: int) -> None:
    """GEOM_DUPLICATE: add a record with another's geometry and a number of its own."""
    rows = bench.draw(key, count, bench.anyone(key))
    copies = bench.append(key, bench.layers[key].iloc[rows])
    notes = [f"与第 {row + 1} 条几何相同 / same geometry as record {row + 1}" for row in rows]
    bench.note(key, copies, "GEOM_DUPLICATE", notes)


def draw_part_again(bench: Bench, key: str, count: int) -> None:
    """OVERLAP: add a record for a part of a parcel that is there already."""
    shapes = bench.shapes(key)
    suitable = single_areas(shapes)
    suitable[suitable] = shapely.area(shapes[suitable]) > 3000
    rows = bench.draw(key, count, suitable)
    parts = np.array([_half(shape) for shape in shapes[rows]], dtype=object)
    chosen = bench.layers[key].iloc[rows]
    records = chosen.set_geometry(gpd.GeoSeries(parts, index=chosen.index, crs=chosen.crs))
    records["MJ"] = np.round(shapely.area(parts))
    added = bench.append(key, records)
    notes = [f"与第 {row + 1} 条重叠 / overlaps record {row + 1}" for row in rows]
    bench.note(key, added, "OVERLAP", notes)


def _half(shape: shapely.Polygon) -> shapely.Polygon:
    west, south, east, north = shapely.bounds(shape)
    parts = shapely.get_parts(shapely.intersection(shape, shapely.box(west, south, (west + east) / 2, north)))
    return parts[np.argmax(shapely.area(parts))]


def reach_over(bench: Bench, key: str, count: int) -> None:
    """OVERLAP: let an area of a tiling layer reach into its neighbour."""
    done = 0
    for row in bench.rng.permutation(np.flatnonzero(_inland(bench, key))):
        if done == count:
            return
        other = _neighbour(bench, key, int(row))
        if other is None:
            continue
        shapes = bench.shapes(key)
        strip = shapely.intersection(shapes[other], shapely.buffer(shapes[row], OVERLAP_M))
        grown = shapely.union(shapes[row], strip)
        if not single_areas(np.array([grown], dtype=object))[0] or shapely.area(strip) < 400:
            continue
        rows = np.array([row])
        bench.take(key, np.array([row, other]))
        bench.reshape(key, rows, np.array([grown], dtype=object))
        bench.note(key, rows, "OVERLAP", [f"越界到第 {other + 1} 条 / reaches into record {other + 1}"])
        done += 1


def leave_hole(bench: Bench, key: str, count: int) -> None:
    """GAP: cut a bite out of an area of a tiling layer, at its edge."""
    done = 0
    for row in bench.rng.permutation(np.flatnonzero(_inland(bench, key))):
        if done == count:
            return
        shape = bench.shapes(key)[row]
        place = shapely.line_interpolate_point(shape.exterior, 0.37, normalized=True)
        bite = shapely.buffer(place, HOLE_RADIUS_M)
        other = _neighbour(bench, key, int(row))
        rest = shapely.difference(shape, bite)
        if other is None or not _is_dry(bench, bite) or rest.geom_type != "Polygon" or rest.interiors:
            continue
        if shapely.area(shape) - shapely.area(rest) < 500:
            continue
        rows = np.array([row])
        bench.take(key, rows)
        bench.reshape(key, rows, np.array([rest], dtype=object))
        bench.note(key, rows, "GAP", ["边缘缺一块 / a bite taken out of its edge"])
        done += 1


def _inland(bench: Bench, key: str) -> BoolArray:
    """Tell which free areas lie whole inside the city and, where they name one, their district."""
    shapes = bench.shapes(key)
    city = bench.clean["boundary"].geometry.iloc[0]
    shapely.prepare(city)
    suitable: BoolArray = bench.free(key) & single_areas(shapes) & shapely.contains_properly(city, shapes)
    if entries()[key].get("placed"):
        edges = shapely.union_all(shapely.boundary(bench.clean["districts"].geometry.to_numpy()))
        shapely.prepare(edges)
        suitable &= ~shapely.dwithin(edges, shapes, 2 * HOLE_RADIUS_M)
    return suitable


def _is_dry(bench: Bench, shape: shapely.Geometry) -> bool:
    water = bench.clean["water"].geometry.to_numpy()
    return not bool(shapely.intersects(water, shape).any())


def _neighbour(bench: Bench, key: str, row: int) -> int | None:
    """Return the free neighbour with which an area shares most of its edge, None where there is none."""
    shapes = bench.shapes(key)
    near: IntArray = shapely.STRtree(shapes).query(shapes[row], predicate="intersects")
    near = near[(near != row) & bench.free(key)[near] & single_areas(shapes[near])]
    if not bench.free(key)[row] or not near.size:
        return None
    shared_m: FloatArray = shapely.length(shapely.intersection(shapely.boundary(shapes[near]), shapes[row]))
    return int(near[shared_m.argmax()]) if shared_m.max() > SHORTEST_EDGE_M else None
