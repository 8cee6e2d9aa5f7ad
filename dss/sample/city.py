"""One invented city: all its layers on the map, drawn from a number of people and a seed."""

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from dss.sample.frame.bend import MAP_CRS, GeometryArray
from dss.sample.frame.plan import CityPlan, draw_plan
from dss.sample.frame.zones import Bank, Zone, draw_banks
from dss.sample.hazards.flood import Flood, draw_flood
from dss.sample.land import uses as use
from dss.sample.land.parcels import Parcels, cut_parcels, cut_superblocks
from dss.sample.land.regions import boundary_layer, district_layer, draw_fields
from dss.sample.land.uses import USE_NAMES, Codes, assign_uses
from dss.sample.land.water import Water, draw_water
from dss.sample.names import LAKE, RIVER, Names
from dss.sample.people.buildings import Buildings, set_out
from dss.sample.people.population import census_layer, people_by_building
from dss.sample.places.facilities import depot_layer, hospital_layer, name_parcels
from dss.sample.places.shelters import shelter_layer
from dss.sample.ways.network import Streets, build_network
from dss.sample.ways.roads import road_layer
from dss.sample.ways.streets import draw_streets

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True, eq=False)
class City:
    """A generated city.

    Parameters
    ----------
    layers
        Its vector layers in the map's CRS, by key of the profile.
    flood
        Its flood depth raster.
    """

    layers: dict[str, gpd.GeoDataFrame]
    flood: Flood


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """What the layers are made from."""

    plan: CityPlan
    streets: Streets
    superblocks: GeometryArray
    parcels: Parcels
    code: Codes
    name: Names
    water: Water


def build_city(persons: int, seed: int, on_progress: Progress) -> City:
    """Generate a city; the same arguments give the same city."""
    rng = np.random.default_rng(seed)
    ground = _lay_ground(persons, rng)
    on_progress(0.3)
    buildings = set_out(ground.plan.bend, ground.parcels, ground.code, rng)
    on_progress(0.45)
    is_home = ground.code[buildings.parcel] == use.HOUSING
    homes = buildings.take(is_home)
    people = people_by_building(homes, persons, rng)
    centre = shapely.get_coordinates(shapely.centroid(homes.footprint))
    flood = draw_flood(ground.plan, ground.water.river, (centre, people), rng)
    on_progress(0.55)
    layers = {
        "census": census_layer(
            ground.plan.bend,
            ground.superblocks,
            (homes, ground.parcels.superblock[homes.parcel], people),
            rng,
        ),
        "residential_buildings": building_layer(homes, ground, 1),
        "other_buildings": building_layer(buildings.take(~is_home), ground, 500_001),
        "roads": road_layer(ground.plan, ground.streets, rng),
        **_land_layers(ground, rng),
        **_facility_layers(ground, rng),
        "boundary": boundary_layer(ground.plan),
        "districts": district_layer(ground.plan),
    }
    on_progress(0.7)
    return City(layers, flood)


def _lay_ground(persons: int, rng: np.random.Generator) -> _Ground:
    plan = draw_plan(persons, rng)
    banks: tuple[Bank, Bank] = draw_banks(plan)
    streets = build_network(plan, banks, draw_streets(plan, banks, rng))
    superblocks = cut_superblocks(banks, streets)
    parcels = cut_parcels(plan.bend, banks, streets, superblocks)
    code = assign_uses(parcels, rng)
    water = draw_water(plan, parcels, rng)
    return _Ground(plan, streets, superblocks, parcels, code, name_parcels(parcels, code, rng), water)


def building_layer(buildings: Buildings, ground: _Ground, first: int) -> gpd.GeoDataFrame:
    """Return a building layer; its numbers count from ``first``."""
    code: Codes = ground.code[buildings.parcel]
    return gpd.GeoDataFrame(
        {
            "JZBM": [f"JZ{number:07d}" for number in range(first, first + buildings.year.size)],
            "JZMC": ground.name[buildings.parcel],
            "CS": buildings.floors,
            "JCND": buildings.year,
            "YTDM": code,
            "JZMJ": np.round(buildings.floor_area_m2),
        },
        geometry=buildings.footprint,
        crs=MAP_CRS,
    )


def _land_layers(ground: _Ground, rng: np.random.Generator) -> dict[str, gpd.GeoDataFrame]:
    """Return land use (housing apart from the rest), water and parks."""
    bend, water = ground.plan.bend, ground.water
    lake = bend.bend(np.array([water.lake], dtype=object))
    land = ground.parcels.land.copy()
    by_lake = ground.parcels.zone == Zone.LAKE
    land[by_lake] = shapely.difference(land[by_lake], lake[0])
    fields, field_code = draw_fields(ground.plan, ground.superblocks, water.river, rng)
    banks = bend.bend(water.banks)
    bank_code = np.full(banks.size, use.PARK)
    geometry = np.concatenate([land, banks, bend.bend(fields)])
    code = np.concatenate([ground.code, bank_code, field_code])
    name = np.concatenate([ground.name, np.full(banks.size, "滨江公园"), _use_names(field_code)])
    housing, park = code == use.HOUSING, code == use.PARK
    return {
        "residential_land": _land_layer(geometry[housing], code[housing], name[housing]),
        "landuse": _land_layer(geometry[~housing], code[~housing], name[~housing]),
        "parks": gpd.GeoDataFrame(
            {"GYMC": name[park], "MJ": np.round(shapely.area(geometry[park]))},
            geometry=geometry[park],
            crs=MAP_CRS,
        ),
        "water": _water_layer(bend.bend(np.array([water.river], dtype=object)), lake),
    }


def _land_layer(geometry: GeometryArray, code: Codes, name: Names) -> gpd.GeoDataFrame:
    number = np.arange(1, code.size + 1)
    table = {
        "BSM": [
            f"5099{'07' if one == use.HOUSING else '00'}{k:07d}" for k, one in zip(number, code, strict=True)
        ],
        "YDYHFLDM": code.astype(object),
        "YDYHFLMC": _use_names(code),
        "DKMC": name,
        "MJ": np.round(shapely.area(geometry)),
    }
    return gpd.GeoDataFrame(table, geometry=geometry, crs=MAP_CRS)


def _use_names(code: Codes) -> Names:
    return np.array([USE_NAMES[one] for one in code], dtype=object)


def _water_layer(river: GeometryArray, lake: GeometryArray) -> gpd.GeoDataFrame:
    geometry = np.concatenate([river, lake])
    table = gpd.GeoDataFrame(
        {"SXMC": [RIVER, LAKE], "SXLX": ["河流", "湖泊"]}, geometry=geometry, crs=MAP_CRS
    )
    return table[~table.geometry.is_empty].reset_index(drop=True)


def _facility_layers(ground: _Ground, rng: np.random.Generator) -> dict[str, gpd.GeoDataFrame]:
    parcels, code, name = ground.parcels, ground.code, ground.name
    persons = ground.plan.persons
    return {
        "shelters": shelter_layer(parcels, code, name, ground.plan, rng),
        "hospitals": hospital_layer(parcels, code, name, persons),
        "depots": depot_layer(parcels, code, ground.plan, rng),
    }
