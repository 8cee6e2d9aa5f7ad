"""Plan the response of a scenario: assignment, hospitals, cover, roads; and rows for people."""

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from dss.arrays import IntArray
from models import dispatch
from models.dispatch import (
    Clearing,
    ClearingDecision,
    Patients,
    PatientsDecision,
    Relocation,
    RelocationDecision,
)
from scenarios.progress import Tick, closing, part_of
from scenarios.response.blocked import Blocked, gather_blocked
from scenarios.response.hospitals import CLASSES, PRIORITY, SUITS
from scenarios.response.places import Spots, features_of, spots_of
from scenarios.response.record import Facts, Record, Row, Solved
from scenarios.response.rows import (
    faults_of,
    hospital_rows,
    incident_rows,
    named_rows,
    notes_of,
    road_rows,
    route_rows,
    unit_rows,
)
from scenarios.response.scene import Scene, set_scene
from scenarios.response.spec import KINDS, Kind, ResponseSpec
from scenarios.schema import Scenario
from scenarios.situation import Situation

STANDARD: dict[Kind, str] = {
    "fire_engine": "response.fire_standard_min",
    "ambulance": "response.ambulance_standard_min",
}
"""Within which time a home is covered; other kinds have a value of their own."""


def plan_response(scenario: Scenario, spec: ResponseSpec, situation: Situation, tick: Tick) -> Record:
    """Plan everything that the scenario asks for.

    Raises
    ------
    ScenarioError
        If the scenario and the map do not fit each other.
    """
    scene = set_scene(scenario, spec, situation)
    tick(0.2)
    teams = _teams(scene, scenario.seed)
    patients = _patients(scene, scenario.seed)
    tick(0.4)
    sent = teams.decision.unit
    cover, stations = _cover(scene, sent, scenario.seed)
    tick(0.6)
    crews, blocked = _blocked(scene, sent)
    clearing: Solved[Clearing, ClearingDecision] | None = None
    if blocked is not None:
        heard = closing(part_of(tick, 0.6, 0.9), scene.limits.time_s)
        plan = dispatch.solve(blocked.problem, scene.limits, scenario.seed, listener=heard)
        clearing = Solved(blocked.problem, plan)
    tick(0.9)
    facts = Facts(
        units=unit_rows(scene),
        incidents=incident_rows(scene),
        hospitals=hospital_rows(scene),
        roads=[] if blocked is None else road_rows(situation, blocked.feature),
        crews=named_rows(situation, crews),
        stations=stations,
        routes=route_rows(scene, teams),
        faults=[asdict(fault) for fault in faults_of(scene)],
        notes=notes_of(blocked),
    )
    return Record(facts, teams, patients, cover, clearing)


def _teams(scene: Scene, seed: int) -> Solved[dispatch.Teams, dispatch.TeamsDecision]:
    units, incidents = scene.units, scene.incidents
    problem = dispatch.Teams(
        response_s=scene.ways.seconds[units.home],
        skills=units.skills,
        needs=incidents.needs(),
        priority=np.array([asked.priority for asked in incidents.asked], dtype=np.int64),
        latest_s=incidents.latest_s(),
        work_s=np.array([60.0 * asked.work_min for asked in incidents.asked]),
        ready_s=np.full(units.kind.size, scene.turnout_s),
        off_s=units.off_s,
        aim=scene.spec.aim,
    )
    return Solved(problem, dispatch.solve(problem, scene.limits, seed))


def _patients(scene: Scene, seed: int) -> Solved[Patients, PatientsDecision] | None:
    """Return who goes to which hospital; a trip is the nearest ambulance's way, loading, and the drive."""
    waiting, standards = scene.incidents.patients(), scene.situation.standards
    if not waiting.any():
        return None
    ambulance = scene.units.home[scene.units.kind == KINDS.index("ambulance")]
    come_s = scene.ways.seconds[ambulance].min(axis=0, initial=np.inf) + scene.turnout_s
    goal = scene.drives.join(scene.hospitals.spots.x_m, scene.hospitals.spots.y_m)
    drive_s = scene.drives.between(scene.incident_at, goal).seconds
    load_s = 60.0 * standards.number("response.load_patient_min")
    limit_s = np.array([60.0 * standards.number(f"response.limit_{name}_min") for name in CLASSES])
    trip_s = come_s[:, None] + load_s + drive_s
    problem = Patients(waiting, scene.hospitals.beds, SUITS, trip_s, limit_s, PRIORITY)
    return Solved(problem, dispatch.solve(problem, scene.limits, seed))


def _cover(
    scene: Scene, sent: IntArray, seed: int
) -> tuple[dict[str, Solved[Relocation, RelocationDecision]], dict[str, list[Row]]]:
    """Return where idle units of each kind move, and the stations of each kind."""
    found: dict[str, Solved[Relocation, RelocationDecision]] = {}
    stations: dict[str, list[Row]] = {}
    if scene.spec.cover is None:
        return found, stations
    cells = scene.situation.cells
    lived = np.flatnonzero(cells.persons > 0)
    living = scene.drives.join(cells.x_m[lived], cells.y_m[lived])
    idle = np.setdiff1d(np.arange(scene.units.kind.size), sent)
    for kind in dict.fromkeys(scene.spec.cover.kinds):
        own = scene.units.kind == KINDS.index(kind)
        homes = np.unique(scene.units.home[own])
        homes = homes[scene.home_at.reached[homes]]
        if homes.size == 0:
            continue
        at = scene.drives.join(scene.units.homes.x_m[homes], scene.units.homes.y_m[homes])
        standing = scene.units.home[idle[own[idle]]]
        problem = Relocation(
            idle=np.array([(standing == home).sum() for home in homes], dtype=np.int64),
            room=np.full(homes.size, np.inf),
            move_s=scene.drives.between(at, at).seconds,
            response_s=scene.drives.between(at, living).seconds,
            weight=cells.persons[lived],
            standard_s=60.0 * _standard_min(scene, kind),
            most_moves=scene.spec.cover.most_moves,
        )
        found[kind] = Solved(problem, dispatch.solve(problem, scene.limits, seed))
        named = named_rows(scene.situation, scene.units.homes.only(homes))
        stations[kind] = [{**row, "home": int(home)} for row, home in zip(named, homes, strict=True)]
    return found, stations


def _standard_min(scene: Scene, kind: Kind) -> float:
    assert scene.spec.cover is not None
    given = scene.spec.cover.standard_min.get(kind)
    key = STANDARD.get(kind, "response.other_standard_min")
    return scene.situation.standards.number(key) if given is None else given


def _blocked(scene: Scene, sent: IntArray) -> tuple[Spots, Blocked | None]:
    """Return where crews stand and which roads they may open; None where the scenario asks for none."""
    asked, units = scene.spec.clearing, scene.units
    digger = np.setdiff1d(np.flatnonzero(units.kind == KINDS.index("excavator")), sent)
    if asked is not None and asked.crews is not None:
        digger = digger[: asked.crews]
    digger = digger[scene.home_at.reached[units.home[digger]]]
    crews = units.homes.only(units.home[digger])
    if asked is None:
        return crews, None
    services = _services(scene, asked.services)
    return crews, gather_blocked(scene.situation, scene.drives, asked, crews, services)


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
