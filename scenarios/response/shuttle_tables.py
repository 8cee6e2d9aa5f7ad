"""Figures and tables of the ambulances that carry patients, from a record alone."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from dss.arrays import FloatArray
from scenarios.allocation.plan_figures import Value
from scenarios.response.hospitals import CLASSES
from scenarios.response.record import Record, Row


def minutes(seconds: float | None) -> float | None:
    """Return seconds as minutes to a tenth; None stays."""
    return None if seconds is None else round(seconds / 60, 1)


def shuttle_figures(record: Record) -> Iterator[Value]:
    """Return the figures of the shuttles; none where nobody is carried."""
    table = shuttle_table(record)
    if table is None:
        return
    yield Value("resp_trips", len(table["trips"]), "trips")
    yield Value("resp_driving_ambulances", table["ambulances"], "rescue_units")
    yield Value("resp_patients_waiting", table["waiting"], "persons")
    yield Value("resp_patients_late", table["late"], "persons")
    yield Value("resp_last_patient_min", table["last_min"], "min")
    yield Value("resp_last_patient_bound_min", table["last_bound_min"], "min")
    yield Value("resp_shuttle_gap", table["gap_percent"], "percent")


def shuttle_table(record: Record) -> dict[str, Any] | None:
    """Return who fetches whom when, how many are late or left, what is proven; None where nobody is hurt."""
    if record.shuttles is None:
        return None
    problem, decision, report = (
        record.shuttles.problem, record.shuttles.decision, record.shuttles.plan.report,
    )  # fmt: skip
    rows = trip_rows(record)
    left = sum(record.facts.trips[t]["persons"] for t in np.flatnonzero(decision.left).tolist())
    return {
        "trips": rows,
        "brought": [brought_row(record, row) for row in record.facts.brought],
        "ambulances": int(np.unique(decision.ambulance).size),
        "fleet": problem.ambulances,
        "waiting": left,
        "late": sum(row["persons"] for row in rows if row["late_min"]),
        "last_min": minutes(decision.last_arrival_s if rows else None),
        "last_bound_min": minutes(decision.last_bound_s if np.isfinite(decision.last_bound_s) else None),
        "by_class": class_rows(record),
        "gap_percent": None if report.gap is None else round(100 * report.gap, 2),
    }


def trip_rows(record: Record) -> list[Row]:
    """Return the trips of the plan, by ambulance and time."""
    assert record.shuttles is not None
    problem, decision, facts = record.shuttles.problem, record.shuttles.decision, record.facts
    rows = []
    for k, (a, t) in enumerate(zip(decision.ambulance.tolist(), decision.trip.tolist(), strict=True)):
        late_s = float(decision.arrive_s[k] - problem.trips.limit_s[t])
        rows.append(
            {
                **_who(record, facts.fleet[a], facts.trips[t]),
                "depart_min": minutes(float(decision.depart_s[k])),
                "load_from_min": minutes(float(decision.load_from_s[k])),
                "leave_min": minutes(float(decision.leave_s[k])),
                "arrive_min": minutes(float(decision.arrive_s[k])),
                "free_min": minutes(float(decision.free_s[k])),
                "late_min": minutes(max(late_s, 0.0)),
            }
        )
    return rows


def brought_row(record: Record, row: Row) -> Row:
    """Return a trip that had begun to load before the plan was made."""
    times = ("depart_s", "load_from_s", "leave_s", "arrive_s", "free_s")
    return {
        **_who(record, row["unit"], row),
        **{name.replace("_s", "_min"): minutes(row[name]) for name in times},
    }


def _who(record: Record, unit: int, trip: Row) -> Row:
    ambulance, incident = record.facts.units[unit], record.facts.incidents[trip["incident"]]
    return {
        "number": ambulance["number"],
        "home": ambulance["name"],
        "incident": incident["name"],
        "incident_en": incident["name_en"],
        "class": CLASSES[trip["class"]],
        "persons": trip["persons"],
        "hospital": record.facts.hospitals[trip["hospital"]]["name"],
    }


def class_rows(record: Record) -> list[Row]:
    """Return by class how many are carried, and when the first, half and all of them are in hospital."""
    assert record.shuttles is not None
    problem, decision, trips = record.shuttles.problem, record.shuttles.decision, record.facts.trips
    of_class = np.array([trips[t]["class"] for t in decision.trip.tolist()], dtype=np.int64)
    persons = np.array([trips[t]["persons"] for t in decision.trip.tolist()], dtype=np.int64)
    late = decision.arrive_s > problem.trips.limit_s[decision.trip]
    rows = []
    for c, name in enumerate(CLASSES):
        own = of_class == c
        arrive_s: FloatArray = np.sort(np.repeat(decision.arrive_s[own], persons[own]))
        none = arrive_s.size == 0
        rows.append(
            {
                "class": name,
                "carried": int(arrive_s.size),
                "first_min": None if none else minutes(float(arrive_s[0])),
                "half_min": None if none else minutes(float(arrive_s[(arrive_s.size - 1) // 2])),
                "last_min": None if none else minutes(float(arrive_s[-1])),
                "limit_min": minutes(record.facts.rules["limit_s"][c]),
                "late": int(persons[own & late].sum()),
            }
        )
    return rows
