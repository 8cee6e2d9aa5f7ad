"""The evacuation of a run as answers show it: what people are told, who is safe when, who is on which road.

Index names: ``r`` roads that anybody uses, ``s`` slices of time.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from api.faults import NotFound
from api.layers import DEGREES
from api.plans import read_plan
from api.service import Service
from api.texts import words_or_key
from dss.arrays import IntArray
from dss.language import LANGUAGES, text
from scenarios.report.evacuation_text import lead_line, note_lines

FOLDER: Final = "evacuation"
PLANS: Final = {"car": "drive", "walk": "walk"}
"""Way of travelling in the tables -> folder of its plan."""
PARTS_SHOWN: Final = 6
"""Of the parts of an order, the largest; all are in the run's folder."""
DECIMALS: Final = 6


def read_evacuation(service: Service, run: str) -> tuple[Path, dict[str, Any]]:
    """Return the folder and manifest of a run with an evacuation.

    Raises
    ------
    NotFound
        If there is no such run, or it has no evacuation.
    """
    folder, manifest = read_plan(service, run)
    if not (folder / FOLDER / "arrivals.parquet").is_file():
        raise NotFound("api_no_evacuation", run=run)
    return folder, manifest


def evacuation_answer(run: str, folder: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """Return what an evacuation comes to, who is safe when, and what each community is told."""
    arrivals = pd.read_parquet(folder / FOLDER / "arrivals.parquet")
    slice_s = float(arrivals["at_s"].diff().iloc[1])
    return {
        "run": run,
        "sentences": _sentences(manifest),
        "slice_s": slice_s,
        "at_s": arrivals["at_s"].tolist(),
        "curves": [
            {
                "key": name,
                "title": words_or_key("report", f"evac_{name}"),
                "persons": arrivals[name].astype(int).tolist(),
            }
            for name in arrivals.columns.drop("at_s")
        ],
        "orders": _orders(folder / FOLDER / "orders" / "orders.csv"),
        "movements": _movements(run, folder, slice_s),
    }


def _sentences(manifest: dict[str, Any]) -> list[dict[str, str]]:
    """Return what the report says of the evacuation, the proof first, in both languages."""
    values = {figure["key"]: figure["value"] for figure in manifest["figures"]}
    said = {}
    for language in LANGUAGES:

        def say(key: str, *, language: Any = language, **names: object) -> str:
            return text(f"report.{key}", language, **names)

        said[language] = [lead_line(values, say, _number), *note_lines(manifest, values, say, _number)]
    return [dict(zip(said, lines, strict=True)) for lines in zip(*said.values(), strict=True)]


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f}".removesuffix(".0")


def _orders(path: Path) -> list[dict[str, Any]]:
    """Return an order for each community and way of travelling; none where nobody was told anything."""
    if not path.is_file():
        return []
    rows = pd.read_csv(path, encoding="utf-8-sig", dtype={"shelter": str, "community": str})
    rows = rows.fillna({f"turns_{language}": "" for language in LANGUAGES} | {"shelter": ""})
    return [
        _order(str(community), str(mode), parts)
        for (community, mode), parts in rows.groupby(["community", "mode"])
    ]


def _order(community: str, mode: str, parts: pd.DataFrame) -> dict[str, Any]:
    shown = parts.nlargest(PARTS_SHOWN, "amount").sort_values(["first_s", "part"])
    return {
        "community": community,
        "mode": mode,
        "unit": str(parts["unit"].iloc[0]),
        "amount": int(parts["amount"].sum()),
        "first_s": float(parts["first_s"].min()),
        "last_s": float(parts["last_s"].max()),
        "arrive_s": float(parts["arrive_s"].max()),
        "shelters": int(parts["shelter"].nunique()),
        "part_count": len(parts),
        "parts": [_part(row) for row in shown.to_dict("records")],
    }


def _part(row: dict[Any, Any]) -> dict[str, Any]:
    return {
        "amount": int(row["amount"]),
        "first_s": float(row["first_s"]),
        "last_s": float(row["last_s"]),
        "arrive_s": float(row["arrive_s"]),
        "shelter": row["shelter"],
        "length_m": int(row["length_m"]),
        **{
            name: {language: row[f"{name}_{language}"] for language in LANGUAGES}
            for name in ("when", "turns")
        },
    }


def _movements(run: str, folder: Path, slice_s: float) -> list[dict[str, Any]]:
    found = []
    for means in PLANS:
        moving = read_moving(folder, means, slice_s)
        if moving.road.size:
            here = f"/api/runs/{run}/evacuation/{means}"
            found.append(
                {
                    "means": means,
                    "unit": "vehicles" if means == "car" else "persons",
                    "roads": int(np.unique(moving.road).size),
                    "slices": int(moving.at.max()) + 1,
                    "most": int(moving.units.max()),
                    "href": here,
                }
            )
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Moving:
    """Who is on which road at the beginning of each slice: slice, road and units, shapes (n,)."""

    at: IntArray
    road: IntArray
    units: IntArray

    def octets(self) -> bytes:
        """Return slice, place of the road among those in use, and units: int32 in threes, little-endian."""
        _, place = np.unique(self.road, return_inverse=True)
        return np.column_stack([self.at, place, self.units]).astype("<i4").tobytes()


def read_moving(folder: Path, means: str, slice_s: float) -> Moving:
    """Return the movement of one way of travelling, both directions of a road together."""
    table = pd.read_parquet(folder / FOLDER / "animation.parquet")
    table = table[table["means"] == means].groupby(["at_s", "road"], as_index=False)["units"].sum()
    at = np.rint(table["at_s"].to_numpy(np.float64) / slice_s).astype(np.int64)
    return Moving(at, table["road"].to_numpy(np.int64), table["units"].to_numpy(np.int64))


def roads_geojson(folder: Path, means: str, moving: Moving) -> bytes:
    """Return the roads that are used, in degrees; a feature's id is its place among them, from 0."""
    roads = gpd.read_parquet(folder / FOLDER / PLANS[means] / "roads.parquet")
    used = roads.iloc[np.unique(moving.road)].to_crs(DEGREES)
    shapes = shapely.set_precision(used.geometry.to_numpy(), 10.0**-DECIMALS, mode="pointwise")
    features = [
        {
            "type": "Feature",
            "id": place,
            "properties": {"name": name or ""},
            "geometry": json.loads(shape),
        }
        for place, (name, shape) in enumerate(zip(used["name"], shapely.to_geojson(shapes), strict=True))
    ]
    content = {"type": "FeatureCollection", "features": features}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
