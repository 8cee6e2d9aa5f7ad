"""What a new plan changes, unit by unit, and the files that tell of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from dss.language import LANGUAGES, Language, text
from scenarios.response.again import Again
from scenarios.response.hospitals import CLASSES
from scenarios.response.record import Record, Row
from scenarios.response.shuttle_tables import minutes

What = Literal["out", "diverted", "recalled", "freed", "done", "sent", "trips", "moved", "same"]
ORDER: Final[tuple[What, ...]] = (
    "out", "diverted", "recalled", "freed", "sent", "trips", "moved", "done", "same",
)  # fmt: skip
"""In which order people want to read them."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a unit is doing or is to do from a time on.

    Parameters
    ----------
    incident, there, arrive_s
        Where it is sent, whether it has arrived, and when it does.
    trips
        Patients that it still fetches: incident, class, persons, hospital, arrival.
    home
        The station that it belongs to, or moves to.
    out
        Whether it is out of order.
    """

    incident: int | None = None
    there: bool = False
    arrive_s: float = 0.0
    trips: tuple[tuple[int, int, int, int, float], ...] = ()
    home: int = 0
    out: bool = False


@dataclass(frozen=True, slots=True)
class UnitChange:
    """What changes for a unit: what it was to do, what it is to do."""

    unit: int
    what: What
    before: Task
    after: Task


def tasks_of(record: Record, at_s: float) -> list[Task]:
    """Return what each unit is doing or is to do from a time on."""
    facts, incident = record.facts, record.teams.problem.needs.incident
    goal: dict[int, tuple[int, float]] = {}
    for part in (record.at_work, record.teams.decision):
        for unit, need, arrive_s in zip(
            part.unit.tolist(), part.need.tolist(), part.arrive_s.tolist(), strict=True
        ):
            goal[unit] = int(incident[need]), arrive_s
    trips: dict[int, list[tuple[int, int, int, int, float]]] = {}
    if record.shuttles is not None:
        decision = record.shuttles.decision
        for k in np.flatnonzero(decision.load_from_s > at_s).tolist():
            row = facts.trips[int(decision.trip[k])]
            told = row["incident"], row["class"], row["persons"], row["hospital"], float(decision.arrive_s[k])
            trips.setdefault(facts.fleet[int(decision.ambulance[k])], []).append(told)
    home = record.posts.base.tolist()
    for move in facts.moves:
        home[move["unit"]] = move["home"]
    tasks = []
    for u, row in enumerate(facts.units):
        to, arrive_s = goal.get(u, (None, 0.0))
        own = tuple(trips.get(u, ()))
        tasks.append(
            Task(to, to is not None and arrive_s <= at_s, arrive_s, own, home[u], bool(row.get("out")))
        )
    return tasks


def changes_of(again: Again) -> list[UnitChange]:
    """Return what changes for each unit that had or has anything to do, those first that matter most."""
    at_s = again.news.at_s
    before, after = tasks_of(again.before, at_s), tasks_of(again.record, at_s)
    found = [
        UnitChange(u, _what(again, old, new), old, new)
        for u, (old, new) in enumerate(zip(before, after, strict=True))
        if _busy(old) or _busy(new) or old.home != new.home or old.out != new.out
    ]
    return sorted(found, key=lambda one: (ORDER.index(one.what), one.unit))


def _busy(task: Task) -> bool:
    return task.incident is not None or bool(task.trips)


def _what(again: Again, old: Task, new: Task) -> What:
    if new.out and not old.out:
        return "out"
    if old.incident != new.incident:
        return _sent_elsewhere(again, old, new)
    if [trip[:4] for trip in old.trips] != [trip[:4] for trip in new.trips]:
        return "trips"
    return "moved" if old.home != new.home else "same"


def _sent_elsewhere(again: Again, old: Task, new: Task) -> What:
    if old.incident is None or (old.there and new.incident is not None):
        return "sent"
    if old.incident in again.news.over:
        return "freed"
    if new.incident is not None:
        return "diverted"
    return "done" if old.there else "recalled"


def again_table(again: Again) -> dict[str, Any]:
    """Return the change as plain data: what came, how much changes, unit by unit."""
    news, made = again.news, again.made
    facts = again.record.facts
    rows = changes_of(again)
    return {
        "at_min": minutes(news.at_s),
        "diversion_min": minutes(news.diversion_s),
        "new_incidents": [row["name"] for row in news.rows],
        "new_incidents_en": [row["name_en"] for row in news.rows],
        "over": [facts.incidents[i]["name"] for i in news.over.tolist()],
        "lost_units": [_label(again.record, u, "zh") for u in news.lost.tolist()],
        "roads_closed": sorted({str(again.record.ground.name[e // 2]) for e in news.edges.tolist()}),
        "hospitals_full": [row["name"] for row in facts.hospitals if row.get("full")],
        "at_work": int(made.at_work.sum()),
        "kept": int(made.kept.size),
        "diverted": int(made.diverted.size),
        "recalled": int(made.recalled.size),
        "freed": int(made.freed.size),
        "changed": sum(row.what not in ("same", "done") for row in rows),
        "brought_persons": sum(row["persons"] for row in facts.brought),
        "units": [
            {
                "kind": facts.units[row.unit]["kind"],
                "number": facts.units[row.unit]["number"],
                "home": facts.units[row.unit]["name"],
                "what": row.what,
                "before": _plain(again.before, row.before),
                "after": _plain(again.record, row.after),
            }
            for row in rows
        ],
    }


def _plain(record: Record, task: Task) -> Row:
    facts = record.facts
    goal = None if task.incident is None else facts.incidents[task.incident]
    return {
        "incident": None if goal is None else goal["name"],
        "incident_en": None if goal is None else goal["name_en"],
        "there": task.there,
        "arrive_min": None if goal is None else minutes(task.arrive_s),
        "trips": [
            {
                "incident": facts.incidents[i]["name"],
                "incident_en": facts.incidents[i]["name_en"],
                "class": CLASSES[c],
                "persons": persons,
                "hospital": facts.hospitals[h]["name"],
                "arrive_min": minutes(arrive_s),
            }
            for i, c, persons, h, arrive_s in task.trips
        ],
        "station": facts.homes[task.home]["name"],
        "out": task.out,
    }


def change_rows(table: dict[str, Any], language: Language, *, whole: bool = True) -> list[tuple[str, ...]]:
    """Return the changes in words: unit, home, what, before, after; all units, or only those that change."""
    return [
        (
            _say("unit_number", language, kind=_say(f"kind_{row['kind']}", language), number=row["number"]),
            row["home"],
            _say(f"change_{row['what']}", language),
            _words(row["before"], language),
            _words(row["after"], language),
        )
        for row in table["units"]
        if whole or row["what"] != "same"
    ]


def _words(task: Row, language: Language) -> str:
    """Write what a unit does: where it is or goes, whom it fetches, or where it waits."""
    lines = []
    if task["out"]:
        return _say("task_out", language)
    if task["incident"] is not None:
        name = task["incident"] if language == "zh" else task["incident_en"]
        key = "task_there" if task["there"] else "task_going"
        lines.append(_say(key, language, incident=name, arrive_min=task["arrive_min"]))
    for trip in task["trips"][:1]:
        name = trip["incident"] if language == "zh" else trip["incident_en"]
        lines.append(
            _say(
                "task_trips", language, incident=name, persons=trip["persons"], hospital=trip["hospital"],
                name=_say(f"class_{trip['class']}", language), arrive_min=trip["arrive_min"],
                count=len(task["trips"]), last_min=task["trips"][-1]["arrive_min"],
            )
        )  # fmt: skip
    return "\n".join(lines) or _say("task_waiting", language, station=task["station"])


def _label(record: Record, unit: int, language: Language) -> str:
    row = record.facts.units[unit]
    number = _say("unit_number", language, kind=_say(f"kind_{row['kind']}", language), number=row["number"])
    return f"{row['name']} {number}"


def _say(key: str, language: Language, **values: object) -> str:
    return text(f"response.{key}", language, **values)


def write_changes(folder: Path, table: dict[str, Any]) -> None:
    """Write ``changes.zh.csv`` and ``changes.en.csv``, a row for each unit."""
    for language in LANGUAGES:
        heads = [_say(key, language) for key in ("unit", "column_home", "change", "before", "after")]
        frame = pd.DataFrame(change_rows(table, language), columns=heads)
        frame.to_csv(folder / f"changes.{language}.csv", index=False, encoding="utf-8-sig")
