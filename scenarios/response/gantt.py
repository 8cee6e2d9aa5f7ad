"""What each unit of a response does when: bars over time, for a page."""

from typing import Any

from scenarios.response.record import Record, Row


def gantt(record: Record) -> dict[str, Any]:
    """Return the bars of all units that are told anything, in seconds after the response began.

    Bars are of ``drive`` to an incident or a station, ``work`` there; for ambulances ``come``, ``load``,
    ``carry`` and ``hand_over``, trip by trip.
    """
    bars: dict[int, list[Row]] = {}
    for unit, found in [*_sent(record), *_trips(record), *_moves(record)]:
        bars.setdefault(unit, []).extend(found)
    facts = record.facts
    return {
        "at_s": facts.at_s,
        "units": [
            {
                "kind": facts.units[u]["kind"],
                "number": facts.units[u]["number"],
                "home": facts.units[u]["name"],
                "bars": sorted(bars[u], key=lambda bar: (bar["from_s"], bar["until_s"])),
            }
            for u in sorted(bars)
        ],
    }


def _bar(what: str, from_s: float, until_s: float, place: str) -> Row:
    return {"what": what, "from_s": round(from_s, 1), "until_s": round(until_s, 1), "place": place}


def _sent(record: Record) -> list[tuple[int, list[Row]]]:
    """Return the drives to incidents, and the work of units that carry no patients."""
    problem, decision, facts = record.teams.problem, record.teams.decision, record.facts
    carrying = (
        {facts.fleet[a] for a in record.shuttles.decision.ambulance.tolist()} if record.shuttles else set()
    )
    rows = []
    there = zip(
        record.at_work.unit.tolist(),
        record.at_work.need.tolist(),
        record.at_work.arrive_s.tolist(),
        strict=True,
    )
    ahead = zip(decision.unit.tolist(), decision.need.tolist(), decision.arrive_s.tolist(), strict=True)
    for going, pairs in ((False, there), (True, ahead)):
        for unit, need, arrive_s in pairs:
            i = int(problem.needs.incident[need])
            name, found = facts.incidents[i]["name"], []
            if going:
                found.append(_bar("drive", float(problem.ready_s[unit]), arrive_s, name))
            if unit not in carrying:
                found.append(_bar("work", arrive_s, arrive_s + float(problem.work_s[i]), name))
            rows.append((unit, found))
    return rows


def _trips(record: Record) -> list[tuple[int, list[Row]]]:
    facts, rows = record.facts, [(row["unit"], row, row) for row in record.facts.brought]
    if record.shuttles is not None:
        decision = record.shuttles.decision
        for k, (a, t) in enumerate(zip(decision.ambulance.tolist(), decision.trip.tolist(), strict=True)):
            times = {
                name: float(getattr(decision, name)[k])
                for name in ("depart_s", "load_from_s", "leave_s", "arrive_s", "free_s")
            }
            rows.append((facts.fleet[a], facts.trips[t], times))
    found = []
    for unit, trip, at in rows:
        incident = facts.incidents[trip["incident"]]["name"]
        hospital = facts.hospitals[trip["hospital"]]["name"]
        bars = [
            _bar("come", at["depart_s"], at["load_from_s"], incident),
            _bar("load", at["load_from_s"], at["leave_s"], incident),
            _bar("carry", at["leave_s"], at["arrive_s"], hospital),
            _bar("hand_over", at["arrive_s"], at["free_s"], hospital),
        ]
        found.append((unit, bars))
    return found


def _moves(record: Record) -> list[tuple[int, list[Row]]]:
    facts = record.facts
    return [
        (move["unit"], [_bar("drive", move["depart_s"], move["arrive_s"], facts.homes[move["home"]]["name"])])
        for move in facts.moves
    ]
