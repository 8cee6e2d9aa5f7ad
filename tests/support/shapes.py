"""Shapes for tests of cells, and what GEOS says of them."""

from collections.abc import Callable

import numpy as np
import shapely
from hypothesis import strategies as st

from dss.cells import Amounts
from dss.cells.hexagons import hexagons
from dss.cells.planes import metres_of

PLAIN = ("EPSG:4547", 114.0, 30.6)
"""A plane and a place in it where all cells are hexagons."""
BENT = ("EPSG:4544", 104.981, 35.738)
"""Where an edge of the icosahedron bends cells of odd resolutions (Gansu)."""
PENTAGON = ("EPSG:4550", 122.3, 39.1)
"""Where a cell is a pentagon (an island sea off Dalian)."""
PLACES = (PLAIN, BENT, PENTAGON)


def middle_of(place: tuple[str, float, float]) -> np.ndarray:
    crs, lng, lat = place
    return np.array(metres_of(np.array([lng]), np.array([lat]), crs)).ravel()


def cell_polygons(cell: np.ndarray, crs: str) -> np.ndarray:
    found = hexagons(cell, crs)
    return np.asarray(shapely.polygons(np.stack([found.x_m, found.y_m], axis=-1)))


def cut_by_geos(
    shapes: np.ndarray, amounts: Amounts, crs: str, measure: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """Return what GEOS finds of each feature in each cell named."""
    cell, place = np.unique(amounts.cell, return_inverse=True)
    pieces = shapely.intersection(shapes[amounts.feature], cell_polygons(cell, crs)[place])
    return np.asarray(measure(pieces))


@st.composite
def stars(draw: st.DrawFn, size_m: float, spread_m: float) -> shapely.Polygon:
    """Draw a polygon of 3 to 9 corners round a point, far from convex, now and then with a hole."""
    k = draw(st.integers(3, 9))
    turns = np.sort(draw(st.lists(st.floats(0, 1), min_size=k, max_size=k, unique=True))) * 2 * np.pi
    radius = size_m * np.array(draw(st.lists(st.floats(0.2, 1), min_size=k, max_size=k)))
    x, y = draw(st.floats(-spread_m, spread_m)), draw(st.floats(-spread_m, spread_m))
    outline = np.column_stack([x + radius * np.cos(turns), y + radius * np.sin(turns)])
    polygon = shapely.make_valid(shapely.Polygon(outline))
    if draw(st.booleans()):
        polygon = polygon.difference(shapely.Point(x, y).buffer(size_m * 0.15, quad_segs=2))
    # a mended outline may be a collection with a multipolygon in it
    areas = [part for part in shapely.get_parts(shapely.get_parts(polygon)) if part.area > 0]
    return shapely.MultiPolygon(areas)


def moved(shapes: np.ndarray, by: np.ndarray) -> np.ndarray:
    return np.asarray(shapely.transform(shapes, lambda points: points + by))


def random_stars(rng: np.random.Generator, count: int, size_m: float, spread_m: float) -> np.ndarray:
    """Return polygons of 3 to 11 corners strewn around the origin."""
    shapes = []
    for k in rng.integers(3, 12, count):
        turns, radius = np.sort(rng.random(k)) * 2 * np.pi, size_m * rng.uniform(0.4, 1, k)
        middle = rng.uniform(-spread_m, spread_m, 2)
        outline = middle + np.column_stack([radius * np.cos(turns), radius * np.sin(turns)])
        shapes.append(shapely.Polygon(outline))
    array = np.array(shapes, dtype=object)
    return array[shapely.is_valid(array)]
