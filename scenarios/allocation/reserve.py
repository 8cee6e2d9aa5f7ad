"""Places that could be opened as shelters: parks, halls, school yards of the map's layers."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dss import columns as col
from dss.hazard import Facilities
from dss.onemap import OneMap, read_vector
from dss.shelters import Shelters
from dss.standards import StandardsReader
from scenarios.allocation.spec import Shelter

MOST_PLACES = 200
"""Of more places, the largest are looked at."""
CLASS = "emergency"


def read_reserve(
    onemap: OneMap, want: Shelter, shelters: Shelters, standards: StandardsReader
) -> Shelters | None:
    """Return the places of the reserve layers, the largest first; None where the scenario names none.

    Capacity is the usable ground over the area per person of an emergency shelter; a place whose ground is
    not known, or that is a shelter already, is left out.

    Raises
    ------
    MapError
        If the map has no such layer.
    """
    if not want.reserve:
        return None
    frames = [read_vector(onemap, onemap.layer(key)).assign(layer=key) for key in want.reserve]
    places = pd.concat(frames, ignore_index=True)
    places = places[~(places.geometry.isna() | places.geometry.is_empty)]
    taken, _ = shapely.STRtree(places.geometry.to_numpy()).query(shelters.ground, predicate="intersects")[
        ::-1
    ]
    places = places.drop(places.index[np.unique(taken)]).reset_index(drop=True)
    ground = places.geometry.to_numpy()
    drawn_m2 = pd.Series(shapely.area(ground) * want.reserve_share)
    stated_m2 = pd.to_numeric(places.get(col.AREA_M2, pd.Series(np.nan, index=places.index)), errors="coerce")
    per_person_m2 = dict(standards.column("shelters.area_per_person_m2"))[CLASS]
    capacity = np.floor(stated_m2.fillna(drawn_m2) / per_person_m2)
    keep = capacity[capacity > 0].sort_values(ascending=False, kind="stable").index[:MOST_PLACES]
    names = places[col.NAME].astype("string")
    numbered = pd.Series([f"{layer} {row + 1}" for row, layer in enumerate(places["layer"])], dtype="string")
    features = gpd.GeoDataFrame(
        {
            col.NAME: names.fillna(numbered).astype(object)[keep].to_numpy(),
            col.SHELTER_CLASS: CLASS,
            col.CAPACITY_PERSONS: capacity[keep].astype(np.int64).to_numpy(),
            "capacity_basis": "modelled",
            "layer": places["layer"][keep].to_numpy(),
            col.PLACE_KIND: None,
        },
        geometry=shapely.point_on_surface(ground[keep]),
        crs=onemap.crs,
    )
    return Shelters(features, (), ground[keep]) if len(features) else None


def reserve_facilities(reserve: Shelters) -> Facilities:
    """Return the reserve as facilities that the hazard may take."""
    return Facilities(reserve.features[col.NAME].to_numpy(object), reserve.x_m, reserve.y_m)
