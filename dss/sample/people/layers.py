"""Layers of buildings and of people by community."""

import geopandas as gpd
import numpy as np

from dss.arrays import IntArray
from dss.sample.frame.bend import MAP_CRS
from dss.sample.ground import Ground
from dss.sample.land import uses as use
from dss.sample.people.buildings import Buildings
from dss.sample.people.population import People
from dss.sample.people.structure import structures
from dss.sample.units.layers import Areas


def building_layer(
    buildings: Buildings, ground: Ground, first: int, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Return a building layer; its numbers count from ``first``."""
    code = ground.code[buildings.parcel]
    is_shed = np.isin(code, (use.WORKS, use.STORAGE)).astype(np.int64)
    return gpd.GeoDataFrame(
        {
            "JZBM": [f"JZ{number:07d}" for number in range(first, first + buildings.year.size)],
            "JZMC": ground.name[buildings.parcel],
            "CS": buildings.floors,
            "JCND": buildings.year,
            "JG": structures(buildings, is_shed, rng),
            "YTDM": code.astype(object),
            "JZMJ": np.round(buildings.floor_area_m2),
        },
        geometry=buildings.footprint,
        crs=MAP_CRS,
    )


def community_people(
    communities: Areas, people: People, group: IntArray, rng: np.random.Generator
) -> dict[str, gpd.GeoDataFrame]:
    """Return who lives in each community: as the police registers it, and who needs help."""
    counted = people.by(group)
    registered = np.round(counted.persons * rng.uniform(0.9, 1.08, counted.persons.size)).astype(np.int64)
    alone = np.floor(counted.elderly * rng.uniform(0.12, 0.22, registered.size)).astype(np.int64)
    name = communities.name
    frame = {"SQMC": name, "SQDM": communities.code}
    return {
        "registered_pop": gpd.GeoDataFrame(
            {**frame, "SYRK": registered}, geometry=communities.shape, crs=MAP_CRS
        ),
        "vulnerable": gpd.GeoDataFrame(
            {**frame, **counted.table(), "DJLR": alone}, geometry=communities.shape, crs=MAP_CRS
        ),
    }
