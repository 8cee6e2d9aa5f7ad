"""Sites that still serve when bridges are out: one choice over many cases of closed roads."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from dss import columns as col
from dss.arrays import BoolArray, FloatArray, IntArray
from dss.onemap import read_vector
from models import Limits, siting
from models.siting.robust import Aim, left_out
from scenarios.siting.ground import SitingGround
from scenarios.siting.study import Study

AIMS: Final[tuple[Aim, ...]] = ("expected", "worst", "cvar")
TAIL: Final = 0.8
SOLVE_S: Final = 30.0
# A road within this distance of a bridge record lies on it.
ON_BRIDGE_M: Final = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class RobustChoice:
    """One aim over the cases: sites to build and the persons that they leave out.

    Parameters
    ----------
    candidates
        Rows of the candidates that are built.
    expected, worst, cvar
        Persons left out over the cases by these sites.
    objective, bound
        Of the aim's own value.
    """

    aim: str
    candidates: IntArray
    expected: float
    worst: float
    cvar: float
    objective: float | None
    bound: float | None


@dataclass(frozen=True, slots=True, eq=False)
class RobustStudy:
    """The choices, beginning with the plan for roads that are all open."""

    choices: tuple[RobustChoice, ...]
    cases: int
    bridges: int
    chance: float


def bridge_edges(ground: SitingGround) -> IntArray:
    """Return the roads (rows) that lie on bridges: as the road layer says, or near a bridge record."""
    roads = ground.roads.features
    on = np.zeros(len(roads), dtype=np.bool_)
    if col.BRIDGE in roads:
        on |= roads[col.BRIDGE].fillna(0).astype(bool).to_numpy()
    lines = np.asarray(roads.geometry.array)
    for layer in ground.onemap.role("bridges"):
        shapes = read_vector(ground.onemap, layer).geometry
        shapes = shapes[~(shapes.isna() | shapes.is_empty)].to_numpy()
        _, road = shapely.STRtree(lines).query(shapes, predicate="dwithin", distance=ON_BRIDGE_M)
        on[road] = True
    return np.flatnonzero(on)


def draw_cases(ground: SitingGround, cases: int, seed: int) -> tuple[BoolArray, ...]:
    """Return closed edges of each case, each of shape (n edges,): every bridge is out by chance."""
    rng = np.random.default_rng(seed)
    bridges, chance = bridge_edges(ground), ground.standards.number("siting.bridge_out_chance")
    found = []
    for _ in range(cases):
        out = bridges[rng.random(bridges.size) < chance]
        closed = np.zeros(2 * len(ground.roads.features), dtype=np.bool_)
        closed[2 * out] = closed[2 * out + 1] = True
        found.append(closed)
    return tuple(found)


def robust_study(study: Study, closures: tuple[BoolArray, ...]) -> RobustStudy:
    """Choose sites for each aim over the cases, and judge the plan for open roads by the same cases."""
    ground = study.ground
    cost = np.stack([ground.costs(closed)[:, study.column] for closed in closures])
    fixed = np.arange(study.existing_count)
    p = fixed.size + study.options.sites
    choices = [_judged(study, cost, "plan", study.open_sites, None)]
    for aim in AIMS:
        problem = siting.RobustCoverage(cost, ground.demand, p, study.limit, aim, TAIL, fixed)
        plan = siting.solve(problem, Limits(SOLVE_S, 1e-3), study.options.seed)
        if plan.decision is not None:
            told = (plan.report.objective, plan.report.bound)
            choices.append(_judged(study, cost, aim, plan.decision.open_sites, told))
    chance = ground.standards.number("siting.bridge_out_chance")
    return RobustStudy(tuple(choices), len(closures), bridge_edges(ground).size, chance)


def _judged(
    study: Study, cost: FloatArray, aim: str, sites: IntArray, told: tuple[float | None, float | None] | None
) -> RobustChoice:
    fixed = np.arange(study.existing_count)
    problem = siting.RobustCoverage(cost, study.ground.demand, sites.size, study.limit, "cvar", TAIL, fixed)
    lost = left_out(problem, sites)
    objective, bound = told or (None, None)
    return RobustChoice(
        aim,
        study.column[sites[sites >= fixed.size]] - len(study.ground.existing),
        float(lost.mean()),
        float(lost.max()),
        siting.robust_value(problem, sites),
        objective,
        bound,
    )
