"""The truth about a delivery: which records were made wrong, and how."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TRUTH_FILE: Final = "truth.csv"
COLUMNS: Final = ("layer", "record_id", "row", "code", "note")


@dataclass(frozen=True, slots=True)
class Planted:
    """One planted error.

    Parameters
    ----------
    layer
        Key of the layer.
    record_id
        Number of the record as delivered, None where it has none or the whole layer is wrong.
    row
        Row of the record in the delivered layer, from 0; None where the whole layer is wrong.
    code
        Rule of the audit that it breaks.
    note
        What was done, for people.
    """

    layer: str
    record_id: str | None
    row: int | None
    code: str
    note: str


def write_truth(planted: Iterable[Planted], path: Path) -> None:
    """Write the planted errors as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for one in planted:
            writer.writerow([one.layer, one.record_id, one.row, one.code, one.note])
