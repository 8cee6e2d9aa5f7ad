"""Fixes that can be made mechanically, written from an audit for a person to edit."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import yaml

from dss.language import current_language
from dss.onemap.audit.audit import Audit
from dss.onemap.audit.city import City
from dss.onemap.audit.layer import AuditLayer
from dss.onemap.audit.rules.codes import code_system
from dss.onemap.audit.wording import rule_title, say
from dss.onemap.codes import land_use_system

Entry = dict[str, Any]

MISPLACED: Final = frozenset({"DATUM_OFFSET", "OUTSIDE_BOUNDARY", "GEOM_INVALID", "GEOM_EMPTY"})
"""Where a record's place is wrong, nothing is derived from it."""


@np.errstate(all="ignore")  # faults may lie nowhere
def propose_fixes(audit: Audit, path: Path) -> int:
    """Write the fixes that follow from the faults; returns how many entries there are.

    Invalid geometries are mended, shifted coordinates brought back, areas and districts taken from the map,
    exact copies dropped, plans moved to their layer, lost zeros put back. What only its owner can know is
    left out.
    """
    entries = list(_entries(audit))
    head = "".join(f"# {line}\n" for line in say("propose_head", current_language()).splitlines())
    body = yaml.safe_dump({"fixes": entries}, allow_unicode=True, sort_keys=False, width=110)
    path.write_text(head + body, encoding="utf-8")
    return len(entries)


def _entries(audit: Audit) -> Iterator[Entry]:
    city = City(audit.onemap, audit.today)
    misplaced = _misplaced(audit)
    for (code, key), faults in audit.faults.groupby(["code", "layer"], sort=False):
        layer = audit.onemap.layer(str(key))
        if layer.kind == "raster":
            continue
        found = city.open(layer)
        why = rule_title(str(code), current_language())
        sound = faults[~_in(faults, misplaced)]
        match code:
            case "GEOM_INVALID":
                yield {"do": "make_valid", "layer": key, "why": why, **_chosen(found, faults)}
            case "DATUM_OFFSET":
                yield from _shifts(found, faults, why)
            case "AREA_MISMATCH" if len(sound):
                yield {"do": "recalculate_area", "layer": key, "why": why, **_chosen(found, sound)}
            case "DISTRICT_MISMATCH" if len(sound):
                yield {"do": "district_by_location", "layer": key, "why": why, **_chosen(found, sound)}
            case "GEOM_DUPLICATE":
                yield from _copies(found, faults, why)
            case "PLANNED_AS_EXISTING":
                yield from _moves(audit, found, faults, why)
            case "CODE_INVALID":
                yield from _zeros(found, faults, why)


def _misplaced(audit: Audit) -> set[tuple[str, int]]:
    wrong = audit.faults[audit.faults["code"].isin(MISPLACED)]
    whole = set(wrong.loc[wrong["row"].isna(), "layer"])
    rows = wrong[wrong["row"].notna()]
    named = set(zip(rows["layer"], rows["row"].astype(int), strict=True))
    return named | {(key, row) for key in whole for row in range(audit.onemap.layer(key).records)}


def _in(faults: gpd.GeoDataFrame, records: set[tuple[str, int]]) -> "pd.Series[bool]":
    rows = zip(faults["layer"], faults["row"], strict=True)
    return pd.Series([(key, row) in records for key, row in rows], index=faults.index, dtype=bool)


def _chosen(found: AuditLayer, faults: gpd.GeoDataFrame) -> Entry:
    """Name records by their 标识码 where it is theirs alone, else by row from 1."""
    ids = pd.Series(found.record_id)
    alone = set(ids[ids.notna() & ~ids.duplicated(keep=False)])
    records, rows = [], []
    for row in dict.fromkeys(int(one) for one in faults["row"].dropna()):
        if ids[row] in alone:
            records.append(str(ids[row]))
        else:
            rows.append(row + 1)
    return {**({"records": records} if records else {}), **({"rows": rows} if rows else {})}


def _shifts(found: AuditLayer, faults: gpd.GeoDataFrame, why: str) -> Iterator[Entry]:
    datum = faults["values"].map(lambda values: values["datum"])
    for name, own in faults.groupby(datum, sort=True):
        whole = own["row"].isna().any()
        chosen = {"all": True} if whole else _chosen(found, own)
        yield {"do": "shift_datum", "layer": found.layer.key, "from": name, "why": why, **chosen}


def _copies(found: AuditLayer, faults: gpd.GeoDataFrame, why: str) -> Iterator[Entry]:
    """Drop records whose every field but the 标识码 is that of the record they repeat."""
    fields = [field for field in found.layer.fields if field != "record_id"]
    words = {field: found.words(field) for field in fields}
    same = [
        all(words[field][int(row)] == words[field][others[0]] for field in fields)
        for row, others in zip(faults["row"], faults["others"], strict=True)
    ]
    if any(same):
        yield {"do": "drop", "layer": found.layer.key, "why": why, **_chosen(found, faults[same])}


def _moves(audit: Audit, found: AuditLayer, faults: gpd.GeoDataFrame, why: str) -> Iterator[Entry]:
    planned = audit.onemap.role(f"{found.layer.role}_planned")
    fitting = [layer.key for layer in planned if layer.kind == found.layer.kind]
    if fitting:
        chosen = _chosen(found, faults)
        yield {"do": "move_to", "layer": found.layer.key, "to": fitting[0], "why": why, **chosen}


def _zeros(found: AuditLayer, faults: gpd.GeoDataFrame, why: str) -> Iterator[Entry]:
    """Put back the zero that a table took from the front of a code."""
    if not found.binds("landuse_code"):
        return
    local = found.layer.fields["landuse_code"]
    system = code_system(found.layer, [one for one in found.words("landuse_code") if one])
    listed = land_use_system(system)
    codes = [values["value"] for values in faults["values"] if values["field"] == local]
    for code in dict.fromkeys(codes):
        if listed.is_valid([f"0{code}"])[0]:
            yield {"do": "recode", "layer": found.layer.key, "field": "landuse_code", "from": code,
                   "to": f"0{code}", "why": why}  # fmt: skip
