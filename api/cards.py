"""Maps and layers as answers show them."""

from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from api.coded import plain
from api.layers import FeatureTable
from api.maps import digest_of, layer_bounds, level_of, map_bounds
from api.texts import words, words_or_key, words_or_none
from dss.language import LANGUAGES
from dss.onemap import Layer, OneMap
from dss.onemap.lineage import Lineage, Source
from dss.onemap.listing import middle_class_name, role_name, summarise
from dss.onemap.owed import owed_layers

COMMONEST: Final = 12
"""Values of a field that a legend shows."""


def map_head(name: str, onemap: OneMap, today: date) -> dict[str, Any]:
    """Return a map as a list shows it."""
    catalogue, summary = onemap.catalogue, summarise(onemap, owed_layers(onemap), today)
    here = f"/api/maps/{name}"
    return {
        **summary,
        "map": name,
        "title": catalogue.title.model_dump(),
        "generated": catalogue.generated,
        "note": catalogue.note.model_dump() if catalogue.note else None,
        "bounds": map_bounds(onemap),
        "links": {
            "self": here,
            **{part: f"{here}/{part}" for part in ("layers", "audit", "owed", "base")},
            "cells": f"{here}/cells/9",
        },
    }


def map_card(name: str, onemap: OneMap, today: date) -> dict[str, Any]:
    """Return a map as a whole."""
    return {**map_head(name, onemap, today), "crs": onemap.crs, "digest": digest_of(onemap)}


def layer_head(name: str, onemap: OneMap, layer: Layer, today: date, *, readable: bool) -> dict[str, Any]:
    """Return a layer as the tree shows it."""
    return {
        "key": layer.key,
        "title": layer.title.model_dump(),
        "layer_class": layer.layer_class,
        "class_title": words_or_key("layer_class", layer.layer_class),
        "middle_class": layer.middle_class,
        "middle_class_title": {one: middle_class_name(layer.middle_class, one) for one in LANGUAGES},
        "role": layer.role,
        "role_title": {one: role_name(layer.role, one) for one in LANGUAGES},
        "kind": layer.kind,
        "owner": layer.owner.model_dump(),
        "date": layer.date.isoformat(),
        "age_days": layer.age_days(today),
        "overdue_days": layer.overdue_days(today),
        "cycle_days": layer.cycle_days,
        "sensitivity": level_of(onemap, layer.key),
        "readable": readable,
        "status": Source.of(onemap, layer).status,
        "records": layer.records,
        "bounds": layer_bounds(onemap, layer),
        "fields": list(layer.fields),
        "tiles": None if layer.kind == "raster" else f"/api/maps/{name}/tiles/{layer.key}",
    }


def layer_card(onemap: OneMap, layer: Layer, legend: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what the card of a layer says beside its head."""
    sources = Lineage.of(onemap, layer.derived_from).sources
    return {
        "source": layer.source,
        "licence": layer.licence,
        "crs": layer.stored_crs,
        "sha256": layer.sha256,
        "caveat": layer.caveat.model_dump() if layer.caveat else None,
        "guesses": [{one: guess.text(one) for one in LANGUAGES} for guess in layer.guesses],
        "assumed": layer.assumed,
        "derived_from": [source.as_record() for source in sources],
        "legend": legend,
    }


def legend_of(layer: Layer, table: FeatureTable) -> list[dict[str, Any]]:
    """Return the bound fields of a layer with their commonest values, or their range."""
    return [_field(name, layer.fields.get(name), table.columns[name]) for name in table.tile_columns]


def _field(name: str, delivered: str | None, values: pd.Series) -> dict[str, Any]:
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    numbers = numbers[np.isfinite(numbers)]
    is_number = bool(numbers.size) and pd.api.types.is_numeric_dtype(values)
    counts = values.dropna().astype(str).value_counts()
    few = not is_number or len(counts) <= COMMONEST
    return {
        "name": name,
        "delivered": delivered,
        "kind": "number" if is_number else "text",
        "min": plain(numbers.min()) if is_number else None,
        "max": plain(numbers.max()) if is_number else None,
        "values": [(str(key), int(count)) for key, count in counts.head(COMMONEST).items()] if few else [],
        "missing": int(values.isna().sum()),
    }


def unit_words(unit: str) -> dict[str, str] | None:
    """Return the name of a unit in both languages."""
    return words_or_none(f"unit.{unit}")


def step_words(step: str | None) -> dict[str, str] | None:
    """Return the name of a step in both languages."""
    if step is None:
        return None
    return words_or_none(f"step.{step}") or words_or_none(f"cli.site_step_{step}") or words("step.map")
