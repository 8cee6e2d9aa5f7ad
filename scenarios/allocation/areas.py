"""Responsibility areas: which cells each shelter answers for, as polygons.

A cell belongs to the shelter that most of its people go to; of equal ones the nearer.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dss import columns as col
from dss.arrays import IntArray
from scenarios.allocation.check import Proof
from scenarios.allocation.plan_figures import decided, loads
from scenarios.journeys.journeys import Journeys
from scenarios.situation import Situation

OUT_CRS = "EPSG:4490"
GRID_DEG = 1e-9
"""Corners of neighbouring hexagons are the same to within this, so that they join without slivers."""


def site_of_cells(proof: Proof) -> IntArray:
    """Return the shelter that most of each affected cell's people go to, -1 where nobody goes, shape (c,)."""
    rows, problem = proof.allocating.rows, proof.problem
    used = np.flatnonzero(decided(proof.plan).persons > 0)
    sent = pd.DataFrame(
        {
            "cell": rows.cell[problem.cell[used]],
            "site": problem.site[used],
            "persons": decided(proof.plan).persons[used],
            "trip_s": problem.cost_s[used],
        }
    )
    sums = sent.groupby(["cell", "site"], as_index=False).agg({"persons": "sum", "trip_s": "min"})
    order = sums.sort_values(["cell", "persons", "trip_s", "site"], ascending=[True, False, True, True])
    most = order.drop_duplicates("cell")
    site = np.full(rows.cell_id.size, -1)
    site[most["cell"].to_numpy(np.int64)] = most["site"].to_numpy(np.int64)
    return site


def area_layer(situation: Situation, journeys: Journeys, proof: Proof) -> gpd.GeoDataFrame:
    """Return a polygon for each shelter in use: its cells as one shape, with load, price and parts."""
    site = site_of_cells(proof)
    cells = np.flatnonzero(site >= 0)
    hexagons = situation.cells.only(journeys.cell_index[cells]).polygons()
    hexagons = shapely.set_precision(hexagons.to_numpy(), GRID_DEG)
    members = gpd.GeoDataFrame({"site": site[cells]}, geometry=hexagons, crs="EPSG:4326")
    areas = members.dissolve("site")
    count = members.groupby("site").size()
    j = areas.index.to_numpy(np.int64)
    prices = decided(proof.plan).prices
    assert prices is not None
    takes_one_in = prices > journeys.problem.unmet_weight_s / 2
    rows = journeys.site_index[j]
    frame = gpd.GeoDataFrame(
        {
            "shelter": situation.shelters.features[col.NAME].to_numpy()[rows],
            "shelter_row": rows,
            "load_persons": loads(proof)[j],
            "places": journeys.problem.capacity[j],
            "cells": count.loc[areas.index].to_numpy(),
            "parts": shapely.get_num_geometries(areas.geometry.to_numpy()),
            "price_s": np.round(np.where(takes_one_in, 0.0, prices), 1)[j],
            "place_takes_one_in": takes_one_in[j],
        },
        geometry=areas.geometry.to_numpy(),
        crs="EPSG:4326",
    )
    return frame.to_crs(OUT_CRS)
