"""A toxic release: a steady Gaussian plume, and the zones where it harms.

C(x, y, 0) = Q / (pi u sy sz) exp(-y^2 / 2 sy^2) exp(-H^2 / 2 sz^2): the textbook plume with full reflection
at the ground. Widths by Pasquill class after Briggs 1973. The front travels with the wind: nothing is beyond
u t.
Zones after the acute exposure guideline levels for 60 minutes (AEGL): people leave from level 2 on, roads are
closed from level 3 on.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from dss.arrays import FloatArray
from dss.errors import ScenarioError
from dss.hazard.ground import Ground
from dss.hazard.hazard import Measure, require_between, require_steps, step_of
from dss.hazard.impact import Impact
from dss.hazard.response import Rules, closing, everyone, respond, unhindered
from dss.standards import StandardsReader

Stability = Literal["A", "B", "C", "D", "E", "F"]
Terrain = Literal["rural", "urban"]

LEAST_WIND_MPS: Final = 0.5
NEAREST_M: Final = 1.0
"""The plume begins this far downwind; nearer the formula has no meaning."""


@dataclass(frozen=True, slots=True)
class Weather:
    """Wind and stability.

    Raises
    ------
    ScenarioError
        If the wind is calm, or a number is NaN or outside its range.
    """

    wind_mps: float
    wind_from_deg: float
    stability: Stability
    terrain: Terrain

    def __post_init__(self) -> None:
        if not self.wind_mps >= LEAST_WIND_MPS:
            raise ScenarioError("hazard_calm", value=self.wind_mps, least=LEAST_WIND_MPS)
        require_between("wind_mps", self.wind_mps, LEAST_WIND_MPS, 60.0)
        require_between("wind_from_deg", self.wind_from_deg, 0.0, 360.0)


@dataclass(frozen=True, slots=True)
class Widths:
    """sigma_y = ya x (1 + yb x)^(-1/2), sigma_z = za x (1 + zb x)^zp, in metres."""

    ya: float
    yb: float
    za: float
    zb: float
    zp: float

    def sigma_y_m(self, x_m: FloatArray) -> FloatArray:
        """Return the crosswind width at a distance downwind."""
        return self.ya * x_m / np.sqrt(1 + self.yb * x_m)

    def sigma_z_m(self, x_m: FloatArray) -> FloatArray:
        """Return the vertical width at a distance downwind."""
        return self.za * x_m * (1 + self.zb * x_m) ** self.zp


@dataclass(frozen=True, slots=True)
class ToxicRelease:
    """A steady release; its value is the concentration at the ground in mg/m³.

    Each step counts with the reach of the plume at its end.

    Parameters
    ----------
    x_m, y_m, height_m
        Source, in the map's CRS and above the ground.
    rate_kg_s
        What escapes.
    levels_mg_m3
        AEGL 1 to 3.

    Raises
    ------
    ScenarioError
        If a number is NaN or outside its range, or the steps do not ascend.
    """

    x_m: float
    y_m: float
    height_m: float
    rate_kg_s: float
    weather: Weather
    widths: Widths
    levels_mg_m3: tuple[float, float, float]
    steps_s: tuple[float, ...]
    kind: Literal["toxic"] = "toxic"

    def __post_init__(self) -> None:
        require_between("rate_kg_s", self.rate_kg_s, 1e-6, 1e4)
        require_between("height_m", self.height_m, 0.0, 500.0)
        require_steps(self.steps_s)

    @property
    def measure(self) -> Measure:
        """Concentration, in classes of the guideline levels."""
        return Measure("concentration", "mg/m³", self.levels_mg_m3)

    def value(self, x_m: FloatArray, y_m: FloatArray, at_s: float) -> FloatArray:
        """Return the concentration at each point behind the front."""
        step = step_of(self.steps_s, at_s)
        if step is None:
            return np.zeros(x_m.size)
        return self.concentration_mg_m3(x_m, y_m, self._ends_s[step])

    def concentration_mg_m3(self, x_m: FloatArray, y_m: FloatArray, after_s: float) -> FloatArray:
        """Return the concentration at the ground some time after the release began."""
        toward = np.radians(self.weather.wind_from_deg + 180)
        east, north = x_m - self.x_m, y_m - self.y_m
        downwind = east * np.sin(toward) + north * np.cos(toward)
        across = east * np.cos(toward) - north * np.sin(toward)
        reached = (downwind >= NEAREST_M) & (downwind <= self.weather.wind_mps * after_s)
        x = np.where(reached, downwind, NEAREST_M)
        sigma_y, sigma_z = self.widths.sigma_y_m(x), self.widths.sigma_z_m(x)
        dilution = np.pi * self.weather.wind_mps * sigma_y * sigma_z
        spread = np.exp(-((across / sigma_y) ** 2) / 2 - (self.height_m / sigma_z) ** 2 / 2)
        return np.where(reached, self.rate_kg_s * 1e6 / dilution * spread, 0.0)

    @property
    def _ends_s(self) -> tuple[float, ...]:
        last = self.steps_s[-1] - self.steps_s[-2] if len(self.steps_s) > 1 else 600.0
        return (*self.steps_s[1:], self.steps_s[-1] + last)


def widths_of(weather: Weather, standards: StandardsReader) -> Widths:
    """Return the Briggs widths of a stability class over a terrain."""
    row = f"{weather.terrain}_{weather.stability.lower()}"
    names = ("sigma_y_a", "sigma_y_b", "sigma_z_a", "sigma_z_b", "sigma_z_p")
    return Widths(*(standards.column(f"dispersion.{name}")[row] for name in names))


def guideline_levels(substance: str, standards: StandardsReader) -> tuple[float, float, float]:
    """Return AEGL 1 to 3 of a substance in mg/m³.

    Raises
    ------
    ScenarioError
        If the table does not hold the substance.
    """
    mass = standards.column("toxic.molar_mass_g_mol")
    if substance not in mass:
        raise ScenarioError("hazard_substance", value=substance, substances=", ".join(mass))
    per_ppm = mass[substance] / standards.number("toxic.molar_volume_l")
    one, two, three = (
        standards.column(f"toxic.aegl_{level}_ppm")[substance] * per_ppm for level in (1, 2, 3)
    )
    return one, two, three


def toxic_impact(
    release: ToxicRelease, ground: Ground, *, area_share: float, at_s: float | None = None
) -> Impact:
    """Work out what a release does to cells, roads and facilities."""
    _, leave, deadly = release.levels_mg_m3
    answers = Rules(
        leave_value=leave,
        area_share=area_share,
        lost_value=leave,
        edge_times=closing({"walk": deadly, "drive": deadly, "emergency": deadly}),
        walk_factor=unhindered,
        exposed=np.ones(len(ground.roads.features), dtype=np.bool_),
        persons_share=everyone(ground),
    )
    return respond(release, ground, answers, at_s)
