"""The response of a run as answers show it: who is sent where, what is proven, what opens in which order."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from fastapi import Request

from api.ambulances import shuttles_answer, unit_kind_words
from api.faults import NotFound
from api.plans import read_plan_for
from api.relief import beside, sayer
from api.response_again import response_news_answer
from api.service import Service
from api.texts import words, words_or_key
from dss.language import LANGUAGES
from scenarios.report.number import write_number
from scenarios.report.response_text import response_words

LISTS: Final = ("resp_left", "resp_faults", "resp_clearing", "resp_short", "resp_shuttles")
Both = dict[str, str]
Row = dict[str, Any]


def read_response(service: Service, request: Request, run: str) -> tuple[Path, dict[str, Any]]:
    """Return the folder and manifest of a run with a response to one who may read it.

    Raises
    ------
    Unauthorised
        If the run rests on layers above what the request may read.
    NotFound
        If there is no such run, or it has no response.
    """
    folder, manifest = read_plan_for(service, request, run)
    if manifest.get("response") is None:
        raise NotFound("api_no_response", run=run)
    return folder, manifest


def response_answer(run: str, manifest: dict[str, Any]) -> dict[str, Any]:
    """Return who is sent to each incident, where patients go, who stands by where, and what opens when."""
    response, said = manifest["response"], _said(manifest)
    standards = {row["kind"]: row["standard_min"] for row in response["cover"]}
    return {
        "run": run,
        "sentences": [said["resp_lead"], said["resp_proof"]],
        "incidents": [
            _incident(row, why, response, standards)
            for row, why in zip(response["incidents"], said["resp_short"], strict=True)
        ],
        "patients_text": said["resp_patients_text"],
        "patients_left": said["resp_left"],
        "hospitals": [_hospital(row) for row in response["hospitals"]],
        "cover": [_cover(row) for row in response["cover"]],
        "clearing_text": said["resp_clearing"],
        "clearing": _clearing(response["clearing"]),
        "faults": said["resp_faults"],
        "shuttles": shuttles_answer(response["shuttles"], said["resp_shuttles"]),
        "news": response_news_answer(manifest, said["resp_news"]) if "again" in response else None,
    }


def _said(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return what the report says of the response, each text in both languages."""
    values = {figure["key"]: figure["value"] for figure in manifest["figures"]}
    told = {
        language: response_words(manifest, values, sayer(language), write_number) for language in LANGUAGES
    }
    names = [*LISTS, "resp_news"] if "again" in manifest["response"] else LISTS
    lists = {name: beside({one: told[one][name] for one in LANGUAGES}) for name in names}
    texts = ("resp_lead", "resp_proof", "resp_patients_text")
    return {**lists, **{name: {one: told[one][name] for one in LANGUAGES} for name in texts}}


def _incident(row: Row, why: Both, response: Row, standards: dict[str, float]) -> Row:
    return {
        "key": row["name"],
        "name": {"zh": row["name"], "en": row["name_en"]},
        "at": [row["lng"], row["lat"]],
        "priority": row["priority"],
        "needed": row["needed"],
        "sent": row["sent"],
        "there": row["there"],
        "why": why if row["needed"] > row["sent"] else None,
        "first_min": row["first_min"],
        "last_min": row["last_min"],
        "units": _units([one for one in response["sent"] if one["incident"] == row["name"]], standards),
        "patients": [
            {**one, "class_title": words(f"response.class_{one['class']}")}
            for one in response["patients"]
            if one["incident"] == row["name"]
        ],
    }


def _units(rows: Iterable[Row], standards: dict[str, float]) -> list[Row]:
    """Return who is sent to an incident, those of a kind from a place together, the first to arrive first."""
    together: dict[tuple[str, str, str], Row] = {}
    for row in rows:
        key = (row["kind"], row["as_kind"], row["home"])
        unit = together.setdefault(
            key,
            {
                "kind": row["kind"],
                "kind_title": unit_kind_words(row["kind"]),
                "as_title": unit_kind_words(row["as_kind"]) if row["as_kind"] != row["kind"] else None,
                "home": row["home"],
                "numbers": [],
                "arrive_min": row["arrive_min"],
                "standard_min": standards.get(row["as_kind"]),
                "length_m": row["length_m"],
                "streets": [name for name in row["streets"] if name],
            },
        )
        unit["numbers"].append(row["number"])
    return sorted(together.values(), key=lambda unit: (unit["arrive_min"], unit["home"]))


def _hospital(row: Row) -> Row:
    rest = {key: value for key, value in row.items() if key not in ("lng", "lat")}
    return {**rest, "at": [row["lng"], row["lat"]]}


def _cover(row: Row) -> Row:
    moves = [
        {"start": move["from"], "goal": move["to"], "units": move["units"], "minutes": move["minutes"]}
        for move in row["moves"]
    ]
    return {**row, "kind_title": unit_kind_words(row["kind"]), "moves": moves}


def _clearing(table: Row | None) -> Row | None:
    if table is None:
        return None
    steps = [
        {
            **{key: value for key, value in step.items() if key != "road"},
            "name": step["road"]["name"] or None,
            "length_m": step["road"]["length_m"],
            "reason": words_or_key("reason", step["road"]["reason"]),
        }
        for step in table["steps"]
    ]
    return {**table, "steps": steps}
