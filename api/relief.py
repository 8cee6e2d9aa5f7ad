"""The relief of a run as answers show it: what is short, who brings what when, in words.

Index names: ``v`` vehicles.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from fastapi import Request

from api.faults import NotFound
from api.plans import read_plan_for
from api.relief_words import good_words, kind_words
from api.replanned import news_answer
from api.service import Service
from api.texts import words
from dss.language import LANGUAGES, Language, text
from scenarios.relief.fleet import DAY_S
from scenarios.relief.orders import sheets_of
from scenarios.relief.orders.content import Drive, TripText, VehicleText, content_of
from scenarios.relief.orders.sheets import Trip
from scenarios.relief.record import FOLDER, Told, read_record
from scenarios.report.number import write_number
from scenarios.report.relief_text import note_lines, relief_words

GANTT: Final = f"{FOLDER}/orders/gantt.json"
AMOUNTS: Final = ("need", "stock", "free", "brought", "short", "short_without_aid", "short_of_vehicles")
WAIT_S: Final = 60.0
"""A vehicle that has nothing to do for longer than this waits."""
Both = dict[str, str]


def read_relief(service: Service, request: Request, run: str) -> tuple[Path, dict[str, Any]]:
    """Return the folder and manifest of a run with a relief to one who may read it.

    Raises
    ------
    Unauthorised
        If the run rests on layers above what the request may read.
    NotFound
        If there is no such run, or it has no relief.
    """
    folder, manifest = read_plan_for(service, request, run)
    if manifest.get("relief") is None:
        raise NotFound("api_no_relief", run=run)
    return folder, manifest


def relief_answer(run: str, manifest: dict[str, Any]) -> dict[str, Any]:
    """Return what is needed and short, what is proven, who is left out and why."""
    relief = manifest["relief"]
    short, sentences = _said(manifest)
    return {
        "run": run,
        "clock": relief["clock"],
        "days": relief["days_count"],
        "short": short,
        "sentences": sentences,
        "goods": [_good(row) for row in relief["goods"]],
        "vehicles": [{**row, "kind_title": kind_words(row["kind"])} for row in relief["vehicles"]],
        "stops": [{"name": row["name"], "persons": row["persons"]} for row in relief["stops"]],
        "news": None if relief.get("again") is None else news_answer(manifest),
    }


def _said(manifest: dict[str, Any]) -> tuple[Both, list[Both]]:
    """Return what is short in one sentence, and what else the report says, the lead first."""
    relief = manifest["relief"]
    values = {figure["key"]: figure["value"] for figure in manifest["figures"]}
    is_short = any(row["short"] for row in relief["goods"])
    said: dict[str, list[str]] = {}
    for language in LANGUAGES:
        say = sayer(language)
        # the first note names what is short, where anything is
        notes = note_lines(relief, values, say, write_number)
        first = [] if is_short else [say("relief.nothing_short")]
        lead = relief_words(manifest, values, say, write_number)["relief_lead"]
        said[language] = [*first, *notes]
        said[language].insert(1, lead)
    short, *others = beside(said)
    return short, others


def sayer(language: Language) -> Callable[..., str]:
    """Return what says a text of the report, or of another section, in a language."""

    def say(key: str, **names: object) -> str:
        return text(key if "." in key else f"report.{key}", language, **names)

    return say


def beside(said: dict[str, list[str]]) -> list[Both]:
    """Return lines that both languages say in the same order, each in both."""
    return [dict(zip(said, lines, strict=True)) for lines in zip(*said.values(), strict=True)]


def _good(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": row["key"],
        "title": good_words(row["key"]),
        "unit": row["unit"],
        "unit_title": words(f"relief.unit_{row['unit']}"),
        "brought_before": row.get("brought_before"),
        "known": row["known"],
        "stated": row["stated"],
        "worst_share": row["worst_share"],
        **{name: row[name] for name in AMOUNTS},
    }


def gantt_answer(run: str, folder: Path) -> dict[str, Any]:
    """Return what each vehicle does when; between trips of a day it waits."""
    told = json.loads((folder / GANTT).read_text(encoding="utf-8"))
    return {
        "run": run,
        "clock": told["clock"],
        "days": told["days"],
        "vehicles": [
            {
                **vehicle,
                "kind_title": kind_words(vehicle["kind"]),
                "bars": with_waiting(vehicle["bars"]),
            }
            for vehicle in told["vehicles"]
        ],
    }


def with_waiting(bars: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the bars of a vehicle in their order, with its waiting between two of the same day."""
    found: list[dict[str, Any]] = []
    for bar in sorted(bars, key=lambda bar: bar["from_s"]):
        before = found[-1] if found else bar
        same_day = before["until_s"] // DAY_S == bar["from_s"] // DAY_S
        if same_day and bar["from_s"] - before["until_s"] > WAIT_S:
            times = {"from_s": before["until_s"], "until_s": bar["from_s"]}
            found.append({**bar, "what": "wait", "place": before["place"], **times})
        found.append(bar)
    return found


def sheet_answer(run: str, folder: Path, label: str) -> dict[str, Any]:
    """Return what one vehicle does, as its sheet says it.

    Raises
    ------
    NotFound
        If there is no such vehicle.
    """
    told = read_record(folder)
    labels = told.record.garage.label
    if label not in labels:
        raise NotFound("api_no_vehicle", label=label, run=run)
    v = labels.index(label)
    kind = told.record.garage.kinds.key[told.record.garage.kind[v]]
    return {"run": run, "vehicle": label, "kind_title": kind_words(kind), **_sheet(told, v)}


def _sheet(told: Told, v: int) -> dict[str, Any]:
    sheets = [sheet for sheet in sheets_of(told) if sheet.vehicle == v]
    if not sheets:
        return {"lead": words("relief.no_trips"), "trips": []}
    said = [content_of(told.record, sheets, [], language).vehicles[0] for language in LANGUAGES]
    return {
        "lead": _both([one.lead for one in said]),
        "trips": [_trip(trip, row, said) for row, trip in enumerate(sheets[0].trips)],
    }


def _trip(trip: Trip, row: int, said: list[VehicleText]) -> dict[str, Any]:
    texts: list[TripText] = [one.trips[row] for one in said]
    return {
        "trip": trip.number,
        "load_from_s": trip.load_from_s,
        "start_s": trip.start_s,
        "end_s": trip.end_s,
        "title": _both([one.title for one in texts]),
        "loading": _both([one.loading for one in texts]),
        "stops": [
            {
                "number": int(rows[0][0]),
                "name": rows[0][1],
                "arrive": _both([one[2] for one in rows]),
                "leave": _both([one[3] for one in rows]),
                "load": _both([one[4] for one in rows]),
            }
            for rows in zip(*(one.rows for one in texts), strict=True)
        ],
        "drives": [_drive(list(drives)) for drives in zip(*(one.drives for one in texts), strict=True)],
    }


def _drive(said: list[Drive]) -> dict[str, Any]:
    return {
        "to": _both([one.to for one in said]),
        "length": _both([one.length for one in said]),
        "turns": [_both(list(turns)) for turns in zip(*(one.turns for one in said), strict=True)],
    }


def _both(said: list[str]) -> Both:
    return dict(zip(LANGUAGES, said, strict=True))
