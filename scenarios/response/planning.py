"""Plan the response of a scenario: assignment, hospitals, ambulances, cover, roads; and rows for people."""

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from dss.arrays import IntArray
from models import dispatch
from models.dispatch import Clearing, ClearingDecision
from scenarios.progress import Tick, closing, part_of
from scenarios.response.blocked import Blocked, gather_blocked
from scenarios.response.carrying import carry_patients, keep_some
from scenarios.response.covering import plan_cover, plan_moves
from scenarios.response.ground import legs_of
from scenarios.response.muster import Fleet, Muster, joined, rows_of
from scenarios.response.places import Spots, features_of, spots_of
from scenarios.response.record import AtWork, Driven, Facts, Record, Row, Solved
from scenarios.response.rows import (
    faults_of,
    hospital_rows,
    incident_rows,
    named_rows,
    notes_of,
    road_rows,
    unit_rows,
    way_rows,
)
from scenarios.response.scene import Scene, muster_of, set_scene
from scenarios.response.spec import KINDS, ResponseSpec
from scenarios.schema import Scenario
from scenarios.situation import Situation

AMBULANCE = KINDS.index("ambulance")


def plan_response(scenario: Scenario, spec: ResponseSpec, situation: Situation, tick: Tick) -> Record:
    """Plan everything that the scenario asks for.

    Raises
    ------
    ScenarioError
        If the scenario and the map do not fit each other.
    """
    scene = set_scene(scenario, spec, situation)
    muster = muster_of(scene)
    tick(0.2)
    teams = _teams(scene, muster)
    sent_way = muster.ways.between(muster.posts.access, muster.incident_at)
    incident = teams.problem.needs.incident[teams.decision.need]
    sent = legs_of(sent_way, teams.decision.unit, incident)
    crews, blocked = _blocked(scene, teams.decision.unit)
    carried = carry_patients(muster, first_fleet(muster, teams))
    tick(0.5)
    busy = np.concatenate([teams.decision.unit, carried.driving])
    idle = np.setdiff1d(np.arange(muster.kind.size), busy).astype(np.int64)
    cover, stations = plan_cover(muster, idle)
    moves, moved = plan_moves(muster, idle, cover, stations)
    tick(0.7)
    clearing: Solved[Clearing, ClearingDecision] | None = None
    if blocked is not None:
        heard = closing(part_of(tick, 0.7, 0.9), scene.limits.time_s)
        plan = dispatch.solve(blocked.problem, scene.limits, scenario.seed, listener=heard)
        clearing = Solved(blocked.problem, plan)
    tick(0.9)
    homes = named_rows(situation, scene.units.homes)
    facts = Facts(
        at_s=0.0,
        units=unit_rows(scene),
        incidents=incident_rows(scene),
        hospitals=hospital_rows(scene),
        roads=[] if blocked is None else road_rows(situation, blocked.feature),
        crews=crews,
        stations={kind: [{**homes[h], "home": int(h)} for h in rows] for kind, rows in stations.items()},
        homes=homes,
        at_m={
            "homes": muster.homes.at_m,
            "incidents": muster.incidents.at_m,
            "hospitals": muster.hospitals.at_m,
        },
        routes=way_rows(scene.ways.ground, sent),
        moves=[{**move, **way} for move, way in zip(moves, way_rows(scene.ways.ground, moved), strict=True)],
        trips=carried.trips,
        brought=[],
        fleet=carried.fleet.unit.tolist(),
        rules=asdict(scene.rules),
        faults=[asdict(fault) for fault in faults_of(scene)],
        notes=notes_of(blocked),
        districts=muster.districts.rows,
    )
    none = np.zeros(0, dtype=np.int64)
    return Record(
        facts, scene.ways.ground, muster.posts, AtWork(none, none, np.zeros(0)),
        Driven(sent, moved, carried.come, carried.go), teams, carried.patients, carried.shuttles, cover,
        clearing,
    )  # fmt: skip


def _teams(scene: Scene, muster: Muster) -> Solved[dispatch.Teams, dispatch.TeamsDecision]:
    units, incidents = scene.units, scene.incidents
    problem = dispatch.Teams(
        response_s=muster.ways.between(muster.posts.access, muster.incident_at).seconds,
        skills=units.skills,
        needs=incidents.needs(),
        priority=np.array([asked.priority for asked in incidents.asked], dtype=np.int64),
        latest_s=incidents.latest_s(),
        work_s=np.array([60.0 * asked.work_min for asked in incidents.asked]),
        ready_s=muster.posts.ready_s,
        off_s=units.off_s,
        aim=scene.spec.aim,
    )
    return Solved(problem, dispatch.solve(problem, scene.limits, scene.rules.seed))


def first_fleet(muster: Muster, teams: Solved[dispatch.Teams, dispatch.TeamsDecision]) -> Fleet:
    """Return the ambulances that fetch patients in a first plan: those sent to patients, and most idle ones.

    Those sent begin where they are sent, once they are there.
    """
    decision = teams.decision
    incident = teams.problem.needs.incident[decision.need]
    there = (muster.kind[decision.unit] == AMBULANCE) & (muster.waiting.sum(axis=1) > 0)[incident]
    idle = np.setdiff1d(np.flatnonzero((muster.kind == AMBULANCE) & muster.posts.reached), decision.unit)
    idle = keep_some(muster, idle.astype(np.int64))
    return Fleet(
        np.concatenate([decision.unit[there], idle]).astype(np.int64),
        joined(rows_of(muster.incident_at, incident[there]), rows_of(muster.posts.access, idle)),
        np.concatenate([decision.arrive_s[there], muster.posts.ready_s[idle]]),
    )


def _blocked(scene: Scene, sent: IntArray) -> tuple[list[Row], Blocked | None]:
    """Return where crews stand and which roads they may open; None where the scenario asks for none."""
    asked, units = scene.spec.clearing, scene.units
    digger = np.setdiff1d(np.flatnonzero(units.kind == KINDS.index("excavator")), sent)
    if asked is not None and asked.crews is not None:
        digger = digger[: asked.crews]
    digger = digger[scene.home_at.reached[units.home[digger]]]
    crews = units.homes.only(units.home[digger])
    rows = [
        {**row, "unit": unit}
        for row, unit in zip(named_rows(scene.situation, crews), digger.tolist(), strict=True)
    ]
    if asked is None:
        return rows, None
    services = _services(scene, asked.services)
    return rows, gather_blocked(scene.situation, scene.drives, asked, crews, services)


def _services(scene: Scene, roles: Sequence[str]) -> Spots:
    """Return where people want to get to; places that the hazard takes serve nobody."""
    parts = []
    for role in dict.fromkeys(roles):
        spots = spots_of(features_of(scene.situation.onemap, list(scene.situation.onemap.role(role))))
        impact = scene.situation.impact.facilities.get(role)
        if impact is not None and impact.lost.size == spots.size:
            spots = spots.only(np.flatnonzero(~impact.lost))
        parts.append(spots)
    return Spots(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in ("name", "x_m", "y_m"))
    )
