"""The orders as a workbook: an overview, a sheet for each depot's loading list and for each vehicle."""

import io
from collections.abc import Iterable, Sequence
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from scenarios.relief.orders.content import Content, VehicleText

HEAD: Final = PatternFill("solid", fgColor="00594F")
RULE: Final = Border(bottom=Side("thin", color="D9DCDD"))
WIDE: Final = 46.0
NAME_LENGTH: Final = 31
FORBIDDEN: Final = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))


def bind_orders(content: Content) -> bytes:
    """Return the orders as an Excel workbook."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    taken: set[str] = set()
    first.title = sheet_name(content.words["overview"], taken)
    head_page(first, content.title, content.lead)
    add_table(first, content.heads["overview"], content.overview)
    fit_columns(first)
    for depot in content.depots:
        page = book.create_sheet(sheet_name(depot.title, taken))
        head_page(page, depot.title, depot.lead)
        add_table(page, content.heads["depot"], depot.rows)
        fit_columns(page)
    for vehicle in content.vehicles:
        _vehicle(book.create_sheet(sheet_name(vehicle.label, taken)), vehicle, content)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _vehicle(page: Worksheet, vehicle: VehicleText, content: Content) -> None:
    head_page(page, vehicle.title, vehicle.lead)
    for trip in vehicle.trips:
        page.append([])
        page.append([trip.title])
        page.cell(page.max_row, 1).font = Font(bold=True, color="00594F", size=12)
        page.append([trip.loading])
        if trip.convoy:
            page.append([trip.convoy])
        add_table(page, content.heads["trip"], trip.rows)
        for drive in trip.drives:
            page.append([f"{drive.to} ({drive.length})"])
            page.cell(page.max_row, 1).font = Font(bold=True)
            for turn in drive.turns:
                page.append(["", turn])
    fit_columns(page)


def head_page(page: Worksheet, title: str, lead: str) -> None:
    """Write the head of an empty sheet, and set it up to be printed."""
    page.append([title])
    page.cell(1, 1).font = Font(bold=True, size=16)
    page.append([lead])
    page.sheet_view.showGridLines = False
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def add_table(page: Worksheet, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table under what a sheet holds."""
    page.append(list(heads))
    for cell in page[page.max_row]:
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), HEAD
    for row in rows:
        page.append([_value(cell) for cell in row])
        for cell in page[page.max_row]:
            cell.border = RULE
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def _value(text: str) -> str | int:
    """Return whole numbers as numbers; a text that a workbook would take for a formula stays a text."""
    if text.isdecimal():
        return int(text)
    return f"'{text}" if text[:1] in "=+@" else text


def fit_columns(page: Worksheet) -> None:
    """Make columns as wide as what stands in tables, and not wider than a page allows."""
    widths: dict[int, float] = {}
    for row in page.iter_rows(min_row=3):
        if sum(cell.value is not None for cell in row) < 3:
            continue  # a line across the page
        for cell in row:
            length = sum(2.0 if ord(letter) > 0x2E80 else 1.1 for letter in str(cell.value or ""))
            widths[cell.column] = min(max(widths.get(cell.column, 6.0), length + 2), WIDE)
    for column, width in widths.items():
        page.column_dimensions[get_column_letter(column)].width = width


def sheet_name(wanted: str, taken: set[str]) -> str:
    """Return a name for a sheet: short enough, with letters that are allowed, and its own."""
    name = wanted.translate(FORBIDDEN).strip("'")[:NAME_LENGTH] or "1"
    number = 1
    while name.lower() in taken:
        number += 1
        name = f"{name[: NAME_LENGTH - 4]}-{number}"
    taken.add(name.lower())
    return name
