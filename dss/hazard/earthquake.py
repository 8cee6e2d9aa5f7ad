"""What an earthquake does: people lose their homes, rubble blocks roads, bridges close, facilities fall.

Building damage by type and intensity comes from the table ``damage`` (status default). Who must leave is the
expected number; which buildings collapse is drawn with the scenario's seed.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.buildings import TYPES, BuildingStock, HousingMix
from dss.errors import ScenarioError
from dss.hazard.ground import Ground
from dss.hazard.impact import (
    CellImpact,
    FacilityImpact,
    Impact,
    Mode,
    RoadImpact,
    reason_code,
)
from dss.hazard.intensity import Earthquake
from dss.hazard.response import free_times, whole_persons
from dss.hazard.rubble import blocked_features, buried_points, find_reaches
from dss.roads import Roads
from dss.standards import StandardsReader

DEGREES = np.arange(6, 11)


@dataclass(frozen=True, slots=True, eq=False)
class Shaken:
    """What stood, what people lived in, and what fell.

    Parameters
    ----------
    stock
        All buildings of the map.
    mix
        What the people of each cell live in.
    collapsed
        Buildings that collapse, shape (n buildings,).
    """

    stock: BuildingStock
    mix: HousingMix
    collapsed: BoolArray


def damage_ratio(intensity: FloatArray, grade: str, standards: StandardsReader) -> FloatArray:
    """Return the share of buildings of each type with a grade of damage, shape (n, 4).

    Parameters
    ----------
    intensity
        In degrees, shape (n,); 0 below VI, interpolated between whole degrees, that of X above X.
    grade
        ``heavy`` (heavily damaged or collapsed) or ``moderate``.
    """
    table = [standards.column(f"damage.{grade}_{degree}") for degree in DEGREES]
    ratios = [np.interp(intensity, DEGREES, [column[name] for column in table]) for name in TYPES]
    return np.where(intensity[:, None] >= DEGREES[0], np.column_stack(ratios), 0.0)


def displaced_share(intensity: FloatArray, mix: HousingMix, standards: StandardsReader) -> FloatArray:
    """Return the share of each cell's people who need a shelter, shape (n cells,)."""
    share = sum(
        standards.number(f"damage.displaced_{grade}")
        * (mix.share * damage_ratio(intensity, grade, standards)).sum(axis=1)
        for grade in ("heavy", "moderate")
    )
    return np.asarray(share * standards.number("damage.shelter_share"))


def earthquake_impact(
    quake: Earthquake, ground: Ground, shaken: Shaken, standards: StandardsReader
) -> Impact:
    """Work out what an earthquake does; everything happens at its first moment.

    Raises
    ------
    ScenarioError
        If no part of the map feels intensity VI.
    """
    found = ground.sounder.sound(quake, quake.steps_s[0])
    if max(found.cells.max(initial=0.0), found.roads.max(initial=0.0)) < quake.measure.limits[0]:
        raise ScenarioError("hazard_weak", value=f"{found.cells.max(initial=0.0):.1f}")
    return Impact(
        kind=quake.kind,
        measure=quake.measure,
        at_s=None,
        cells=_cells(found.cells, ground, shaken.mix, standards),
        roads=_roads(found.roads, ground.roads, shaken, standards),
        facilities={
            role: _facilities(
                found.facilities[role],
                buried_points(
                    shaken.stock, shaken.collapsed, np.column_stack([sites.x_m, sites.y_m]), standards
                ),
            )
            for role, sites in ground.facilities.items()
        },
    )


def collapse_probability(quake: Earthquake, stock: BuildingStock, standards: StandardsReader) -> FloatArray:
    """Return the probability that each building collapses, shape (n buildings,)."""
    if stock.footprint.size == 0:
        return np.zeros(0)
    centre = shapely.get_coordinates(shapely.point_on_surface(stock.footprint))
    intensity = quake.value(centre[:, 0], centre[:, 1], quake.steps_s[0])
    heavy = damage_ratio(intensity, "heavy", standards)[np.arange(stock.floors.size), stock.type_index]
    return np.asarray(heavy * standards.number("damage.collapse_share"))


def shake(
    quake: Earthquake, stock: BuildingStock, mix: HousingMix, standards: StandardsReader, *, seed: int
) -> Shaken:
    """Draw which buildings collapse."""
    drawn = np.random.default_rng(seed).random(stock.floors.size)
    return Shaken(stock, mix, drawn < collapse_probability(quake, stock, standards))


def _cells(intensity: FloatArray, ground: Ground, mix: HousingMix, standards: StandardsReader) -> CellImpact:
    share = displaced_share(np.median(intensity, axis=1), mix, standards)
    persons = whole_persons(ground.cells.persons, share)
    leaves = persons > 0
    return CellImpact(
        value=intensity.max(axis=1),
        share=share,
        leaves=leaves,
        persons=persons,
        walk_factor=np.ones(persons.size),
        from_s=np.where(leaves, 0.0, np.inf),
        reason=np.where(leaves, reason_code("earthquake_displaced"), 0),
    )


def _roads(intensity: FloatArray, roads: Roads, shaken: Shaken, standards: StandardsReader) -> RoadImpact:
    n, feature = len(roads.features), roads.network.feature
    assert feature is not None
    reaches = find_reaches(shaken.stock, roads, standards)
    drive, walk = blocked_features(reaches, shaken.collapsed, n)
    bridge = roads.features["bridge"].to_numpy(np.bool_)
    inspected = bridge & (intensity >= standards.number("earthquake.bridge_close_intensity"))
    closed: dict[Mode, BoolArray] = {
        "walk": walk | inspected, "drive": drive | inspected, "emergency": drive | inspected,
    }  # fmt: skip
    free_s = free_times(roads)
    edge_s = {mode: np.where(closed[mode][feature], np.inf, time_s) for mode, time_s in free_s.items()}
    reason: IntArray = np.zeros(n, dtype=np.int64)
    reason[drive] = reason_code("earthquake_debris")
    reason[inspected] = reason_code("earthquake_inspection")
    return RoadImpact(
        value=intensity,
        edge_s=edge_s,
        step_s={mode: time_s[None, :] for mode, time_s in edge_s.items()},
        close_s={
            mode: np.where(np.isfinite(free_s[mode]) & np.isinf(time_s), 0.0, np.inf)
            for mode, time_s in edge_s.items()
        },
        reason=reason,
    )


def _facilities(intensity: FloatArray, lost: BoolArray) -> FacilityImpact:
    return FacilityImpact(
        value=intensity,
        lost=lost,
        from_s=np.where(lost, 0.0, np.inf),
        reason=np.where(lost, reason_code("earthquake_collapse"), 0),
    )
