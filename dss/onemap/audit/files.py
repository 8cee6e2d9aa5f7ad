"""Write an audit: JSON, workbooks and pages in both languages, and the features at fault."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from dss.language import LANGUAGES
from dss.onemap.audit.audit import Audit
from dss.onemap.audit.lists import owners
from dss.onemap.audit.page import FONTS_HERE, render_page
from dss.onemap.audit.picture import draw_faults
from dss.onemap.audit.report import report, words
from dss.onemap.audit.sheets import write_sheets

Fonts = Callable[[str], str]
"""Takes the characters of a page, returns the style sheet that embeds fonts for them."""

FAULTS_FILE: Final = "faults.gpkg"
KINDS: Final = {"point": (0, 4), "line": (1, 2, 5), "area": (3, 6)}
"""Numbers of the kinds of geometry that one layer of a GeoPackage can hold together."""


@np.errstate(all="ignore")  # faults may lie nowhere
def write_audit(audit: Audit, folder: Path, fonts: Fonts) -> tuple[Path, ...]:
    """Write everything about an audit into a folder, made if it is not there; returns the files.

    Parameters
    ----------
    audit
        What was found.
    folder
        Where to write; files of an earlier audit are replaced.
    fonts
        What embeds fonts into a page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    picture = draw_faults(audit)
    files = [_write_features(audit, folder / FAULTS_FILE)]
    for language in LANGUAGES:
        path = folder / f"audit.{language}.json"
        path.write_text(json.dumps(report(audit, language), ensure_ascii=False, indent=1), encoding="utf-8")
        book = folder / f"responsibility.{language}.xlsx"
        write_sheets(audit, book, language)
        page = render_page(audit, picture, language)
        html = folder / f"audit.{language}.html"
        html.write_text(page.replace(FONTS_HERE, fonts("".join(sorted(set(page))))), encoding="utf-8")
        files += [path, book, html]
    return tuple(files)


def _write_features(audit: Audit, path: Path) -> Path:
    """Write a layer for each rule and kind of geometry, and a table of the faults without a place."""
    path.unlink(missing_ok=True)
    faults = audit.faults
    table = pd.DataFrame(
        {
            "code": faults["code"].astype(str),
            "severity": faults["severity"].astype(str),
            "layer": faults["layer"].astype(str),
            "owner": owners(audit).astype(str),
            "record_id": faults["record_id"].astype("string"),
            "row": faults["row"].astype("Int64") + 1,
            **{f"what_{language}": words(faults, language) for language in LANGUAGES},
        }
    )
    shapes = np.asarray(faults.geometry.array, dtype=object)
    kind = np.where(shapely.is_empty(shapes), -1, shapely.get_type_id(shapes))
    for code in sorted(table["code"].unique()):
        for name, numbers in KINDS.items():
            chosen = (table["code"] == code).to_numpy() & np.isin(kind, numbers)
            if chosen.any():
                frame = gpd.GeoDataFrame(table[chosen], geometry=shapes[chosen], crs=faults.crs)
                pyogrio.write_dataframe(
                    frame, path, layer=f"{code}_{name}", append=path.exists(), promote_to_multi=True
                )
    nowhere = table[~np.isin(kind, [number for numbers in KINDS.values() for number in numbers])]
    if len(nowhere) or not path.exists():
        pyogrio.write_dataframe(nowhere, path, layer="without_place", append=path.exists())
    return path
