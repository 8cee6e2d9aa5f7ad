"""Which lanes to turn: branch and bound over pairs of arcs, every bound a cut.

A node of the tree has some pairs decided. Its relaxed problem gives a bound, its plan says which lanes it
used, and the choice rounded from that gives a plan of its own. A pair of which the relaxed plan used the gain
of one direction and the other direction too is decided three ways. The nodes left, with their certificates,
are the proof; a search that is stopped has a gap.
"""

import heapq
import time
from dataclasses import dataclass
from itertools import count

import numpy as np

from dss.arrays import IntArray
from models.evacuation.check import check
from models.evacuation.cut import most_safe_by, proven_most
from models.evacuation.lanes import (
    LanePairs,
    Lanes,
    police_points,
    require_opposite,
    with_lanes,
)
from models.evacuation.problem import Evacuation, EvacuationDecision
from models.evacuation.solve import solve
from models.plan import Limits, Plan, Violation


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """Choices that agree with ``lanes``, and what none of them exceeds.

    Parameters
    ----------
    lanes
        One of ``Lanes`` for each pair, shape (p,).
    certificate, persons_certificate
        Thresholds of the relaxed problem, shape (n,): of its clearance, and of how many can be safe.
    """

    lanes: IntArray
    certificate: IntArray
    persons_certificate: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Contraflow:
    """Lanes to turn and the plan that uses them.

    Parameters
    ----------
    problem
        With the turned lanes: arcs k to k + 2 p are those of ``with_lanes``.
    lanes
        One of ``Lanes`` for each pair, none undecided, shape (p,).
    police
        Nodes where police are needed: both ends of every street with turned lanes.
    plan
        The least clearance with these lanes.
    most_persons, bound_step
        No choice of lanes saves more persons, or as many before this step.
    leaves
        What proves it: together they agree with every choice.
    """

    problem: Evacuation
    lanes: IntArray
    police: IntArray
    plan: Plan[EvacuationDecision]
    most_persons: int
    bound_step: int
    leaves: tuple[Leaf, ...]

    @property
    def is_best(self) -> bool:
        """Whether the choice is proven to be the best one."""
        return (self.most_persons, -self.bound_step) == _value(self.plan)


def contraflow(
    problem: Evacuation, pairs: LanePairs, limits: Limits | None = None, seed: int = 1
) -> Contraflow:
    """Choose which lanes to turn so that most are safe and the clearance is least.

    Parameters
    ----------
    limits
        Past the time no more choices are looked at; a first bound and a first choice there are in any case.

    Raises
    ------
    ProblemError
        If the pairs are not opposite arcs of the problem.
    """
    require_opposite(problem, pairs)
    limits = limits or Limits()
    end = time.perf_counter() + limits.time_s
    search = _Search(problem, pairs, seed)
    search.look_at(np.full(pairs.p, Lanes.UNDECIDED, dtype=np.int64), end)
    while time.perf_counter() < end and search.may_be_better:
        node = heapq.heappop(search.frontier)[-1]
        for choice in (Lanes.TO_FORWARD, Lanes.TO_BACKWARD, Lanes.KEPT):
            lanes = node.leaf.lanes.copy()
            lanes[node.split] = choice
            search.look_at(lanes, end)
    search.keep_unused(end)
    return search.result()


def check_contraflow(problem: Evacuation, pairs: LanePairs, result: Contraflow) -> list[Violation]:
    """Return what is wrong with turned lanes, their plan or the proof; empty where all of it holds."""
    built = with_lanes(problem, pairs, result.lanes)
    same = all(
        np.array_equal(getattr(built, name), getattr(result.problem, name))
        for name in ("tail", "head", "travel_steps", "capacity", "opening_step", "supply", "shelter_capacity")
    )
    wrong = [
        ("a pair is undecided", bool((result.lanes == Lanes.UNDECIDED).any())),
        ("the problem is not that of the lanes", not same),
        ("police", not np.array_equal(result.police, police_points(problem, pairs, result.lanes))),
        ("no choice is left out", not _covered(result.leaves, np.full(pairs.p, Lanes.UNDECIDED))),
    ]
    found = [Violation("lanes", what, 1.0) for what, bad in wrong if bad]
    claim = (result.most_persons, result.bound_step)
    for number, leaf in enumerate(result.leaves):
        if not _holds(with_lanes(problem, pairs, leaf.lanes), leaf, claim):
            found.append(Violation("bound", f"leaf {number}", 1.0))
    return found + check(built, result.plan)


def _holds(relaxed: Evacuation, leaf: Leaf, claim: tuple[int, int]) -> bool:
    """Return whether the certificates of a leaf rule out more persons, or as many before a step."""
    persons, step = claim
    most = proven_most(relaxed, leaf.persons_certificate, None)
    if most < persons or (most <= persons and step == 0):
        return True
    whole = leaf.certificate.shape == relaxed.supply.shape and bool((leaf.certificate >= 0).all())
    return (
        most <= persons
        and whole
        and most_safe_by(relaxed, relaxed.supply, leaf.certificate, step - 1) < persons
    )


