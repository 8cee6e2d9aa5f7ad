"""A fire: burning ground, and the ground around it that people must leave.

The perimeter is given as polygons over time, or grows as an ellipse from an ignition point, which lies at the
rear focus (Alexander 1985). Length to breadth by wind W in km/h: L/B = 1 + 8.729 (1 - exp(-0.030 W))^2.155.
Head to back spread: (L/B + sqrt(L/B^2 - 1)) / (L/B - sqrt(L/B^2 - 1)).
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import shapely
from shapely import Polygon

from dss.arrays import FloatArray
from dss.hazard.ground import Ground
from dss.hazard.hazard import Measure, require_between
from dss.hazard.impact import Impact
from dss.hazard.response import Rules, closing, everyone, respond, unhindered
from dss.hazard.zones import Zone, inside_any, zone_times
from dss.standards import StandardsReader

FIRE: Final = Measure("fire", "", (1.0, 2.0, 3.0))
TO_LEAVE: Final = 1.0
ROAD_MARGIN: Final = 2.0
BURNING: Final = 3.0
OUTLINE_POINTS: Final = 128


@dataclass(frozen=True, slots=True)
class Spread:
    """How a fire grows from a point.

    Parameters
    ----------
    x_m, y_m
        Ignition, in the map's CRS.
    head_m_min
        Spread of its head with the wind.
    wind_kmh, wind_from_deg
        Wind at 10 m; where it comes from, clockwise from north.

    Raises
    ------
    ScenarioError
        If a number is NaN or outside its range.
    """

    x_m: float
    y_m: float
    head_m_min: float
    wind_kmh: float
    wind_from_deg: float

    def __post_init__(self) -> None:
        require_between("head_m_min", self.head_m_min, 0.01, 500.0)
        require_between("wind_kmh", self.wind_kmh, 0.0, 200.0)
        require_between("wind_from_deg", self.wind_from_deg, 0.0, 360.0)


@dataclass(frozen=True, slots=True, eq=False)
class Fire:
    """Burning ground over time; the value is 3 where it burns, 2 beside it, 1 where people must leave.

    Parameters
    ----------
    perimeters
        Ground that burns from a time on; it goes on burning.
    safety_m, road_margin_m
        Distances around it: people must leave, roads are closed.

    Raises
    ------
    ScenarioError
        If there is no perimeter, or a time is NaN or negative.
    """

    perimeters: tuple[Zone, ...]
    safety_m: float
    road_margin_m: float
    kind: Literal["fire"] = "fire"
    measure: Measure = FIRE

    def __post_init__(self) -> None:
        zone_times(self.perimeters)
        require_between("safety_distance_m", self.safety_m, 0.0, 50_000.0)
        require_between("road_margin_m", self.road_margin_m, 0.0, 50_000.0)

    @property
    def steps_s(self) -> tuple[float, ...]:
        """When perimeters begin."""
        return zone_times(self.perimeters)

    def value(self, x_m: FloatArray, y_m: FloatArray, at_s: float) -> FloatArray:
        """Return the class of danger at each point."""
        value = np.zeros(x_m.size)
        for level, distance_m in (
            (TO_LEAVE, self.safety_m),
            (ROAD_MARGIN, self.road_margin_m),
            (BURNING, 0.0),
        ):
            around = tuple(Zone(zone.from_s, zone.area.buffer(distance_m)) for zone in self.perimeters)
            value[inside_any(around, x_m, y_m, at_s)] = level
        return value


def length_to_breadth(wind_kmh: float, standards: StandardsReader) -> float:
    """Return the length of a fire over its breadth, 1 without wind."""
    grown = 1 - np.exp(-standards.number("fire.length_breadth_rate") * wind_kmh)
    factor, power = (
        standards.number("fire.length_breadth_factor"),
        standards.number("fire.length_breadth_power"),
    )
    return float(1 + factor * grown**power)


def burnt_ellipse(spread: Spread, after_s: float, standards: StandardsReader) -> Polygon:
    """Return the ground burnt some time after ignition, in the map's CRS."""
    ratio = length_to_breadth(spread.wind_kmh, standards)
    root = np.sqrt(ratio**2 - 1)
    head_m = spread.head_m_min * after_s / 60
    back_m = head_m * (ratio - root) / (ratio + root)
    half_length, half_breadth = (head_m + back_m) / 2, (head_m + back_m) / 2 / ratio
    angle = np.linspace(0, 2 * np.pi, OUTLINE_POINTS, endpoint=False)
    along = (head_m - back_m) / 2 + half_length * np.cos(angle)
    across = half_breadth * np.sin(angle)
    toward = np.radians(spread.wind_from_deg + 180)
    east, north = np.sin(toward), np.cos(toward)
    return shapely.Polygon(
        np.column_stack(
            [spread.x_m + along * east + across * north, spread.y_m + along * north - across * east]
        )
    )


def spreading_fire(spread: Spread, steps_s: tuple[float, ...], standards: StandardsReader) -> Fire:
    """Return the fire that grows from a point; each step counts with the ground burnt at its end."""
    ends_s = [*steps_s[1:], 2 * steps_s[-1] - steps_s[-2] if len(steps_s) > 1 else 600.0]
    perimeters = tuple(
        Zone(from_s, burnt_ellipse(spread, end_s - steps_s[0], standards))
        for from_s, end_s in zip(steps_s, ends_s, strict=True)
    )
    return drawn_fire(perimeters, standards)


def drawn_fire(perimeters: tuple[Zone, ...], standards: StandardsReader) -> Fire:
    """Return a fire of given perimeters with the distances of the standards."""
    return Fire(
        perimeters, standards.number("fire.safety_distance_m"), standards.number("fire.road_margin_m")
    )


def fire_impact(fire: Fire, ground: Ground, *, area_share: float, at_s: float | None = None) -> Impact:
    """Work out what a fire does to cells, roads and facilities."""
    answers = Rules(
        leave_value=TO_LEAVE,
        area_share=area_share,
        lost_value=TO_LEAVE,
        edge_times=closing({"walk": ROAD_MARGIN, "drive": ROAD_MARGIN, "emergency": BURNING}),
        walk_factor=unhindered,
        exposed=np.ones(len(ground.roads.features), dtype=np.bool_),
        persons_share=everyone(ground),
    )
    return respond(fire, ground, answers, at_s)
