"""What units of a response do when, and whom ambulances bring to which hospital, as answers show it."""

import json
from pathlib import Path
from typing import Any, Final

from api.texts import words, words_or_key
from scenarios.response.files import FOLDER

GANTT: Final = f"{FOLDER}/orders/gantt.json"
BEGINS: Final = ("come", "drive")
"""What a trip of a unit begins with."""
Both = dict[str, str]
Row = dict[str, Any]


def unit_kind_words(kind: str) -> Both:
    """Return the name of a kind of unit."""
    return words_or_key("response", f"kind_{kind}")


def shuttles_answer(table: Row | None, sentences: list[Both]) -> Row | None:
    """Return the ambulances' trips in the order of time, with what is proven; None where nobody is hurt."""
    if table is None:
        return None
    begun = [{**row, "begun": True, "late_min": None} for row in table["brought"]]
    ahead = [{**row, "begun": False} for row in table["trips"]]
    keys = ("ambulances", "fleet", "waiting", "late", "last_min", "last_bound_min", "gap_percent")
    return {
        **{key: table[key] for key in keys},
        "sentences": sentences,
        "by_class": [
            {**row, "class_title": words(f"response.class_{row['class']}")} for row in table["by_class"]
        ],
        "trips": sorted(
            (_trip(row) for row in begun + ahead),
            key=lambda row: (row["depart_min"], row["home"], row["number"]),
        ),
    }


def _trip(row: Row) -> Row:
    return {
        **row,
        "class_title": words(f"response.class_{row['class']}"),
        "incident": {"zh": row["incident"], "en": row["incident_en"]},
    }


def response_gantt(run: str, folder: Path, manifest: Row) -> Row:
    """Return what each unit that is told anything does when, its doings numbered by trip."""
    told = json.loads((folder / GANTT).read_text(encoding="utf-8"))
    english = {row["name"]: row["name_en"] for row in manifest["response"]["incidents"]}
    return {
        "run": run,
        "at_s": told["at_s"],
        "units": [
            {
                **unit,
                "kind_title": unit_kind_words(unit["kind"]),
                "bars": numbered_bars(unit["bars"], english),
            }
            for unit in told["units"]
        ],
    }


def numbered_bars(bars: list[Row], english: dict[str, str]) -> list[Row]:
    """Return the bars of a unit with the trip that each belongs to, and places in both languages."""
    found: list[Row] = []
    trip = 1
    for bar in bars:
        trip += bool(found) and bar["what"] in BEGINS
        place = {"zh": bar["place"], "en": english.get(bar["place"], bar["place"])}
        found.append({**bar, "trip": trip, "place_title": place})
    return found
