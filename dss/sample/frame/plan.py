"""The plan of the sample city: its size, its river, its rings and the lattice of its arterial streets.

Everything is in plan coordinates (see ``bend``) and lies on a 10 m raster, so that lines meet exactly or stay
well apart. North of the river lies the old town, south of it the new one.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from dss.arrays import FloatArray
from dss.sample.frame.bend import STEP_M, Bend, draw_bend, square_norm

PERSONS_PER_KM2: Final = 8_400
SMALL_TOWN_M: Final = 1600.0
"""Radius below which a town has one ring, and more room for each of its people."""
BOUNDARY_REACH: Final = 1.28
"""How far out the city's boundary lies; 1 is the edge of the built-up city."""
RASTER_M: Final = 10.0
CARRIAGEWAY_M: Final = 20.0
"""From the middle of the expressway ring to each of its carriageways."""
OLD_PITCH_M: Final = (220.0, 310.0)
NEW_PITCH_M: Final = (270.0, 430.0)
"""Between arterial streets: in the smallest towns, and in cities."""


@dataclass(frozen=True, slots=True, eq=False)
class CityPlan:
    """The frame that everything else is fitted into.

    Parameters
    ----------
    persons
        People who live in the city.
    radius_m
        Radius of the built-up city.
    rings
        West, east, south and north side of each ring, inner one first, shape (n rings, 4).
    river_width_m
        Mean width of the river.
    quays_b_m
        The riverside streets: south, north.
    columns_south, columns_north
        Arterial streets across the river's direction on each bank.
    rows
        Arterial streets along the river, south to north; the quays are two of them.
    lobes
        Waves of the city's edge by direction, shape (k, 3): size, waves per turn, phase.
    bend
        How the plan lies on the map.
    """

    persons: int
    radius_m: float
    rings: FloatArray
    river_width_m: float
    quays_b_m: tuple[float, float]
    columns_south: FloatArray
    columns_north: FloatArray
    rows: FloatArray
    lobes: FloatArray
    bend: Bend

    @property
    def river_b_m(self) -> float:
        """The middle of the river."""
        return self.bend.river_b_m

    @property
    def expressway(self) -> FloatArray:
        """West, east, south and north side of the outermost ring."""
        return np.asarray(self.rings[-1])

    def reach(self, plan: FloatArray) -> FloatArray:
        """Return how far out points lie: 1 on the edge of the built-up city, shape (n,)."""
        turn = np.arctan2(plan[:, 1], plan[:, 0])
        size, waves, phase = self.lobes.T
        edge_m = self.radius_m * (1 + np.cos(np.outer(turn, waves) + phase) @ size)
        return np.asarray(square_norm(plan) / edge_m)

    def outline(self, reach: float) -> shapely.Polygon:
        """Return the line of equal reach as a polygon on the plan."""
        turn = np.linspace(0, 2 * np.pi, 361)[:-1]
        ray = np.column_stack([np.cos(turn), np.sin(turn)])
        return shapely.segmentize(shapely.Polygon(ray * (reach / self.reach(ray))[:, None]), STEP_M)


def draw_plan(persons: int, rng: np.random.Generator) -> CityPlan:
    """Draw the plan of a city for so many people."""
    radius_m = float(np.sqrt(persons / PERSONS_PER_KM2 / np.pi) * 1000 * 1.03)
    radius_m *= 1 + 0.45 * max(0.0, 1 - radius_m / SMALL_TOWN_M)
    shares = _ring_shares(radius_m)
    rings = on_raster(np.outer(shares, [-1, 1, -1, 1]) * radius_m * rng.uniform(0.95, 1.05, (len(shares), 4)))
    width_m = float(np.clip(0.07 * radius_m, 40, 520))
    river_b_m, quay_m = on_raster(
        np.array([-0.58 * shares[0] * radius_m, 0.62 * width_m + min(35.0, 0.05 * radius_m)])
    ).tolist()
    quays = (river_b_m - quay_m, river_b_m + quay_m)
    columns_south, columns_north, rows = _draw_lattice(radius_m, rings, quays, rng)
    lobes = np.column_stack([[0.05, 0.05, 0.03], [2, 3, 5], [0.0, *rng.uniform(0, 2 * np.pi, 2)]])
    bend = draw_bend(radius_m, river_b_m, rng)
    return CityPlan(persons, radius_m, rings, width_m, quays, columns_south, columns_north, rows, lobes, bend)


def on_raster(value_m: FloatArray) -> FloatArray:
    """Round to the plan's raster."""
    return np.asarray(np.round(value_m / RASTER_M) * RASTER_M)


def _ring_shares(radius_m: float) -> FloatArray:
    if radius_m < SMALL_TOWN_M:
        return np.array([0.62])
    return np.array([0.38, 0.8]) if radius_m < 5500 else np.array([0.25, 0.52, 0.82])


def _draw_lattice(
    radius_m: float, rings: FloatArray, quays: tuple[float, float], rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Draw columns of the south bank, of the north bank, and rows, each ascending.

    Beyond the first ring all have the same number, so that diagonals run from corner to corner.
    """
    old_m = float(np.clip(0.15 * radius_m, *OLD_PITCH_M))
    new_m = float(np.clip(0.2 * radius_m, *NEW_PITCH_M))
    stops = np.r_[rings[:, 1], 1.3 * radius_m]
    counts = np.maximum(2 if len(rings) == 1 else 1, np.round(np.diff(stops) / new_m)).astype(int)
    west, east, south, north = (np.r_[np.abs(rings[:, side]), 1.3 * radius_m] for side in range(4))

    def half(start: float, ends: FloatArray, pitch_m: float) -> FloatArray:
        inner = max(1, round((ends[0] - start) / pitch_m))
        parts = [_divide(start, ends[0], inner, rng)]
        for low, high, count in zip(ends[:-1], ends[1:], counts, strict=True):
            parts.append(_divide(low, high, int(count), rng))
        return np.concatenate(parts)

    columns = [np.r_[-half(0, west, pitch)[::-1], 0.0, half(0, east, pitch)] for pitch in (new_m, old_m)]
    inner = -_divide(0, -quays[1], max(1, round(-quays[1] / old_m)), rng)
    below = -half(-quays[0], south, new_m)
    rows = np.r_[below[::-1], quays[0], inner[::-1], 0.0, half(0, north, old_m)]
    return columns[0], columns[1], rows


def _divide(start_m: float, stop_m: float, count: int, rng: np.random.Generator) -> FloatArray:
    """Return ``count`` uneven steps from start (left out) to stop (kept)."""
    share = np.cumsum(rng.uniform(0.8, 1.2, count))
    return on_raster(start_m + (stop_m - start_m) * share / share[-1])
