"""What a road's class and fields say of it: direction, speed, lanes, width, capacity.

Where a layer does not state a value, the standards' value of the class takes its place and is counted.
Index names: ``f`` road features.
"""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from dss import columns as col
from dss.arrays import BoolArray, FloatArray, IntArray
from dss.standards import StandardsReader

FORWARD: Final = frozenset({"1", "1.0", "yes", "true", "ft", "f", "是"})
BACKWARD: Final = frozenset({"-1", "-1.0", "reverse", "tf", "t"})
UNKNOWN_CLASS: Final = "unclassified"
LINK: Final = "_link"


@dataclass(frozen=True, slots=True, eq=False)
class RoadFacts:
    """What is known or assumed of each road feature.

    Parameters
    ----------
    road_class
        Class as the standards name it, ``_link`` kept, shape (n,).
    one_way
        1 along the line, -1 against it, 0 both ways, shape (n,).
    speed_kph, width_m
        Shape (n,).
    lanes
        Lanes of each direction that is open to cars, shape (n,).
    capacity_pcu_h
        Cars an hour in each such direction: lane capacity by class * lanes * intersection factor, shape (n,).
    unknown_class, assumed_two_way, assumed_speed, assumed_lanes, assumed_width
        Features whose layer does not say so.
    """

    road_class: pd.Series
    one_way: IntArray
    speed_kph: FloatArray
    lanes: FloatArray
    width_m: FloatArray
    capacity_pcu_h: FloatArray
    unknown_class: int
    assumed_two_way: int
    assumed_speed: int
    assumed_lanes: int
    assumed_width: int


def road_facts(lines: gpd.GeoDataFrame, standards: StandardsReader) -> RoadFacts:
    """Read the columns of the role ``roads`` and fill what they leave open."""
    road_class, unknown = _known_classes(lines[col.ROAD_CLASS], standards)
    one_way = directions(lines[col.ONE_WAY])
    link = road_class.str.endswith(LINK).to_numpy(np.bool_)
    design_kph = by_class(road_class, "roads.design_speed_kmh", standards)
    design_kph = np.where(link, design_kph * standards.number("roads.link_speed_factor"), design_kph)
    speed_kph, assumed_speed = _filled(lines[col.SPEED_KPH], design_kph)
    width_m, assumed_width = _filled(lines[col.WIDTH_M], by_class(road_class, "roads.width_m", standards))
    lanes, assumed_lanes = lanes_by_direction(
        lines[col.LANES], one_way, link, by_class(road_class, "roads.lanes", standards)
    )
    lane_pcu_h = by_class(road_class, "roads.capacity_pcu_h_lane", standards)
    return RoadFacts(
        road_class=road_class,
        one_way=one_way,
        speed_kph=speed_kph,
        lanes=lanes,
        width_m=width_m,
        capacity_pcu_h=lane_pcu_h * lanes * by_class(road_class, "roads.intersection_factor", standards),
        unknown_class=unknown,
        assumed_two_way=int(lines[col.ONE_WAY].isna().sum()),
        assumed_speed=assumed_speed,
        assumed_lanes=assumed_lanes,
        assumed_width=assumed_width,
    )


def directions(values: pd.Series) -> IntArray:
    """Return 1 along the line, -1 against it, 0 both ways, shape (n,)."""
    words = values.astype("string").str.strip().str.lower()
    forward, backward = words.isin(FORWARD), words.isin(BACKWARD)
    return forward.to_numpy(np.int64) - backward.to_numpy(np.int64)


def is_true(values: pd.Series) -> BoolArray:
    """Tell where a layer says yes, shape (n,)."""
    words = values.astype("string").str.strip().str.lower()
    return words.isin(FORWARD).to_numpy(np.bool_)


def levels(values: pd.Series) -> IntArray:
    """Return the level each road runs on, 0 on the ground and where nobody says, shape (n,)."""
    return pd.to_numeric(values, errors="coerce").fillna(0).to_numpy(np.int64)


def by_class(road_class: pd.Series, column: str, standards: StandardsReader) -> FloatArray:
    """Return a column of the standards for each road's class, shape (n,)."""
    return road_class.str.removesuffix(LINK).map(dict(standards.column(column))).to_numpy(np.float64)


def _known_classes(local: pd.Series, standards: StandardsReader) -> tuple[pd.Series, int]:
    known = standards.column("roads.design_speed_kmh")
    road_class = local.astype("string").fillna("")
    base = road_class.str.removesuffix(LINK)
    unknown = ~base.isin(list(known))
    return road_class.mask(unknown, UNKNOWN_CLASS), int(unknown.sum())


def _filled(stated: pd.Series, assumed: FloatArray) -> tuple[FloatArray, int]:
    """Return what is stated and sensible, else what is assumed, and how often."""
    values = pd.to_numeric(stated, errors="coerce").to_numpy(np.float64)
    known = np.isfinite(values) & (values > 0)
    return np.where(known, values, assumed), int((~known).sum())


def lanes_by_direction(
    stated: pd.Series, one_way: IntArray, link: BoolArray, class_lanes: FloatArray
) -> tuple[FloatArray, int]:
    """Return the lanes of a direction. A layer states both directions together; a link has one lane."""
    total = pd.to_numeric(stated, errors="coerce").to_numpy(np.float64)
    own = np.where(one_way == 0, np.maximum(total / 2.0, 1.0), total)
    return _filled(pd.Series(own).where(total > 0), np.where(link, np.minimum(class_lanes, 1.0), class_lanes))
