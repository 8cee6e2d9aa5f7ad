"""A flood, steady or rising in steps: cells to leave, roads closed and slowed by the depth of the water.

Cars slow down with depth after Pregnolato et al. 2017 (doi:10.1016/j.trd.2017.06.020):
v = 0.0009 w^2 - 0.5529 w + 86.9448 km/h with w in mm, never above the free speed, closed from 300 mm on.
Taller vehicles crawl at the speed of 300 mm until their own depth closes the road. Walkers wade at half speed
and stop where the water is too deep. Bridges stay above the water.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from dss.arrays import BoolArray, FloatArray
from dss.hazard.depth import DepthField
from dss.hazard.ground import Ground
from dss.hazard.hazard import Measure, require_steps, step_of
from dss.hazard.impact import Impact, Mode
from dss.hazard.response import Rules, everyone, respond
from dss.standards import StandardsReader

Vehicle = Literal["car", "ambulance", "truck", "high_clearance"]

DEPTH: Final = Measure("depth", "m", (0.05, 0.3, 0.6, 1.0))
EMERGENCY_VEHICLE: Final[Vehicle] = "truck"
"""What the mode ``emergency`` drives: fire engines and trucks."""


@dataclass(frozen=True, slots=True, eq=False)
class FloodStep:
    """From this time on the water stands like this."""

    from_s: float
    depth: DepthField


@dataclass(frozen=True, slots=True, eq=False)
class Flood:
    """Water over the map, in steps; its value is the depth in metres.

    Raises
    ------
    ScenarioError
        If there is no step, or their times do not ascend.
    """

    steps: tuple[FloodStep, ...]
    kind: Literal["flood"] = "flood"
    measure: Measure = DEPTH

    def __post_init__(self) -> None:
        require_steps(self.steps_s)

    @property
    def steps_s(self) -> tuple[float, ...]:
        """When each step begins."""
        return tuple(step.from_s for step in self.steps)

    def value(self, x_m: FloatArray, y_m: FloatArray, at_s: float) -> FloatArray:
        """Return the depth of the step that holds the time."""
        k = step_of(self.steps_s, at_s)
        return np.zeros(x_m.size) if k is None else self.steps[k].depth.depth_m(x_m, y_m)


@dataclass(frozen=True, slots=True, eq=False)
class FloodRules:
    """What a scenario decides about a flood.

    Parameters
    ----------
    area_share
        A cell is to be left where at least this share of its area is deeper than ``flood.leave_depth_m``.
    dry_features
        Road features that stay above the water besides the bridges, shape (n features,).
    """

    area_share: float
    dry_features: BoolArray | None = None


def flood_impact(
    flood: Flood,
    ground: Ground,
    standards: StandardsReader,
    rules: FloodRules,
    *,
    at_s: float | None = None,
) -> Impact:
    """Work out what a flood does to cells, roads and facilities.

    Depths, speeds and limits come from the standards ``flood`` and ``pedestrian``.
    """
    above = ground.roads.features["bridge"].to_numpy(np.bool_)
    if rules.dry_features is not None:
        above = above | rules.dry_features

    def edge_times(mode: Mode, free_s: FloatArray, length_m: FloatArray, value: FloatArray) -> FloatArray:
        if mode == "walk":
            return walk_through_water(free_s, value, standards)
        vehicle = EMERGENCY_VEHICLE if mode == "emergency" else "car"
        return drive_through_water(free_s, length_m, value, standards, vehicle=vehicle)

    answers = Rules(
        leave_value=standards.number("flood.leave_depth_m"),
        area_share=rules.area_share,
        lost_value=standards.number("flood.shelter_depth_m"),
        edge_times=edge_times,
        walk_factor=lambda depth_m: walk_through_water(np.ones_like(depth_m), depth_m, standards),
        exposed=~above,
        persons_share=everyone(ground),
    )
    return respond(flood, ground, answers, at_s)


def drive_through_water(
    drive_s: FloatArray,
    length_m: FloatArray,
    depth_m: FloatArray,
    standards: StandardsReader,
    *,
    vehicle: Vehicle = "car",
) -> FloatArray:
    """Return each edge's driving time in water of a depth, shape (n,); inf where the vehicle cannot pass."""
    close_depth_m = standards.number(f"flood.close_depth_{vehicle}_m")
    return wade_through_water(drive_s, length_m, depth_m, standards, close_depth_m=close_depth_m)


def wade_through_water(
    drive_s: FloatArray,
    length_m: FloatArray,
    depth_m: FloatArray,
    standards: StandardsReader,
    *,
    close_depth_m: float,
) -> FloatArray:
    """Return the same for a vehicle that a depth of its own stops."""
    w_mm = np.minimum(depth_m, standards.number("flood.close_depth_car_m")) * 1000.0
    speed_kmh = (
        standards.number("flood.speed_quadratic_kmh_per_mm2") * w_mm**2
        + standards.number("flood.speed_linear_kmh_per_mm") * w_mm
        + standards.number("flood.speed_constant_kmh")
    )
    closed = depth_m >= close_depth_m
    slow_s = length_m / np.where(closed, 1.0, np.maximum(speed_kmh, 0.1) / 3.6)
    wet_s = np.where(closed, np.inf, np.maximum(drive_s, slow_s))
    return np.where(depth_m > 0, wet_s, drive_s)


def walk_through_water(walk_s: FloatArray, depth_m: FloatArray, standards: StandardsReader) -> FloatArray:
    """Return each edge's walking time in water of a depth, shape (n,); inf where it is too deep."""
    wading_s = walk_s / standards.number("pedestrian.in_water_factor")
    too_deep = depth_m >= standards.number("pedestrian.max_walk_depth_m")
    return np.where(depth_m > 0, np.where(too_deep, np.inf, wading_s), walk_s)
