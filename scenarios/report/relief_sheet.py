"""What news change in a relief, on paper and as a workbook, in each language; and as a table for machines."""

import io
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.drawing.image import Image
from openpyxl.worksheet.worksheet import Worksheet

from dss.language import LANGUAGES, Language, text
from scenarios.relief.changes import Changed, change_rows, change_table
from scenarios.relief.orders.book import add_table, fit_columns, head_page
from scenarios.report.fonts import font_file
from scenarios.report.number import write_number
from scenarios.report.relief_news import news_lines, note_lines

NAME: Final = "changes"
GOODS: Final = (
    "need_before", "brought_before", "missing_before", "need", "brought", "missing", "lost",
)  # fmt: skip
"""Columns of the goods' table, by their keys in the manifest."""
GOODS_HEADS: Final = (
    "need_before", "brought_before", "missing_before", "need_now", "brought_now", "missing_now",
    "missing_lost",
)  # fmt: skip
WORDS: Final = {
    "goods": "news_goods", "map": "news_map", "vehicles": "news_vehicles_title", "trips": "trips",
    "news": "gantt_news",
}  # fmt: skip
MAP_WIDTH_PX: Final = 900


@dataclass(frozen=True, slots=True)
class ChangePage:
    """What is said of the changes in one language.

    Parameters
    ----------
    banners
        The level of secrecy, and whether the city is made up.
    words
        Titles of the sections, and the note under the vehicles.
    """

    language: Language
    title: str
    run: str
    banners: tuple[str, ...]
    news: tuple[str, ...]
    notes: tuple[str, ...]
    words: dict[str, str]
    goods_heads: tuple[str, ...]
    goods: tuple[tuple[str, ...], ...]
    vehicle_heads: tuple[str, ...]
    vehicles: tuple[tuple[str, ...], ...]


def write_change_sheets(
    folder: Path, changed: Changed, manifest: dict[str, Any], maps: Mapping[Language, bytes]
) -> None:
    """Write ``changes.zh.pdf``, ``.xlsx``, ``.csv`` and the same in English into a folder."""
    with ThreadPoolExecutor() as beside:  # typst prints the languages beside each other
        printed = {}
        for language in LANGUAGES:
            page = page_of(changed, manifest, language)
            printed[language] = beside.submit(print_page, page, maps[language])
            table = change_table(changed, language)
            table.to_csv(folder / f"{NAME}.{language}.csv", index=False, encoding="utf-8-sig")
            (folder / f"{NAME}.{language}.xlsx").write_bytes(
                _bound(page, table.columns, table.to_numpy().tolist(), maps[language])
            )
        for language, paper in printed.items():
            (folder / f"{NAME}.{language}.pdf").write_bytes(paper.result())


def page_of(changed: Changed, manifest: dict[str, Any], language: Language) -> ChangePage:
    """Put the changes into words."""
    values = {figure["key"]: figure["value"] for figure in manifest["figures"]}
    told = partial(_say, language)
    rows = change_rows(changed, language)
    same = told("relief.change_same")
    shown = tuple(row for row in rows if row[1] != same)
    heads = ("vehicle", "change", "as_before", "no_longer", "instead")
    words = {name: told(f"relief.{key}") for name, key in WORDS.items()}
    return ChangePage(
        language=language,
        title=manifest["title"][language],
        run=manifest["run"],
        banners=_banners(manifest, language),
        news=tuple(news_lines(manifest["relief"], told, write_number)),
        notes=tuple(note_lines(manifest, values, told, write_number)),
        words={**words, "vehicles_note": told("relief.news_vehicles_note", same=len(rows) - len(shown))},
        goods_heads=("", *(told(f"relief.{key}") for key in GOODS_HEADS)),
        goods=tuple(
            (
                " ".join((told("relief.good_" + row["key"]), f"({told('relief.unit_' + row['unit'])})")),
                *(write_number(row[key]) for key in GOODS),
            )
            for row in manifest["relief"]["goods"]
        ),
        vehicle_heads=tuple(told(f"relief.{key}") for key in heads),
        vehicles=shown,
    )


def _say(language: Language, key: str, **values: object) -> str:
    return text(key if "." in key else f"report.{key}", language, **values)


def _banners(manifest: dict[str, Any], language: Language) -> tuple[str, ...]:
    level = manifest["sensitivity"]
    shown = []
    if level != "public":
        shown.append(_say(language, "level_banner", level=_say(language, f"word.{level}")))
    if manifest["map"]["generated"]:
        shown.append(_say(language, "generated_banner"))
    return tuple(shown)


def print_page(page: ChangePage, picture: bytes) -> bytes:
    """Return the changes as PDF."""
    import typst  # noqa: PLC0415 - a large binary, needed by nothing else

    regular = font_file("Regular")
    with TemporaryDirectory() as name, as_file(files(__package__) / "changes.typ") as template:
        folder = Path(name)
        (folder / "changes.typ").write_bytes(template.read_bytes())
        (folder / "map.png").write_bytes(picture)
        content = json.dumps(asdict(page), ensure_ascii=False)
        (folder / "content.json").write_text(content, encoding="utf-8")
        fonts = [] if regular is None else [str(regular.parent)]
        made: Any = typst.compile(
            str(folder / "changes.typ"), root=str(folder), font_paths=fonts, format="pdf"
        )
    return bytes(made[0] if isinstance(made, list) else made)


def _bound(page: ChangePage, heads: Any, trips: list[list[str]], picture: bytes) -> bytes:
    """Return the changes as a workbook: news and goods, vehicles, trips, and the map."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = page.words["news"]
    head_page(first, page.title, " · ".join((page.run, *page.banners)))
    for line in (*page.news, *page.notes):
        first.append([line])
    first.append([])
    add_table(first, page.goods_heads, page.goods)
    fit_columns(first)
    for name, columns, rows in (
        (page.words["vehicles"], page.vehicle_heads, page.vehicles),
        (page.words["trips"], list(heads), trips),
    ):
        sheet = book.create_sheet(name[:31])
        head_page(sheet, name, page.title)
        add_table(sheet, columns, rows)
        fit_columns(sheet)
    last = book.create_sheet(page.words["map"][:31])
    drawing = Image(io.BytesIO(picture))
    drawing.height, drawing.width = drawing.height * MAP_WIDTH_PX / drawing.width, MAP_WIDTH_PX
    last.add_image(drawing, "A1")
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()