def _covered(leaves: tuple[Leaf, ...], lanes: IntArray) -> bool:
    """Return whether every choice that agrees with some lanes agrees with a leaf."""
    free = lanes == Lanes.UNDECIDED
    agreeing = [
        leaf for leaf in leaves if (free | (leaf.lanes == lanes) | (leaf.lanes == Lanes.UNDECIDED)).all()
    ]
    if not agreeing:
        return False
    decides = [free & (leaf.lanes != Lanes.UNDECIDED) for leaf in agreeing]
    if not all(pairs.any() for pairs in decides):
        return True
    split = int(np.argmax(np.sum(decides, axis=0)))
    for choice in (Lanes.KEPT, Lanes.TO_FORWARD, Lanes.TO_BACKWARD):
        decided = lanes.copy()
        decided[split] = choice
        if not _covered(tuple(agreeing), decided):
            return False
    return True


@dataclass(frozen=True, slots=True, eq=False)
class _Node:
    """A leaf, what may be reached in it (persons, minus the step), and the pair to decide next."""

    leaf: Leaf
    value: tuple[int, int]
    split: int | None


class _Search:
    """The tree: its frontier, and the best choice so far; changed in place by ``contraflow`` alone."""

    def __init__(self, problem: Evacuation, pairs: LanePairs, seed: int) -> None:
        self.problem, self.pairs, self.seed = problem, pairs, seed
        self.frontier: list[tuple[int, int, int, _Node]] = []
        self._serial = count()
        self._best: tuple[IntArray, Plan[EvacuationDecision]] | None = None

    @property
    def may_be_better(self) -> bool:
        """Whether a node of the frontier is not ruled out by the best choice, and can be split."""
        node = self.frontier[0][-1]
        return node.value > _value(self._chosen[1]) and node.split is not None

    def look_at(self, lanes: IntArray, end: float) -> None:
        """Bound what can be reached with some lanes decided, and try the choice that the bound suggests."""
        plan = self._solved(lanes, end)
        decision, bound = plan.decision, plan.report.bound
        assert decision is not None
        assert bound is not None
        assert decision.persons_certificate is not None
        forward, backward, gained = self._used(decision)
        clash = np.where(lanes == Lanes.UNDECIDED, np.minimum(forward, backward), 0) * gained
        split = int(np.argmax(clash)) if clash.any() else None
        value = (int(decision.groups.persons.sum()), -int(bound))
        leaf = Leaf(lanes, decision.certificate, decision.persons_certificate)
        node = _Node(leaf, value, split)
        heapq.heappush(self.frontier, (-value[0], -value[1], next(self._serial), node))
        turned = np.where(forward >= backward, Lanes.TO_FORWARD, Lanes.TO_BACKWARD)
        free = np.where(gained > 0, turned, Lanes.KEPT)
        self._try(np.where(lanes == Lanes.UNDECIDED, free, lanes), end)

    def keep_unused(self, end: float) -> None:
        """Turn no lanes that the best plan does not use, as far as there is time to plan anew."""
        while time.perf_counter() < end:
            lanes, plan = self._chosen
            assert plan.decision is not None
            unused = (self._used(plan.decision)[2] == 0) & (lanes != Lanes.KEPT)
            if not unused.any():
                return
            kept = np.where(unused, Lanes.KEPT, lanes)
            fewer = self._solved(kept, end)
            if _value(fewer) < _value(plan):
                return  # time was up
            self._best = (kept, fewer)

    def result(self) -> Contraflow:
        """Return the best choice with the proof."""
        lanes, plan = self._chosen
        most, late = max(self.frontier[0][-1].value, _value(plan))
        return Contraflow(
            problem=with_lanes(self.problem, self.pairs, lanes),
            lanes=lanes,
            police=police_points(self.problem, self.pairs, lanes),
            plan=plan,
            most_persons=most,
            bound_step=-late,
            leaves=tuple(entry[-1].leaf for entry in self.frontier),
        )

    @property
    def _chosen(self) -> tuple[IntArray, Plan[EvacuationDecision]]:
        assert self._best is not None, "the first node tries a choice"
        return self._best

    def _try(self, lanes: IntArray, end: float) -> None:
        plan = self._solved(lanes, end)
        if self._best is None or _value(plan) > _value(self._best[1]):
            self._best = (lanes, plan)

    def _solved(self, lanes: IntArray, end: float) -> Plan[EvacuationDecision]:
        limits = Limits(time_s=max(0.0, end - time.perf_counter()), relative_gap=0.0)
        return solve(with_lanes(self.problem, self.pairs, lanes), "clearance", limits, self.seed)

    def _used(self, decision: EvacuationDecision) -> tuple[IntArray, IntArray, IntArray]:
        """Return persons forward and backward, and those by turned lanes, shape (p,) each."""
        groups, k, p = decision.groups, self.problem.tail.size, self.pairs.p
        persons = np.repeat(groups.persons, np.diff(groups.offsets))
        on_arc = np.bincount(groups.arc, weights=persons, minlength=k + 2 * p).astype(np.int64)
        forward_gain, backward_gain = on_arc[k : k + p], on_arc[k + p :]
        forward = on_arc[self.pairs.forward] + forward_gain
        backward = on_arc[self.pairs.backward] + backward_gain
        return forward, backward, forward_gain + backward_gain


def _value(plan: Plan[EvacuationDecision]) -> tuple[int, int]:
    """Return persons safe and minus the clearance: the greater, the better."""
    assert plan.decision is not None
    return int(plan.decision.groups.persons.sum()), -plan.decision.clearance_step
