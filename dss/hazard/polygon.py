"""A landslide, or any area with a rule: roads closed or slowed, people leave or stay."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from dss.arrays import FloatArray
from dss.hazard.ground import Ground
from dss.hazard.hazard import Measure, require_between
from dss.hazard.impact import Impact, Mode
from dss.hazard.response import Rules, everyone, respond, unhindered
from dss.hazard.zones import Zone, inside_any, zone_times

ZONE: Final = Measure("zone", "", (1.0,))
NEVER: Final = 2.0
"""A threshold that the value 1 of a zone does not reach."""


@dataclass(frozen=True, slots=True, eq=False)
class PolygonHazard:
    """Areas that each hold from a time on; the value is 1 inside.

    Raises
    ------
    ScenarioError
        If there is no zone, or a time is NaN or negative.
    """

    zones: tuple[Zone, ...]
    kind: Literal["polygon"] = "polygon"
    measure: Measure = ZONE

    def __post_init__(self) -> None:
        zone_times(self.zones)

    @property
    def steps_s(self) -> tuple[float, ...]:
        """When zones begin."""
        return zone_times(self.zones)

    def value(self, x_m: FloatArray, y_m: FloatArray, at_s: float) -> FloatArray:
        """Return 1 inside a zone that has begun."""
        return inside_any(self.zones, x_m, y_m, at_s).astype(np.float64)


@dataclass(frozen=True, slots=True)
class PolygonRules:
    """What holds inside the zones.

    Parameters
    ----------
    roads
        ``closed``, ``slowed`` to ``speed_factor`` of the free speed, or ``open``.
    people
        Whether people ``leave`` or ``stay``; where they leave, facilities are lost too.
    area_share
        A cell is to be left where at least this share of its area lies inside.

    Raises
    ------
    ScenarioError
        If the speed factor is NaN or not between 0.01 and 1.
    """

    roads: Literal["closed", "slowed", "open"]
    people: Literal["leave", "stay"]
    speed_factor: float
    area_share: float

    def __post_init__(self) -> None:
        require_between("speed_factor", self.speed_factor, 0.01, 1.0)


def polygon_impact(
    hazard: PolygonHazard, ground: Ground, rules: PolygonRules, *, at_s: float | None = None
) -> Impact:
    """Work out what zones with a rule do to cells, roads and facilities."""
    inside_factor = {"closed": np.inf, "slowed": 1 / rules.speed_factor, "open": 1.0}[rules.roads]

    def edge_times(mode: Mode, free_s: FloatArray, length_m: FloatArray, value: FloatArray) -> FloatArray:
        del mode, length_m
        return np.where(value > 0, free_s * inside_factor, free_s)

    threshold = 1.0 if rules.people == "leave" else NEVER
    answers = Rules(
        leave_value=threshold,
        area_share=rules.area_share,
        lost_value=threshold,
        edge_times=edge_times,
        walk_factor=unhindered,
        exposed=np.ones(len(ground.roads.features), dtype=np.bool_),
        persons_share=everyone(ground),
    )
    return respond(hazard, ground, answers, at_s)
