"""The town with responders and a depot in the west, and a scenario that supplies shelters and sends units.

The depot has water and food and no medicine; the slide closes the east arm and leaves the west arm open.
"""

from pathlib import Path
from typing import Any

import geopandas as gpd
import yaml
from response_town import FRAMES, ROLES, degrees
from shapely import Point
from town import CRS, at, layer, town_layers, town_profile

from dss.onemap import OneMap, import_folder, init_map, open_map, read_profile

DEPOT = gpd.GeoDataFrame({"MC": ["西库"], "SL": [900], "SP": [300]}, geometry=[Point(at(-300, 10))], crs=CRS)
DEPOT_FIELDS = {"name": "MC", "water_l": "SL", "food_kg": "SP"}
CORNERS = ((300, -60), (450, -60), (450, 250), (300, 250), (300, -60))
ZONE = {"type": "Polygon", "coordinates": [[degrees(x, y) for x, y in CORNERS]]}
SUPPLIED: dict[str, Any] = {
    "title": {"zh": "小镇保障与救援", "en": "Relief and response of the town"},
    "cells": {"resolution": 11},
    "hazard": {"kind": "polygon", "roads": "closed", "people": "leave", "zones": [{"geometry": ZONE}]},
    "travel": {"reach_road_m": 400},
    "relief": {
        "days": 2,
        "clock": "2024-07-02T06:00:00",
        "goods": ["water", "food", "medicine"],
        "vehicles": [{"kind": "van", "count": 2}],
        "time_limit_s": 1,
    },
    "response": {
        "incidents": [
            {
                "name": {"zh": "北火", "en": "Fire in the north"},
                "at": degrees(0, 450),
                "needs": {"fire_engine": 1, "generator": 1},
                "patients": {"red": 1, "green": 2},
            }
        ],
        "time_limit_s": 1,
    },
}


def make_supplied_town(home: Path) -> OneMap:
    """Make the town's map in a folder."""
    delivery, folder = home / "delivery", home / "map"
    delivery.mkdir(parents=True)
    for key, frame in {**town_layers(), **FRAMES, "depots": DEPOT}.items():
        frame.to_file(delivery / f"{key}.gpkg")
    profile = town_profile()
    depots = layer("depots", "depots", "depots.gpkg", fields=DEPOT_FIELDS)
    profile["layers"] = [*profile["layers"], *ROLES.values(), depots]  # type: ignore[misc]
    path = home / "profile.yaml"
    path.write_text(yaml.safe_dump(profile, allow_unicode=True), encoding="utf-8")
    init_map(folder, read_profile(path))
    import_folder(folder, delivery)
    return open_map(folder)
