"""What units are told: who goes where by which way and when, as CSV, Excel and text in both languages."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Font

from dss.language import LANGUAGES, Language, text
from scenarios.response.gantt import gantt
from scenarios.response.record import Record
from scenarios.response.rows import way_rows
from scenarios.response.shuttle_tables import trip_rows
from scenarios.response.tables import clearing_table, move_rows, sent_rows

COLUMNS: Final = ("order", "unit", "home", "goes_to", "way", "length_m", "depart_min", "arrive_min")
Told = dict[str, Any]


def orders_of(record: Record, language: Language) -> list[Told]:
    """Return the orders in the order in which units are called: incidents, patients, moves, then roads."""
    return [
        *_to_incidents(record, language),
        *_patients(record, language),
        *_moves(record, language),
        *_crews(record, language),
    ]


def write_orders(folder: Path, record: Record) -> None:
    """Write ``orders.LANGUAGE.csv`` and ``.txt``, a workbook with a sheet each, and ``gantt.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    book = Workbook()
    book.remove(book.active)
    for language in LANGUAGES:
        told = orders_of(record, language)
        heads = [_say(f"column_{name}", language) for name in COLUMNS]
        rows = [[row[name] for name in COLUMNS] for row in told]
        with (folder / f"orders.{language}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([heads, *rows])
        sheet = book.create_sheet(_say("sheet", language))
        for row in (heads, *rows):
            sheet.append([_safe(value) for value in row])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for column, width in zip("ABCDEFGH", (14, 26, 30, 34, 60, 12, 14, 14), strict=True):
            sheet.column_dimensions[column].width = width
        sheet.freeze_panes = "A2"
        lines = [row["sentence"] for row in told]
        (folder / f"orders.{language}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    book.save(folder / "orders.xlsx")
    (folder / "gantt.json").write_text(json.dumps(gantt(record), ensure_ascii=False), encoding="utf-8")


def _safe(value: Any) -> Any:
    """Return a text that a workbook does not take for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@" else value


def _say(key: str, language: Language, **values: object) -> str:
    return text(f"response.{key}", language, **values)


def _told(key: str, language: Language, **values: Any) -> Told:
    row = {"length_m": "", "depart_min": 0.0, "way": "", **values, "order": _say(f"order_{key}", language)}
    shown = {name: row[name] for name in COLUMNS}
    times = {name: row[name] for name in ("load_from_min", "free_min") if name in row}
    return {**shown, "sentence": _say(f"sentence_{key}", language, **shown, **times)}


def _to_incidents(record: Record, language: Language) -> Iterator[Told]:
    for row in sorted(sent_rows(record), key=lambda row: (row["incident"], row["arrive_min"], row["home"])):
        yield _told(
            "go",
            language,
            unit=_unit(row["kind"], row["number"], language),
            home=row["home"],
            goes_to=row["incident"] if language == "zh" else row["incident_en"],
            way=_way(row["streets"], language),
            length_m=row["length_m"],
            depart_min=row["depart_min"],
            arrive_min=row["arrive_min"],
        )


def _patients(record: Record, language: Language) -> Iterator[Told]:
    """Return what ambulances are told, ambulance by ambulance, trip by trip."""
    if record.shuttles is None:
        return
    ways = zip(
        way_rows(record.ground, record.driven.come), way_rows(record.ground, record.driven.go), strict=True
    )
    for row, (come, go) in zip(trip_rows(record), ways, strict=True):
        incident = row["incident"] if language == "zh" else row["incident_en"]
        patients = _say(
            "patients_of", language, count=row["persons"], name=_say(f"class_{row['class']}", language)
        )
        yield _told(
            "fetch",
            language,
            unit=_unit("ambulance", row["number"], language),
            home=row["home"],
            goes_to=_say(
                "fetch_to", language, incident=incident, patients=patients, hospital=row["hospital"]
            ),
            way=_say(
                "way_there_and_on",
                language,
                come=_way(come["streets"], language),
                go=_way(go["streets"], language),
            ),
            length_m=come["length_m"] + go["length_m"],
            depart_min=row["depart_min"],
            load_from_min=row["load_from_min"],
            arrive_min=row["arrive_min"],
            free_min=row["free_min"],
        )


def _way(streets: list[str], language: Language) -> str:
    return _say("way_joint", language).join(streets) or _say("way_none", language)


def _unit(kind: str, number: int, language: Language) -> str:
    return _say("unit_number", language, kind=_say(f"kind_{kind}", language), number=number)


def _moves(record: Record, language: Language) -> Iterator[Told]:
    for move in move_rows(record):
        yield _told(
            "back" if move["back"] else "move",
            language,
            unit=_unit(move["kind"], move["number"], language),
            home=move["from"],
            goes_to=move["to"],
            way=_way(move["streets"], language),
            length_m=move["length_m"],
            depart_min=move["depart_min"],
            arrive_min=move["arrive_min"],
        )


def _crews(record: Record, language: Language) -> Iterator[Told]:
    table = clearing_table(record)
    if table is None:
        return
    for step in sorted(table["steps"], key=lambda step: (step["crew"], step["begin_min"])):
        road = step["road"]
        yield _told(
            "clear",
            language,
            unit=_say("crew_number", language, number=step["crew"]),
            home=step["crew_home"],
            goes_to=_say(
                "road_to_open", language, step=step["step"], road=road["name"] or _say("unnamed", language)
            ),
            length_m=road["length_m"],
            depart_min=step["depart_min"],
            arrive_min=step["open_min"],
        )
