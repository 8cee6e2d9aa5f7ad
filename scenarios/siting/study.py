"""One siting study: from a preset and a map to checked sites, with what they bring and what they leave."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from dss import columns as col
from dss.arrays import BoolArray, FloatArray, IntArray
from dss.errors import InputError
from dss.onemap import OneMap
from dss.standards import StandardsReader
from models import Limits, Plan, Violation, siting
from models.progress import Listener, say_nothing
from scenarios.siting.demand import WHO, Who
from scenarios.siting.ground import SitingGround, Survey, survey_ground
from scenarios.siting.preset import Model, Preset
from scenarios.siting.spending import Budget, building_costs, require_costs

# Rule that keeps what is built off plots that have a facility of its kind.
EXISTING_RULE: Final = "existing"
MODELS: Final[tuple[Model, ...]] = ("coverage", "median", "center", "cover")


@dataclass(frozen=True, slots=True)
class StudyOptions:
    """What a planner sets beside the preset.

    Parameters
    ----------
    sites
        How many sites to add; the model ``cover`` finds the number itself.
    limit
        Metres or seconds in place of the preset's.
    model
        In place of the preset's.
    planned
        Whether land that exists only in the plan may hold sites.
    keep_existing
        Whether what exists stays open and serves.
    without_rules
        Rules to leave out: what the red lines cost.
    excluding
        Rules that exclude candidates though the preset only states what they find.
    who
        Whom the facility serves, in place of the preset's.
    budget
        What the new sites may cost together.
    """

    sites: int
    limit: float | None = None
    model: Model | None = None
    planned: bool = False
    keep_existing: bool = True
    without_rules: tuple[str, ...] = ()
    excluding: tuple[str, ...] = ()
    who: Who | None = None
    budget: Budget | None = None
    resolution: int | None = None
    time_limit_s: float = 60.0
    seed: int = 1

    def __post_init__(self) -> None:
        if self.sites < 1:
            raise InputError("siting_sites", value=self.sites)
        if self.limit is not None and not (np.isfinite(self.limit) and self.limit > 0):
            raise InputError("siting_limit", value=self.limit)
        if not (np.isfinite(self.time_limit_s) and self.time_limit_s > 0):
            raise InputError("siting_time_limit", value=self.time_limit_s)
        if self.who is not None and self.who not in WHO:
            raise InputError("siting_people", value=self.who, known=", ".join(WHO))

    @property
    def rules_left_out(self) -> tuple[str, ...]:
        """Rules that do not count: those left out, and what stands there where nothing is to exist."""
        return self.without_rules if self.keep_existing else (*self.without_rules, EXISTING_RULE)

    @property
    def survey(self) -> Survey:
        """What they say of the ground."""
        return Survey(self.resolution, self.planned, self.who, self.excluding)


@dataclass(frozen=True, eq=False)
class Study:
    """A solved study.

    Parameters
    ----------
    column
        Rows of the sites in use: existing ones, then candidates at ``e + row``; shape (k,).
    cost
        Between cells and these sites, shape (n, k).
    limit
        Metres or seconds within which a cell is served.
    connected
        Cells with demand that reach some of these sites at all, shape (n,).
    problem, plan, violations
        Of the connected cells.
    """

    ground: SitingGround
    options: StudyOptions
    column: IntArray
    cost: FloatArray
    limit: float
    connected: BoolArray
    problem: siting.Problem
    plan: Plan[siting.SitingDecision]
    violations: list[Violation]

    @property
    def model(self) -> Model:
        """The model in use."""
        return self.options.model or self.ground.preset.profile.model

    @cached_property
    def existing_count(self) -> int:
        """How many of the sites exist."""
        return int((self.column < len(self.ground.existing)).sum())

    @property
    def rules(self) -> siting.SiteRules:
        """What has to hold between open sites: the budget, where there is one."""
        return self.problem.rules

    def spent(self, sites: IntArray) -> float | None:
        """Return what some sites cost to build together; None where nobody said."""
        cost = self.rules.site_cost
        return None if cost is None else float(cost[sites].sum())

    @property
    def open_sites(self) -> IntArray:
        """Positions in ``column`` of the open sites; none where there is no plan."""
        return np.zeros(0, np.int64) if self.plan.decision is None else self.plan.decision.open_sites

    @property
    def rows(self) -> BoolArray:
        """Cells that are demands of the problem, shape (n,)."""
        within = np.asarray((self.cost <= self.limit).any(axis=1))
        return self.connected & within if self.model == "cover" else self.connected

    @property
    def chosen(self) -> IntArray:
        """Positions in ``column`` of the sites to build."""
        return self.open_sites[self.open_sites >= self.existing_count]

    @property
    def chosen_candidates(self) -> IntArray:
        """Rows of the candidates to build."""
        return self.column[self.chosen] - len(self.ground.existing)

    def served(self, sites: IntArray) -> BoolArray:
        """Return which cells some sites serve within the limit, capacities aside, shape (n,)."""
        return np.asarray((self.cost[:, sites] <= self.limit).any(axis=1))

    def persons(self, cells: BoolArray) -> float:
        """Return the persons in some cells."""
        return float(self.ground.demand[cells].sum())


def run_study(onemap: OneMap, preset: Preset, options: StudyOptions) -> Study:
    """Survey the ground, solve and check.

    Raises
    ------
    InputError
        If the preset has not a rule that the options name, or the map does not count whom they name.
    MapError
        If a layer is missing or unusable.
    """
    ground = survey_ground(onemap, preset, StandardsReader(), options.survey)
    return solve_study(ground, ground.costs(), options)


def solve_study(
    ground: SitingGround, costs: FloatArray, options: StudyOptions, listener: Listener = say_nothing
) -> Study:
    """Choose sites on a ground; ``costs`` are those of all its sites, shape (n, e + m).

    Parameters
    ----------
    listener
        Told of the solve while it goes on.

    Raises
    ------
    InputError
        If the preset has not a rule that the options leave out.
    """
    ground.preset.require_rules(options.without_rules)
    e = len(ground.existing)
    admitted = np.flatnonzero(ground.candidates.admitted_without(*options.rules_left_out)) + e
    column = np.concatenate([np.arange(e) if options.keep_existing else np.zeros(0, np.int64), admitted])
    cost = costs[:, column]
    limit = options.limit or ground.preset.limit(ground.standards)
    connected: BoolArray = np.asarray(np.isfinite(cost).any(axis=1)) & (ground.demand > 0)
    fixed = np.arange(e if options.keep_existing else 0)
    rules = _rules(ground, options, column)
    arrays = Arrays(cost[connected], column, fixed, limit, connected, rules)
    problem = make_problem(ground, options, arrays)
    plan = siting.solve(problem, Limits(options.time_limit_s), options.seed, listener=listener)
    return Study(ground, options, column, cost, limit, connected, problem, plan, siting.check(problem, plan))


@dataclass(frozen=True, slots=True, eq=False)
class Arrays:
    """What a problem is made of: cost of connected cells, sites, those that exist, limit, cells, rules."""

    cost: FloatArray
    column: IntArray
    fixed: IntArray
    limit: float
    connected: BoolArray
    rules: siting.SiteRules


def _rules(ground: SitingGround, options: StudyOptions, column: IntArray) -> siting.SiteRules:
    """Return the budget as a rule between sites; what exists costs nothing."""
    if options.budget is None:
        return siting.SiteRules()
    rows = column - len(ground.existing)
    cost = building_costs(ground, options.budget.table)
    require_costs(ground, cost, rows[rows >= 0], options.budget.table)
    site_cost = np.where(rows >= 0, cost[np.maximum(rows, 0)], 0.0)
    return siting.SiteRules(site_cost=site_cost, budget=options.budget.amount)


def make_problem(ground: SitingGround, options: StudyOptions, arrays: Arrays) -> siting.Problem:
    """Return the problem of the options' model."""
    weight, p = ground.demand[arrays.connected], arrays.fixed.size + options.sites
    model = options.model or ground.preset.profile.model
    if model == "median":
        return siting.PMedian(arrays.cost, weight, p, arrays.fixed, rules=arrays.rules)
    if model == "center":
        return siting.PCenter(arrays.cost, p, arrays.fixed, rules=arrays.rules)
    if model == "cover":
        within = (arrays.cost <= arrays.limit).any(axis=1)
        return siting.SetCover(arrays.cost[within], arrays.limit, arrays.fixed, rules=arrays.rules)
    capacity = site_capacity(ground, arrays.column)
    return siting.MaxCoverage(arrays.cost, weight, p, arrays.limit, capacity, arrays.fixed, arrays.rules)


def site_capacity(ground: SitingGround, column: IntArray) -> FloatArray | None:
    """Return how many persons each site holds, shape (k,); None where the facility has no capacity.

    What exists holds what its record says; a candidate its effective area by the area per person.
    """
    room = ground.preset.profile.room
    if room is None:
        return None
    per_person_m2 = room.of(ground.standards)
    area_m2 = ground.candidates.features[col.AREA_M2].to_numpy(np.float64)
    everyone = float(ground.demand.sum())
    held = np.where(area_m2 > 0, np.floor(area_m2 / per_person_m2), everyone)
    existing = ground.existing[col.CAPACITY_PERSONS].to_numpy(np.float64)
    return np.minimum(np.concatenate([existing, held]), everyone)[column]
