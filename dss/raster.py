"""Between pixels and places of a raster."""

import numpy as np
from affine import Affine
from numpy.typing import NDArray

from dss.arrays import FloatArray


def transform_points(
    transform: Affine, x: NDArray[np.floating], y: NDArray[np.floating]
) -> tuple[FloatArray, FloatArray]:
    """Apply an affine transform to points: pixel (column, row) to place, or the inverse back."""
    across = transform.a * x + transform.b * y + transform.c
    down = transform.d * x + transform.e * y + transform.f
    return np.asarray(across, dtype=np.float64), np.asarray(down, dtype=np.float64)
