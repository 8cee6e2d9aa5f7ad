"""News that reach a response under way: a file with what happens, read and checked."""

from dataclasses import dataclass

import numpy as np
from pydantic import Field
from pyproj import Transformer

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.errors import InputError
from dss.onemap import Title
from models.dispatch import Further, Needs
from scenarios.injects import clock_s
from scenarios.places import LngLat
from scenarios.response.hospitals import CLASSES
from scenarios.response.places import Spots
from scenarios.response.record import Record, Row
from scenarios.response.spec import KINDS, Demanded, Kind, PatientCount
from scenarios.strict import Strict


class NewIncident(Demanded):
    """An incident that nobody knew of."""

    name: Title
    at: LngLat


class MoreNeeds(Strict):
    """An incident that needs more than was known."""

    incident: str
    """Its name, Chinese or English."""
    needs: dict[Kind, int] = Field(default_factory=dict)
    patients: PatientCount = PatientCount()


class UnitName(Strict):
    """A unit by its kind, its home and its number there."""

    kind: Kind
    home: str
    number: int = Field(ge=1)


class Inject(Strict):
    """What happens while a response is under way."""

    at: str
    """When, hours and minutes after the response began: "00:20"."""
    incidents: list[NewIncident] = Field(default=[])
    more: list[MoreNeeds] = Field(default=[])
    over: list[str] = Field(default=[])
    """Incidents that need nobody any more."""
    lost_units: list[UnitName] = Field(default=[])
    roads_closed: list[str] = Field(default=[])
    """Names of roads or bridges, or their numbers on the map from 1."""
    hospitals_full: list[str] = Field(default=[])
    diversion_min: float | None = Field(default=None, ge=0)
    """Price of diverting a unit on its way; without it the standards'."""


@dataclass(frozen=True, slots=True, eq=False)
class News:
    """The same in the terms of a record.

    Parameters
    ----------
    at_s
        Seconds after the response began.
    edges
        Edges of the roads that close.
    spots, rows
        Where new incidents are, and what people are told of them.
    further, more
        New incidents and further needs, as in ``models.dispatch``.
    patients
        Further patients by class, new incidents last, shape (i, c).
    over, lost, full
        Incidents that are over, units out of order, hospitals that are full.
    """

    at_s: float
    edges: IntArray
    spots: Spots
    rows: list[Row]
    further: Further
    more: Needs
    patients: IntArray
    over: IntArray
    lost: IntArray
    full: BoolArray
    diversion_s: float


def news_of(inject: Inject, record: Record) -> News:
    """Find what news name in a record.

    Raises
    ------
    InputError
        If a time, a road, a unit, an incident or a hospital is not there.
    """
    known = len(record.facts.incidents)
    asked = [(known + n, one.needs, one.patients) for n, one in enumerate(inject.incidents)]
    asked += [(_incident(one.incident, record), one.needs, one.patients) for one in inject.more]
    lines = np.array(
        [(i, KINDS.index(kind), needs[kind]) for i, needs, _ in asked for kind in KINDS if needs.get(kind)],
        dtype=np.int64,
    ).reshape(-1, 3)
    patients = np.zeros((known + len(inject.incidents), len(CLASSES)), dtype=np.int64)
    for i, _, hurt in asked:
        patients[i] += [getattr(hurt, name) for name in CLASSES]
    at_s, spots = _seconds(inject.at, record), _spots(inject, record)
    latest_s: FloatArray = np.array(
        [np.inf if one.latest_min is None else at_s + 60 * one.latest_min for one in inject.incidents],
        dtype=np.float64,
    )
    further = Further(
        np.array([one.priority for one in inject.incidents], dtype=np.int64),
        latest_s,
        np.array([60.0 * one.work_min for one in inject.incidents], dtype=np.float64),
    )
    full = np.array([bool(row.get("full")) for row in record.facts.hospitals], dtype=np.bool_)
    full[[_hospital(name, record) for name in inject.hospitals_full]] = True
    price_s = record.facts.rules["diversion_s"] if inject.diversion_min is None else 60 * inject.diversion_min
    return News(
        at_s, _edges(inject.roads_closed, record), spots, _rows(inject, at_s), further,
        Needs(lines[:, 0], lines[:, 1], lines[:, 2]), patients,
        np.array(sorted({_incident(name, record) for name in inject.over}), dtype=np.int64),
        np.array(sorted({_unit(unit, record) for unit in inject.lost_units}), dtype=np.int64), full, price_s,
    )  # fmt: skip


def _seconds(at: str, record: Record) -> float:
    seconds = clock_s(at)
    if seconds is None or seconds < record.facts.at_s:
        raise InputError("response_inject_time", value=at, before=f"{record.facts.at_s / 60:g}")
    return seconds


def _incident(name: str, record: Record) -> int:
    rows = record.facts.incidents
    found = [i for i, row in enumerate(rows) if name in (row["name"], row["name_en"])]
    if not found:
        names = ", ".join(row["name"] for row in rows[:20]) or "–"
        raise InputError("response_incident", name=name, names=names)
    return found[0]


def _hospital(name: str, record: Record) -> int:
    names = [row["name"] for row in record.facts.hospitals]
    if name not in names:
        raise InputError("response_hospital", name=name, names=", ".join(names[:20]) or "–")
    return names.index(name)


def _unit(asked: UnitName, record: Record) -> int:
    of_kind = [(u, row) for u, row in enumerate(record.facts.units) if row["kind"] == asked.kind]
    for u, row in of_kind:
        if (row["name"], row["number"]) == (asked.home, asked.number):
            return u
    names = ", ".join(f"{row['name']} {row['number']}" for _, row in of_kind[:20]) or "–"
    raise InputError("response_unit", kind=asked.kind, name=f"{asked.home} {asked.number}", names=names)


def _edges(names: list[str], record: Record) -> IntArray:
    closed = np.zeros(record.ground.name.size, dtype=np.bool_)
    for name in names:
        found = record.ground.name == name
        if not found.any() and name.isdigit() and 1 <= int(name) <= found.size:
            found[int(name) - 1] = True
        if not found.any():
            raise InputError("evacuation_closing_road", name=name, count=found.size)
        closed |= found
    return np.flatnonzero(np.repeat(closed, 2)).astype(np.int64)


def _spots(inject: Inject, record: Record) -> Spots:
    to_map = Transformer.from_crs("EPSG:4326", record.ground.crs, always_xy=True)
    at = np.array([one.at for one in inject.incidents], dtype=np.float64).reshape(-1, 2)
    outside = ~((np.abs(at[:, 0]) <= 180) & (np.abs(at[:, 1]) <= 90))
    for row in np.flatnonzero(outside)[:1]:
        raise InputError("response_inject_place", name=inject.incidents[row].name.zh, at=at[row].tolist())
    x_m, y_m = to_map.transform(at[:, 0], at[:, 1])
    names = np.array([one.name.zh for one in inject.incidents], dtype=object)
    return Spots(names, np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64))


def _rows(inject: Inject, at_s: float) -> list[Row]:
    return [
        {
            "name": one.name.zh,
            "lng": one.at[0],
            "lat": one.at[1],
            "name_en": one.name.en,
            "priority": one.priority,
            "called_s": at_s,
        }
        for one in inject.incidents
    ]
