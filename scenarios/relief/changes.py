"""What a new plan changes, vehicle by vehicle, as data and in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from dss.arrays import IntArray
from dss.language import Language
from scenarios.relief.again import Again
from scenarios.relief.orders.sheets import Trip, Visit, sheets_of
from scenarios.relief.orders.wording import say, write_load, write_time, write_weight
from scenarios.relief.record import Record

What = Literal["same", "changed", "new", "freed", "stopped"]
RANK: Final[dict[What, int]] = {"stopped": 0, "changed": 1, "new": 2, "freed": 3, "same": 4}
"""Order in which changes are told."""


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

    def split(self) -> tuple[list[Trip], list[Trip], list[Trip]]:
        """Return the trips that are driven no longer, those as before, and those that are new."""
        was, now = ({_told(trip) for trip in trips} for trips in (self.before, self.after))
        return (
            [trip for trip in self.before if _told(trip) not in now],
            [trip for trip in self.after if _told(trip) in was],
            [trip for trip in self.after if _told(trip) not in was],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Changed:
    """A plan made again with what it changes for each vehicle that had or has anything to do from then on."""

    again: Again
    vehicles: tuple[VehicleChange, ...]

    def ranked(self) -> list[VehicleChange]:
        """Return the vehicles, those first whose orders change most."""
        return sorted(self.vehicles, key=lambda one: (RANK[one.what], one.vehicle))


def changes_of(again: Again) -> Changed:
    """Find what a plan made again changes."""
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
    return Changed(again, tuple(found))


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


def changed_vehicles(changed: Changed) -> list[dict[str, Any]]:
    """Return as plain data what changes for each vehicle that had or has anything to do from the news on."""
    old, new = changed.again.before.record, changed.again.told.record
    return [
        {
            "vehicle": one.vehicle,
            "what": one.what,
            "going_on": one.going_on,
            "before": [_plain(trip, old) for trip in one.before],
            "after": [_plain(trip, new) for trip in one.after],
        }
        for one in changed.vehicles
    ]


def _plain(trip: Trip, record: Record) -> dict[str, Any]:
    return {
        "start_s": round(trip.start_s),
        "end_s": round(trip.end_s),
        "stops": [record.stops.name[visit.stop] for visit in trip.visits],
        "packs": {record.goods.key[k]: int(trip.packs[k]) for k in np.flatnonzero(trip.packs).tolist()},
    }


def change_rows(changed: Changed, language: Language) -> list[tuple[str, ...]]:
    """Return the changes in words, those first that change most.

    Vehicle, what changes, trips as before, what it does no longer, what it does instead: a line a trip, with
    the stops that were still ahead when the news came, and the weight that is for them.
    """
    again = changed.again
    old, new, at_s = again.before.record, again.told.record, again.news.at_s
    rows: list[tuple[str, ...]] = []
    for one in changed.ranked():
        gone, stays, fresh = one.split()
        rows.append(
            (
                one.vehicle,
                say(f"change_{one.what}", language),
                str(len(stays)) if stays else "–",
                _words(gone, old, at_s, language),
                _words(fresh, new, at_s, language),
            )
        )
    return rows


def change_counts(changed: Changed, language: Language) -> list[tuple[str, ...]]:
    """Return the changes in short, those first that change most; vehicles whose orders stay are left out.

    Vehicle, what changes, how many trips are as before, no longer driven, and new, and the first new one.
    """
    record = changed.again.told.record
    rows: list[tuple[str, ...]] = []
    for one in changed.ranked():
        gone, stays, fresh = one.split()
        if one.what != "same":
            numbers = (str(len(trips)) for trips in (stays, gone, fresh))
            first = _first(fresh, record, language)
            rows.append((one.vehicle, say(f"change_{one.what}", language), *numbers, first))
    return rows


def _first(trips: Sequence[Trip], record: Record, language: Language) -> str:
    """Write when the first of some trips leaves, its first stop, and how many further stops it has."""
    if not trips or not trips[0].visits:
        return "–"
    more = len(trips[0].visits) - 1
    name = record.stops.name[trips[0].visits[0].stop]
    return f"{write_time(trips[0].start_s, record.facts, language)} {name}{f' +{more}' if more else ''}"


def _words(trips: Sequence[Trip], record: Record, at_s: float, language: Language) -> str:
    """Write trips, a line each: when it leaves, to where from the news on, how much."""
    lines = []
    for trip in trips:
        ahead = [visit for visit in trip.visits if visit.arrive_s > at_s]
        left = trip.load_from_s < at_s
        lines.append(
            say(
                "change_trip_begun" if left else "change_trip", language,
                start=write_time(trip.start_s, record.facts, language),
                stops=say("arrow", language).join(record.stops.name[visit.stop] for visit in ahead) or "–",
                load=write_weight(packs_of(ahead, trip), record, language),
            )
        )  # fmt: skip
    return "\n".join(lines) or "–"


def packs_of(visits: Sequence[Visit], trip: Trip) -> IntArray:
    """Return what some visits of a trip hand over, shape (k,)."""
    packs: IntArray = sum((visit.packs for visit in visits), np.zeros_like(trip.packs))
    return packs


def change_table(changed: Changed, language: Language) -> pd.DataFrame:
    """Return a row for each trip not over when the news came: no longer driven, as before, or new."""
    old, new = changed.again.before.record, changed.again.told.record
    heads = ("vehicle", "change", "trip", "leaves", "last_back", "stops", "load", "weight_head")
    rows = [
        (
            one.vehicle,
            say(f"change_{one.what}", language),
            say(f"trip_{state}", language),
            write_time(trip.start_s, record.facts, language),
            write_time(trip.end_s, record.facts, language),
            say("arrow", language).join(record.stops.name[visit.stop] for visit in trip.visits),
            write_load(trip.packs, record, language),
            write_weight(trip.packs, record, language),
        )
        for one in changed.ranked()
        for state, trips, record in zip(("gone", "stays", "fresh"), one.split(), (old, new, new), strict=True)
        for trip in trips
    ]
    return pd.DataFrame(rows, columns=[say(head, language) for head in heads])
