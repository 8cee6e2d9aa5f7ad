"""The wind of a tropical cyclone along its track, after Holland 1980.

V(r) = Vmax sqrt((Rm/r)^B exp(1 - (Rm/r)^B)), with B = Vmax^2 e rho / dp (Holland 1980, cyclostrophic) kept
between 1 and 2.5, and ln Rm = 3.015 - 6.291e-5 dp^2 + 0.0337 latitude (Vickery and Wadhera 2008), Rm in km
and dp in hPa. The forward speed c takes c (1 - cos phi) / 2 away, where phi is the angle between the wind and
the way the cyclone moves: the greatest wind stands on the right of the track north of the equator. Gusts are
a factor on the mean wind.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from dss.arrays import FloatArray
from dss.errors import ScenarioError
from dss.hazard.hazard import Measure, require_between, require_steps, step_of
from dss.standards import StandardsReader

GUST: Final = Measure("gust", "m/s", (17.2, 24.5, 32.7, 41.5, 51.0))
"""Gusts in classes of force 8, 10, 12, 14 and 16."""
SAMPLING_S: Final = 300.0


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """Where a cyclone is and how strong, shapes (n,).

    Parameters
    ----------
    time_s
        Ascending, from the start of the scenario.
    x_m, y_m
        Centre in the map's CRS.
    lat_deg
        Its latitude.
    wind_ms
        Greatest mean wind near the centre.
    pressure_hpa
        At the centre.

    Raises
    ------
    ScenarioError
        If there are fewer than two points, a number is NaN, times do not ascend, or a wind or pressure is
        outside its range.
    """

    time_s: FloatArray
    x_m: FloatArray
    y_m: FloatArray
    lat_deg: FloatArray
    wind_ms: FloatArray
    pressure_hpa: FloatArray

    def __post_init__(self) -> None:
        if self.time_s.size < 2:
            raise ScenarioError("hazard_track", count=self.time_s.size)
        require_steps(tuple(self.time_s.tolist()))
        for name, values, low, high in (
            ("wind_ms", self.wind_ms, 1.0, 110.0),
            ("pressure_hpa", self.pressure_hpa, 850.0, 1009.0),
            ("lat_deg", self.lat_deg, 0.0, 60.0),
            ("x_m", self.x_m, -1e8, 1e8),
            ("y_m", self.y_m, -1e8, 1e8),
        ):
            for value in values:
                require_between(name, float(value), low, high)

    def at(self, time_s: float) -> tuple[float, float, float, float, float]:
        """Return x, y, latitude, wind and pressure at a time, linear between the points."""
        columns = (self.x_m, self.y_m, self.lat_deg, self.wind_ms, self.pressure_hpa)
        x_m, y_m, lat_deg, wind_ms, pressure_hpa = (
            float(np.interp(time_s, self.time_s, column)) for column in columns
        )
        return x_m, y_m, lat_deg, wind_ms, pressure_hpa

    def motion(self, time_s: float) -> tuple[float, float]:
        """Return the forward speed eastward and northward, in m/s."""
        k = int(np.clip(np.searchsorted(self.time_s, time_s, side="right") - 1, 0, self.time_s.size - 2))
        lasts_s = self.time_s[k + 1] - self.time_s[k]
        return (
            float((self.x_m[k + 1] - self.x_m[k]) / lasts_s),
            float((self.y_m[k + 1] - self.y_m[k]) / lasts_s),
        )


@dataclass(frozen=True, slots=True)
class Profile:
    """What turns pressure and wind of a cyclone into a profile; from the standards ``typhoon``."""

    ambient_hpa: float
    density_kg_m3: float
    rmax: tuple[float, float, float]
    shape: tuple[float, float]
    translation_share: float
    gust_factor: float

    def radius_km(self, pressure_hpa: float, lat_deg: float) -> float:
        """Return the radius of the greatest wind."""
        constant, by_pressure, by_latitude = self.rmax
        deficit = self.ambient_hpa - pressure_hpa
        return float(np.exp(constant + by_pressure * deficit**2 + by_latitude * lat_deg))

    def steepness(self, wind_ms: float, pressure_hpa: float) -> float:
        """Return Holland's B."""
        deficit_pa = 100 * (self.ambient_hpa - pressure_hpa)
        return float(np.clip(wind_ms**2 * np.e * self.density_kg_m3 / deficit_pa, *self.shape))


def read_profile_values(standards: StandardsReader) -> Profile:
    """Return the profile of the standards."""
    number = standards.number
    return Profile(
        ambient_hpa=number("typhoon.ambient_pressure_hpa"),
        density_kg_m3=number("typhoon.air_density_kg_m3"),
        rmax=(
            number("typhoon.rmax_constant"),
            number("typhoon.rmax_pressure"),
            number("typhoon.rmax_latitude"),
        ),
        shape=(number("typhoon.shape_min"), number("typhoon.shape_max")),
        translation_share=number("typhoon.translation_share"),
        gust_factor=number("typhoon.gust_factor"),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Typhoon:
    """A typhoon; its value is the gust in m/s, the strongest while a step lasts.

    Raises
    ------
    ScenarioError
        If the steps do not ascend.
    """

    track: Track
    profile: Profile
    steps_s: tuple[float, ...]
    kind: Literal["typhoon"] = "typhoon"
    measure: Measure = GUST

    def __post_init__(self) -> None:
        require_steps(self.steps_s)

    def value(self, x_m: FloatArray, y_m: FloatArray, at_s: float) -> FloatArray:
        """Return the strongest gust of the step at each point; nothing after the end of the track."""
        k = step_of(self.steps_s, at_s)
        gust_ms = np.zeros(x_m.size)
        if k is None:
            return gust_ms
        last_s = float(self.track.time_s[-1])
        begin_s = self.steps_s[k]
        end_s = self.steps_s[k + 1] if k + 1 < len(self.steps_s) else last_s
        times_s = np.arange(begin_s, max(end_s, begin_s) + SAMPLING_S, SAMPLING_S)
        for time_s in times_s[times_s <= last_s]:
            mean_ms = self.wind_ms(x_m, y_m, float(time_s))
            gust_ms = np.maximum(gust_ms, mean_ms * self.profile.gust_factor)
        return gust_ms

    def wind_ms(self, x_m: FloatArray, y_m: FloatArray, time_s: float) -> FloatArray:
        """Return the mean wind at each point at one moment."""
        centre_x, centre_y, lat_deg, greatest_ms, pressure_hpa = self.track.at(time_s)
        east, north = x_m - centre_x, y_m - centre_y
        r_m = np.maximum(np.hypot(east, north), 1.0)
        radius_m = 1000 * self.profile.radius_km(pressure_hpa, lat_deg)
        steep = (radius_m / r_m) ** self.profile.steepness(greatest_ms, pressure_hpa)
        shape = np.sqrt(steep * np.exp(1 - steep))
        move_east, move_north = self.track.motion(time_s)
        speed = np.hypot(move_east, move_north)
        # counter-clockwise: the wind blows toward (-north, east)
        along = (-north * move_east + east * move_north) / (r_m * max(speed, 1e-9))
        return np.maximum(shape * (greatest_ms - self.profile.translation_share * speed * (1 - along)), 0.0)
