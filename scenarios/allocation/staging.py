"""Stages of sheltering: whole communities move on as shelters close, from the first night to the long term.

The first stage is the plan itself; those after it say who stays and who moves on, and where to. A shelter
serves a stage if its class may stay open until the stage ends; a person then needs the area of the stage's
class. Index names: ``s`` stages, ``z`` communities, ``j`` shelters.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from dss import columns as col
from dss.access import Access
from dss.arrays import FloatArray, IntArray
from dss.errors import ScenarioError
from dss.trips import find_trips, open_router
from models import Limits, Plan
from models.shelter import stages as model
from scenarios.allocation.check import Proof
from scenarios.allocation.plan_figures import decided
from scenarios.allocation.spec import Stage
from scenarios.journeys.journeys import DRIVE, Journeys
from scenarios.situation import Situation

CLASS_OF: Final = {
    "emergency": "emergency", "short": "fixed_short", "medium": "fixed_medium", "long": "fixed_long",
}  # fmt: skip
MOST_WORK: Final = 3e8
"""Stages x communities x shelters x shelters that a plan over stages takes on."""
UNMET_S: Final = 360_000.0
"""Seconds that a person without a place counts at a stage: a hundred hours."""


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage of the plan: who needs a place, who has one, who moved since the stage before."""

    term: str
    until_day: float
    shelters: int
    places: int
    persons: int
    unmet: int
    moved: int
    move_mean_min: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Staged:
    """A plan over stages.

    Parameters
    ----------
    problem, plan
        The model's; communities in the order of ``zone``.
    zone
        Zone number of each community, shape (z,).
    rows
        A row for each stage.
    """

    problem: model.Stages
    plan: Plan[model.StagesDecision]
    zone: IntArray
    rows: tuple[StageRow, ...]

    def described(self) -> dict[str, Any]:
        """Return it as plain data."""
        report = self.plan.report
        return {
            "rows": [asdict(row) for row in self.rows],
            "objective_hours": round((report.objective or 0.0) / 3600, 1),
            "bound_hours": round((report.bound or 0.0) / 3600, 1),
            "gap_percent": None if report.gap is None else round(100 * report.gap, 2),
        }


def plan_stages(
    stages: Sequence[Stage], situation: Situation, journeys: Journeys, proof: Proof, limits: Limits
) -> Staged:
    """Plan who stays where at each stage, beginning with the plan itself.

    Raises
    ------
    ScenarioError
        If there are too many communities and shelters for a plan over stages.
    """
    whole = proof.problem.whole
    assert whole is not None
    zone, place = np.unique(whole, return_inverse=True)
    m = proof.problem.capacity.size
    work = len(stages) * zone.size * m * m
    if work > MOST_WORK:
        raise ScenarioError("allocation_stages_size", zones=zone.size, shelters=m)
    everyone = np.bincount(place, proof.problem.persons, zone.size)
    persons = np.stack([np.floor(stage.share_in_need * everyone + 0.5) for stage in stages])
    days = _days(stages, situation)
    problem = model.Stages(
        persons=persons.astype(np.int64),
        capacity=_capacity(stages, days, situation, journeys),
        stay_s=_stays(len(stages), zone, place, proof),
        move_s=_moves(situation, journeys),
        unmet_s=UNMET_S,
    )
    plan = model.solve(problem, limits)
    return Staged(problem, plan, zone, _rows(stages, days, problem, plan))


def _days(stages: Sequence[Stage], situation: Situation) -> list[float]:
    table = situation.standards.column("shelters.max_days")
    return [stage.until_day or table[CLASS_OF[stage.term]] for stage in stages]


def _capacity(
    stages: Sequence[Stage], days: Sequence[float], situation: Situation, journeys: Journeys
) -> IntArray:
    """Return places by stage: area over what a person needs then; none where the class closes before.

    The first stage has the plan's own places; later ones need more area a person, or less.
    """
    standards, places = situation.standards, journeys.problem.capacity
    classes = situation.shelters.features[col.SHELTER_CLASS].iloc[journeys.site_index]
    per_person = dict(standards.column("shelters.area_per_person_m2"))
    open_days = classes.map(dict(standards.column("shelters.max_days"))).to_numpy(np.float64)
    own_m2 = classes.map(per_person).to_numpy(np.float64)
    first = np.where(places > 0, places, 0)
    later = [
        np.where(
            open_days >= until,
            np.floor(places * own_m2 / np.maximum(per_person[CLASS_OF[stage.term]], own_m2)),
            0,
        )
        for stage, until in zip(stages[1:], days[1:], strict=True)
    ]
    return np.stack([first, *later]).astype(np.int64)


