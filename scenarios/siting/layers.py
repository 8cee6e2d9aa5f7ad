"""A study as layers for a map, in EPSG:4490: sites, catchments, cells, exclusions, frontier, cases."""

from collections.abc import Mapping
from typing import Final

import geopandas as gpd
import h3ronpy
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio

from dss import columns as col
from dss.arrays import IntArray
from dss.candidates import Exclusion
from scenarios.siting.explaining import CAUSES, Explanation, served_share
from scenarios.siting.figures import Extras
from scenarios.siting.frontier import Point
from scenarios.siting.robust import RobustStudy
from scenarios.siting.study import Study

OUT_CRS: Final = "EPSG:4490"


def study_layers(study: Study, extras: Extras) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers by name; layers without rows are left out. Needs an explanation."""
    explanation = extras.explanation
    assert explanation is not None
    layers = {
        "sites": site_layer(study, explanation),
        "catchments": catchment_layer(study),
        "cells": cell_layer(study, explanation),
        "exclusions": exclusion_layer(study, study.ground.candidates.exclusions),
        "statements": exclusion_layer(study, study.ground.candidates.statements),
        "frontier_sites": frontier_layer(study, extras.points),
        "robust_sites": robust_layer(study, extras.robust),
    }
    return {name: layer.to_crs(OUT_CRS) for name, layer in layers.items() if len(layer)}


def write_study_layers(path: str, layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Write the layers into a new GeoPackage."""
    for number, (name, layer) in enumerate(layers.items()):
        pyogrio.write_dataframe(layer, path, layer=name, append=number > 0)


def site_layer(study: Study, explanation: Explanation) -> gpd.GeoDataFrame:
    """Return the open sites as points: what exists, and what to build with what it adds."""
    rows = study.column[study.open_sites]
    existing = study.ground.existing.iloc[rows[rows < len(study.ground.existing)]]
    old = gpd.GeoDataFrame(
        {
            col.NAME: existing[col.NAME].to_numpy(),
            "layer": existing["layer"].to_numpy(),
            "standing": "existing_site",
            "persons": np.nan,
            "only_by_it": np.nan,
        },
        geometry=existing.geometry.to_numpy(),
        crs=study.ground.onemap.crs,
    )
    features = study.ground.candidates.features
    gains = explanation.gains
    new = gpd.GeoDataFrame(
        {
            col.NAME: [gain.name for gain in gains],
            "layer": [gain.layer for gain in gains],
            "standing": [gain.standing for gain in gains],
            "persons": [gain.persons for gain in gains],
            "only_by_it": [gain.only_by_it for gain in gains],
        },
        geometry=features.geometry.iloc[[g.candidate for g in gains]].representative_point().to_numpy(),
        crs=study.ground.onemap.crs,
    )
    return gpd.GeoDataFrame(pd.concat([part for part in (new, old) if len(part)], ignore_index=True))


def nearest_site(study: Study) -> IntArray:
    """Return the position in ``open_sites`` of each connected cell's nearest site, shape (n,)."""
    return np.asarray(study.cost[:, study.open_sites].argmin(axis=1), dtype=np.int64)


def catchment_layer(study: Study) -> gpd.GeoDataFrame:
    """Return for each open site the cells that are nearest to it and within the limit, as one polygon."""
    cells = study.ground.cells
    near = nearest_site(study)
    served = study.served(study.open_sites) & (study.ground.demand > 0)
    rows = study.column[study.open_sites[near]]
    e = len(study.ground.existing)
    names = np.concatenate(
        [
            study.ground.existing[col.NAME].to_numpy(object),
            study.ground.candidates.features[col.NAME].to_numpy(object),
        ]
    )
    frame = gpd.GeoDataFrame(
        {
            "site_row": rows,
            "site": names[rows],
            "to_build": rows >= e,
            col.PERSONS: study.ground.demand,
        },
        geometry=cells.polygons().array,
        crs="EPSG:4326",
    )[served]
    by_site = frame.dissolve(
        by="site_row", aggfunc={"site": "first", "to_build": "first", col.PERSONS: "sum"}
    )
    return by_site.reset_index(drop=True)


