"""Plan the response of a scenario: assignment, hospitals, cover, roads; and rows for people."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from dss import columns as col
from dss.access import Access
from dss.arrays import FloatArray, IntArray
from dss.hazard.impact import REASONS
from dss.trips import TripTable
from models import Limits, dispatch
from models.dispatch import (
    Clearing,
    ClearingDecision,
    Patients,
    PatientsDecision,
    Relocation,
    RelocationDecision,
)
from scenarios.progress import Tick
from scenarios.response.blocked import Blocked, gather_blocked
from scenarios.response.hospitals import BED_KINDS, CLASSES, PRIORITY, SUITS, Hospitals, gather_hospitals
from scenarios.response.incidents import Incidents, gather_incidents
from scenarios.response.places import Drives, Spots, degrees, features_of, spots_of
from scenarios.response.record import Facts, Record, Row, Solved
from scenarios.response.spec import KINDS, Kind, ResponseSpec
from scenarios.response.units import Fault, Units, gather_units
from scenarios.schema import Scenario
from scenarios.situation import Situation

STANDARD: dict[Kind, str] = {
    "fire_engine": "response.fire_standard_min",
    "ambulance": "response.ambulance_standard_min",
}
"""Within which time a home is covered; other kinds have a value of their own."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Who is where on the roads that the hazard leaves.

    Parameters
    ----------
    home_at, incident_at
        Where the homes of units, and the incidents, join the roads.
    ways
        Drives from homes to incidents.
    """

    situation: Situation
    spec: ResponseSpec
    drives: Drives
    units: Units
    incidents: Incidents
    hospitals: Hospitals
    home_at: Access
    incident_at: Access
    ways: TripTable

    @property
    def turnout_s(self) -> float:
        """Seconds until a unit sets off."""
        return 60.0 * self.situation.standards.number("response.turnout_min")

    @property
    def limits(self) -> Limits:
        """How long each search may take."""
        return Limits(self.spec.time_limit_s, 1e-6)


def set_scene(scenario: Scenario, spec: ResponseSpec, situation: Situation) -> Scene:
    """Find units, incidents and hospitals, and the ways between them.

    Raises
    ------
    ScenarioError
        If the scenario and the map do not fit each other.
    """
    drives = Drives.of(situation, scenario.travel.reach_road_m)
    units = gather_units(situation.onemap, spec.units, situation.standards)
    incidents = gather_incidents(situation, spec)
    home_at = drives.join(units.homes.x_m, units.homes.y_m)
    incident_at = drives.join(incidents.spots.x_m, incidents.spots.y_m)
    return Scene(
        situation, spec, drives, units, incidents, gather_hospitals(situation, drives),
        home_at, incident_at, drives.between(home_at, incident_at),
    )  # fmt: skip


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
        plan = dispatch.solve(blocked.problem, scene.limits, scenario.seed)
        clearing = Solved(blocked.problem, plan)
    tick(0.9)
    facts = Facts(
        units=_unit_rows(scene),
        incidents=_incident_rows(scene),
        hospitals=_hospital_rows(scene),
        roads=[] if blocked is None else _road_rows(situation, blocked.feature),
        crews=_named(situation, crews),
        stations=stations,
        routes=_routes(scene, teams),
        faults=[asdict(fault) for fault in _faults(scene)],
        notes=_notes(blocked),
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
        named = _named(scene.situation, scene.units.homes.only(homes))
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


def _named(situation: Situation, spots: Spots) -> list[Row]:
    places = degrees(situation.onemap, spots)
    return [
        {"name": str(name), "lng": lng, "lat": lat}
        for name, (lng, lat) in zip(spots.name, places, strict=True)
    ]


def _unit_rows(scene: Scene) -> list[Row]:
    """Return the units: kind, home, and the number of each among those of its kind at home."""
    homes, count = _named(scene.situation, scene.units.homes), dict[tuple[int, int], int]()
    rows = []
    for kind, home in zip(scene.units.kind.tolist(), scene.units.home.tolist(), strict=True):
        count[kind, home] = count.get((kind, home), 0) + 1
        rows.append({"kind": KINDS[kind], "number": count[kind, home], "home": home, **homes[home]})
    return rows


def _incident_rows(scene: Scene) -> list[Row]:
    places, reached = _named(scene.situation, scene.incidents.spots), scene.incident_at.reached.tolist()
    return [
        {**place, "name_en": english, "priority": asked.priority, "reached": bool(on_road)}
        for place, english, asked, on_road in zip(
            places, scene.incidents.name_en, scene.incidents.asked, reached, strict=True
        )
    ]


def _hospital_rows(scene: Scene) -> list[Row]:
    hospitals = scene.hospitals
    return [
        {**place, "beds": int(total), **dict(zip(BED_KINDS, map(int, free), strict=True))}
        for place, total, free in zip(
            _named(scene.situation, hospitals.spots), hospitals.total, hospitals.beds, strict=True
        )
    ]


def _road_rows(situation: Situation, feature: IntArray) -> list[Row]:
    features, reason = situation.roads.features, situation.impact.roads.reason
    names = features[col.NAME].astype(object).where(features[col.NAME].notna(), "")
    return [
        {
            "row": int(f),
            "name": str(names.iloc[f]),
            "road_class": str(features[col.ROAD_CLASS].iloc[f]),
            "length_m": round(float(features["length_m"].iloc[f]), 1),
            "reason": REASONS[reason[f]],
        }
        for f in feature
    ]


def _routes(scene: Scene, teams: Solved[dispatch.Teams, dispatch.TeamsDecision]) -> list[Row]:
    """Return the way of each unit that is sent: its streets in order, each once in a row, and its metres."""
    decision, network = teams.decision, scene.situation.roads.network
    home = scene.units.home[decision.unit]
    incident = teams.problem.needs.incident[decision.need]
    offsets, edges = scene.ways.paths(home, incident)
    assert network.feature is not None
    features = scene.situation.roads.features
    names = features[col.NAME].astype(object).where(features[col.NAME].notna(), "").to_numpy(object)
    length_m: FloatArray = features["length_m"].to_numpy(np.float64)
    rows = []
    for k in range(home.size):
        on = network.feature[edges[offsets[k] : offsets[k + 1]]]
        streets = [str(names[f]) for f in on]
        once = [name for n, name in enumerate(streets) if name and (n == 0 or streets[n - 1] != name)]
        rows.append({"streets": once, "length_m": round(float(length_m[on].sum())), "roads": on.tolist()})
    return rows


def _faults(scene: Scene) -> list[Fault]:
    """Return what could not be used: hospitals, counts of units, places and incidents off the roads."""
    incidents, units = scene.incidents, scene.units
    off = [
        Fault("incident", str(incidents.spots.name[i]), "off_road")
        for i in np.flatnonzero(~scene.incident_at.reached)
    ]
    used = np.unique(units.home)
    homes = [Fault("units", str(units.homes.name[h]), "off_road") for h in used[~scene.home_at.reached[used]]]
    return [*off, *homes, *units.faults, *scene.hospitals.faults]


def _notes(blocked: Blocked | None) -> dict[str, int]:
    if blocked is None:
        return {}
    return {"roads_others": blocked.others, "roads_left": blocked.left, "persons_cut_off": blocked.cut_off}
