"""Which layers stand behind each figure of a run and each column of its plan, and how secret it is."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

import geopandas as gpd

from dss.onemap.lineage import Lineage
from scenarios.allocation.outcome import Figure
from scenarios.situation import SHELTERS, Situation

ROAD_FACTS: Final = ("name", "road_class", "bridge", "tunnel", "level", "length_m", "lanes", "width_m")

# What the columns of a plan's layers rest on; a column that is not named rests on everything its layer does.
COLUMNS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "cells": {
        "cell": (),
        "persons": ("people",),
        "hazard_value": ("hazard",),
        "share_to_leave": ("people", "hazard"),
        "affected": ("people", "hazard"),
        "persons_affected": ("people", "hazard"),
        "from_s": ("hazard",),
        "reason": ("people", "hazard"),
    },
    "shelters": {
        "name": ("shelters",),
        "shelter_class": ("shelters",),
        "capacity_persons": ("shelters",),
        "capacity_basis": ("shelters",),
        "layer": ("shelters",),
        "hazard_value": ("shelters", "hazard"),
        "open": ("shelters", "hazard"),
        "from_s": ("shelters", "hazard"),
        "reason": ("shelters", "hazard"),
    },
    "assignments": {"shelter": ("shelters",), "cell": ("people",)},
    "roads": {
        **dict.fromkeys(
            ("name", "road_class", "bridge", "tunnel", "level", "length_m", "lanes", "width_m"), ("roads",)
        ),
        "hazard_value": ("roads", "hazard"),
        "from_s": ("roads", "hazard"),
        "reason": ("roads", "hazard"),
        "state": ("roads", "hazard"),
    },
    "facilities": {"role": ("others",), "name": ("others",)},
}
DRAWN: Final = ("water",)
EVERYTHING: Final = ("people", "roads", "shelters", "hazard")
WHOLE_LAYER: Final[dict[str, tuple[str, ...]]] = {
    "facilities": ("others", "hazard"),
    "relief_depots": (*EVERYTHING, "depots"),
    "relief_stops": (*EVERYTHING, "depots"),
    "relief_trips": (*EVERYTHING, "depots"),
    **dict.fromkeys(
        ("response_incidents", "response_routes", "response_hospitals", "response_moves", "response_roads"),
        ("people", "roads", "hazard", "responders"),
    ),
}

ROLES_OF: Final[dict[str, tuple[str, ...]]] = {
    "roads": ("roads",),
    "shelters": (SHELTERS,),
    "depots": ("depots", "districts"),
    "responders": ("fire_stations", "hospitals", "teams", "depots"),
}
"""Groups of layers that are their roles."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """The layers behind a run, in groups.

    ``people`` are those that say how many live where, buildings among them; ``others`` are facilities that
    are not shelters; ``hazard`` is what the danger is made from.
    """

    situation: Situation

    def keys(self, group: str) -> tuple[str, ...]:
        """Return the layers of a group."""
        match group:
            case "people":
                return (*self.situation.cells.sources, *_keys(self.situation, ("buildings",)))
            case "hazard":
                return self.situation.hazard_sources
            case "others":
                return _keys(self.situation, sorted(set(self.situation.impact.facilities) - {SHELTERS}))
            case _:
                return _keys(self.situation, ROLES_OF[group])

    def lineage(self, groups: Iterable[str]) -> Lineage:
        """Return the lineage of what rests on some groups."""
        keys = dict.fromkeys(key for group in groups for key in self.keys(group))
        return Lineage.of(self.situation.onemap, keys)

    def whole(self) -> Lineage:
        """Return the lineage of the run: every layer that it asked for, and those that its maps draw."""
        onemap = self.situation.onemap
        drawn = _keys(self.situation, DRAWN)
        return Lineage.of(onemap, dict.fromkeys((*(layer.key for layer in onemap.used), *drawn)))


def describe_figures(situation: Situation, figures: Iterable[Figure]) -> list[dict[str, Any]]:
    """Return figures as the manifest holds them: value, unit, sources, highest level, oldest date."""
    return [
        {**asdict(figure), **Lineage.of(situation.onemap, figure.sources).as_record()} for figure in figures
    ]


def describe_columns(
    situation: Situation, layers: dict[str, gpd.GeoDataFrame]
) -> dict[str, dict[str, list[str]]]:
    """Return the source layers of every column of the plan's layers, by layer and column."""
    provenance = Provenance(situation)
    return {
        name: {
            str(column): list(provenance.lineage(_groups(name, str(column))).keys)
            for column in frame.columns
            if column != frame.geometry.name
        }
        for name, frame in layers.items()
    }


def _groups(layer: str, column: str) -> tuple[str, ...]:
    return COLUMNS.get(layer, {}).get(column, WHOLE_LAYER.get(layer, EVERYTHING))


def _keys(situation: Situation, roles: Iterable[str]) -> tuple[str, ...]:
    return tuple(layer.key for role in roles for layer in situation.onemap.role(role))
