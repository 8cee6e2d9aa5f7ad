"""Check a response without a solver: every plan by its own check, every way edge by edge, what joins them."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from dss.arrays import FloatArray
from models import Violation, dispatch
from scenarios.relief.travel import Legs
from scenarios.response.hospitals import CLASSES
from scenarios.response.record import Record
from scenarios.response.reserving import broken_reserves

SLACK_S = 1.0
"""Travel times between places are single precision: a way may take so much longer or shorter."""


def check_record(record: Record) -> list[Violation]:
    """Return what the plans of a response break; empty when all hold."""
    found = _named("teams", dispatch.check(record.teams.problem, record.teams.plan))
    if record.patients is not None:
        found += _named("patients", dispatch.check(record.patients.problem, record.patients.plan))
    if record.shuttles is not None:
        found += _named("shuttles", dispatch.check(record.shuttles.problem, record.shuttles.plan))
    for kind, solved in record.cover.items():
        found += _named(f"cover {kind}", dispatch.check(solved.problem, solved.plan))
    if record.clearing is not None:
        found += _named("clearing", dispatch.check(record.clearing.problem, record.clearing.plan))
    fitting = list(_rows_that_do_not_fit(record))
    return found + (fitting or [*_idle(record), *broken_reserves(record), *_carried(record), *_ways(record)])


def _named(part: str, violations: list[Violation]) -> list[Violation]:
    return [replace(one, where=f"{part}: {one.where}") for one in violations]


def _rows_that_do_not_fit(record: Record) -> Iterator[Violation]:
    """Find rows that do not fit the plans."""
    facts, teams = record.facts, record.teams
    sizes = {
        "units": (len(facts.units), teams.problem.ready_s.size),
        "posts": (record.posts.ready_s.size, teams.problem.ready_s.size),
        "incidents": (len(facts.incidents), teams.problem.priority.size),
        "routes": (len(facts.routes), teams.decision.unit.size),
        "sent": (record.driven.sent.offsets.size - 1, teams.decision.unit.size),
        "moves": (record.driven.moved.offsets.size - 1, len(facts.moves)),
    }
    if record.clearing is not None:
        sizes["roads"] = (len(facts.roads), record.clearing.problem.roads)
    if record.shuttles is not None:
        sizes["trips"] = (len(facts.trips), record.shuttles.problem.size)
        sizes["fleet"] = (len(facts.fleet), record.shuttles.problem.ambulances)
        sizes["come"] = (record.driven.come.offsets.size - 1, record.shuttles.decision.trip.size)
        sizes["go"] = (record.driven.go.offsets.size - 1, record.shuttles.decision.trip.size)
    for name, (told, planned) in sizes.items():
        if told != planned:
            yield Violation("facts", name, float(abs(told - planned)))


def _idle(record: Record) -> Iterator[Violation]:
    """Find units that cover while they are sent, at work, out of order, or carry patients."""
    facts, busy = record.facts, {*record.teams.decision.unit.tolist(), *record.at_work.unit.tolist()}
    busy |= {u for u, row in enumerate(facts.units) if row.get("out")}
    if record.shuttles is not None:
        busy |= {facts.fleet[a] for a in record.shuttles.decision.ambulance.tolist()}
    for kind, solved in record.cover.items():
        for j, station in enumerate(facts.stations[kind]):
            here = sum(
                row["kind"] == kind and record.posts.base[u] == station["home"] and u not in busy
                for u, row in enumerate(facts.units)
            )
            idle = int(solved.problem.idle[j])
            if idle != here:
                yield Violation("facts", f"idle {kind} at {station['name']}", float(abs(idle - here)))


def _carried(record: Record) -> Iterator[Violation]:
    """Find patients with a bed for whom there is no trip, or more than one, and ambulances told twice."""
    if record.patients is None or record.shuttles is None:
        return
    decision, shape = record.patients.decision, record.patients.problem.beds.shape
    incidents = record.patients.problem.patients.shape[0]
    due, told = (np.zeros((incidents, len(CLASSES), *shape), dtype=np.int64) for _ in range(2))
    np.add.at(
        due, (decision.incident, decision.patient_class, decision.hospital, decision.bed), decision.persons
    )
    for row in record.facts.trips:
        told[row["incident"], row["class"], row["hospital"], row["bed"]] += row["persons"]
    for place in np.argwhere(due != told):
        yield Violation("facts", f"trips {place.tolist()}", float(abs(due - told)[tuple(place)]))
    if len(set(record.facts.fleet)) != len(record.facts.fleet):
        yield Violation("facts", "an ambulance is in the fleet twice", 1.0)


def _ways(record: Record) -> Iterator[Violation]:
    """Drive every way edge by edge on the roads as they are: open, whole, and as long as stated."""
    teams, moves = record.teams, record.facts.moves
    stated = {
        "sent": teams.decision.arrive_s - teams.problem.ready_s[teams.decision.unit],
        "moved": np.array([move["arrive_s"] - move["depart_s"] for move in moves], dtype=np.float64),
    }
    if record.shuttles is not None:
        decision = record.shuttles.decision
        stated["come"] = decision.load_from_s - decision.depart_s
        stated["go"] = decision.arrive_s - decision.leave_s
    for name, seconds in stated.items():
        yield from _drive(record, name, getattr(record.driven, name), seconds)


def _drive(record: Record, name: str, legs: Legs, stated_s: FloatArray) -> Iterator[Violation]:
    ground = record.ground
    for k, due_s in enumerate(stated_s.tolist()):
        edges, share = legs.of(k)
        if (ground.head[edges[:-1]] != ground.tail[edges[1:]]).any():
            yield Violation("way", f"{name} {k}", 1.0)
        elif not np.isfinite(ground.edge_s[edges]).all():
            yield Violation("closed", f"{name} {k}", 1.0)
        elif abs(float(ground.edge_s[edges] @ share) - due_s) > SLACK_S:
            yield Violation("late", f"{name} {k}", abs(float(ground.edge_s[edges] @ share) - due_s))
