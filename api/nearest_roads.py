"""Roads by a point on them, as runs number them."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from dss.arrays import FloatArray
from dss.errors import ScenarioError

ROAD_WITHIN_M: Final = 60.0
"""A point farther than this from every road means none of them."""


def road_numbers(
    lines: NDArray[np.object_], places: FloatArray, points: Sequence[Sequence[float]]
) -> list[str]:
    """Return the number, from 1, of the road nearest to each point.

    Parameters
    ----------
    lines, places
        The roads, and the points in their CRS, shape (n, 2).
    points
        The same points as they were given, for the message.

    Raises
    ------
    ScenarioError
        If no road is near one of them.
    """
    found = shapely.STRtree(lines).query_nearest(
        shapely.points(places), max_distance=ROAD_WITHIN_M, all_matches=False
    )
    missing = set(range(len(points))) - set(found[0].tolist())
    if missing:
        raise ScenarioError("api_no_road_here", point=points[min(missing)], metres=f"{ROAD_WITHIN_M:g}")
    return [str(row + 1) for row in found[1].tolist()]
