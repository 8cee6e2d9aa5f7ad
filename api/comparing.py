"""Two runs side by side: figures, shelters, and the cells that changed."""

from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from api.cards import unit_words
from api.texts import words_or_key
from dss import columns as col

CHANGES: Final = ("persons_allocated", "persons_unmet", "trip_mean_s")
LEAST_S: Final = 0.5
"""Trips that differ by less are the same."""


def compare_plans(
    folders: tuple[Path, Path], manifests: tuple[dict[str, Any], dict[str, Any]]
) -> dict[str, Any]:
    """Return what differs between two runs, other less this."""
    shelters = _shelters(folders)
    cells = _cells(folders)
    return {
        "run": manifests[0]["run"],
        "other": manifests[1]["run"],
        "same_map": manifests[0]["map"]["name"] == manifests[1]["map"]["name"],
        "figures": _figures(manifests),
        "shelters": shelters,
        "shelters_changed": len(shelters),
        "cells": cells,
    }


def _figures(manifests: tuple[dict[str, Any], dict[str, Any]]) -> list[dict[str, Any]]:
    this, other = ({figure["key"]: figure for figure in one["figures"]} for one in manifests)
    rows = []
    for key in dict.fromkeys([*this, *other]):
        a, b = (one.get(key, {}).get("value") for one in (this, other))
        unit = (this.get(key) or other[key])["unit"]
        difference = None if a is None or b is None else round(b - a, 6)
        rows.append(
            {
                "key": key, "title": words_or_key("figure", key), "unit": unit,
                "unit_title": unit_words(unit),
                "value": a, "other": b, "difference": difference,
            }
        )  # fmt: skip
    return rows


def _shelters(folders: tuple[Path, Path]) -> list[dict[str, Any]]:
    """Return shelters by place and name whose load differs, the largest difference first."""
    this, other = (_loads(folder) for folder in folders)
    both = this.join(other, how="outer", lsuffix="_a", rsuffix="_b").fillna(0)
    differs = both[both["load_a"] != both["load_b"]]
    differs = differs.loc[(differs["load_b"] - differs["load_a"]).abs().sort_values(ascending=False).index]
    return [
        {"name": str(name), "load": int(row["load_a"]), "other": int(row["load_b"]), "at": (lng, lat)}
        for (name, lng, lat), row in differs.iterrows()
    ]


def _loads(folder: Path) -> pd.DataFrame:
    frame = gpd.read_parquet(folder / "shelters.parquet")
    points = frame.geometry
    keys = [frame[col.NAME].astype(str), points.x.round(6), points.y.round(6)]
    return (
        pd.DataFrame({"load": frame["load_persons"].to_numpy()})
        .groupby([key.to_numpy() for key in keys])
        .sum()
    )


def _cells(folders: tuple[Path, Path]) -> dict[str, list[Any]]:
    this, other = (_cell_rows(folder) for folder in folders)
    both = this.join(other, how="outer", lsuffix="_a", rsuffix="_b")
    changes = {name: both[f"{name}_b"].fillna(0) - both[f"{name}_a"].fillna(0) for name in CHANGES}
    shelter = both["shelter_a"].fillna("") != both["shelter_b"].fillna("")
    differs = shelter | (changes["trip_mean_s"].abs() > LEAST_S)
    differs |= (changes["persons_allocated"] != 0) | (changes["persons_unmet"] != 0)
    rows = np.flatnonzero(differs.to_numpy())
    return {
        col.CELL: [str(name) for name in both.index[rows]],
        **{name: [round(float(one), 1) for one in values.iloc[rows]] for name, values in changes.items()},
        "shelter_changed": [bool(one) for one in shelter.iloc[rows]],
    }


def _cell_rows(folder: Path) -> pd.DataFrame:
    """Return what each cell has, and the shelters that its people go to."""
    cells = pd.read_parquet(folder / "cells.parquet", columns=[col.CELL, *CHANGES]).set_index(col.CELL)
    sent = pd.read_parquet(folder / "assignments.parquet", columns=[col.CELL, "shelter"])
    shelters = sent.astype(str).groupby(col.CELL)["shelter"].agg(lambda names: "|".join(sorted(set(names))))
    return cells.assign(shelter=shelters.reindex(cells.index))
