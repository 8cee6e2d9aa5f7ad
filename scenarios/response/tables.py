"""The figures and tables of a response, from its record alone: stated by a run, derived by a check."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from models.dispatch import PATIENT_CAUSES, TEAM_CAUSES, cover_bound, patient_causes, team_causes
from scenarios.allocation.plan_figures import Value
from scenarios.response.hospitals import BED_KINDS, CLASSES
from scenarios.response.record import Record, Row
from scenarios.response.reserving import reserve_table
from scenarios.response.shuttle_tables import minutes, shuttle_figures, shuttle_table
from scenarios.response.spec import KINDS

SQUARE_HOURS = 3600.0**2
"""Person-seconds held for seconds, in person-hours held for hours."""


def response_figures(record: Record) -> Iterator[Value]:
    """Return the figures of a response."""
    teams = record.teams
    needed = int(record.needs().units.sum())
    yield Value("resp_units", len(record.facts.units), "rescue_units")
    yield Value("resp_needed", needed, "rescue_units")
    yield Value("resp_sent", int(teams.decision.unit.size + record.at_work.unit.size), "rescue_units")
    yield Value("resp_short", int(teams.decision.short_units.sum()), "rescue_units")
    arrive_s = np.concatenate([record.at_work.arrive_s, teams.decision.arrive_s])
    yield Value("resp_mean_min", minutes(float(arrive_s.mean()) if arrive_s.size else None), "min")
    yield Value("resp_last_min", minutes(float(arrive_s.max()) if arrive_s.size else None), "min")
    if record.patients is not None:
        waiting = int(record.patients.problem.patients.sum())
        left = int(record.patients.decision.left.sum())
        yield Value("resp_patients", waiting, "persons")
        yield Value("resp_patients_placed", waiting - left, "persons")
        yield Value("resp_patients_left", left, "persons")
        yield Value("resp_free_beds", int(record.patients.problem.beds.sum()), "beds")
    yield from shuttle_figures(record)
    for kind, solved in record.cover.items():
        yield Value(f"resp_covered_{kind}", solved.decision.covered, "persons")
        yield Value(f"resp_cover_bound_{kind}", round(solved.plan.report.bound or 0.0), "persons")
    kept = [
        solved.decision.reserve for solved in record.cover.values() if solved.decision.reserve is not None
    ]
    if kept:
        yield Value("resp_reserve_lacking", sum(int(one.lacking.sum()) for one in kept), "rescue_units")
    if record.clearing is not None:
        clearing = record.clearing
        yield Value("resp_roads", int(clearing.decision.road.size), "roads")
        yield Value("resp_way_before_hours", _hours(float(clearing.decision.way_s[0])), "person_hours")
        yield Value("resp_way_after_hours", _hours(float(clearing.decision.way_s[-1])), "person_hours")
        gap = clearing.plan.report.gap
        yield Value("resp_clear_gap", None if gap is None else round(100 * gap, 2), "percent")


def described(record: Record) -> dict[str, Any]:
    """Return the tables of a response as plain data."""
    return {
        "incidents": incident_rows(record),
        "sent": sent_rows(record),
        "patients": patient_rows(record),
        "patients_left": left_rows(record),
        "hospitals": hospital_rows(record),
        "shuttles": shuttle_table(record),
        "moves": move_rows(record),
        "cover": cover_rows(record),
        "clearing": clearing_table(record),
        "faults": record.facts.faults,
        "notes": record.facts.notes,
    }


def incident_rows(record: Record) -> list[Row]:
    """Return what each incident asks for, gets and lacks, why, and when units arrive."""
    problem, decision, there = record.teams.problem, record.teams.decision, record.at_work
    causes = team_causes(problem, decision)
    incident, needed = problem.needs.incident, record.needs().units
    rows = []
    for i, told in enumerate(record.facts.incidents):
        lines = np.flatnonzero(incident == i)
        came_s = there.arrive_s[np.isin(there.need, lines)]
        arrive_s = np.concatenate([came_s, decision.arrive_s[np.isin(decision.need, lines)]])
        short = causes[lines].sum(axis=0)
        rows.append(
            {
                **told,
                "needs": [
                    {
                        "kind": KINDS[problem.needs.skill[n]],
                        "needed": int(needed[n]),
                        "sent": int(needed[n] - decision.short_units[n]),
                    }
                    for n in lines
                ],
                "needed": int(needed[lines].sum()),
                "there": int(came_s.size),
                "sent": int(arrive_s.size),
                "short": {name: int(count) for name, count in zip(TEAM_CAUSES, short, strict=True) if count},
                "first_min": minutes(float(arrive_s.min()) if arrive_s.size else None),
                "last_min": minutes(float(arrive_s.max()) if arrive_s.size else None),
            }
        )
    return rows


def sent_rows(record: Record) -> list[Row]:
    """Return who goes where by which streets and when, by unit."""
    facts, problem, decision = record.facts, record.teams.problem, record.teams.decision
    rows = []
    for k, u in enumerate(decision.unit.tolist()):
        unit, incident = facts.units[u], facts.incidents[int(problem.needs.incident[decision.need[k]])]
        rows.append(
            {
                "kind": unit["kind"],
                "number": unit["number"],
                "home": unit["name"],
                "as_kind": KINDS[problem.needs.skill[decision.need[k]]],
                "incident": incident["name"],
                "incident_en": incident["name_en"],
                "streets": facts.routes[k]["streets"],
                "length_m": facts.routes[k]["length_m"],
                "depart_min": minutes(float(problem.ready_s[u])),
                "arrive_min": minutes(float(decision.arrive_s[k])),
            }
        )
    return rows


def move_rows(record: Record) -> list[Row]:
    """Return the idle units that drive to a station: to stand in for others, or back to their own."""
    facts, rows = record.facts, []
    for move in facts.moves:
        unit = facts.units[move["unit"]]
        rows.append(
            {
                "kind": unit["kind"],
                "number": unit["number"],
                "from": facts.homes[int(record.posts.base[move["unit"]])]["name"],
                "to": facts.homes[move["home"]]["name"],
                "back": move["back"],
                "streets": move["streets"],
                "length_m": move["length_m"],
                "depart_min": minutes(move["depart_s"]),
                "arrive_min": minutes(move["arrive_s"]),
            }
        )
    return rows


def patient_rows(record: Record) -> list[Row]:
    """Return which patients go where, incident by incident, the most severe first."""
    if record.patients is None:
        return []
    problem, decision = record.patients.problem, record.patients.decision
    rows = zip(
        decision.incident.tolist(), decision.patient_class.tolist(), decision.hospital.tolist(),
        decision.bed.tolist(), decision.persons.tolist(), strict=True,
    )  # fmt: skip
    return [
        {
            "incident": record.facts.incidents[i]["name"],
            "incident_en": record.facts.incidents[i]["name_en"],
            "class": CLASSES[c],
            "hospital": record.facts.hospitals[h]["name"],
            "bed": BED_KINDS[b],
            "persons": persons,
            "trip_min": minutes(float(problem.trip_s[i, h])),
        }
        for i, c, h, b, persons in rows
    ]


def left_rows(record: Record) -> list[Row]:
    """Return patients without a bed by incident and class, with the causes."""
    if record.patients is None:
        return []
    causes = patient_causes(record.patients.problem, record.patients.decision)
    left = record.patients.decision.left
    return [
        {
            "incident": record.facts.incidents[i]["name"],
            "incident_en": record.facts.incidents[i]["name_en"],
            "class": CLASSES[c],
            "persons": int(left[i, c]),
            "causes": {
                name: int(count) for name, count in zip(PATIENT_CAUSES, causes[i, c], strict=True) if count
            },
        }
        for i, c in np.argwhere(left > 0).tolist()
    ]


def hospital_rows(record: Record) -> list[Row]:
    """Return hospitals with their free beds and the patients who come."""
    rows = []
    for h, told in enumerate(record.facts.hospitals):
        coming = [0] * len(CLASSES)
        if record.patients is not None:
            decision = record.patients.decision
            here = decision.hospital == h
            coming = np.bincount(
                decision.patient_class[here], weights=decision.persons[here], minlength=len(CLASSES)
            ).tolist()
        rows.append({**told, **{name: int(count) for name, count in zip(CLASSES, coming, strict=True)}})
    return rows


def cover_rows(record: Record) -> list[Row]:
    """Return what idle units of each kind cover, and who moves."""
    rows = []
    for kind, solved in record.cover.items():
        problem, decision, stations = solved.problem, solved.decision, record.facts.stations[kind]
        prices, reserve = decision.prices, reserve_table(record.facts.districts, problem, decision)
        lacking = 0 if reserve is None else reserve["lacking"]
        rows.append(
            {
                "kind": kind,
                "idle": int(problem.idle.sum()),
                "standard_min": minutes(problem.standard_s),
                "persons": int(problem.weight.sum()),
                "before": decision.covered_before,
                "covered": decision.covered,
                "bound": round(solved.plan.report.bound or 0.0),
                "proven": None if prices is None else int(cover_bound(problem, prices, lacking) + 1e-6),
                "moving_min": minutes(decision.moving_s),
                "moves": [
                    {
                        "from": stations[a]["name"],
                        "to": stations[b]["name"],
                        "units": n,
                        "minutes": minutes(float(problem.move_s[a, b])),
                    }
                    for a, b, n in zip(
                        decision.from_station.tolist(),
                        decision.to_station.tolist(),
                        decision.units.tolist(),
                        strict=True,
                    )
                ],
                **({} if reserve is None else {"reserve": reserve}),
            }
        )
    return rows


def clearing_table(record: Record) -> dict[str, Any] | None:
    """Return the roads in the order in which they open, what each opens, and how good the order is."""
    if record.clearing is None:
        return None
    problem, decision, report = (
        record.clearing.problem, record.clearing.decision, record.clearing.plan.report,
    )  # fmt: skip
    roads, crews = record.facts.roads, record.facts.crews
    steps = [
        {
            "step": r + 1,
            "road": {key: roads[b][key] for key in ("name", "road_class", "length_m", "reason")},
            "crew": k + 1,
            "crew_home": crews[k]["name"],
            "depart_min": minutes(float(decision.depart_s[r])),
            "begin_min": minutes(float(decision.begin_s[r])),
            "open_min": minutes(float(decision.open_s[r])),
            "way_hours": _hours(float(decision.way_s[r + 1])),
            "saved_hours": _hours(float(decision.way_s[r] - decision.way_s[r + 1])),
        }
        for r, (b, k) in enumerate(zip(decision.road.tolist(), decision.crew.tolist(), strict=True))
    ]
    return {
        "persons": int(problem.persons.sum()),
        "crews": problem.crews,
        "before_hours": _hours(float(decision.way_s[0])),
        "steps": steps,
        "unreached": [roads[b]["name"] for b in np.flatnonzero(decision.unreached)],
        "lost": round((report.objective or 0.0) / SQUARE_HOURS, 2),
        "bound": round((report.bound or 0.0) / SQUARE_HOURS, 2),
        "proven": round(decision.bound / SQUARE_HOURS, 2),
        "gap_percent": None if report.gap is None else round(100 * report.gap, 2),
        "most_way_min": minutes(problem.most_s),
    }


def _hours(person_seconds: float) -> float:
    return round(person_seconds / 3600, 1)
