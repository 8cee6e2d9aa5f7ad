"""Units go to incidents now: the most urgent needs are met, and units arrive soonest.

Sets
    U units; I incidents; L needs, each of one incident for one skill; K skills
Data
    t_ui seconds from the unit to the incident under the hazard, inf where there is no way; ready_u when a
    unit can set off; off_u when its shift ends; w_i seconds of work at the incident; due_i latest arrival;
    n_l units needed; p_i > 0 priority, larger = more urgent; k_ui >= 0 what it saves that the unit goes to
    the incident and nowhere else, because it has been told so (0 in a first plan)
    a_ui = ready_u + t_ui arrival
Decision
    x_ul in {0, 1}: the unit goes to the incident of need l and does what the need asks for
Constraints
    (1) a unit goes to one need at most
    (2) a need gets at most the units it asks for
    (3) a unit has the skill that it is sent for
    (4) it finds a way, arrives by due_i, and has done its work by the end of its shift
Objective
    first the most needs of the highest priority, then of the next, and so on; then
    ``total``: the least sum of p_i * a_ui, and of max_i k_ui - k_ui for each unit; ``last``: the least latest
    arrival, of such plans the least sum

The sets of needs that can be met together are a matroid (those matched in a bipartite graph), so that a plan
of the greatest sum of ranks 1, 2, ... of priorities also meets the most of the highest, then of the next:
no large weights are needed. With M above every sum of p * a, the profit M * rank - p * a of a pair makes one
transport of it; times are counted in tenths of a second, so that all sums are exact.

Sources: Edmonds (1971), Matroids and the greedy algorithm; Kuhn (1955).
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.errors import ProblemError
from models.dispatch.teams.transport import Prices
from models.dispatch.teams.validating import flags, moments, places_in
from models.dispatch.validating import travel_times, whole_numbers

Aim = Literal["total", "last"]
TENTHS: Final = 10
"""Times are counted in tenths of a second."""


@dataclass(frozen=True, slots=True, eq=False)
class Needs:
    """What incidents ask for, a line for each skill, shape (l,) each.

    Parameters
    ----------
    incident, skill
        Which incident needs units of which skill.
    units
        How many.
    """

    incident: IntArray
    skill: IntArray
    units: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Teams:
    """Units and incidents.

    Parameters
    ----------
    response_s
        Seconds from each unit to each incident, shape (u, i), kept to tenths; inf where there is no way.
    skills
        Which skills each unit has, shape (u, k).
    needs
        What incidents ask for.
    priority
        Of each incident, shape (i,), whole, at least 1; larger is more urgent.
    latest_s
        When the last unit must arrive, shape (i,); inf where it may be late.
    work_s
        How long a unit is kept there, shape (i,).
    ready_s, off_s
        When each unit can set off, and when its shift ends, shapes (u,); ``off_s`` may be inf.
    aim
        The least weighted sum of arrivals, or the least latest arrival first.
    keep
        Priority times seconds that it is worth to send each unit to each incident because it is on its way
        there, shape (u, i), kept to tenths; None where no unit is on its way.

    Raises
    ------
    ProblemError
        If a number is negative or not a number, a priority or count is not whole, an index is outside, or
        shapes do not fit.
    """

    response_s: FloatArray
    skills: BoolArray
    needs: Needs
    priority: IntArray
    latest_s: FloatArray
    work_s: FloatArray
    ready_s: FloatArray
    off_s: FloatArray
    aim: Aim = "total"
    keep: FloatArray | None = None

    def __post_init__(self) -> None:
        units, incidents = np.asarray(self.ready_s).size, np.asarray(self.priority).size
        skills = flags(self.skills, "skills", units)
        needs = Needs(
            places_in(self.needs.incident, "needs.incident", incidents),
            places_in(self.needs.skill, "needs.skill", skills.shape[1]),
            whole_numbers(self.needs.units, "needs.units"),
        )
        if not needs.incident.shape == needs.skill.shape == needs.units.shape:
            raise ProblemError(
                "dispatch_shape", name="needs", shape=needs.units.shape, expected=needs.incident.shape
            )
        priority = whole_numbers(self.priority, "priority")
        for i in np.flatnonzero(priority < 1)[:1]:
            raise ProblemError("dispatch_whole", name="priority", index=int(i), value=0, least=1)
        fields = {
            "response_s": np.round(travel_times(self.response_s, "response_s", (units, incidents)), 1),
            "skills": skills,
            "needs": needs,
            "priority": priority,
            "latest_s": moments(self.latest_s, "latest_s", incidents, endless=True),
            "work_s": moments(self.work_s, "work_s", incidents, endless=False),
            "ready_s": np.round(moments(self.ready_s, "ready_s", units, endless=False), 1),
            "off_s": moments(self.off_s, "off_s", units, endless=True),
        }
        for name, value in fields.items():
            object.__setattr__(self, name, value)
        if self.keep is not None:
            keep = travel_times(self.keep, "keep", (units, incidents))
            for u, i in np.argwhere(np.isinf(keep))[:1]:
                raise ProblemError("dispatch_time", name="keep", row=int(u), column=int(i), value=np.inf)
            object.__setattr__(self, "keep", np.round(keep, 1))

    @property
    def arrive_s(self) -> FloatArray:
        """When each unit would arrive at each incident, shape (u, i); inf where there is no way."""
        return np.round(self.ready_s[:, None] + self.response_s, 1)

    def skilled(self) -> BoolArray:
        """Pairs of unit and need where the unit has the skill (3), shape (u, l)."""
        return self.skills[:, self.needs.skill]

    def reaches(self) -> BoolArray:
        """Pairs where the unit has the skill and finds a way, shape (u, l)."""
        return self.skilled() & np.isfinite(self.response_s[:, self.needs.incident])

    def on_shift(self) -> BoolArray:
        """Pairs where the unit also has done its work by the end of its shift, shape (u, l)."""
        done_s = (self.arrive_s + self.work_s)[:, self.needs.incident]
        return self.reaches() & (done_s <= self.off_s[:, None])

    def allowed(self) -> BoolArray:
        """Pairs that keep (3) and (4), shape (u, l)."""
        late = self.arrive_s[:, self.needs.incident] > self.latest_s[self.needs.incident]
        return self.on_shift() & ~late

    def ranks(self) -> IntArray:
        """Rank of the priority of each need, 1 the lowest, shape (l,)."""
        return np.unique(self.priority, return_inverse=True)[1].astype(np.int64)[self.needs.incident] + 1

    def tenths(self) -> IntArray:
        """Arrival of each pair in tenths of a second, shape (u, l); 0 where not allowed."""
        arrive_s = np.where(self.allowed(), self.arrive_s[:, self.needs.incident], 0.0)
        return np.rint(TENTHS * arrive_s).astype(np.int64)

    def kept_tenths(self) -> IntArray:
        """Weighted tenths that each pair saves because the unit is on its way there, shape (u, l)."""
        keep = np.zeros(self.response_s.shape) if self.keep is None else self.keep
        return np.rint(TENTHS * keep).astype(np.int64)[:, self.needs.incident]


@dataclass(frozen=True, slots=True, eq=False)
class LastProof:
    """Proof of the least last arrival, in ranks of needs.

    Parameters
    ----------
    most
        No plan meets more, whenever units arrive.
    sooner
        Units that arrive before the last arrival meet less.
    """

    most: Prices
    sooner: Prices


@dataclass(frozen=True, slots=True, eq=False)
class TeamsDecision:
    """Who goes where.

    Parameters
    ----------
    unit, need
        Units that go, ascending, and the need that each goes for, shape (k,).
    arrive_s
        When each arrives, shape (k,).
    short_units
        Units of each need that nobody brings, shape (l,).
    last_arrival_s
        When the last unit arrives; 0 where none goes.
    prices
        Proof that no plan meets more urgent needs, and none that meets as many has a smaller sum; of units
        that arrive by the last arrival, where that is made least.
    last
        Proof of the last arrival; None where it was not asked for.
    """

    unit: IntArray
    need: IntArray
    arrive_s: FloatArray
    short_units: IntArray
    last_arrival_s: float
    prices: Prices
    last: LastProof | None
