"""Where everybody is with a plan of response at a time: arithmetic on the plan's own ways, no router.

A unit on its way is at the place of its way where it is by then; an ambulance with a patient on board
is taken to its hospital; who has arrived is there. Index names: ``u`` units, ``k`` rows of a plan.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from dss.access import Access, join_roads
from dss.arrays import BoolArray, FloatArray, IntArray
from models import Plan
from models.dispatch import Teams, TeamsDecision
from scenarios.relief.travel import Legs
from scenarios.response.ground import Ground
from scenarios.response.hospitals import BED_KINDS, CLASSES
from scenarios.response.inject import News
from scenarios.response.muster import rows_of
from scenarios.response.places import Spots
from scenarios.response.record import Facts, Posts, Record, Row
from scenarios.response.spec import KINDS


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """What a plan of response leaves when news come.

    Parameters
    ----------
    ground
        The roads: those that crews have opened are open, those in the news closed.
    posts
        Where units are, where they belong, when they can set off.
    at_home
        Units at a station, shape (u,): they need time to turn out.
    able
        Units that can be told to do something: not out of order, not clearing a road.
    brought
        Trips that have begun to load, all those before included.
    waiting, beds
        Patients not yet picked up, those in the news included, (i, c), and beds still free, (h, b).
    """

    ground: Ground
    posts: Posts
    at_home: BoolArray
    able: BoolArray
    brought: list[Row]
    waiting: IntArray
    beds: IntArray


def whole_plan(record: Record) -> tuple[Teams, Plan[TeamsDecision]]:
    """Return units and needs of a record as one problem with one plan, units at work included."""
    problem, ahead, there, facts = record.teams.problem, record.teams.decision, record.at_work, record.facts
    skills = np.array([[kind in row["can"] for kind in KINDS] for row in facts.units], dtype=np.bool_)
    skills = skills.reshape(-1, len(KINDS))
    skills[[u for u, row in enumerate(facts.units) if row.get("out")]] = False
    unit = np.concatenate([there.unit, ahead.unit])
    order = np.argsort(unit, kind="stable")
    arrive_s = np.concatenate([there.arrive_s, ahead.arrive_s])[order]
    whole = TeamsDecision(
        unit=unit[order],
        need=np.concatenate([there.need, ahead.need])[order],
        arrive_s=arrive_s,
        short_units=ahead.short_units,
        last_arrival_s=float(arrive_s.max(initial=0.0)),
        prices=ahead.prices,
        last=None,
    )
    now = Teams(
        problem.response_s, skills, record.needs(), problem.priority, problem.latest_s, problem.work_s,
        problem.ready_s, problem.off_s,
    )  # fmt: skip
    return now, Plan(whole, record.teams.plan.report)


def spots_at(facts: Facts, what: Literal["homes", "incidents", "hospitals"]) -> Spots:
    """Return where homes, incidents or hospitals are."""
    at = np.array(facts.at_m[what], dtype=np.float64).reshape(-1, 2)
    names = np.array([row["name"] for row in getattr(facts, what)], dtype=object)
    return Spots(names, at[:, 0].copy(), at[:, 1].copy())


def place(record: Record, what: Literal["homes", "incidents", "hospitals"]) -> Access:
    """Return where homes, incidents or hospitals join the roads, as they were when a plan was made."""
    spots, limit_m = spots_at(record.facts, what), record.facts.rules["reach_m"]
    return join_roads(record.ground.line, record.ground.edge_s, spots.x_m, spots.y_m, limit_m=limit_m)


def standing_of(record: Record, news: News) -> Standing:
    """Return what a plan of response leaves when news come."""
    facts, at_s = record.facts, news.at_s
    open_s = np.zeros(0) if record.clearing is None else record.clearing.decision.open_s
    opened = np.array([], dtype=np.int64)
    crews: list[int] = []
    if record.clearing is not None:
        done = record.clearing.decision.road[open_s <= at_s]
        opened = np.array([facts.roads[b]["row"] for b in done.tolist()], dtype=np.int64)
        crews = [facts.crews[c]["unit"] for c in np.unique(record.clearing.decision.crew).tolist()]
    able = np.array([not row.get("out") for row in facts.units], dtype=np.bool_)
    able[news.lost] = False
    able[crews] = False
    posts, at_home = _posts(record, at_s)
    brought = [*facts.brought, *_begun(record, news)]
    hurt = np.zeros((len(facts.incidents), len(CLASSES)), dtype=np.int64)
    if record.patients is not None:
        hurt = record.patients.problem.patients.copy()
    beds = np.array([[row[name] for name in BED_KINDS] for row in facts.hospitals], dtype=np.int64)
    beds = beds.reshape(-1, len(BED_KINDS))
    for row in brought[len(facts.brought) :]:
        hurt[row["incident"], row["class"]] -= row["persons"]
        beds[row["hospital"], row["bed"]] -= row["persons"]
    beds[news.full] = 0
    waiting = news.patients.copy()
    waiting[: hurt.shape[0]] += hurt
    return Standing(
        record.ground.opening(opened).closing(news.edges), posts, at_home, able, brought, waiting, beds
    )


def _begun(record: Record, news: News) -> list[Row]:
    """Return the trips of a plan that have begun to load; not those whose ambulance is lost on the way."""
    if record.shuttles is None:
        return []
    facts, decision = record.facts, record.shuttles.decision
    rows = []
    for k in np.flatnonzero(decision.load_from_s <= news.at_s).tolist():
        unit = facts.fleet[int(decision.ambulance[k])]
        if unit not in news.lost or decision.arrive_s[k] <= news.at_s:
            times = {
                name: float(getattr(decision, name)[k])
                for name in ("depart_s", "load_from_s", "leave_s", "arrive_s", "free_s")
            }
            rows.append({"unit": unit, **facts.trips[int(decision.trip[k])], **times})
    return rows


@dataclass(slots=True)
class _Table:
    """Posts in the making."""

    access: Access
    ready_s: FloatArray
    at_home: BoolArray

    def put(self, unit: int, access: Access, row: int, ready_s: float) -> None:
        """Write where a unit is."""
        for name in ("edge", "share", "distance_m", "reached"):
            getattr(self.access, name)[unit] = getattr(access, name)[row]
        self.ready_s[unit], self.at_home[unit] = ready_s, False


def _posts(record: Record, at_s: float) -> tuple[Posts, BoolArray]:
    """Return where units are at a time, and which of them stand at a station."""
    facts, old = record.facts, record.posts
    home_at, incident_at = place(record, "homes"), place(record, "incidents")
    base = old.base.copy()
    size = base.size
    table = _Table(
        Access(old.edge.copy(), old.share.copy(), np.zeros(size), old.reached.copy()),
        np.maximum(old.ready_s, at_s),
        (old.edge == home_at.edge[base]) & (old.share == home_at.share[base]),
    )
    for k, move in enumerate(facts.moves):
        unit = move["unit"]
        base[unit] = move["home"]
        if at_s >= move["arrive_s"]:
            table.put(unit, home_at, move["home"], at_s)
            table.at_home[unit] = True
        elif at_s > move["depart_s"]:
            here = along(record.ground, record.driven.moved, k, at_s - move["depart_s"], (old.access, unit))
            table.put(unit, here, 0, at_s)
    incident = record.teams.problem.needs.incident
    for unit, need in zip(record.at_work.unit.tolist(), record.at_work.need.tolist(), strict=True):
        table.put(unit, incident_at, int(incident[need]), at_s)
    _put_sent(record, at_s, table, incident_at)
    _put_ambulances(record, at_s, table, incident_at)
    access = table.access
    return Posts(access.edge, access.share, access.reached, base, table.ready_s), table.at_home


def _put_sent(record: Record, at_s: float, table: _Table, incident_at: Access) -> None:
    """Write where the units are that were sent."""
    decision, problem = record.teams.decision, record.teams.problem
    for k, unit in enumerate(decision.unit.tolist()):
        depart_s = float(problem.ready_s[unit])
        if decision.arrive_s[k] <= at_s:
            table.put(unit, incident_at, int(problem.needs.incident[decision.need[k]]), at_s)
        elif depart_s < at_s:
            here = along(record.ground, record.driven.sent, k, at_s - depart_s, (record.posts.access, unit))
            table.put(unit, here, 0, at_s)


def _put_ambulances(record: Record, at_s: float, table: _Table, incident_at: Access) -> None:
    """Write where the ambulances are that carry patients, once they are where they were sent."""
    if record.shuttles is None:
        return
    facts, decision, sent = record.facts, record.shuttles.decision, record.teams.decision
    hospital_at = place(record, "hospitals")
    on_the_way = set(sent.unit[sent.arrive_s > at_s].tolist())
    goal = dict(zip(sent.unit.tolist(), record.teams.problem.needs.incident[sent.need].tolist(), strict=True))
    for a in np.unique(decision.ambulance).tolist():
        unit, rows = facts.fleet[a], np.flatnonzero(decision.ambulance == a)
        if unit in on_the_way:
            continue
        begun = rows[decision.load_from_s[rows] <= at_s]
        ahead = rows[decision.load_from_s[rows] > at_s]
        trips = [facts.trips[int(decision.trip[k])] for k in begun.tolist()]
        if trips and decision.free_s[begun[-1]] > at_s:
            table.put(unit, hospital_at, trips[-1]["hospital"], float(decision.free_s[begun[-1]]))
        elif ahead.size and decision.depart_s[ahead[0]] < at_s:
            start = (
                (hospital_at, trips[-1]["hospital"])
                if trips
                else (incident_at, goal[unit])
                if unit in goal
                else (record.posts.access, unit)
            )
            elapsed_s = at_s - float(decision.depart_s[ahead[0]])
            here = along(record.ground, record.driven.come, int(ahead[0]), elapsed_s, start)
            table.put(unit, here, 0, at_s)
        elif trips:
            table.put(unit, hospital_at, trips[-1]["hospital"], at_s)


def along(ground: Ground, legs: Legs, k: int, elapsed_s: float, start: tuple[Access, int]) -> Access:
    """Return where on its way somebody is after some seconds, one place.

    Parameters
    ----------
    start
        Where the way begins: a row of places on the roads.
    """
    edges, share = legs.of(k)
    if edges.size == 0:
        return rows_of(start[0], np.array([start[1]]))
    until_s = np.cumsum(ground.edge_s[edges] * share)
    n = min(int(np.searchsorted(until_s, elapsed_s)), edges.size - 1)
    before_s = 0.0 if n == 0 else float(until_s[n - 1])
    edge = int(edges[n])
    step = float(np.clip((elapsed_s - before_s) / max(ground.edge_s[edge], 1e-9), 0.0, share[n]))
    if n > 0:
        begin = 0.0
    elif edges.size > 1:
        begin = 1.0 - float(share[0])
    else:
        given = float(start[0].share[start[1]])
        begin = given if edge % 2 == 0 else 1.0 - given
    at = min(begin + step, 1.0)
    one = np.array([edge - edge % 2], dtype=np.int64)
    return Access(one, np.array([at if edge % 2 == 0 else 1.0 - at]), np.zeros(1), np.ones(1, dtype=np.bool_))
