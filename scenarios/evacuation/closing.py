"""A road closes while people are on their way: the plan of a finished run, planned anew from that moment.

Nobody needs the map for it: the run's folder holds the roads, the plan and its problem. Whoever is on the way
keeps it where it is open; the others are planned anew (`models.evacuation.replanning`).
"""

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dss.arrays import BoolArray, IntArray
from dss.errors import InputError
from models import Limits, Violation
from models.evacuation.replanning import Replanned, check_replan, replan
from scenarios.evacuation.files import MODES, UNITS, read_record
from scenarios.evacuation.movement import PlannedMeans
from scenarios.evacuation.plan_files import FOLDER, FiledPlan, PlanFacts, write_plan
from scenarios.evacuation.record import Moved
from scenarios.evacuation.streets import Streets


@dataclass(frozen=True, slots=True, eq=False)
class ClosedWay:
    """What a closing means to one means of travel.

    Parameters
    ----------
    moved
        The plan before.
    anew
        The plan from then on, and what changes for whom.
    seconds
        What planning took.
    violations
        What the check of the new plan found, without a solver.
    """

    moved: Moved
    anew: Replanned
    seconds: float
    violations: list[Violation]

    def described(self) -> dict[str, Any]:
        """Return it as plain data, times in minutes."""
        before, after = self.moved.movement, self.anew.plan
        assert after.decision is not None
        step_min = before.step_s / 60
        bound = after.report.bound if after.decision.objective == "clearance" else None
        return {
            "clearance_before_min": round(before.decision.clearance_step * step_min, 2),
            "clearance_min": round(after.decision.clearance_step * step_min, 2),
            "bound_min": None if bound is None else round(bound * step_min, 2),
            "churn": asdict(self.anew.churn),
            "seconds": round(self.seconds, 2),
            "check_passed": not self.violations,
        }


def close_midway(
    run: Path, roads: Sequence[str], at_min: float, limits: Limits
) -> dict[PlannedMeans, ClosedWay]:
    """Plan the evacuation of a finished run anew after roads close; means that nobody uses are left out.

    Raises
    ------
    InputError
        If the run has no evacuation, no road has a name, or the time is negative.
    """
    record = read_record(run)
    if not (np.isfinite(at_min) and at_min >= 0):
        raise InputError("evacuation_closing_time", value=at_min)
    return {
        means: _closed(moved, _closed_roads(moved.streets, roads), at_min, limits)
        for means, moved in record.plan.items()
        if moved.movement.decision.groups.origin.size
    }


def _closed_roads(streets: Streets, roads: Sequence[str]) -> BoolArray:
    """Return which roads of the map close, by name or by number from 1, shape (r,)."""
    closed = np.zeros(streets.road_name.size, dtype=np.bool_)
    for name in roads:
        found = streets.road_name == name
        if not found.any() and name.isdigit() and 1 <= int(name) <= found.size:
            found[int(name) - 1] = True
        if not found.any():
            raise InputError("evacuation_closing_road", name=name, count=found.size)
        closed |= found
    return closed


def _closed(moved: Moved, roads: BoolArray, at_min: float, limits: Limits) -> ClosedWay:
    movement, streets = moved.movement, moved.streets
    arcs = _arcs_on(streets, roads)
    step = int(np.ceil(60 * at_min / movement.step_s))
    begin = time.perf_counter()
    anew = replan(movement.problem, movement.decision, step, arcs, limits)
    seconds = time.perf_counter() - begin
    broken = check_replan(movement.problem, movement.decision, (step, arcs), anew)
    return ClosedWay(moved, anew, seconds, broken)


def _arcs_on(streets: Streets, roads: BoolArray) -> IntArray:
    """Return the arcs that use a road, in any of its edges."""
    arc = np.repeat(np.arange(streets.offsets.size - 1), np.diff(streets.offsets))
    return np.unique(arc[roads[streets.road[streets.edge]]])


def write_closing(folder: Path, ways: dict[PlannedMeans, ClosedWay], facts: dict[str, Any]) -> None:
    """Write the plans from then on, as orders and exports read them, and ``closing.json`` beside them."""
    folder.mkdir(parents=True)
    for means, way in ways.items():
        plan = way.anew.plan
        assert plan.decision is not None
        filed = FiledPlan(
            PlanFacts(MODES[means], UNITS[means], way.moved.movement.step_s),
            way.anew.problem,
            plan.decision.groups,
            way.moved.streets,
            way.moved.homes,
        )
        write_plan(folder / FOLDER / MODES[means], filed)
    text = json.dumps(facts, ensure_ascii=False, indent=1)
    (folder / "closing.json").write_text(text, encoding="utf-8")
