"""Contraflow in a scenario: which roads may be turned, and which are.

Index names: ``i`` pairs of opposite arcs.
"""

import numpy as np

from dss import columns as col
from dss.arrays import BoolArray, IntArray
from dss.errors import ScenarioError
from models import Limits, evacuation
from models.evacuation import Contraflow
from models.evacuation.lanes import LanePairs, Lanes, police_points
from scenarios.evacuation.laid import Laid, candidate_pairs, with_turned
from scenarios.evacuation.spec import ChosenContraflow, GivenContraflow
from scenarios.evacuation.staffing import TurnedStreets, staffed
from scenarios.evacuation.travellers import given
from scenarios.evacuation.turned import More, Turning
from scenarios.situation import Situation


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
        points = given(spec.police_points, situation.standards, "evacuation.police_points")
        turning = _staffed(situation, laid, pairs, found, int(points))
        return with_turned(laid, pairs, turning.lanes), turning
    lanes = _towards_safety(laid, pairs, limits)
    return with_turned(laid, pairs, lanes), Turning(pairs, lanes, None, None, ())


def turned_alike(laid: Laid, turning: Turning) -> tuple[Laid, Turning]:
    """Turn the lanes that were turned for another problem on the same roads."""
    lanes = turning.lanes
    return with_turned(laid, turning.pairs, lanes), Turning(turning.pairs, lanes, None, None, ())


def _staffed(situation: Situation, laid: Laid, pairs: LanePairs, found: Contraflow, points: int) -> Turning:
    """Return the part of the best choice that police are enough for; its proof bounds this one too."""
    ends = np.column_stack([laid.problem.tail[pairs.forward], laid.problem.head[pairs.forward]])
    streets = TurnedStreets(ends, _roads_of(situation, laid, pairs), _use_of_gain(laid, pairs, found))
    lanes = np.where(staffed(streets, points), found.lanes, Lanes.KEPT).astype(np.int64)
    lanes[found.lanes == Lanes.UNDECIDED] = Lanes.KEPT
    used = np.where(streets.use > 0, found.lanes, Lanes.KEPT)
    police = police_points(laid.problem, pairs, used).size
    more = None
    if police > points:
        assert found.plan.decision is not None
        turned = int(np.isin(used, (Lanes.TO_FORWARD, Lanes.TO_BACKWARD)).sum())
        more = More(turned, int(police), found.plan.decision.clearance_step)
    return Turning(pairs, lanes, found.most_persons, found.bound_step, found.leaves, more)


def _use_of_gain(laid: Laid, pairs: LanePairs, found: Contraflow) -> IntArray:
    """Return how many use the turned lanes of each pair, shape (p,)."""
    assert found.plan.decision is not None
    groups, k = found.plan.decision.groups, laid.problem.tail.size
    units = np.repeat(groups.persons, np.diff(groups.offsets))
    on_arc = np.bincount(groups.arc, weights=units, minlength=k + 2 * pairs.p).astype(np.int64)
    return on_arc[k : k + pairs.p] + on_arc[k + pairs.p :]


def _roads_of(situation: Situation, laid: Laid, pairs: LanePairs) -> IntArray:
    """Return a number for the road of each pair, shape (p,): roads of one name are one."""
    feature = situation.roads.network.feature
    assert feature is not None
    road = feature[laid.edge[laid.offsets[pairs.forward]]]
    names = situation.roads.features[col.NAME].astype("string").fillna("").to_numpy(object)[road]
    own = np.where(names == "", np.char.add("#", road.astype(str)).astype(object), names)
    return np.unique(own.astype(str), return_inverse=True)[1].ravel().astype(np.int64)


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
