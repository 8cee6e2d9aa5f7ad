"""Place: records outside the city, in another district than they say, or where a map service puts them."""

from typing import Final

import numpy as np
import shapely

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.sample.delivery.records import district_names, middles
from dss.sample.delivery.template import DISTRICT, entries
from dss.sample.faults.bench import Bench
from dss.sample.faults.datum import shifted
from dss.sample.frame.bend import GeometryArray

AWAY_M: Final = (800.0, 6000.0)
"""How far outside the boundary a record lands."""
CLEAR_M: Final = 100.0
"""How far from a district's line a record lies that is said to be in another."""


def move_outside(bench: Bench, key: str, count: int) -> None:
    """OUTSIDE_BOUNDARY: put a record beyond the city's boundary, as a slip in its coordinates does."""
    rows = bench.draw(key, count, bench.anyone(key))
    city = bench.clean["boundary"].geometry.iloc[0]
    centre, reach_m = shapely.get_coordinates(city.centroid)[0], _radius_m(city)
    turn = bench.rng.uniform(0, 2 * np.pi, rows.size)
    out_m = reach_m + bench.rng.uniform(*AWAY_M, rows.size)
    target = centre + np.column_stack([np.cos(turn), np.sin(turn)]) * out_m[:, None]
    shapes = bench.shapes(key)[rows]
    step = target - shapely.get_coordinates(middles(shapes))
    moved = np.array(
        [shapely.transform(shape, lambda xy, by=by: xy + by) for shape, by in zip(shapes, step, strict=True)],
        dtype=object,
    )
    bench.reshape(key, rows, moved)
    bench.note(key, rows, "OUTSIDE_BOUNDARY", ["移到市域外 / moved out of the city"] * rows.size)


def _radius_m(city: shapely.Polygon) -> float:
    corners = shapely.get_coordinates(city)
    return float(np.hypot(*(corners - shapely.get_coordinates(city.centroid)).T).max())


def misname_district(bench: Bench, key: str, count: int) -> None:
    """DISTRICT_MISMATCH: say another district than the one that the record lies in."""
    districts = bench.clean["districts"]
    names, areas = districts["XZQMC"].to_numpy(), districts.geometry.to_numpy()
    rows = bench.draw(key, count, bench.has_shape(key))
    away_m = shapely.distance(middles(bench.shapes(key)[rows])[:, None], areas[None])
    possible = [np.flatnonzero(one > CLEAR_M) for one in away_m]
    clear = np.array([one.size > 0 for one in possible], dtype=np.bool_)
    rows = rows[clear]
    claimed = [names[bench.rng.choice(one)] for one in possible if one.size]
    bench.put(key, rows, DISTRICT, claimed)
    notes = [f"所属区县改为{one} / district said to be {one}" for one in claimed]
    bench.note(key, rows, "DISTRICT_MISMATCH", notes)


def shift_records(bench: Bench, key: str, count: int) -> None:
    """DATUM_OFFSET: put single records where GCJ-02 has them."""
    moved = shifted(bench.shapes(key), "GCJ-02")
    rows = bench.draw(key, count, _still_placed(bench, key, moved))
    bench.reshape(key, rows, moved[rows])
    bench.note(key, rows, "DATUM_OFFSET", ["按 GCJ-02 偏移 / shifted as GCJ-02"] * rows.size)


def shift_layer(bench: Bench, key: str) -> None:
    """DATUM_OFFSET: put a whole layer where BD-09 has it, or GCJ-02 if one of its records left the city."""
    city = bench.clean["boundary"].geometry.iloc[0]
    for datum in ("BD-09", "GCJ-02"):
        moved = shifted(bench.shapes(key), datum)
        if shapely.contains(city, moved).all():
            every = np.arange(moved.size)
            bench.take(key, every)
            bench.reshape(key, every, moved)
            bench.note_layer(key, "DATUM_OFFSET", f"整层按 {datum} 偏移 / whole layer shifted as {datum}")
            return


def _still_placed(bench: Bench, key: str, moved: GeometryArray) -> BoolArray:
    """Tell which records stay in the city and, well inside, in their district when they are moved."""
    frame = bench.layers[key]
    city = bench.clean["boundary"].geometry.iloc[0]
    shapely.prepare(city)
    inside: BoolArray = bench.has_shape(key) & shapely.contains(city, moved)
    if not entries()[key].get("placed"):
        return inside
    rows: IntArray = np.flatnonzero(inside)
    districts = bench.clean["districts"]
    same = district_names(districts, moved[rows]) == frame[DISTRICT].to_numpy()[rows]
    edge = shapely.union_all(shapely.boundary(districts.geometry.to_numpy()))
    off_edge_m: FloatArray = shapely.distance(moved[rows], edge)
    kept = np.zeros(moved.size, dtype=np.bool_)
    kept[rows[same & (off_edge_m > CLEAR_M)]] = True
    return kept
