"""How strong an earthquake is felt: ellipses of intensity after GB 18306-2015.

Along each axis I = a + b M + c log10(R + R0), R in km; a point lies on the ellipse of the intensity whose
half axes are the distances that the two relations give.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from dss.arrays import BoolArray, FloatArray
from dss.errors import ScenarioError
from dss.hazard.hazard import Measure, require_between
from dss.standards import StandardsReader

Region = Literal["east_strong", "medium_strong", "xinjiang", "qinghai_tibet"]

INTENSITY: Final = Measure("intensity", "degree", (6.0, 7.0, 8.0, 9.0, 10.0))
LOWEST: Final = 1.0
HALVINGS: Final = 36


@dataclass(frozen=True, slots=True)
class Axis:
    """Attenuation along one axis of the ellipse."""

    a: float
    b: float
    c: float
    r0_km: float

    def intensity(self, magnitude: float, distance_km: FloatArray) -> FloatArray:
        """Return the intensity at a distance from the epicentre."""
        return self.a + self.b * magnitude + self.c * np.log10(distance_km + self.r0_km)

    def reach_km(self, magnitude: float, intensity: FloatArray) -> FloatArray:
        """Return the distance at which an intensity is felt; 0 where it is not reached."""
        exponent = (intensity - self.a - self.b * magnitude) / self.c
        return np.maximum(10.0**exponent - self.r0_km, 0.0)


@dataclass(frozen=True, slots=True)
class Earthquake:
    """An earthquake; its value is the seismic intensity, in degrees of the Chinese scale.

    Parameters
    ----------
    x_m, y_m
        Epicentre in the map's CRS.
    magnitude
        Surface wave magnitude.
    strike_deg
        Direction of the long axis, clockwise from north.
    long, short
        Attenuation along the axes.

    Raises
    ------
    ScenarioError
        If the strike is NaN or outside 0 to 360.
    """

    x_m: float
    y_m: float
    magnitude: float
    strike_deg: float
    long: Axis
    short: Axis
    kind: Literal["earthquake"] = "earthquake"
    measure: Measure = INTENSITY
    steps_s: tuple[float, ...] = (0.0,)

    def __post_init__(self) -> None:
        require_between("strike_deg", self.strike_deg, 0.0, 360.0)

    @property
    def greatest(self) -> float:
        """Intensity at the epicentre."""
        zero = np.zeros(1)
        both = [axis.intensity(self.magnitude, zero)[0] for axis in (self.long, self.short)]
        return float(min(both))

    def value(self, x_m: FloatArray, y_m: FloatArray, at_s: float) -> FloatArray:
        """Return the intensity at each point, 0 below one degree; bisection to a thousandth of a degree."""
        if at_s < self.steps_s[0]:
            return np.zeros(x_m.size)
        strike = np.radians(self.strike_deg)
        east_km, north_km = (x_m - self.x_m) / 1000, (y_m - self.y_m) / 1000
        along = np.abs(east_km * np.sin(strike) + north_km * np.cos(strike))
        across = np.abs(east_km * np.cos(strike) - north_km * np.sin(strike))
        low, high = np.full(x_m.size, LOWEST), np.full(x_m.size, self.greatest)
        inside = self._inside(along, across, low)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            within = self._inside(along, across, middle)
            low, high = np.where(within, middle, low), np.where(within, high, middle)
        return np.where(inside, low, 0.0)

    def _inside(self, along_km: FloatArray, across_km: FloatArray, intensity: FloatArray) -> BoolArray:
        tiny = 1e-9
        half_long = np.maximum(self.long.reach_km(self.magnitude, intensity), tiny)
        half_short = np.maximum(self.short.reach_km(self.magnitude, intensity), tiny)
        return (along_km / half_long) ** 2 + (across_km / half_short) ** 2 <= 1.0


def earthquake(
    place_m: tuple[float, float],
    magnitude: float,
    region: Region,
    strike_deg: float,
    standards: StandardsReader,
) -> Earthquake:
    """Return an earthquake with the attenuation of its region.

    Raises
    ------
    ScenarioError
        If the magnitude is NaN or outside the range of the relation, or the region is unknown.
    """
    low, high = standards.number("earthquake.min_magnitude"), standards.number("earthquake.max_magnitude")
    if not low <= magnitude <= high:
        raise ScenarioError("hazard_magnitude", value=magnitude, low=f"{low:g}", high=f"{high:g}")
    long, short = (_axis(name, region, standards) for name in ("long", "short"))
    return Earthquake(*place_m, magnitude, strike_deg, long, short)


def _axis(name: str, region: str, standards: StandardsReader) -> Axis:
    column = {part: standards.column(f"earthquake.{name}_{part}") for part in ("a", "b", "c", "r0")}
    if region not in column["a"]:
        raise ScenarioError("hazard_region", value=region, regions=", ".join(column["a"]))
    return Axis(*(column[part][region] for part in ("a", "b", "c", "r0")))
