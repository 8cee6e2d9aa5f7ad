"""How the city's plan lies on the map: a straight drawing, bent by the river, the rings and chance.

Plan coordinates are metres from the city's centre: ``a`` downstream, ``b`` to the north bank. On the plan
the river is a straight band and the rings are squares; bending makes the river wind, rounds the rings and
takes the ruler out of every street. The mapping has no folds, so what does not cross on the plan does not
cross on the map.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from dss.arrays import FloatArray

GeometryArray = NDArray[np.object_]

MAP_CRS: Final = "EPSG:4547"
"""CGCS2000, three-degree zone of 114° E."""
ORIGIN_X_M: Final = 477_000.0
ORIGIN_Y_M: Final = 3_324_000.0
STEP_M: Final = 30.0
"""Longest straight piece of a line before it is bent."""


@dataclass(frozen=True, slots=True, eq=False)
class Bend:
    """The mapping from the plan to the map (EPSG:4547).

    Parameters
    ----------
    radius_m
        Radius of the built-up city.
    river_b_m
        The river's line on the plan.
    meander
        Waves of the river, shape (k, 3): amplitude in metres, wave number per metre, phase.
    wobble
        Waves of the ground, shape (k, 5): shift along a and b in metres, wave numbers along a and b, phase.
    turn_rad
        Rotation of the whole city.
    """

    radius_m: float
    river_b_m: float
    meander: FloatArray
    wobble: FloatArray
    turn_rad: float

    def to_map(self, plan: FloatArray) -> FloatArray:
        """Return map coordinates, shape (n, 2), of plan coordinates, shape (n, 2)."""
        wound = self._wind(np.asarray(plan, dtype=np.float64))
        a, b = self._round(wound).T
        shift_a, shift_b, wave_a, wave_b, phase = self.wobble.T
        wave = np.cos(np.outer(a, wave_a) + np.outer(b, wave_b) + phase)
        a, b = a + wave @ shift_a, b + wave @ shift_b
        cos, sin = np.cos(self.turn_rad), np.sin(self.turn_rad)
        return np.column_stack([ORIGIN_X_M + cos * a - sin * b, ORIGIN_Y_M + sin * a + cos * b])

    def bend(self, geometries: GeometryArray) -> GeometryArray:
        """Return geometries on the map; their pieces should be no longer than ``STEP_M``."""
        return np.asarray(shapely.transform(geometries, self.to_map), dtype=object)

    def heading_rad(self, plan: FloatArray) -> FloatArray:
        """Return the direction on the map of the plan's a axis at points, shape (n,)."""
        ahead = self.to_map(plan + np.array([2.0, 0.0])) - self.to_map(plan - np.array([2.0, 0.0]))
        return np.asarray(np.arctan2(ahead[:, 1], ahead[:, 0]))

    def _wind(self, plan: FloatArray) -> FloatArray:
        """Shift the ground across the river, less the farther from it."""
        amplitude_m, wave, phase = self.meander.T
        shift_m = np.sin(np.outer(plan[:, 0], wave) + phase) @ amplitude_m
        fade = np.exp(-(((plan[:, 1] - self.river_b_m) / (0.75 * self.radius_m)) ** 2))
        return np.column_stack([plan[:, 0], plan[:, 1] + shift_m * fade])

    def _round(self, plan: FloatArray) -> FloatArray:
        """Turn squares into circles, the more the farther from the centre."""
        distance = np.hypot(plan[:, 0], plan[:, 1])
        ratio = square_norm(plan) / np.maximum(distance, 1e-9)
        reach = np.clip((distance / self.radius_m - 0.15) / 0.75, 0.0, 1.0)
        power = 0.9 * reach**2 * (3 - 2 * reach)
        return plan * np.where(distance > 0, ratio**power, 1.0)[:, None]


def square_norm(plan: FloatArray) -> FloatArray:
    """Return the distance from the centre in which circles are rounded squares, shape (n,)."""
    return np.asarray((np.abs(plan) ** 10).sum(axis=1) ** 0.1)


def draw_bend(radius_m: float, river_b_m: float, rng: np.random.Generator) -> Bend:
    """Draw the bends of one city."""
    lengths_m = radius_m * np.array([2.6, 1.45, 0.7]) * rng.uniform(0.9, 1.1, 3)
    amplitude_m = radius_m * np.array([0.155, 0.055, 0.012]) * rng.uniform(0.85, 1.15, 3)
    meander = np.column_stack([amplitude_m, 2 * np.pi / lengths_m, rng.uniform(0, 2 * np.pi, 3)])
    turn_rad = np.radians(rng.uniform(6, 16) * rng.choice([-1, 1]))
    return Bend(radius_m, river_b_m, meander, _draw_wobble(rng), float(turn_rad))


def _draw_wobble(rng: np.random.Generator) -> FloatArray:
    lengths_m = np.array([2900.0, 2300.0, 1700.0, 1300.0, 900.0, 640.0, 480.0, 390.0])
    size_m = lengths_m / np.array([42.0, 42.0, 42.0, 42.0, 70.0, 70.0, 90.0, 90.0])
    way, swing = rng.uniform(0, 2 * np.pi, (2, lengths_m.size))
    wave = 2 * np.pi / lengths_m
    phase = rng.uniform(0, 2 * np.pi, lengths_m.size)
    return np.column_stack(
        [size_m * np.cos(swing), size_m * np.sin(swing), wave * np.cos(way), wave * np.sin(way), phase]
    )
