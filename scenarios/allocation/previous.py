"""A plan that people were told before, and what has changed since."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from dss import columns as col
from dss.arrays import IntArray
from dss.errors import ScenarioError
from dss.workspace import default_workspace
from models import shelter
from models.shelter import Allocation, AllocationDecision
from scenarios.allocation.check import Proof
from scenarios.allocation.proof_files import read_proof
from scenarios.situation import Situation


@dataclass(frozen=True, slots=True, eq=False)
class Before:
    """The plan that people were told."""

    problem: Allocation
    decision: AllocationDecision

    def told(self, problem: Allocation, decision: AllocationDecision) -> shelter.Told:
        """Count who keeps the shelter that they were told."""
        return shelter.told_anew(problem, decision, self.problem, self.decision)


def read_before(run: str) -> Proof:
    """Read the proof of a run by its folder or its name in the workspace.

    Raises
    ------
    InputError
        If there is no such run.
    """
    path = Path(run)
    return read_proof(path if path.is_dir() else default_workspace().run_folder(run))


def match_before(proof: Proof, problem: Allocation, cell_id: np.ndarray, group: IntArray, run: str) -> Before:
    """Return the plan before for the problem as it is now.

    Raises
    ------
    ScenarioError
        If it was made for other people or shelters: its rows cannot be told apart.
    """
    rows = proof.allocating.rows
    same = (
        np.array_equal(rows.cell_id, cell_id)
        and np.array_equal(rows.group, group)
        and proof.problem.capacity.size == problem.capacity.size
    )
    if not same:
        raise ScenarioError("allocation_previous_other", run=run)
    assert proof.plan.decision is not None
    return Before(proof.problem, proof.plan.decision)


def close_roads(situation: Situation, names: list[str]) -> Situation:
    """Return the situation with roads closed, by name or by number (from 1) of the road layer.

    Raises
    ------
    ScenarioError
        If there is no such road.
    """
    if not names:
        return situation
    features, feature = situation.roads.features, situation.roads.network.feature
    assert feature is not None
    known = features[col.NAME].astype("string").fillna("").to_numpy(object) if col.NAME in features else None
    closed = np.zeros(len(features), dtype=np.bool_)
    for name in names:
        found = np.zeros(len(features), dtype=np.bool_) if known is None else known == name
        if not found.any() and name.isdigit() and 1 <= int(name) <= len(features):
            found[int(name) - 1] = True
        if not found.any():
            raise ScenarioError("allocation_road", name=name, count=len(features))
        closed |= found
    roads, edges = situation.impact.roads, closed[feature]
    edge_s = {mode: np.where(edges, np.inf, times) for mode, times in roads.edge_s.items()}
    step_s = {mode: np.where(edges, np.inf, times) for mode, times in roads.step_s.items()}
    impact = replace(situation.impact, roads=replace(roads, edge_s=edge_s, step_s=step_s))
    return replace(situation, impact=impact)
