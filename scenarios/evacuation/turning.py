"""Contraflow in a scenario: which roads may be turned, what was turned, and what proves the choice.

Index names: ``i`` pairs of opposite arcs.
"""

from dataclasses import dataclass, replace

import numpy as np

from dss import columns as col
from dss.arrays import BoolArray, IntArray
from dss.errors import ScenarioError
from models import Limits, Violation, evacuation
from models.evacuation import Contraflow, Evacuation
from models.evacuation.lanes import LanePairs, Lanes, police_points
from models.evacuation.turning import Leaf, check_contraflow
from scenarios.evacuation.laid import Laid, candidate_pairs, with_turned
from scenarios.evacuation.movement import Movement
from scenarios.evacuation.spec import ChosenContraflow, GivenContraflow
from scenarios.situation import Situation


@dataclass(frozen=True, slots=True, eq=False)
class Turning:
    """Lanes turned, and what proves that no other choice is better.

    Parameters
    ----------
    pairs, lanes
        Streets whose lanes may be turned, and what is done with each, shape (p,).
    most_units, bound_step
        No choice of lanes saves more units, or as many before this step; None where the lanes were given.
    leaves
        What proves it; none where the lanes were given.
    """

    pairs: LanePairs
    lanes: IntArray
    most_units: int | None
    bound_step: int | None
    leaves: tuple[Leaf, ...]

    @property
    def turned(self) -> int:
        """How many streets have turned lanes."""
        return int(np.isin(self.lanes, (Lanes.TO_FORWARD, Lanes.TO_BACKWARD)).sum())


def turn_lanes(
    situation: Situation, laid: Laid, spec: ChosenContraflow | GivenContraflow, step_s: float, limits: Limits
) -> tuple[Laid, Turning]:
    """Turn the lanes of roads: those that the scenario gives, or those that let people be safe soonest.

    Raises
    ------
    ScenarioError
        If a road class or name is not there.
    """
    steps = int(np.ceil(60 * spec.clearing_min / step_s))
    pairs = candidate_pairs(laid, _allowed(situation, spec), steps)
    if pairs.p == 0:
        none = np.zeros(0, dtype=np.int64)
        return laid, Turning(pairs, none, None, None, ())
    if isinstance(spec, ChosenContraflow):
        found = evacuation.contraflow(laid.problem, pairs, limits)
        turning = Turning(pairs, found.lanes, found.most_persons, found.bound_step, found.leaves)
        return with_turned(laid, pairs, found.lanes), turning
    lanes = _towards_safety(laid, pairs, limits)
    return with_turned(laid, pairs, lanes), Turning(pairs, lanes, None, None, ())


def _allowed(situation: Situation, spec: ChosenContraflow | GivenContraflow) -> BoolArray:
    """Return the edges whose lanes may be turned, shape (n edges,)."""
    features, feature = situation.roads.features, situation.roads.network.feature
    assert feature is not None
    names = features[col.NAME].astype("string").fillna("").to_numpy(object)
    classes = features[col.ROAD_CLASS].to_numpy(object)
    for name in spec.names:
        if name not in names:
            raise ScenarioError("evacuation_road", name=name)
    for kind in spec.classes:
        if isinstance(spec, GivenContraflow) and kind not in classes:
            known = ", ".join(sorted({str(one) for one in classes}))
            raise ScenarioError("evacuation_road_class", value=kind, classes=known)
    chosen = np.isin(names, spec.names) | np.isin(classes, spec.classes)
    return np.asarray(chosen[feature], dtype=np.bool_)


def _towards_safety(laid: Laid, pairs: LanePairs, limits: Limits) -> IntArray:
    """Return lanes turned into the direction that a plan without contraflow uses more."""
    decision = evacuation.solve(laid.problem, "clearance", limits).decision
    assert decision is not None
    groups = decision.groups
    units = np.repeat(groups.persons, np.diff(groups.offsets))
    on_arc = np.bincount(groups.arc, weights=units, minlength=laid.problem.tail.size)
    onward = on_arc[pairs.forward] >= on_arc[pairs.backward]
    return np.where(onward, Lanes.TO_FORWARD, Lanes.TO_BACKWARD).astype(np.int64)


def check_turning(movement: Movement, turning: Turning) -> list[Violation]:
    """Return what is wrong with the choice of lanes and its proof."""
    if turning.most_units is None or turning.bound_step is None:
        return []
    base = without_lanes(movement.problem, turning)
    result = Contraflow(
        problem=movement.problem,
        lanes=turning.lanes,
        police=police_points(base, turning.pairs, turning.lanes),
        plan=movement.plan,
        most_persons=turning.most_units,
        bound_step=turning.bound_step,
        leaves=turning.leaves,
    )
    return check_contraflow(base, turning.pairs, result)


def without_lanes(problem: Evacuation, turning: Turning) -> Evacuation:
    """Return the problem before any lane was turned."""
    pairs, lanes = turning.pairs, turning.lanes
    k = problem.tail.size - 2 * pairs.p
    capacity = problem.capacity[:k].copy()
    forward, backward = lanes == Lanes.TO_FORWARD, lanes == Lanes.TO_BACKWARD
    capacity[pairs.backward[forward]] = pairs.forward_gain[forward]
    capacity[pairs.forward[backward]] = pairs.backward_gain[backward]
    closing, opening = problem.closing_step, problem.opening_step
    return replace(
        problem,
        tail=problem.tail[:k],
        head=problem.head[:k],
        travel_steps=problem.travel_steps[:k],
        capacity=capacity,
        opening_step=None if opening is None else opening[:k],
        closing_step=None if closing is None else closing[:k],
    )
