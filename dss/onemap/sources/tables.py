"""Tables of text: CSV and XLSX, as a frame whose codes keep their zeros and all their digits."""

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import openpyxl
import pandas as pd

from dss.errors import MapError
from dss.onemap.guesses import Guess, guess
from dss.onemap.sources.dates import file_day
from dss.onemap.sources.delivered import SourceDate
from dss.onemap.sources.encoding import find_encoding, require_encoding
from dss.onemap.sources.opening import opened

TEXT_SUFFIXES: Final = frozenset({".csv", ".tsv", ".txt"})
BOOK_SUFFIXES: Final = frozenset({".xlsx", ".xlsm"})
TABLE_SUFFIXES: Final = TEXT_SUFFIXES | BOOK_SUFFIXES
HEADER_SEARCH_ROWS: Final = 10
LONGEST_NUMBER: Final = 15
"""Digits that a 64-bit float holds exactly; longer ones are codes and stay text."""
MARKS: Final = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table and what is known of its file."""

    frame: pd.DataFrame
    guesses: tuple[Guess, ...]
    encoding: str | None
    date: SourceDate


def read_table(file: Path, sheet: str | None, encoding: str | None) -> TableFile:
    """Read a table.

    Raises
    ------
    MapError
        If it cannot be read, holds nothing below its header, or its encoding cannot be told.
    """
    if file.suffix.lower() in BOOK_SUFFIXES:
        return opened(file, lambda: _read_book(file, sheet))
    return opened(file, lambda: _read_text(file, encoding))


def sheets_of(file: Path) -> tuple[str, ...]:
    """Return the names of a workbook's sheets; a text file is one table."""
    if file.suffix.lower() not in BOOK_SUFFIXES:
        return (file.stem,)
    return opened(file, lambda: tuple(openpyxl.load_workbook(file, read_only=True).sheetnames))


def as_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """Turn columns of plain numbers into numbers; codes with leading zeros or very many digits stay text."""
    return pd.DataFrame({name: _as_number(frame[name]) for name in frame.columns}, index=frame.index)


def _as_number(column: pd.Series) -> pd.Series:
    if column.dtype.kind not in "OUT" and not isinstance(column.dtype, pd.StringDtype):
        return column
    text = column.astype("string").str.strip()
    text = text.mask(text == "")
    told = text.dropna()
    code = told.str.match(r"^[+-]?0\d") | (told.str.count(r"\d") > LONGEST_NUMBER)
    if told.empty or code.any() or not told.str.match(r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$").all():
        return text.astype(object).where(text.notna(), None)
    return pd.to_numeric(text.astype(object).where(text.notna(), None))


def _read_text(file: Path, told: str | None) -> TableFile:
    content = file.read_bytes()
    mark = next((name for sign, name in MARKS.items() if content.startswith(sign)), None)
    guesses: tuple[Guess, ...] = ()
    if told is not None:
        require_encoding(content.split(b"\n"), told, file=file.name)
        encoding = told
    elif mark is not None:
        encoding = mark
    else:
        found = find_encoding(content.split(b"\n"), file=file.name)
        encoding, guesses = found.name, found.guesses
    rows = _rows(content.decode(encoding).removeprefix("\ufeff"))
    frame, more = _frame(rows, file)
    return TableFile(as_numbers(frame), guesses + more, encoding, file_day(file))


def _rows(text: str) -> list[Sequence[object]]:
    if "\0" in text:
        raise ValueError("binary content in place of text")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t|", key=first.count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _read_book(file: Path, sheet: str | None) -> TableFile:
    if not zipfile.is_zipfile(file):
        raise MapError("import_workbook_old", file=file)
    book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    try:
        name = _sheet(book.sheetnames, sheet, file)
        rows: list[Sequence[object]] = [
            [_plain(value) for value in row] for row in book[name].iter_rows(values_only=True)
        ]
        changed = book.properties.modified
    finally:
        book.close()
    frame, guesses = _frame(rows, file)
    day = SourceDate(changed.date(), "workbook") if changed else file_day(file)
    return TableFile(as_numbers(frame), guesses, None, day)


def _sheet(names: Sequence[str], wanted: str | None, file: Path) -> str:
    if wanted is None and len(names) == 1:
        return names[0]
    if wanted is None:
        raise MapError("import_layers_several", file=file, layers=", ".join(names))
    if wanted not in names:
        raise MapError("import_table_missing", file=file, table=wanted, tables=", ".join(names))
    return wanted


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if value is None else str(value)


def _frame(rows: list[Sequence[object]], file: Path) -> tuple[pd.DataFrame, tuple[Guess, ...]]:
    """Find the header, which in workbooks may stand below a title, and what is below it."""
    head = _header_row(rows)
    if head is None:
        raise MapError("import_table_headless", file=file)
    names = [str(value).strip() if _filled(value) else "" for value in rows[head]]
    columns = [i for i, name in enumerate(names) if name]
    body = [row for row in rows[head + 1 :] if any(map(_filled, row))]
    if not body:
        raise MapError("import_table_empty", file=file)
    for number, row in enumerate(body):
        if len(row) > len(names) and any(map(_filled, row[len(names) :])):
            raise MapError(
                "import_table_ragged", file=file, row=number + head + 2, cells=len(row), head=len(names)
            )
    cells = {names[i]: [row[i] if i < len(row) else None for row in body] for i in columns}
    guesses = (guess("header_row", row=head + 1, first=names[columns[0]]),) if head else ()
    return pd.DataFrame(cells, dtype=object), guesses


def _header_row(rows: list[Sequence[object]]) -> int | None:
    """Return the first of the top rows with the most distinct names; None where there is none."""
    best, most = None, 0
    for i, row in enumerate(rows[:HEADER_SEARCH_ROWS]):
        names = [str(value).strip() for value in row if _filled(value)]
        if len(names) > most and len(set(names)) == len(names) and not any(map(_is_number, names)):
            best, most = i, len(names)
    return best


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _filled(value: object) -> bool:
    return value is not None and str(value).strip() != ""