def _stays(stages: int, zone: IntArray, place: IntArray, proof: Proof) -> FloatArray:
    """Return seconds of being somewhere: the way there at the first stage, where the plan sends people."""
    m, decision, problem = proof.problem.capacity.size, decided(proof.plan), proof.problem
    stay_s = np.zeros((stages, zone.size, m))
    stay_s[0] = np.inf
    used = np.flatnonzero(decision.persons > 0)
    z, j = place[problem.cell[used]], problem.site[used]
    total_s = np.bincount(z * m + j, decision.persons[used] * problem.cost_s[used], zone.size * m)
    persons = np.bincount(z * m + j, decision.persons[used], zone.size * m)
    there = persons > 0
    stay_s[0].reshape(-1)[there] = total_s[there] / persons[there]
    return stay_s


def _moves(situation: Situation, journeys: Journeys) -> FloatArray:
    """Return seconds by road from shelter to shelter, boarding included, shape (m, m)."""
    network = situation.roads.network
    edge_s = situation.impact.roads.edge_s["drive"]
    trips = journeys.trips[DRIVE]
    site: Access = trips.destination
    router = open_router(network, situation.onemap.folder).customise(edge_s)
    move_s = find_trips(network, edge_s, router, site, site).seconds
    move_s = move_s + trips.egress_s[:, None] + trips.egress_s[None, :] + journeys.ends.board_s["drive"]
    move_s = np.where(np.isfinite(move_s), move_s, np.inf)
    np.fill_diagonal(move_s, 0.0)
    return move_s


def _rows(
    stages: Sequence[Stage], days: Sequence[float], problem: model.Stages, plan: Plan[model.StagesDecision]
) -> tuple[StageRow, ...]:
    decision = plan.decision
    assert decision is not None
    return tuple(
        _row(stage.term, until, s, problem, decision)
        for s, (stage, until) in enumerate(zip(stages, days, strict=True))
    )


def _row(
    term: str, until_day: float, s: int, problem: model.Stages, decision: model.StagesDecision
) -> StageRow:
    persons, placed = problem.persons[s], decision.placed[s]
    moved, mean_min = np.zeros(placed.size, dtype=np.bool_), None
    if s > 0:
        moved = placed & decision.placed[s - 1] & (decision.site[s] != decision.site[s - 1])
        if persons[moved].any():
            move_s = problem.move_s[decision.site[s - 1][moved], decision.site[s][moved]]
            mean_min = round(float(persons[moved] @ move_s) / int(persons[moved].sum()) / 60, 1)
    return StageRow(
        term=term,
        until_day=float(until_day),
        shelters=int((problem.capacity[s] > 0).sum()),
        places=int(problem.capacity[s].sum()),
        persons=int(persons.sum()),
        unmet=int(persons[~placed].sum()),
        moved=int(persons[moved].sum()),
        move_mean_min=mean_min,
    )


def stage_layer(staged: Staged, situation: Situation, journeys: Journeys) -> gpd.GeoDataFrame:
    """Return where each community is at each stage, as a point at its shelter."""
    decision = staged.plan.decision
    assert decision is not None
    names = journeys.zones.names if journeys.zones is not None else np.zeros(0, dtype=object)
    sites = situation.shelters.features.iloc[journeys.site_index]
    frames = []
    for s, row in enumerate(staged.rows):
        here = np.flatnonzero(decision.placed[s] & (staged.problem.persons[s] > 0))
        j = decision.site[s][here]
        label = [str(names[z]) if z < names.size else f"#{z}" for z in staged.zone[here]]
        frames.append(
            gpd.GeoDataFrame(
                {
                    "stage": s + 1, "term": row.term, "zone": label,
                    "shelter": sites[col.NAME].to_numpy()[j], col.PERSONS: staged.problem.persons[s][here],
                },
                geometry=sites.geometry.to_numpy()[j], crs=sites.crs,
            )
        )  # fmt: skip
    return pd.concat(frames, ignore_index=True).to_crs("EPSG:4490")
