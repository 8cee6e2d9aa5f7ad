"""Everything that the figures of a response rest on, as a run worked it out or a verification read it.

Index names: ``u`` units, ``i`` incidents, ``l`` needs, ``k`` rows of a plan.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np

from dss.access import Access
from dss.arrays import BoolArray, FloatArray, IntArray
from models import Plan
from models.dispatch import (
    Clearing,
    ClearingDecision,
    Needs,
    Patients,
    PatientsDecision,
    Relocation,
    RelocationDecision,
    Shuttles,
    ShuttlesDecision,
    Teams,
    TeamsDecision,
)
from scenarios.relief.travel import Legs
from scenarios.response.ground import Ground

P = TypeVar("P")
D = TypeVar("D")
Row = dict[str, Any]
"""A row of plain data: names, kinds, degrees, counts."""


@dataclass(frozen=True, slots=True, eq=False)
class Solved(Generic[P, D]):
    """A problem with its plan."""

    problem: P
    plan: Plan[D]

    @property
    def decision(self) -> D:
        """The decision; all problems of a response have one."""
        assert self.plan.decision is not None
        return self.plan.decision


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """Who and what the numbers of the problems stand for, rows in the problems' order.

    Parameters
    ----------
    at_s
        When the plan was made, seconds after the response began; 0 for the first one.
    units, incidents, hospitals, roads, crews
        Rows of the problems: name, place in degrees and what else people are told of them.
    stations
        Where units of each kind may stand, by kind.
    homes
        Where units stand.
    at_m
        Easting and northing of homes, incidents and hospitals in the ground's CRS, row by row.
    routes
        The way of each unit that is sent: streets in order and metres.
    moves
        Idle units that drive to a station: unit, where to, when, by which streets.
    trips
        What each trip of the shuttles carries: incident, class, hospital, bed, persons.
    brought
        Trips that had begun to load before the plan was made, with their times.
    fleet
        Unit of each ambulance of the shuttles.
    rules
        Numbers that planning again needs.
    faults
        What is not used, and why.
    notes
        Counts of what was left out.
    districts
        Districts with a reserve: name, and rows of the homes in each.
    """

    at_s: float
    units: list[Row]
    incidents: list[Row]
    hospitals: list[Row]
    roads: list[Row]
    crews: list[Row]
    stations: dict[str, list[Row]]
    homes: list[Row]
    at_m: dict[str, list[list[float]]]
    routes: list[Row]
    moves: list[Row]
    trips: list[Row]
    brought: list[Row]
    fleet: list[int]
    rules: Row
    faults: list[Row]
    notes: dict[str, int]
    districts: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Posts:
    """Where units are when a plan is made, shape (u,) each.

    Parameters
    ----------
    edge, share, reached
        Place on the roads, as ``dss.access.Access``.
    base
        Row of the homes that each belongs to.
    ready_s
        When each can set off.
    """

    edge: IntArray
    share: FloatArray
    reached: BoolArray
    base: IntArray
    ready_s: FloatArray

    @property
    def access(self) -> Access:
        """The places on the roads."""
        return Access(self.edge, self.share, np.where(self.reached, 0.0, np.inf), self.reached)


@dataclass(frozen=True, slots=True, eq=False)
class AtWork:
    """Units that had arrived when a plan was made, shape (k,) each: unit, need, and arrival."""

    unit: IntArray
    need: IntArray
    arrive_s: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Driven:
    """Ways edge by edge: of units sent, of idle units, of ambulances to incidents and on to hospitals."""

    sent: Legs
    moved: Legs
    come: Legs
    go: Legs


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """A response: units to incidents, patients to hospitals and how they get there, cover, roads to open."""

    facts: Facts
    ground: Ground
    posts: Posts
    at_work: AtWork
    driven: Driven
    teams: Solved[Teams, TeamsDecision]
    patients: Solved[Patients, PatientsDecision] | None
    shuttles: Solved[Shuttles, ShuttlesDecision] | None
    cover: Mapping[str, Solved[Relocation, RelocationDecision]]
    clearing: Solved[Clearing, ClearingDecision] | None

    def needs(self) -> Needs:
        """Return what incidents ask for, units at work included."""
        needs = self.teams.problem.needs
        there = np.bincount(self.at_work.need, minlength=needs.units.size)
        return Needs(needs.incident, needs.skill, needs.units + there)


@dataclass(frozen=True, slots=True)
class Rules:
    """Numbers that a plan and planning again rest on, seconds where not said otherwise.

    Parameters
    ----------
    turnout_s
        Until a unit at its station sets off.
    reach_m
        Metres that a place may be from an open road.
    standard_s
        Within which a home is covered, by kind; the kinds are those that cover is planned for.
    most_moves
        Units of each kind that may move.
    load_s, hand_over_s
        Of an ambulance at an incident and at a hospital.
    per_trip, limit_s
        Patients that an ambulance takes and when they should be in hospital after the call, by class.
    late_factor, horizon_s
        As in ``models.dispatch.Shuttles``.
    kept_share
        Part of the idle ambulances that stay for the next call.
    diversion_s
        Price of a diversion.
    search_s
        How long each search may take.
    reserve
        Idle units of each kind that should stay in each district.
    """

    turnout_s: float
    reach_m: float
    standard_s: dict[str, float]
    most_moves: int
    load_s: float
    hand_over_s: float
    per_trip: list[int]
    limit_s: list[float]
    late_factor: float
    horizon_s: float
    kept_share: float
    diversion_s: float
    search_s: float
    seed: int
    reserve: dict[str, int] = field(default_factory=dict)
