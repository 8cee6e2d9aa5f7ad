"""Which faults are planted in which layers, and how many of each.

Index names: ``k`` kind of fault of a layer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import geopandas as gpd
import numpy as np

from dss.arrays import IntArray
from dss.sample.delivery.truth import Planted
from dss.sample.faults import age, contradictions, geometry, identity, place, values
from dss.sample.faults.bench import Bench

Fault = Callable[[Bench, str, int], None]

_BUILDING: Final[tuple[Fault, ...]] = (
    values.lose_floors, values.misstate_floors, values.misstate_year, values.misstate_area,
    identity.lose_numbers, identity.repeat_numbers, geometry.lose_geometry, geometry.cross_edges,
    geometry.deliver_twice, place.misname_district, place.move_outside, age.forget_records,
    age.misdate_records,
)  # fmt: skip
_LAND: Final[tuple[Fault, ...]] = (
    values.use_unknown_codes, values.lose_values, values.misstate_area, geometry.draw_part_again,
    geometry.cross_edges, geometry.lose_geometry, identity.lose_numbers, identity.repeat_numbers,
)  # fmt: skip
_SITE: Final[tuple[Fault, ...]] = (
    place.misname_district, age.forget_records, age.misdate_records, identity.lose_numbers,
    identity.repeat_numbers, place.move_outside,
)  # fmt: skip

NEEDED: Final[Mapping[str, tuple[Fault, ...]]] = {
    "shelters": (
        contradictions.put_shelters_in_flood, contradictions.count_plans, values.lose_capacity,
        values.overstate_capacity,
    ),
    "census": (contradictions.settle_where_no_one_lives, geometry.reach_over, geometry.leave_hole),
    "hospitals": (values.lose_beds, values.misstate_beds),
    "schools": (place.shift_records, place.misname_district),
    "registered_pop": (values.misstate_persons,),
    "communities": (geometry.leave_hole,),
}  # fmt: skip
"""Faults of which a layer gets at least one each, however small it is; they come first."""
USUAL: Final[Mapping[str, tuple[Fault, ...]]] = {
    "census": (identity.repeat_numbers, place.misname_district),
    "communities": (geometry.reach_over, age.forget_records, place.misname_district),
    "residential_buildings": _BUILDING,
    "other_buildings": _BUILDING,
    "residential_land": (*_LAND, age.forget_records),
    "landuse": (*_LAND, age.forget_records),
    "master_landuse": _LAND,
    "roads": (
        identity.lose_numbers, identity.repeat_numbers, values.lose_values, age.forget_records,
        age.misdate_records, geometry.deliver_twice,
    ),
    "parks": (values.misstate_area, geometry.cross_edges, geometry.deliver_twice, age.forget_records),
    "place_names": (
        place.misname_district, place.move_outside, identity.lose_numbers, identity.repeat_numbers,
        geometry.lose_geometry, geometry.deliver_twice,
    ),
    "schools": (values.misstate_area, age.forget_records, geometry.cross_edges),
    "stadiums": (place.shift_records, *_SITE),
    "vulnerable": (values.misstate_persons, identity.lose_numbers),
    "registered_pop": (values.lose_values,),
    "care_homes": (values.lose_beds, values.misstate_beds),
    "waterlogging": _SITE,
    "geohazards": (age.forget_records, place.misname_district, identity.repeat_numbers),
    "sensors": (place.misname_district, geometry.lose_geometry, identity.repeat_numbers),
    "fire_stations": (place.misname_district, age.forget_records),
    "rescue_teams": (age.forget_records, identity.lose_numbers, place.misname_district),
    "hazmat": (place.misname_district, age.forget_records),
    "shelter_plan": (identity.lose_numbers, place.misname_district),
    "basic_farmland": (values.misstate_area, geometry.deliver_twice),
}  # fmt: skip
"""Faults that share what is left of a layer's errors."""
SHIFTED_LAYER: Final = "commerce"
"""A list of shops as a map service sells it."""
FORGOTTEN_LAYERS: Final = ("rail_transit", "life_circle", "heritage_line", "evac_corridors")
"""Layers that nobody may have updated; as many of them as are wrong on the whole, and one at least."""


@dataclass(frozen=True, slots=True, eq=False)
class Delivery:
    """Layers as they are delivered, the date of each, and what is wrong with them."""

    layers: dict[str, gpd.GeoDataFrame]
    dates: dict[str, date]
    planted: tuple[Planted, ...]


def plant_faults(
    layers: Mapping[str, gpd.GeoDataFrame],
    dates: Mapping[str, date],
    *,
    share: float,
    today: date,
    rng: np.random.Generator,
) -> Delivery:
    """Make about a share of the records wrong, each in one way; 0 leaves everything as it is."""
    bench = Bench(layers, dates, today, rng)
    if share > 0:
        forgotten = max(1, round(share * len(layers)))
        for key in rng.permutation(np.array(FORGOTTEN_LAYERS))[:forgotten]:
            age.forget_layer(bench, str(key))
        place.shift_layer(bench, SHIFTED_LAYER)
        for key, faults in NEEDED.items():
            for fault in faults:
                fault(bench, key, max(1, round(share * len(layers[key]) / _kinds(key))))
        for key, faults in USUAL.items():
            _plant_usual(bench, key, faults, share)
    return Delivery(bench.layers, bench.dates, bench.finished())


def _kinds(key: str) -> int:
    return len(NEEDED.get(key, ())) + len(USUAL.get(key, ()))


def _plant_usual(bench: Bench, key: str, faults: tuple[Fault, ...], share: float) -> None:
    """Share a layer's errors evenly among its kinds; of a small layer, only some kinds get one."""
    records = len(bench.clean[key])
    needed = len(NEEDED.get(key, ())) * max(1, round(share * records / _kinds(key)))
    left = max(0, round(share * records) - (needed if key in NEEDED else 0))
    count: IntArray = np.full(len(faults), left // len(faults))
    count[bench.rng.permutation(len(faults))[: left % len(faults)]] += 1
    for fault, wanted in zip(faults, count, strict=True):
        if wanted:
            fault(bench, key, int(wanted))
