"""Everything that the figures of a response rest on, as a run worked it out or a verification read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from models import Plan
from models.dispatch import (
    Clearing,
    ClearingDecision,
    Patients,
    PatientsDecision,
    Relocation,
    RelocationDecision,
    Teams,
    TeamsDecision,
)

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
    units, incidents, hospitals, roads, crews
        Rows of the problems: name, place in degrees and what else people are told of them.
    stations
        Where units of each kind may stand, by kind.
    routes
        The way of each unit that is sent: streets in order and metres.
    faults
        What is not used, and why.
    notes
        Counts of what was left out.
    """

    units: list[Row]
    incidents: list[Row]
    hospitals: list[Row]
    roads: list[Row]
    crews: list[Row]
    stations: dict[str, list[Row]]
    routes: list[Row]
    faults: list[Row]
    notes: dict[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """A response: units to incidents, patients to hospitals, cover by kind of unit, and roads to open."""

    facts: Facts
    teams: Solved[Teams, TeamsDecision]
    patients: Solved[Patients, PatientsDecision] | None
    cover: Mapping[str, Solved[Relocation, RelocationDecision]]
    clearing: Solved[Clearing, ClearingDecision] | None
