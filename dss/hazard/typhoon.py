"""What a typhoon does: gusts close bridges and elevated roads, people leave weak buildings."""

from dataclasses import dataclass

import numpy as np

from dss.arrays import BoolArray
from dss.buildings import HousingMix
from dss.hazard.cyclone import Typhoon
from dss.hazard.ground import Ground
from dss.hazard.impact import Impact
from dss.hazard.response import Rules, closing, respond, unhindered
from dss.standards import StandardsReader


@dataclass(frozen=True, slots=True, eq=False)
class TyphoonRules:
    """What a scenario decides about a typhoon.

    Parameters
    ----------
    mix
        What the people of each cell live in.
    elevated
        Road features that close like bridges, shape (n features,).
    area_share
        A cell's weak buildings are left where at least this share of its area has the gust.
    """

    mix: HousingMix
    elevated: BoolArray
    area_share: float


def typhoon_impact(
    typhoon: Typhoon,
    ground: Ground,
    standards: StandardsReader,
    rules: TyphoonRules,
    *,
    at_s: float | None = None,
) -> Impact:
    """Work out what a typhoon does to cells, roads and facilities."""
    close_ms = standards.number("typhoon.bridge_close_gust_ms")
    bridge = ground.roads.features["bridge"].to_numpy(np.bool_)
    answers = Rules(
        leave_value=standards.number("typhoon.leave_gust_ms"),
        area_share=rules.area_share,
        lost_value=standards.number("typhoon.shelter_gust_ms"),
        edge_times=closing({"walk": close_ms, "drive": close_ms, "emergency": close_ms}),
        walk_factor=unhindered,
        exposed=bridge | rules.elevated,
        persons_share=rules.mix.weak_share,
    )
    return respond(typhoon, ground, answers, at_s)
