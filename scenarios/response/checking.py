"""Check a response without a solver: every plan by its own check, and what joins them."""

from collections.abc import Iterator
from dataclasses import replace

from models import Violation, dispatch
from scenarios.response.record import Record


def check_record(record: Record) -> list[Violation]:
    """Return what the plans of a response break; empty when all hold."""
    found = _named("teams", dispatch.check(record.teams.problem, record.teams.plan))
    if record.patients is not None:
        found += _named("patients", dispatch.check(record.patients.problem, record.patients.plan))
    for kind, solved in record.cover.items():
        found += _named(f"cover {kind}", dispatch.check(solved.problem, solved.plan))
    if record.clearing is not None:
        found += _named("clearing", dispatch.check(record.clearing.problem, record.clearing.plan))
    return [*found, *_joined(record)]


def _named(part: str, violations: list[Violation]) -> list[Violation]:
    return [replace(one, where=f"{part}: {one.where}") for one in violations]


def _joined(record: Record) -> Iterator[Violation]:
    """Find rows that do not fit the plans, and units that cover while they are sent."""
    facts, teams = record.facts, record.teams
    sizes = {
        "units": (len(facts.units), teams.problem.ready_s.size),
        "incidents": (len(facts.incidents), teams.problem.priority.size),
        "routes": (len(facts.routes), teams.decision.unit.size),
    }
    if record.clearing is not None:
        sizes["roads"] = (len(facts.roads), record.clearing.problem.roads)
    for name, (told, planned) in sizes.items():
        if told != planned:
            yield Violation("facts", name, float(abs(told - planned)))
            return
    sent = [facts.units[u] for u in teams.decision.unit.tolist()]
    for kind, solved in record.cover.items():
        for j, station in enumerate(facts.stations[kind]):
            here, away = (
                sum(row["kind"] == kind and row["home"] == station["home"] for row in rows)
                for rows in (facts.units, sent)
            )
            idle = int(solved.problem.idle[j])
            if idle != here - away:
                yield Violation("facts", f"idle {kind} at {station['name']}", float(idle))
