"""What the tags of an OpenStreetMap way say of a road: direction, lanes, speed, width, height above ground.

A tag that cannot be read counts as absent, so that the standards' value of the class takes its place and is
counted as assumed. Sources: wiki.openstreetmap.org, Key:oneway, Key:maxspeed, Key:lanes, Key:layer.
"""

import re
from collections.abc import Mapping
from typing import Final

from dss import columns as col

KPH_PER_MPH: Final = 1.609344
FORWARD: Final = frozenset({"yes", "true", "1"})
BACKWARD: Final = frozenset({"-1", "reverse"})
BOTH_WAYS: Final = frozenset({"no", "false", "0"})
# Ways that carry the key but that nobody can travel along today.
NO_ROADS: Final = frozenset(
    {"abandoned", "construction", "demolished", "elevator", "planned", "platform", "proposed", "raceway",
     "razed", "via_ferrata"}
)  # fmt: skip
# Classes that the standards table does not list, and the listed one that is nearest.
NEAREST_CLASS: Final = {
    "bridleway": "path",
    "bus_guideway": "busway",
    "corridor": "footway",
    "rest_area": "service",
    "road": "unclassified",
    "services": "service",
}

Tags = Mapping[str, str]


def is_road(tags: Tags) -> bool:
    """Tell whether a way is a road or a path that exists today."""
    return tags.get("highway", "construction") not in NO_ROADS and tags.get("area") != "yes"


def road_facts(tags: Tags) -> dict[str, str | float | int | None]:
    """Return what a road layer binds, by our column names; None where the tags say nothing."""
    highway = tags["highway"]
    return {
        col.NAME: tags.get("name"),
        col.ROAD_CLASS: NEAREST_CLASS.get(highway, highway),
        col.ONE_WAY: one_way(tags),
        col.LANES: smallest_number(tags.get("lanes")),
        col.SPEED_KPH: speed_kph(tags.get("maxspeed")),
        col.WIDTH_M: smallest_number(tags.get("width")),
        col.BRIDGE: is_structure(tags.get("bridge")),
        col.TUNNEL: is_structure(tags.get("tunnel")),
        col.LEVEL: level(tags),
    }


def one_way(tags: Tags) -> int | None:
    """Return 1 along the way, -1 against it, 0 both ways, None where it is not said.

    A motorway and a roundabout are one-way unless the tag says otherwise. A reversible or alternating road
    changes its direction by the hour, which a tag cannot tell: not said.
    """
    said = tags.get("oneway", "").strip().lower()
    if said in FORWARD:
        return 1
    if said in BACKWARD:
        return -1
    if said in BOTH_WAYS:
        return 0
    implied = tags.get("highway") == "motorway" or tags.get("junction") in ("roundabout", "circular")
    return 1 if implied and not said else None


def speed_kph(said: str | None) -> float | None:
    """Return a speed limit in km/h, the lowest of several; None for words such as ``CN:urban``."""
    if said is None:
        return None
    limits = [_one_speed(part) for part in re.split(r"[;|,]", said)]
    known = [limit for limit in limits if limit is not None and limit > 0]
    return min(known, default=None)


def _one_speed(said: str) -> float | None:
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(mph|km/h|kmh|kph)?\s*", said)
    if found is None:
        return None
    return float(found[1]) * (KPH_PER_MPH if found[2] == "mph" else 1.0)


def smallest_number(said: str | None) -> float | None:
    """Return the smallest positive number of a tag such as ``2``, ``5.5 m`` or ``2;3``; None without any."""
    if said is None:
        return None
    found = [re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*m?\s*", part) for part in re.split(r"[;|,]", said)]
    numbers = [float(match[1]) for match in found if match is not None]
    return min((number for number in numbers if number > 0), default=None)


def is_structure(said: str | None) -> int:
    """Return 1 for a bridge or a tunnel of any kind, 0 else."""
    return int(said is not None and said.strip().lower() not in ("", "no", "false", "0"))


def level(tags: Tags) -> int:
    """Return on which level a road runs where roads cross: 0 on the ground, the tag ``layer`` else."""
    found = re.fullmatch(r"\s*([+-]?\d+)\s*", tags.get("layer", "0"))
    return int(found[1]) if found else 0
