"""What a new plan changes, vehicle by vehicle, and the files that tell of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from dss.language import LANGUAGES, Language
from scenarios.relief.again import Again
from scenarios.relief.orders.sheets import Trip, sheets_of
from scenarios.relief.orders.wording import say, write_load, write_time
from scenarios.relief.record import Record

What = Literal["same", "changed", "new", "freed", "stopped"]


@dataclass(frozen=True, slots=True, eq=False)
class VehicleChange:
    """What changes for a vehicle.

    Parameters
    ----------
    vehicle
        Its label.
    what
        ``stopped`` where it is, ``freed`` of all trips, ``new`` where it had none, ``changed``, ``same``.
    going_on
        Trips under way, or loading, that go on as ordered.
    before, after
        Trips that were not over when the news came, as they were and as they are.
    """

    vehicle: str
    what: What
    going_on: int
    before: tuple[Trip, ...]
    after: tuple[Trip, ...]


def changes_of(again: Again) -> list[VehicleChange]:
    """Return what changes for each vehicle that had or has anything to do from the news on."""
    at_s, garage = again.news.at_s, again.before.record.garage
    old, new = (
        {sheet.vehicle: tuple(trip for trip in sheet.trips if trip.end_s > at_s) for sheet in sheets_of(told)}
        for told in (again.before, again.told)
    )
    halted = set(again.told.record.vehicle_of_trip()[again.halted].tolist())
    found = []
    for v, label in enumerate(garage.label):
        before, after = old.get(v, ()), new.get(v, ())
        if before or after:
            known = {_told(trip) for trip in before}
            going_on = sum(trip.load_from_s < at_s and _told(trip) in known for trip in after)
            found.append(
                VehicleChange(label, _what(before, after, halted=v in halted), going_on, before, after)
            )
    return found


def _what(before: tuple[Trip, ...], after: tuple[Trip, ...], *, halted: bool) -> What:
    if halted:
        return "stopped"
    if not after:
        return "freed"
    if not before:
        return "new"
    return "same" if [_told(trip) for trip in before] == [_told(trip) for trip in after] else "changed"


def _told(trip: Trip) -> tuple[int, tuple[tuple[int, int, bytes], ...]]:
    """Return what makes two trips the same to a driver: to the minute when, where, and what."""
    visits = tuple((visit.stop, round(visit.arrive_s / 60), visit.packs.tobytes()) for visit in trip.visits)
    return round(trip.start_s / 60), visits


def changed_vehicles(again: Again) -> list[dict[str, Any]]:
    """Return as plain data what changes for each vehicle that had or has anything to do from the news on."""
    old, new = again.before.record, again.told.record
    return [
        {
            "vehicle": one.vehicle,
            "what": one.what,
            "going_on": one.going_on,
            "before": [_plain(trip, old) for trip in one.before],
            "after": [_plain(trip, new) for trip in one.after],
        }
        for one in changes_of(again)
    ]


def _plain(trip: Trip, record: Record) -> dict[str, Any]:
    return {
        "start_s": round(trip.start_s),
        "end_s": round(trip.end_s),
        "stops": [record.stops.name[visit.stop] for visit in trip.visits],
        "packs": {record.goods.key[k]: int(trip.packs[k]) for k in np.flatnonzero(trip.packs).tolist()},
    }


def change_rows(again: Again, language: Language) -> list[tuple[str, ...]]:
    """Return the changes in words: vehicle, what, trips going on, before, after; those first that change."""
    rank: dict[What, int] = {"stopped": 0, "changed": 1, "new": 2, "freed": 3, "same": 4}
    old, new = again.before.record, again.told.record
    return [
        (
            one.vehicle,
            say(f"change_{one.what}", language),
            str(one.going_on),
            _words(one.before, old, language),
            _words(one.after, new, language),
        )
        for one in sorted(changes_of(again), key=lambda one: (rank[one.what], one.vehicle))
    ]


def _words(trips: tuple[Trip, ...], record: Record, language: Language) -> str:
    """Write trips, a line each: when it leaves, to where, with what."""
    return "\n".join(
        say(
            "change_trip", language, start=write_time(trip.start_s, record.facts, language),
            stops=say("arrow", language).join(record.stops.name[visit.stop] for visit in trip.visits),
            load=write_load(trip.packs, record, language),
        )
        for trip in trips
    ) or "–"  # fmt: skip


def write_changes(folder: Path, again: Again) -> None:
    """Write what changes as ``changes.zh.csv`` and ``changes.en.csv``, a row per vehicle."""
    for language in LANGUAGES:
        heads = [say(key, language) for key in ("vehicle", "change", "going_on", "before", "after")]
        table = pd.DataFrame(change_rows(again, language), columns=heads)
        table.to_csv(folder / f"changes.{language}.csv", index=False, encoding="utf-8-sig")
