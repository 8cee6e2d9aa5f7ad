"""What a new plan changes, vehicle by vehicle, and the files that tell of it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from dss.language import LANGUAGES, Language
from scenarios.relief.again import Again
from scenarios.relief.orders.sheets import Trip, sheets_of
from scenarios.relief.orders.wording import say, write_load, write_time
from scenarios.relief.orders.writing import write_orders
from scenarios.relief.record import Record, write_record
from scenarios.relief.tables import brought_units

What = Literal["same", "changed", "new", "freed", "stopped"]
TONNE_KG: Final = 1000.0


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
        Trips that go on as ordered.
    before, after
        Trips that had not left when the news came, as they were and as they are.
    """

    vehicle: str
    what: What
    going_on: int
    before: tuple[Trip, ...]
    after: tuple[Trip, ...]


def changes_of(again: Again) -> list[VehicleChange]:
    """Return what changes for each vehicle that had or has anything to do from the news on."""
    old, new = sheets_of(again.before), sheets_of(again.told)
    at_s, garage = again.news.at_s, again.before.record.garage
    stopped = set(again.before.record.vehicle_of_trip()[again.standing.stopped].tolist())
    going_on = _going_on(again)
    waiting = {sheet.vehicle: tuple(trip for trip in sheet.trips if trip.start_s > at_s) for sheet in old}
    planned = {sheet.vehicle: sheet.trips for sheet in new}
    found = []
    for v, label in enumerate(garage.label):
        before, after = waiting.get(v, ()), planned.get(v, ())
        if before or after or v in stopped or going_on[v]:
            what = _what(before, after, halted=v in stopped)
            found.append(VehicleChange(label, what, int(going_on[v]), before, after))
    return found


def _what(before: tuple[Trip, ...], after: tuple[Trip, ...], *, halted: bool) -> What:
    if halted:
        return "stopped"
    if not after:
        return "freed" if before else "same"
    if not before:
        return "new"
    return "same" if [_told(trip) for trip in before] == [_told(trip) for trip in after] else "changed"


def _told(trip: Trip) -> tuple[int, tuple[tuple[int, int, bytes], ...]]:
    """Return what makes two trips the same to a driver: when to leave, and what to bring where, when."""
    visits = tuple((visit.stop, round(visit.arrive_s), visit.packs.tobytes()) for visit in trip.visits)
    return round(trip.start_s), visits


def _going_on(again: Again) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return how many trips under way go on as ordered, by vehicle."""
    record = again.before.record
    running = again.standing.kept & (record.decision.trip_end_s > again.news.at_s)
    return np.bincount(record.vehicle_of_trip()[running], minlength=len(record.garage.label)).astype(np.int64)


def described(again: Again) -> dict[str, Any]:
    """Return the change as plain data: how much is kept, what is brought before and after, by vehicle."""
    old, new = again.before.record, again.told.record
    drives = old.drives
    legs = again.standing.kept[drives.trip] | (
        again.standing.stopped[drives.trip] & (drives.arrive_s <= again.news.at_s)
    )
    kept_t = _kept_tonnes(again)
    return {
        "at_s": again.news.at_s,
        "trips_over_or_going_on": int(again.standing.kept.sum()),
        "trips_stopped": int(again.standing.stopped.sum()),
        "legs_kept": int(legs.sum()),
        "trips_planned": int(new.decision.trip_vehicle.size),
        "brought_before_t": _tonnes(old),
        "brought_kept_t": kept_t,
        "brought_planned_t": _tonnes(new),
        "brought_t": round(kept_t + _tonnes(new), 2),
        "short_packs": int(new.decision.short_units.sum()),
        "vehicles": [
            {
                "vehicle": one.vehicle,
                "what": one.what,
                "going_on": one.going_on,
                "before": [_plain(trip, old) for trip in one.before],
                "after": [_plain(trip, new) for trip in one.after],
            }
            for one in changes_of(again)
        ],
    }


def _tonnes(record: Record) -> float:
    return round(float(brought_units(record) @ record.goods.weight_kg) / TONNE_KG, 2)


def _kept_tonnes(again: Again) -> float:
    record = again.before.record
    decision = record.decision
    done = again.standing.done[decision.drop_visit]
    weight = record.goods.weight_kg[record.problem.demand.commodity[decision.drop_line]]
    return round(float((decision.drop_units * weight)[done].sum()) / TONNE_KG, 2)


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


def write_again(folder: Path, again: Again, facts: dict[str, Any]) -> None:
    """Write a plan made again: its record and orders, the orders before beside them, and what changed.

    ``relief/orders`` holds the new orders, ``relief/orders_before`` those of the plan before;
    ``changes.json`` everything in figures, ``changes.zh.csv`` and ``changes.en.csv`` a row per vehicle.
    """
    folder.mkdir(parents=True)
    write_record(folder, again.told)
    write_orders(folder / "relief" / "orders", again.told)
    write_orders(folder / "relief" / "orders_before", again.before)
    text = json.dumps({**facts, **described(again)}, ensure_ascii=False, indent=1)
    (folder / "changes.json").write_text(text, encoding="utf-8")
    for language in LANGUAGES:
        heads = [say(key, language) for key in ("vehicle", "change", "going_on", "before", "after")]
        table = pd.DataFrame(change_rows(again, language), columns=heads)
        table.to_csv(folder / f"changes.{language}.csv", index=False, encoding="utf-8-sig")
