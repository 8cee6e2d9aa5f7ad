"""The responsibility lists as a workbook: a summary, and one sheet a department."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from dss.language import Language
from dss.onemap.audit.audit import Audit
from dss.onemap.audit.lists import COLUMNS, responsibility
from dss.onemap.audit.report import report
from dss.onemap.audit.wording import say

WIDTHS: Final = {
    "number": 7, "layer": 30, "record_id": 24, "row": 9, "rule": 22, "severity": 10, "what": 60, "how": 60,
    "since": 13, "lng": 12, "lat": 12, "code": 22, "layer_key": 22,
}  # fmt: skip
MOST_ROWS: Final = 200_000
"""Rows of a sheet; what is beyond is in the GeoPackage."""
LONGEST_NAME: Final = 31
FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\']")
CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
HEAD: Final = PatternFill("solid", fgColor="1F4E79")


def write_sheets(audit: Audit, path: Path, language: Language) -> None:
    """Write the workbook of one language."""
    book = Workbook(write_only=True)
    facts, rows = report(audit, language), responsibility(audit, language)
    _summary(book, facts, language)
    names: list[str] = [say("sheet_summary", language)]
    for layer in {layer.owner.zh: layer for layer in audit.layers}.values():
        own = rows[rows["owner"] == layer.owner.zh]
        if len(own):
            names.append(_sheet_name(layer.owner.of(language), names))
            _department(book, names[-1], own, language)
    book.save(path)


def _summary(book: Workbook, facts: dict[str, Any], language: Language) -> None:
    sheet = book.create_sheet(say("sheet_summary", language))
    _widen(sheet, (34, 12, 12, 12, 12, 12, 12))
    title = WriteOnlyCell(sheet, say("page_title", language, map=facts["map"]))
    title.font = Font(bold=True, size=14)
    sheet.append([title])
    if facts["generated"]:
        sheet.append([say("generated", language)])
    score = facts["score"]
    counts = {name: f"{score[name]:,}" for name in ("errors", "warnings", "records")}
    sheet.append([say("headline", language, day=facts["day"], score=score["score"], **counts)])
    figures = ("score", "records", "faulty", "errors", "warnings", "infos")
    tables = (("owner", "owner", facts["departments"]), ("layer", "title", facts["layers"].values()))
    for heading, key, entries in tables:
        sheet.append([])
        sheet.append(_head(sheet, [f"column_{name}" for name in (heading, *figures)], language))
        for entry in entries:
            sheet.append([_safe(sheet, entry[name]) for name in (key, *figures)])
    sheet.append([])
    sheet.append(_head(sheet, ["column_rule", "column_code", "column_severity", "column_count"], language))
    for rule in facts["rules"]:
        severity = say(f"severity_{rule['severity']}", language)
        sheet.append([rule["title"], rule["code"], severity, rule["count"]])
    sheet.append([])
    sheet.append(_head(sheet, ["column_not_run", "column_code", "column_why"], language))
    for one in facts["not_run"]:
        sheet.append([_safe(sheet, value) for value in (one["title"], one["code"], one["why"])])


def _department(book: Workbook, name: str, rows: pd.DataFrame, language: Language) -> None:
    sheet = book.create_sheet(name)
    _widen(sheet, [WIDTHS[column] for column in COLUMNS])
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{min(len(rows), MOST_ROWS) + 1}"
    sheet.append(_head(sheet, [f"column_{column}" for column in COLUMNS], language))
    for row in rows.head(MOST_ROWS)[list(COLUMNS)].itertuples(index=False):
        sheet.append([_safe(sheet, value, wrap=True) for value in row])
    if len(rows) > MOST_ROWS:
        sheet.append([None, say("sheet_more", language, count=f"{len(rows) - MOST_ROWS:,}")])


def _head(sheet: WriteOnlyWorksheet, keys: Iterable[str], language: Language) -> list[WriteOnlyCell]:
    cells = []
    for key in keys:
        cell = WriteOnlyCell(sheet, say(key, language))
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), HEAD
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        cells.append(cell)
    return cells


def _safe(sheet: WriteOnlyWorksheet, value: object, *, wrap: bool = False) -> Any:
    """Return a cell that holds a value and never a formula, whatever a delivery wrote into its fields."""
    if value is None or pd.isna(value):
        return None
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, CONTROL.sub("", value))
    cell.data_type = "s"
    if wrap:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _sheet_name(owner: str, taken: Sequence[str]) -> str:
    """Return a name that a workbook allows and that no sheet has."""
    name = FORBIDDEN.sub(" ", owner).strip()[:LONGEST_NAME] or "-"
    number, free = 2, name
    while free.casefold() in {one.casefold() for one in taken}:
        ending = f" {number}"
        free, number = name[: LONGEST_NAME - len(ending)] + ending, number + 1
    return free


def _widen(sheet: WriteOnlyWorksheet, widths: Iterable[int]) -> None:
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
