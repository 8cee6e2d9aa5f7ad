"""Figures on the cells of a plan, from its folder."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from api.cells import Cells, lineage_facts, range_of
from api.texts import words_or_key
from dss import columns as col
from dss.onemap.lineage import Lineage


def plan_cells(file: Path, digest: str, manifest: dict[str, Any]) -> Cells:
    """Read the cells of a plan: every column of numbers is a figure."""
    frame = pd.read_parquet(file).drop(columns="geometry")
    cell = np.array([int(name, 16) for name in frame.pop(col.CELL)], dtype=np.uint64)
    order = np.argsort(cell)
    numbers = {
        str(name): values.to_numpy(np.float64)[order]
        for name, values in frame.items()
        if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values)
    }
    known = Lineage.from_records(manifest["sources"])
    figures = {}
    for name, values in numbers.items():
        keys = manifest["columns"]["cells"].get(name, [])
        lineage = Lineage(tuple(source for source in known.sources if source.key in keys))
        unit = plan_unit(name, manifest)
        title = words_or_key("api", f"cell_{name}")
        figures[name] = {
            "key": name,
            "title": title,
            **range_of(values, unit, is_sum=unit == "persons"),
            **lineage_facts(lineage),
        }
    resolution = int(cell[0] >> np.uint64(52) & np.uint64(15)) if cell.size else 0
    return Cells(digest, resolution, cell[order], figures, numbers)


def plan_unit(name: str, manifest: dict[str, Any]) -> str:
    """Return the unit of a column of a plan's cells, as its name says."""
    if name.startswith("persons"):
        return "persons"
    if name == col.HAZARD_VALUE:
        return str(manifest["hazard"]["unit"])
    return {"_s": "s", "_m": "m"}.get(name[-2:], "share" if name.startswith("share") else "")
