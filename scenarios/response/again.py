"""A response planned again: who is at work stays, who is on the way goes on where it pays, the rest anew.

Units that have arrived stay until their work is done or their incident is over. Patients who are not yet
picked up are sent anew, with the beds that are left; idle units' cover is planned anew. The order in which
roads are cleared goes on as it was.
"""

from dataclasses import dataclass, replace

import numpy as np

from dss.access import Access
from dss.arrays import FloatArray, IntArray
from models import Plan, Violation, dispatch
from models.dispatch import TeamsChanges, TeamsReplanned
from scenarios.response.carrying import carry_patients, keep_some
from scenarios.response.checking import check_record
from scenarios.response.covering import plan_cover, plan_moves
from scenarios.response.ground import Ways, legs_of
from scenarios.response.hospitals import BED_KINDS
from scenarios.response.inject import News
from scenarios.response.muster import Fleet, Muster, joined, rows_of
from scenarios.response.places import Spots
from scenarios.response.record import AtWork, Driven, Facts, Posts, Record, Rules, Solved
from scenarios.response.reserving import HomeDistricts
from scenarios.response.rows import way_rows
from scenarios.response.spec import KINDS
from scenarios.response.standing import Standing, spots_at, standing_of, whole_plan

AMBULANCE = KINDS.index("ambulance")


@dataclass(frozen=True, slots=True, eq=False)
class Again:
    """A response planned again.

    Parameters
    ----------
    before, news
        What was planned, and what has happened.
    standing
        What that left under way.
    made
        What the model of units answered, with the plan it has made.
    record
        The response as it now is.
    """

    before: Record
    news: News
    standing: Standing
    made: TeamsReplanned
    record: Record


def plan_again(before: Record, news: News) -> Again:
    """Plan a response again after news; needs the run's record alone."""
    standing = standing_of(before, news)
    rules = Rules(**before.facts.rules)
    muster = _muster(before, news, standing, rules)
    posts, ways = muster.posts, muster.ways
    table = ways.between(posts.access, muster.incident_at)
    response_s: FloatArray = np.where(muster.able[:, None], table.seconds, np.inf)
    changes = changes_of(news, response_s, posts)
    problem, plan = whole_plan(before)
    answer = dispatch.replan(problem, plan, news.at_s, changes, limits=muster.limits)
    made = answer.decision
    assert made is not None  # sending nobody is a plan too
    sent = legs_of(table, made.ahead.unit, made.rest.needs.incident[made.ahead.need])
    carried = carry_patients(muster, _fleet(before, muster, made, news))
    busy = np.concatenate([made.whole.unit, carried.driving])
    idle = np.setdiff1d(np.flatnonzero(muster.able), busy).astype(np.int64)
    cover, stations = plan_cover(muster, idle)
    moves, moved = plan_moves(muster, idle, cover, stations)
    ground = ways.ground
    facts = carried_on(before, news, standing)
    facts = replace(
        facts,
        stations={k: [{**facts.homes[h], "home": int(h)} for h in rows] for k, rows in stations.items()},
        routes=way_rows(ground, sent),
        moves=[{**move, **way} for move, way in zip(moves, way_rows(ground, moved), strict=True)],
        trips=carried.trips,
        fleet=carried.fleet.unit.tolist(),
    )
    record = Record(
        facts, ground, posts, at_work_of(made), Driven(sent, moved, carried.come, carried.go),
        Solved(made.rest, Plan(made.ahead, answer.report)), carried.patients, carried.shuttles, cover,
        before.clearing,
    )  # fmt: skip
    return Again(before, news, standing, made, record)


def again_of(before: Record, news: News, record: Record) -> Again:
    """Return a planning again as a stored record has it, what it left under way derived anew."""
    standing = standing_of(before, news)
    problem, plan = whole_plan(before)
    posts = posts_at(news, standing, record.facts.rules["turnout_s"])
    changes = changes_of(news, record.teams.problem.response_s, posts)
    made = dispatch.derive_teams(problem, plan, news.at_s, changes, record.teams.decision)
    return Again(before, news, standing, made, record)


def changes_of(news: News, response_s: FloatArray, posts: Posts) -> TeamsChanges:
    """Return news in the terms of the model."""
    return TeamsChanges(
        response_s, posts.ready_s, news.further, news.more, news.over, news.lost, news.diversion_s
    )


def at_work_of(made: TeamsReplanned) -> AtWork:
    """Return the units at work."""
    rows, whole = made.at_work, made.whole
    return AtWork(whole.unit[rows], whole.need[rows], whole.arrive_s[rows])


def posts_at(news: News, standing: Standing, turnout_s: float) -> Posts:
    """Return where units are, and when they can set off: those at a station turn out first."""
    posts = standing.posts
    ready_s: FloatArray = np.where(
        standing.at_home, np.maximum(posts.ready_s, news.at_s + turnout_s), posts.ready_s
    )
    return replace(posts, ready_s=np.round(ready_s, 1))


def carried_on(before: Record, news: News, standing: Standing) -> Facts:
    """Return what is known of the response after the news, but for what is planned anew."""
    facts = before.facts
    units = [dict(row) for row in facts.units]
    for u in news.lost.tolist():
        units[u]["out"] = True
    hospitals = [
        {**row, **dict(zip(BED_KINDS, map(int, beds), strict=True)), **({"full": True} if full else {})}
        for row, beds, full in zip(facts.hospitals, standing.beds, news.full.tolist(), strict=True)
    ]
    return replace(
        facts,
        at_s=news.at_s,
        units=units,
        incidents=[*facts.incidents, *({**row, "reached": True} for row in news.rows)],
        hospitals=hospitals,
        at_m={**facts.at_m, "incidents": [*facts.at_m["incidents"], *news.spots.at_m]},
        brought=standing.brought,
    )


