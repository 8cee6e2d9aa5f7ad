"""Speed of bringing layers to H3 cells, beside the plain way, in one run.

    python benchmarks/cells.py [--polygons 100000] [--points 1000000] [--map MAP] [--yagi GRID.JSON]

- areas: area of generated polygons in cells of resolution 10, against hexagons from h3-py's boundaries that
  ``geopandas.overlay`` intersects with the polygons; largest difference of an area, relative to its cell
- points: points to cells of resolution 9, against a loop over h3-py's string API
- people: index of a map's population at resolution 9 (MAP is a map folder; ``dss.sample.write_sample`` with
  persons=5_000_000 makes one), in a process of its own
- yagi: the grid of ../shared/data/yagi_hainan at resolution 8, persons before and after

One JSON line each: medians of three calls of ours, one of the other way, on the wall and (on a busy machine
the fairer measure) in seconds of all cores together. Kernels are compiled before the clock starts. Seed 1.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import geopandas as gpd
import h3
import numpy as np
import shapely
from pyproj import Transformer

from dss.cells import cell_areas, cells_of, index_population
from dss.cells.hexagons import cell_area_m2
from dss.onemap import open_map

T = TypeVar("T")
CRS = "EPSG:4547"
MIDDLE_M = (500_000.0, 3_400_000.0)
ROOT = Path(__file__).parents[1]


def clock(job: Callable[[], T], times: int = 1) -> tuple[T, float, float]:
    """Return what a job returns, and the medians of its seconds on the wall and on all cores."""
    wall_s, cpu_s = [], []
    for _ in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        answer = job()
        wall_s.append(time.perf_counter() - wall)
        cpu_s.append(time.process_time() - cpu)
    return answer, float(np.median(wall_s)), float(np.median(cpu_s))


def draw_parcels(rng: np.random.Generator, count: int) -> np.ndarray:
    """Return polygons of 4 to 12 corners, most of them parcels, some as large as a quarter."""
    span_m = 10_000 * np.sqrt(count / 100_000)
    shapes = []
    while len(shapes) < count:
        k = int(rng.integers(4, 13))
        size_m = float(np.exp(rng.normal(np.log(60), 0.7)))
        turns, radius = np.sort(rng.random(k)) * 2 * np.pi, size_m * rng.uniform(0.5, 1, k)
        middle = rng.uniform(-span_m, span_m, 2) + MIDDLE_M
        ring = middle + np.column_stack([radius * np.cos(turns), radius * np.sin(turns)])
        polygon = shapely.Polygon(ring)
        if polygon.is_valid:
            shapes.append(polygon)
    return np.array(shapes, dtype=object)


def overlay(polygons: np.ndarray, resolution: int) -> gpd.GeoDataFrame:
    """Return the same areas by h3-py and geopandas."""
    frame = gpd.GeoDataFrame({"feature": np.arange(polygons.size)}, geometry=polygons, crs=CRS)
    margin = shapely.box(*frame.total_bounds).buffer(300)
    degrees = gpd.GeoSeries([margin], crs=CRS).to_crs("EPSG:4326")[0]
    names = h3.geo_to_cells(degrees, resolution)
    outlines = [shapely.Polygon([(lng, lat) for lat, lng in h3.cell_to_boundary(name)]) for name in names]
    cells = gpd.GeoDataFrame({"cell": names}, geometry=outlines, crs="EPSG:4326").to_crs(CRS)
    pieces = gpd.overlay(frame, cells, how="intersection", keep_geom_type=True)
    return pieces.assign(area_m2=pieces.area)


def compare_areas(count: int) -> dict[str, Any]:
    """Time both ways and compare every single area."""
    polygons = draw_parcels(np.random.default_rng(1), count)
    cell_areas(polygons[:100], CRS, 10)
    areas, ours_s, ours_cpu_s = clock(lambda: cell_areas(polygons, CRS, 10), 3)
    pieces, overlay_s, overlay_cpu_s = clock(lambda: overlay(polygons, 10))
    cell = np.array([h3.str_to_int(name) for name in pieces["cell"]], dtype=np.uint64)
    table = gpd.pd.DataFrame({"feature": pieces["feature"], "cell": cell, "theirs": pieces["area_m2"]})
    mine = gpd.pd.DataFrame({"feature": areas.feature, "cell": areas.cell, "ours": areas.amount})
    both = table.merge(mine, how="outer", on=["feature", "cell"]).fillna(0.0)
    gap_m2 = (both["ours"] - both["theirs"]).abs().max()
    return {
        "job": f"areas of {count:,} polygons at resolution 10",
        "rows": areas.cell.size,
        "ours_s": round(ours_s, 2),
        "overlay_s": round(overlay_s, 2),
        "times_faster": round(overlay_s / ours_s, 1),
        "ours_cpu_s": round(ours_cpu_s, 2),
        "overlay_cpu_s": round(overlay_cpu_s, 2),
        "largest_difference_of_a_share": float(gap_m2 / cell_area_m2(np.unique(areas.cell), CRS).min()),
        "largest_relative_loss": float(np.abs(areas.by_feature(count) / shapely.area(polygons) - 1).max()),
    }


def compare_points(count: int) -> dict[str, Any]:
    """Time points to cells both ways; the same cells."""
    rng = np.random.default_rng(1)
    x_m, y_m = rng.uniform(-20_000, 20_000, (2, count)) + np.array(MIDDLE_M)[:, None]
    lng, lat = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True).transform(x_m, y_m)
    ours, ours_s, ours_cpu_s = clock(lambda: cells_of(lng, lat, 9), 3)
    theirs, loop_s, loop_cpu_s = clock(
        lambda: [h3.latlng_to_cell(one_lat, one_lng, 9) for one_lat, one_lng in zip(lat, lng, strict=True)]
    )
    same = ours.tolist() == [h3.str_to_int(name) for name in theirs]
    return {
        "job": f"{count:,} points to cells of resolution 9",
        "ours_s": round(ours_s, 2),
        "loop_s": round(loop_s, 2),
        "times_faster": round(loop_s / ours_s, 2),
        "ours_cpu_s": round(ours_cpu_s, 2),
        "loop_cpu_s": round(loop_cpu_s, 2),
        "same_cells": same,
    }


def index_people(folder: Path) -> dict[str, Any]:
    """Time the index of a map's people at resolution 9; peak memory is this process's own."""
    begun = time.perf_counter()
    cells = index_population(open_map(folder), 9)
    return {
        "job": "people at resolution 9",
        "wall_s": round(time.perf_counter() - begun, 1),
        "persons": cells.total_persons,
        "units_left_out": cells.units_left_out,
        "cells": cells.cell.size,
        "peak_memory_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
    }


def index_yagi(grid: Path) -> dict[str, Any]:
    """Index the grid of northern Hainan at resolution 8."""
    sys.path.insert(0, str(ROOT / "tests" / "support"))
    from grids import grid_map  # noqa: PLC0415 - where the tests keep it

    with tempfile.TemporaryDirectory() as folder:
        onemap, persons = grid_map(Path(folder), grid)
        begun = time.perf_counter()
        cells = index_population(onemap, 8)
        return {
            "job": "northern Hainan at resolution 8",
            "wall_s": round(time.perf_counter() - begun, 2),
            "persons_before": round(persons),
            "persons_after": cells.total_persons,
            "cells": cells.cell.size,
        }


def in_process(*arguments: str) -> None:
    """Run a job in a process of its own, so that its memory is its own."""
    subprocess.run(
        [sys.executable, __file__, *arguments], check=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )


def main() -> None:
    """Run the jobs asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--polygons", type=int, default=100_000)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--map", type=Path)
    parser.add_argument("--yagi", type=Path, default=ROOT.parent / "shared/data/yagi_hainan/grid.json")
    parser.add_argument("--only-people", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.only_people:
        print(json.dumps(index_people(asked.only_people)), flush=True)
        return
    machine = {"machine": platform.machine(), "cores": os.cpu_count(), "python": platform.python_version()}
    print(json.dumps(machine), flush=True)
    print(json.dumps(compare_points(asked.points)), flush=True)
    print(json.dumps(compare_areas(asked.polygons)), flush=True)
    if asked.map:
        in_process("--only-people", str(asked.map))
    if asked.yagi.is_file():
        print(json.dumps(index_yagi(asked.yagi)), flush=True)


if __name__ == "__main__":
    main()
