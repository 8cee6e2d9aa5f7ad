"""Write the report page of a run in each language: one file that needs nothing beside it."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
from jinja2 import Environment, PackageLoader, StrictUndefined

from dss.language import LANGUAGES, Language, text
from scenarios.allocation.facts import CAUSES
from scenarios.progress import Tick
from scenarios.report.allocation_text import aim_lines, border_lines, told_lines, whole_lines, why_lines
from scenarios.report.area_picture import draw_areas
from scenarios.report.fonts import embedded_fonts
from scenarios.report.number import write_number
from scenarios.report.part_pages import PartPage, draw_parts
from scenarios.report.picture import draw_maps
from scenarios.situation import Situation

SHELTER_ROWS: Final = 20
DAYS_PER_YEAR: Final = 365.25
TILES: Final = (
    "persons_affected", "persons_allocated", "persons_unmet", "trip_mean_min", "trip_p95_min",
    "trip_longest_min", "shelters_open", "shelters_full", "roads_closed",
)  # fmt: skip


def write_reports(
    folder: Path,
    manifest: dict[str, Any],
    layers: dict[str, gpd.GeoDataFrame],
    drawn_from: tuple[Situation, Mapping[str, Any]],
    tick: Tick,
) -> None:
    """Write ``report.zh.html`` and ``report.en.html`` and their map pictures into a run folder.

    Parameters
    ----------
    drawn_from
        What maps are drawn on, and what each part of the run keeps of itself, by its key.
    """
    situation, records = drawn_from
    pictures = draw_maps(situation, layers, manifest)
    tick(0.5)
    areas = draw_areas(situation, layers)
    tick(0.7)
    parts = draw_parts(situation, layers, records)
    named: dict[str, Mapping[Language, bytes]] = {"map": pictures, "areas": areas}
    for part in parts.values():
        named |= part.pictures
    drawn = {language: Pictures(pictures[language], areas.get(language), parts) for language in LANGUAGES}
    write_pictures(folder, named)
    write_pages(folder, manifest, layers, drawn)


def write_pictures(folder: Path, named: Mapping[str, Mapping[Language, bytes]]) -> None:
    """Write pictures in each language by their names; nothing where there are none."""
    for name, drawings in named.items():
        for language, drawing in drawings.items():
            (folder / f"{name}.{language}.png").write_bytes(drawing)


def write_pages(
    folder: Path,
    manifest: dict[str, Any],
    layers: dict[str, gpd.GeoDataFrame],
    drawn: Mapping[Language, "Pictures"],
) -> None:
    """Write the report's page in each language."""
    pages = {language: render_page(manifest, layers, drawn[language], language) for language in LANGUAGES}
    fonts = embedded_fonts("".join(sorted(set("".join(pages.values())))))
    for language, page in pages.items():
        (folder / f"report.{language}.html").write_text(page.replace("/*fonts*/", fonts), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Pictures:
    """The map of a run, that of its responsibility areas where anybody goes anywhere, and its parts' own."""

    plan: bytes
    areas: bytes | None
    parts: Mapping[str, PartPage]


def render_page(
    manifest: dict[str, Any], layers: dict[str, gpd.GeoDataFrame], pictures: Pictures, language: Language
) -> str:
    """Return the report's page, without its fonts."""
    shelters, areas = layers["shelters"], layers["areas"]
    environment = Environment(
        loader=PackageLoader("scenarios.report", "."), autoescape=True, undefined=StrictUndefined
    )
    values = {figure["key"]: figure["value"] for figure in manifest["figures"]}

    def say(key: str, **names: object) -> str:
        return text(key if "." in key else f"report.{key}", language, **names)

    shown: dict[str, Any] = {"parts": tuple(pictures.parts)}
    for part in pictures.parts.values():
        shown |= part.values(manifest, values, say, write_number, language)
    return environment.get_template("page.html").render(
        m=manifest,
        lang=language,
        say=say,
        number=write_number,
        values=values,
        units={figure["key"]: figure["unit"] for figure in manifest["figures"]},
        tiles=TILES,
        causes=[name for name in CAUSES if values.get(f"unmet_{name}")],
        shelters=_shelter_rows(shelters),
        shelters_more=max(0, int((shelters["load_persons"] > 0).sum()) - SHELTER_ROWS),
        sources=_source_rows(manifest),
        source_numbers=_source_numbers(manifest),
        assumptions=[
            say(name, count=write_number(count)) for name, count in manifest["assumptions"].items() if count
        ],
        baseline=_baseline(values),
        aims=aim_lines(manifest, values, say, write_number),
        whole=whole_lines(manifest, values, say, write_number),
        borders=border_lines(manifest, values, say, write_number),
        told=told_lines(manifest, values, say, write_number),
        why=why_lines(manifest["why"], say, write_number),
        picture=base64.b64encode(pictures.plan).decode("ascii"),
        area_picture=None if pictures.areas is None else base64.b64encode(pictures.areas).decode("ascii"),
        area_count=len(areas),
        areas_in_one_piece=int((areas["parts"] == 1).sum()),
        **shown,
        created=datetime.fromisoformat(manifest["created"]).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    )


def _shelter_rows(shelters: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    used = shelters[shelters["load_persons"] > 0]
    top = used.sort_values(["load_persons", "name"], ascending=[False, True]).head(SHELTER_ROWS)
    rows = top.drop(columns="geometry").to_dict("records")
    for row in rows:
        row["share"] = round(100 * row["load_persons"] / row["places"])
        row["price_min"] = row["price_s"] / 60
    return rows


def _source_numbers(manifest: dict[str, Any]) -> dict[str, int]:
    """Return the number under which the page names each source of the run."""
    return {source["key"]: number for number, source in enumerate(manifest["sources"], start=1)}


def _source_rows(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the layers of the map, those that the run used first and numbered."""
    numbers = _source_numbers(manifest)
    rows = [_source_row(layer, manifest["created"]) for layer in manifest["map"]["layers"]]
    numbered = [{**row, "number": numbers.get(row["key"])} for row in rows]
    return sorted(numbered, key=lambda row: row["number"] or len(rows) + 1)


def _source_row(layer: dict[str, Any], created: str) -> dict[str, Any]:
    age_days = (datetime.fromisoformat(created).date() - date.fromisoformat(layer["date"])).days
    cycle_days = layer["cycle_days"]
    return {
        **layer,
        "age_years": f"{max(age_days, 0) / DAYS_PER_YEAR:.1f}",
        "overdue": bool(cycle_days) and age_days > cycle_days,
    }


def _baseline(values: dict[str, Any]) -> dict[str, Any]:
    """Return how the plan compares with everyone going to the nearest shelter."""
    hours, nearest = values["person_hours"] or 0.0, values["nearest_person_hours"] or 0.0
    saving = 100 * (nearest - hours) / nearest if nearest else 0.0
    return {
        "saving": f"{saving:.1f}",
        "comparable": saving > 0 and values["nearest_persons_unmet"] == values["persons_unmet"],
        "more_placed": max(0, values["nearest_persons_unmet"] - values["persons_unmet"]),
    }