def _muster(before: Record, news: News, standing: Standing, rules: Rules) -> Muster:
    facts, ways = before.facts, Ways.fresh(standing.ground, rules.reach_m)
    homes, hospitals, old = (
        spots_at(facts, "homes"),
        spots_at(facts, "hospitals"),
        spots_at(facts, "incidents"),
    )
    incidents = Spots(
        *(
            np.concatenate([getattr(part, name) for part in (old, news.spots)])
            for name in ("name", "x_m", "y_m")
        )
    )
    kinds: tuple[str, ...] = KINDS
    return Muster(
        ways=ways,
        rules=rules,
        homes=homes,
        home_at=ways.join(homes.x_m, homes.y_m),
        kind=np.array([kinds.index(row["kind"]) for row in facts.units], dtype=np.int64),
        off_s=before.teams.problem.off_s,
        able=standing.able,
        posts=posts_at(news, standing, rules.turnout_s),
        incidents=incidents,
        incident_at=ways.join(incidents.x_m, incidents.y_m),
        called_s=np.array([row["called_s"] for row in (*facts.incidents, *news.rows)], dtype=np.float64),
        hospitals=hospitals,
        hospital_at=ways.join(hospitals.x_m, hospitals.y_m),
        beds=standing.beds,
        waiting=standing.waiting,
        districts=HomeDistricts.of_facts(facts),
    )


def _fleet(before: Record, muster: Muster, made: TeamsReplanned, news: News) -> Fleet:
    """Return the ambulances that fetch patients: at patients, sent to them, or carrying some.

    Of the idle ones that carried nobody, some stay for the next call, as in a first plan.
    """
    whole, hurt = made.whole, muster.waiting.sum(axis=1) > 0
    incident = made.problem.needs.incident[whole.need]
    ambulance = (muster.kind == AMBULANCE) & muster.able & muster.posts.reached
    to_patients = ambulance[whole.unit] & hurt[incident]
    there, coming = to_patients & made.at_work, to_patients & ~made.at_work
    carrying = _carrying(before, news)
    free = np.setdiff1d(np.flatnonzero(ambulance), whole.unit).astype(np.int64)
    idle = keep_some(muster, np.setdiff1d(free, carrying).astype(np.int64))
    own = np.concatenate([whole.unit[there], np.intersect1d(free, carrying), idle]).astype(np.int64)
    at: Access = joined(rows_of(muster.posts.access, own), rows_of(muster.incident_at, incident[coming]))
    ready_s = np.concatenate([muster.posts.ready_s[own], whole.arrive_s[coming]])
    return Fleet(np.concatenate([own, whole.unit[coming]]).astype(np.int64), at, ready_s)


def _carrying(before: Record, news: News) -> IntArray:
    """Return the ambulances that have trips ahead of them or on hand in the plan before."""
    if before.shuttles is None:
        return np.zeros(0, dtype=np.int64)
    decision = before.shuttles.decision
    ahead = np.unique(decision.ambulance[decision.free_s > news.at_s])
    return np.array([before.facts.fleet[a] for a in ahead.tolist()], dtype=np.int64)


def check_again(again: Again) -> list[Violation]:
    """Return what a plan made again breaks, without a solver or a router.

    Where everybody was is derived from the plan before; who was at work, on board or brought is as it was;
    the plan of what is ahead keeps every constraint and its bounds, on the roads as they then are.
    """
    before, record, news, standing = again.before, again.record, again.news, again.standing
    problem, plan = whole_plan(before)
    due = posts_at(news, standing, record.facts.rules["turnout_s"])
    changes = changes_of(news, record.teams.problem.response_s, due)
    made = Plan(again.made, record.teams.plan.report)
    kept = carried_on(before, news, standing)
    pairs: list[tuple[str, object, object]] = [
        *((f"posts.{name}", getattr(due, name), getattr(record.posts, name)) for name in _POSTS),
        ("ground.edge_s", standing.ground.edge_s, record.ground.edge_s),
        *((f"at_work.{name}", getattr(at_work_of(again.made), name), getattr(record.at_work, name))
          for name in ("unit", "need", "arrive_s")),
        *((f"rest.{name}", getattr(again.made.rest, name), getattr(record.teams.problem, name))
          for name in _REST),
        *((f"facts.{name}", getattr(kept, name), getattr(record.facts, name)) for name in _FACTS),
    ]  # fmt: skip
    if record.patients is not None:
        pairs += [
            ("patients", standing.waiting, record.patients.problem.patients),
            ("beds", standing.beds, record.patients.problem.beds),
        ]
    elif standing.waiting.any():
        pairs.append(("patients", standing.waiting.tolist(), None))
    return [
        *dispatch.check_replanned(problem, plan, news.at_s, changes, made),
        *(Violation("(past)", name, 1.0) for name, is_due, told in pairs if not _same(is_due, told)),
        *check_record(record),
    ]


_POSTS = ("edge", "share", "reached", "base", "ready_s")
_REST = ("skills", "priority", "latest_s", "work_s", "ready_s", "off_s", "keep")
_FACTS = (
    "at_s", "at_m", "units", "incidents", "hospitals", "homes", "brought", "roads", "crews", "rules",
    "districts",
)  # fmt: skip


def _same(due: object, told: object) -> bool:
    if isinstance(due, np.ndarray):
        return isinstance(told, np.ndarray) and due.shape == told.shape and bool(np.array_equal(due, told))
    return bool(due == told)