def cell_layer(study: Study, explanation: Explanation) -> gpd.GeoDataFrame:
    """Return every cell with demand, the share that is served, the cost and why it is left out."""
    cells = study.ground.cells
    least = study.cost[:, study.open_sites].min(axis=1, initial=np.inf)
    cause = [None if k < 0 else CAUSES[k] for k in explanation.cause]
    return gpd.GeoDataFrame(
        {
            col.CELL: pa.array(h3ronpy.cells_to_string(cells.cell)).to_pandas(),
            col.PERSONS: study.ground.demand,
            "served_share": np.round(served_share(study), 4),
            "nearest": np.where(np.isfinite(least), np.round(least, 1), np.nan),
            "left_out_cause": cause,
        },
        geometry=cells.polygons().array,
        crs="EPSG:4326",
    )[study.ground.demand > 0].reset_index(drop=True)


def exclusion_layer(study: Study, found: tuple[Exclusion, ...]) -> gpd.GeoDataFrame:
    """Return a row for every rule that a candidate breaks: layer, value, limit, clause, status."""
    features = study.ground.candidates.features
    rows = [exclusion.candidate for exclusion in found]
    return gpd.GeoDataFrame(
        {
            col.NAME: features[col.NAME].to_numpy(object)[rows],
            "candidate_layer": features["layer"].to_numpy(object)[rows],
            "standing": features["standing"].to_numpy(object)[rows],
            "rule": [exclusion.rule for exclusion in found],
            "measured_on": [", ".join(exclusion.layers) for exclusion in found],
            "value": [exclusion.value for exclusion in found],
            "limit": [exclusion.limit for exclusion in found],
            "unit": [exclusion.unit for exclusion in found],
            "clause": [exclusion.source for exclusion in found],
            "status": [exclusion.status for exclusion in found],
            "stated": [exclusion.stated for exclusion in found],
        },
        geometry=features.geometry.to_numpy()[rows],
        crs=study.ground.onemap.crs,
    )


def frontier_layer(study: Study, points: tuple[Point, ...]) -> gpd.GeoDataFrame:
    """Return the sites of every efficient point of the frontier, so that each can be drawn."""
    features = study.ground.candidates.features
    parts = [
        gpd.GeoDataFrame(
            {
                "point": number,
                "aim": point.aim,
                "sites": point.sites,
                "covered_share": round(point.covered_share, 4),
                "mean": round(point.mean, 1),
                "longest": round(point.longest, 1),
                "gini": round(point.gini, 4),
                col.NAME: features[col.NAME].to_numpy(object)[point.candidates],
            },
            geometry=features.geometry.iloc[point.candidates].representative_point().to_numpy(),
            crs=study.ground.onemap.crs,
        )
        for number, point in enumerate(points)
        if point.efficient and point.candidates.size
    ]
    if not parts:
        return gpd.GeoDataFrame({"point": []}, geometry=[], crs=study.ground.onemap.crs)
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True))


def robust_layer(study: Study, robust: RobustStudy | None) -> gpd.GeoDataFrame:
    """Return the sites of every choice over the cases."""
    features = study.ground.candidates.features
    parts = [
        gpd.GeoDataFrame(
            {
                "aim": choice.aim,
                "expected_left_out": round(choice.expected, 1),
                "worst_left_out": round(choice.worst, 1),
                col.NAME: features[col.NAME].to_numpy(object)[choice.candidates],
            },
            geometry=features.geometry.iloc[choice.candidates].representative_point().to_numpy(),
            crs=study.ground.onemap.crs,
        )
        for choice in (() if robust is None else robust.choices)
        if choice.candidates.size
    ]
    if not parts:
        return gpd.GeoDataFrame({"aim": []}, geometry=[], crs=study.ground.onemap.crs)
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True))
