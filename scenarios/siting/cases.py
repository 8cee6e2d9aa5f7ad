"""Cases that sites have to last through: scenario files with their hazards, or draws of closed bridges."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from dss import columns as col
from dss.arrays import BoolArray, FloatArray, IntArray
from dss.errors import InputError
from dss.hazard import Facilities, Ground
from dss.hazard.impact import Impact
from dss.onemap import Title, read_vector
from dss.standards import StandardsReader
from dss.standards.reader import StandardValue
from scenarios.hazard.encounter import Scene, meet
from scenarios.load import find_scenario, load_scenario
from scenarios.schema import Scenario
from scenarios.siting.ground import SitingGround, free_seconds, mode_of

SITES: Final = "sites"
# A road within this distance of a bridge record lies on it.
ON_BRIDGE_M: Final = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """What sites have to last through.

    Parameters
    ----------
    kind
        Kind of the hazard, or ``bridges``.
    chance
        Its share of all cases.
    cost
        Metres or seconds between every cell and every site, shape (n, e + m); inf without a way, and to sites
        that are lost.
    demand
        Persons who need the facility in each cell, shape (n,).
    lost
        Sites that cannot be used, shape (e + m,).
    closed_edges
        Edges that can otherwise be used and are closed.
    standards
        Values that the hazard was worked out with.
    """

    title: Title
    kind: str
    chance: float
    cost: FloatArray
    demand: FloatArray
    lost: BoolArray
    closed_edges: int
    standards: tuple[StandardValue, ...] = ()


@dataclass(frozen=True, slots=True)
class Chances:
    """How likely each case is, as shares that add up to 1; equal ones where nobody says."""

    shares: tuple[float, ...]

    @classmethod
    def of(cls, weights: Sequence[float], cases: int) -> "Chances":
        """Return shares from weights, one for each case, or none at all.

        Raises
        ------
        InputError
            If their number is another, or one is negative or not a number, or all are 0.
        """
        if not weights:
            return cls((1 / cases,) * cases)
        if len(weights) != cases:
            raise InputError("siting_chances_count", chances=len(weights), scenarios=cases)
        given = np.asarray(weights, dtype=np.float64)
        if not (np.isfinite(given).all() and (given >= 0).all() and given.sum() > 0):
            raise InputError("siting_chances", value=", ".join(f"{weight:g}" for weight in weights))
        return cls(tuple((given / given.sum()).tolist()))


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


def draw_cases(ground: SitingGround, free: FloatArray, cases: int, seed: int) -> tuple[Case, ...]:
    """Return cases in each of which every bridge is out by chance; all are equally likely.

    Parameters
    ----------
    free
        Metres or seconds between every cell and every site when nothing has happened, shape (n, e + m).
    """
    rng = np.random.default_rng(seed)
    bridges, chance = bridge_edges(ground), ground.standards.number("siting.bridge_out_chance")
    free_s = free_seconds(ground.roads, ground.preset.profile.measure)
    found = []
    for number in range(1, cases + 1):
        out = bridges[rng.random(bridges.size) < chance]
        seconds = free_s.copy()
        seconds[2 * out] = seconds[2 * out + 1] = np.inf
        title = Title(zh=f"断桥抽样 {number}", en=f"bridges out, draw {number}")
        cost = _no_shorter(ground.costs(seconds), free)
        none = np.zeros(cost.shape[1], dtype=np.bool_)
        closed = int((np.isfinite(free_s) & ~np.isfinite(seconds)).sum())
        found.append(Case(title, "bridges", 1 / cases, cost, ground.demand, none, closed))
    return tuple(found)


def load_scenarios(names: Sequence[str]) -> tuple[Scenario, ...]:
    """Read scenarios by file or by name in the library.

    Raises
    ------
    ScenarioError
        If one is missing or not allowed.
    """
    return tuple(load_scenario(find_scenario(name)) for name in names)


def _no_shorter(cost: FloatArray, free: FloatArray) -> FloatArray:
    """Return ways that are no shorter than on free roads.

    Whoever lives on a closed road walks to the next open one, which may lie nearer to where they go.
    """
    return np.maximum(cost, free)


def scenario_cases(
    ground: SitingGround, free: FloatArray, scenarios: Sequence[Scenario], chances: Chances
) -> tuple[Case, ...]:
    """Let the hazards of some scenarios come over the ground, one case each.

    Of a scenario its hazard, its values of standards and its seed are used; cells, sites and people are the
    study's own. Who needs the facility is said by the preset: those who must leave, or everyone as before.

    Parameters
    ----------
    free
        Metres or seconds between every cell and every site when nothing has happened, shape (n, e + m).

    Raises
    ------
    ScenarioError
        If a hazard does not reach the map.
    MapError
        If a hazard names a layer that the map does not have.
    """
    land = Ground(ground.cells, ground.roads, {SITES: _sites(ground)})
    return tuple(
        _case(ground, land, free, scenario, chance)
        for scenario, chance in zip(scenarios, chances.shares, strict=True)
    )


def _case(ground: SitingGround, land: Ground, free: FloatArray, scenario: Scenario, chance: float) -> Case:
    standards = StandardsReader(scenario.standards)
    impact = meet(scenario.hazard, Scene(ground.onemap, land, standards, scenario.seed)).impact
    measure = ground.preset.profile.measure
    seconds, free_s = impact.roads.edge_s[mode_of(measure)], free_seconds(ground.roads, measure)
    lost = impact.facilities[SITES].lost
    cost = _no_shorter(ground.costs(seconds), free)
    cost[:, lost] = np.inf
    return Case(
        scenario.title,
        impact.kind,
        chance,
        cost,
        _in_need(ground, impact),
        lost,
        int((np.isfinite(free_s) & ~np.isfinite(seconds)).sum()),
        standards.used,
    )


def _in_need(ground: SitingGround, impact: Impact) -> FloatArray:
    """Return who needs the facility: of each cell as large a part as of its residents must leave."""
    if ground.preset.profile.in_hazard == "everyone":
        return ground.demand
    residents = ground.cells.persons
    part = np.divide(
        impact.cells.persons, residents, out=impact.cells.leaves.astype(np.float64), where=residents > 0
    )
    return ground.demand * part


def _sites(ground: SitingGround) -> Facilities:
    names = [frame[col.NAME].to_numpy(object) for frame in (ground.existing, ground.candidates.features)]
    return Facilities(np.concatenate(names), ground.site_x_m, ground.site_y_m)
