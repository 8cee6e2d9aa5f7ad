"""Responsibility lists: for each department, what to mend, where, and since when it is due."""

from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from dss.language import Language
from dss.onemap.audit.audit import Audit
from dss.onemap.audit.history import known_since
from dss.onemap.audit.hits import SEVERITIES
from dss.onemap.audit.report import words
from dss.onemap.audit.wording import layer_title, rule_title, rule_way_out, say

COLUMNS: Final = (
    "number", "layer", "record_id", "row", "rule", "severity", "what", "how", "since", "lng", "lat", "code",
    "layer_key",
)  # fmt: skip
"""Columns of a list, in order; their headings are texts ``column_...``."""


def owners(audit: Audit) -> "pd.Series[Any]":
    """Return the Chinese name of the department that answers for each fault."""
    by_layer = {layer.key: layer.owner.zh for layer in audit.layers}
    return audit.faults["layer"].map(by_layer)


def responsibility(audit: Audit, language: Language) -> pd.DataFrame:
    """Return one row a fault in one language: columns as ``COLUMNS`` names them, and ``owner``."""
    faults = audit.faults
    titles = {layer.key: layer_title(audit.onemap, layer.key, language) for layer in audit.layers}
    codes = faults["code"].unique()
    table = pd.DataFrame(
        {
            "owner": owners(audit),
            "layer": faults["layer"].map(titles),
            "record_id": faults["record_id"],
            "row": faults["row"] + 1,
            "rule": faults["code"].map({code: rule_title(code, language) for code in codes}),
            "severity": faults["severity"].map(
                {name: say(f"severity_{name}", language) for name in SEVERITIES}
            ),
            "what": words(faults, language),
            "how": faults["code"].map({code: rule_way_out(code, language) for code in codes}),
            "since": _since(audit),
            "code": faults["code"],
            "layer_key": faults["layer"],
            "order": faults["severity"].map({name: i for i, name in enumerate(SEVERITIES)}),
            **_places(faults),
        },
        index=faults.index,
    )
    table = table.sort_values(["owner", "order", "code", "layer_key"], kind="stable")
    number = table.groupby("owner", sort=False).cumcount() + 1
    return table.assign(number=number).drop(columns="order").reset_index(drop=True)


def _since(audit: Audit) -> list[str]:
    """Return since when each fault is due: the day its cycle ended, else the day it was first found."""
    known = known_since(audit)
    return [
        str(values["since"]) if "since" in values else str(first)
        for values, first in zip(audit.faults["values"], known, strict=True)
    ]


def _places(faults: gpd.GeoDataFrame) -> dict[str, np.ndarray]:
    """Return longitude and latitude of each fault to six decimals, NaN where it has no place."""
    middle = gpd.GeoSeries(faults.geometry.centroid, crs=faults.crs).to_crs("EPSG:4490")
    lng, lat = (np.round(np.asarray(one, dtype=np.float64), 6) for one in (middle.x, middle.y))
    nowhere = ~(np.isfinite(lng) & np.isfinite(lat))
    return {"lng": np.where(nowhere, np.nan, lng), "lat": np.where(nowhere, np.nan, lat)}
