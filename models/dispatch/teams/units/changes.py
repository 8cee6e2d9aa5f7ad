"""What is news to a plan of units on their way, and where each unit stands with it.

A unit that has arrived stays until its work is done, its incident is over, or it is out of order. A unit on
its way, or told to go, goes on unless sending it elsewhere, or calling it back, meets more urgent needs or
saves more than the price of it: ``diversion_s`` times the priority of the incident that it was going to, as
though all there waited so much longer. All others are free.

Index names: ``u`` units, ``i`` incidents, further ones last, ``l`` needs, further ones last.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.errors import ProblemError
from models.dispatch.teams.units.problem import Needs, Teams, TeamsDecision
from models.dispatch.teams.validating import moments, places_in

DIVERSION_S: Final = 300.0
"""What it costs that a unit on its way is sent elsewhere, in seconds, unless something else is said."""


@dataclass(frozen=True, slots=True, eq=False)
class Further:
    """Incidents that nobody knew of, as in ``Teams``, shape (new,) each."""

    priority: IntArray
    latest_s: FloatArray
    work_s: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class TeamsChanges:
    """News for units.

    Parameters
    ----------
    response_s
        Seconds from where each unit is now to each incident, shape (u, i); inf where there is no way.
    ready_s
        When each can set off from there, shape (u,), counted as in the plan; never before now.
    further
        New incidents.
    more
        Further needs, of incidents known or new.
    over
        Incidents that need nobody any more.
    lost
        Units that are out of order.
    diversion_s
        Price of sending a unit elsewhere, seconds of the incident that it was going to.
    """

    response_s: FloatArray
    ready_s: FloatArray
    further: Further
    more: Needs
    over: IntArray
    lost: IntArray
    diversion_s: float = DIVERSION_S

    def __post_init__(self) -> None:
        if not 0 <= self.diversion_s < np.inf:
            raise ProblemError("response_seconds", name="diversion_s", index="-", value=self.diversion_s)


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Where the units of a plan stand with it at a time; rows of the plan, shape (k,) each.

    Parameters
    ----------
    done
        Those whose work is done.
    stays
        Those at work.
    going
        Those on their way, or told to go.
    freed
        Those at work or on their way whose incident is over.
    """

    done: BoolArray
    stays: BoolArray
    going: BoolArray
    freed: BoolArray


def standing(problem: Teams, decision: TeamsDecision, at_s: float, changes: TeamsChanges) -> Standing:
    """Return where the units of a plan stand with it."""
    incident = problem.needs.incident[decision.need]
    arrived = decision.arrive_s <= at_s
    done = arrived & (decision.arrive_s + problem.work_s[incident] <= at_s)
    over, lost = np.isin(incident, changes.over), np.isin(decision.unit, changes.lost)
    held = ~done & ~over & ~lost
    return Standing(done, arrived & held, ~arrived & held, ~done & over & ~lost)


def changed(problem: Teams, decision: TeamsDecision, at_s: float, changes: TeamsChanges) -> Teams:
    """Return the problem with the news: every need less what is done, units that are lost without skills.

    Raises
    ------
    ProblemError
        If a unit sets off before now, or an index or a shape does not fit.
    """
    units, further = problem.ready_s.size, changes.further
    ready_s = moments(changes.ready_s, "ready_s", units, endless=False)
    for u in np.flatnonzero(ready_s < at_s)[:1]:
        raise ProblemError("response_again_ready", index=int(u), value=float(ready_s[u]), at_s=at_s)
    over = places_in(changes.over, "over", problem.priority.size)
    lost = places_in(changes.lost, "lost", units)
    needs = problem.needs
    done = decision.need[standing(problem, decision, at_s, changes).done]
    left = needs.units - np.bincount(done, minlength=needs.units.size)
    left[np.isin(needs.incident, over)] = 0
    skills = problem.skills.copy()
    skills[lost] = False
    return Teams(
        response_s=changes.response_s,
        skills=skills,
        needs=Needs(
            np.concatenate([needs.incident, changes.more.incident]),
            np.concatenate([needs.skill, changes.more.skill]),
            np.concatenate([left, changes.more.units]),
        ),
        priority=np.concatenate([problem.priority, further.priority]),
        latest_s=np.concatenate([problem.latest_s, further.latest_s]),
        work_s=np.concatenate([problem.work_s, further.work_s]),
        ready_s=ready_s,
        off_s=problem.off_s,
    )


def remaining(now: Teams, decision: TeamsDecision, stand: Standing, diversion_s: float) -> Teams:
    """Return what is left to decide of a changed problem: no unit at work, and a price on every promise."""
    stays, going = np.flatnonzero(stand.stays), np.flatnonzero(stand.going)
    skills = now.skills.copy()
    skills[decision.unit[stays]] = False
    there = np.bincount(decision.need[stays], minlength=now.needs.units.size)
    incident = now.needs.incident[decision.need[going]]
    keep = np.zeros(now.response_s.shape)
    keep[decision.unit[going], incident] = diversion_s * now.priority[incident]
    return Teams(
        response_s=now.response_s,
        skills=skills,
        needs=Needs(now.needs.incident, now.needs.skill, now.needs.units - there),
        priority=now.priority,
        latest_s=now.latest_s,
        work_s=now.work_s,
        ready_s=now.ready_s,
        off_s=now.off_s,
        keep=keep,
    )
