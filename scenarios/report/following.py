"""The report of a run that follows another one: its own part drawn anew, all else as that run drew it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import geopandas as gpd

from dss.language import LANGUAGES
from scenarios.relief.again_files import is_again, read_again
from scenarios.relief.changes import Changed, changes_of
from scenarios.report.evacuation_text import evacuation_words
from scenarios.report.part_pages import PartPage, Words
from scenarios.report.relief_news import draw_news_map, news_words
from scenarios.report.relief_picture import draw_gantt, draw_relief_map
from scenarios.report.relief_text import relief_words
from scenarios.report.response_picture import draw_response_map
from scenarios.report.response_text import response_words
from scenarios.report.write import Pictures, write_pages, write_pictures
from scenarios.response.record import Record as ResponseRecord

STORED: Final[dict[str, tuple[tuple[str, ...], Words]]] = {
    "evacuation": (("evacuation", "arrivals"), evacuation_words),
    "relief": (("relief", "relief_gantt", "relief_news"), relief_words),
    "response": (("response",), response_words),
}
"""Pictures and words of each part of a run, by its key in the manifest."""


def relief_page(changed: Changed, layers: dict[str, gpd.GeoDataFrame]) -> PartPage:
    """Return what a relief that was planned again adds to the report."""
    pictures = {
        "relief": draw_relief_map(changed.again.told, layers),
        "relief_gantt": draw_gantt(changed.again.told, changed.again.news.at_s),
        "relief_news": draw_news_map(changed),
    }
    return PartPage(pictures, partial(_relief_words, changed))


def response_page(record: ResponseRecord, layers: dict[str, gpd.GeoDataFrame]) -> PartPage:
    """Return what a response that was planned again adds to the report."""
    return PartPage({"response": draw_response_map(record.ground, layers)}, response_words)


def write_following_report(folder: Path, manifest: dict[str, Any], part: str, page: PartPage) -> None:
    """Write the report's page and the part's pictures into the folder of a run that follows another one."""
    write_pictures(folder, page.pictures)
    parts = {key: _stored(folder, key) for key in STORED if key != part and manifest.get(key) is not None}
    layers = {name: gpd.read_parquet(folder / f"{name}.parquet") for name in ("shelters", "areas")}
    drawn = {
        language: Pictures(
            (folder / f"map.{language}.png").read_bytes(),
            _picture(folder / f"areas.{language}.png"),
            {key: parts.get(key, page) for key in STORED if key in parts or key == part},
        )
        for language in LANGUAGES
    }
    write_pages(folder, manifest, layers, drawn)


def _stored(folder: Path, part: str) -> PartPage:
    """Return what a part that stays as it was adds, from its pictures in the folder."""
    names, words = STORED[part]
    pictures = {
        name: {language: (folder / f"{name}.{language}.png").read_bytes() for language in LANGUAGES}
        for name in names
        if (folder / f"{name}.{LANGUAGES[0]}.png").is_file()
    }
    if part == "relief" and is_again(folder):
        words = partial(_relief_words, changes_of(read_again(folder)))
    return PartPage(pictures, words)


def _relief_words(
    changed: Changed, manifest: dict[str, Any], values: dict[str, Any], say: Callable[..., str],
    number: Callable[[float | None], str],
) -> dict[str, Any]:  # fmt: skip
    args = (manifest, values, say, number)
    return {**relief_words(*args), **news_words(changed, *args)}


def _picture(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
