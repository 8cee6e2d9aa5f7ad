"""One invented city: all its layers on the map, drawn from a number of people and a seed."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from dss.sample.ground import Ground, in_areas, lay_ground
from dss.sample.hazards.elevation import Elevation, draw_elevation
from dss.sample.hazards.flood import Flood, draw_flood
from dss.sample.hazards.layers import hazard_layers
from dss.sample.land import uses as use
from dss.sample.land.layers import Land, draw_land, land_layers
from dss.sample.land.planned import planning_layers
from dss.sample.people.buildings import Buildings, set_out
from dss.sample.people.layers import building_layer, community_people
from dss.sample.people.population import census_layer, count_people, people_by_building
from dss.sample.places.facilities import depot_layer, hospital_layer
from dss.sample.places.services import service_layers
from dss.sample.places.shelters import shelter_layer
from dss.sample.units.groups import group_faces
from dss.sample.units.layers import draw_offices, office_layers
from dss.sample.units.naming import unit_codes
from dss.sample.ways.layers import way_layers
from dss.sample.ways.roads import road_layer


@dataclass(frozen=True, slots=True, eq=False)
class City:
    """A generated city.

    Parameters
    ----------
    layers
        Its vector layers in the map's CRS, by key of the profile.
    flood, elevation
        Its rasters: depth of the flood, height of the ground.
    """

    layers: dict[str, gpd.GeoDataFrame]
    flood: Flood
    elevation: Elevation


def build_city(persons: int, seed: int) -> City:
    """Generate a city; the same arguments give the same city."""
    rng = np.random.default_rng(seed)
    ground = lay_ground(persons, rng)
    buildings = set_out(ground.plan.bend, ground.parcels, ground.code, rng)
    is_home = ground.code[buildings.parcel] == use.HOUSING
    homes, places = buildings.take(is_home), buildings.take(~is_home)
    people = people_by_building(homes, persons, rng)
    centre = shapely.get_coordinates(shapely.centroid(homes.footprint))
    flood = draw_flood(ground.plan, ground.water.river, (centre, people), rng)
    land = draw_land(ground)
    roads = road_layer(ground.plan, ground.streets, rng)
    layers = {
        **_people_layers(ground, (homes, places), people, rng),
        "residential_buildings": building_layer(homes, ground, 1, rng),
        "other_buildings": building_layer(places, ground, 500_001, rng),
        "roads": roads,
        **way_layers(ground, roads, rng),
        **land_layers(land),
        **planning_layers(ground, land, rng),
        **_facility_layers(ground, rng),
        **service_layers(ground, rng),
        **hazard_layers(ground, land, flood, rng),
    }
    return City(layers, flood, _elevation(ground, land, rng))


def _people_layers(
    ground: Ground, buildings: tuple[Buildings, Buildings], living: np.ndarray, rng: np.random.Generator
) -> dict[str, gpd.GeoDataFrame]:
    """Return census units and everything that is made by joining them."""
    homes, places = buildings
    faces = ground.faces
    home_face, place_face = (in_areas(faces.shape, one.footprint) for one in buildings)
    people = count_people(
        faces, (homes, home_face, living), (places, place_face, ground.code[places.parcel]), rng
    )
    groups = group_faces(faces, people.persons.astype(np.float64))
    offices = draw_offices(faces, groups, rng)
    code, name = unit_codes(offices.communities, groups.community)
    return {
        "census": census_layer(faces, people, code, name),
        **office_layers(offices),
        **community_people(offices.communities, people, groups.community, rng),
    }


def _facility_layers(ground: Ground, rng: np.random.Generator) -> dict[str, gpd.GeoDataFrame]:
    parcels, code, name = ground.parcels, ground.code, ground.name
    return {
        "shelters": shelter_layer(parcels, code, name, ground.plan, rng),
        "hospitals": hospital_layer(parcels, code, name, ground.plan.persons),
        "depots": depot_layer(parcels, code, ground.plan, rng),
    }


def _elevation(ground: Ground, land: Land, rng: np.random.Generator) -> Elevation:
    return draw_elevation(
        ground.city, land.geometry[land.code == use.RIVER_WATER], land.geometry[land.code == use.WOODS], rng
    )
