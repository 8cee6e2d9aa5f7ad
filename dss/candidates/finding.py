"""Examine every candidate by every rule and keep why it is excluded: rule, layer, clause, status, value."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np

from dss import columns as col
from dss.arrays import BoolArray, FloatArray
from dss.candidates.examining import Examination, examine
from dss.candidates.gathering import cells_as_candidates, gather
from dss.candidates.spec import CandidateSpec, Effect, Rule
from dss.cells import CellFrame
from dss.onemap import OneMap
from dss.standards import StandardsReader


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Which rule a candidate breaks, so that a planner can argue with it.

    Parameters
    ----------
    candidate
        Row of the candidate.
    rule
        Name of the rule.
    layers
        Keys of the layers it was measured on; empty where the candidate itself was.
    value, limit
        What was measured and what is asked, in the unit of the standard; None for a text.
    unit, source, status
        Of the limit: its clause and how far it may be trusted.
    stated
        What the record says where the rule is about a text, else empty.
    """

    candidate: int
    rule: str
    layers: tuple[str, ...]
    value: float | None
    limit: float | None
    unit: str
    source: str
    status: str
    stated: str = ""


@dataclass(frozen=True, slots=True)
class Examined:
    """A rule that was examined, on which layers, and what came of it.

    Parameters
    ----------
    broken
        Candidates that break it, whatever else they break.
    alone
        Candidates that break it and no other excluding rule: those that it alone keeps out; of a rule that
        only states something, those that are admitted and break it.
    unmeasured
        Candidates that it could not look at and lets pass: points without an area, ground outside a raster.
    """

    rule: str
    effect: Effect
    layers: tuple[str, ...]
    limit: float | None
    unit: str
    source: str
    status: str
    broken: int
    alone: int
    unmeasured: int


@dataclass(frozen=True, slots=True)
class Unexamined:
    """A rule that the map cannot answer, as it has no layer of the role."""

    rule: str
    role: str


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """All candidates, and why some are excluded.

    Parameters
    ----------
    features
        name, record_id, landuse_code, ownership, layer, role, standing (``existing`` or ``planned``),
        area_m2, effective_area_m2, geometry in the map's CRS; one row per candidate.
    exclusions
        One for every excluding rule that a candidate breaks.
    statements
        The same of rules that state something and exclude nobody.
    examined
        Every rule that was looked at, in its order.
    unexamined
        Rules without a layer to look at.
    """

    features: gpd.GeoDataFrame
    exclusions: tuple[Exclusion, ...]
    statements: tuple[Exclusion, ...]
    examined: tuple[Examined, ...]
    unexamined: tuple[Unexamined, ...]

    @property
    def admitted(self) -> BoolArray:
        """Candidates that break no rule, shape (m,)."""
        ok = np.ones(len(self.features), dtype=np.bool_)
        ok[[exclusion.candidate for exclusion in self.exclusions]] = False
        return ok

    def admitted_without(self, *rules: str) -> BoolArray:
        """Return the candidates that break no other rule than these, shape (m,): what the rules cost."""
        ok = np.ones(len(self.features), dtype=np.bool_)
        ok[[e.candidate for e in self.exclusions if e.rule not in rules]] = False
        return ok

    def counts(self) -> Mapping[str, int]:
        """Return how many candidates each rule excludes."""
        names = [exclusion.rule for exclusion in self.exclusions]
        return {name: names.count(name) for name in dict.fromkeys(names)}


@dataclass(frozen=True, slots=True, eq=False)
class CandidateGround:
    """What candidates are found on beside the map's land.

    Parameters
    ----------
    roads
        Lines of the roads in the map's CRS.
    cells
        Where people live.
    modelled
        Keys of layers whose features are candidates as they are, as they record nothing that exists.
    """

    roads: gpd.GeoDataFrame
    cells: CellFrame
    modelled: tuple[str, ...] = ()


def find_candidates(
    onemap: OneMap, standards: StandardsReader, spec: CandidateSpec, ground: CandidateGround
) -> Candidates:
    """Find candidate sites on a map.

    A map without land parcels and without features of the wanted roles has the cells where people live as
    candidates (standing ``cell``): the plan then says in which neighbourhood to look, not on which plot.
    """
    features = gather(onemap, spec, ground.modelled)
    if features.empty:
        features = cells_as_candidates(ground.cells, onemap.crs)
    features["area_m2"] = features.area
    features[col.AREA_M2] = features["area_m2"] * effective_share(features, standards)
    found = {rule: examine(onemap, standards, rule, features, ground.roads) for rule in spec.rules}
    broken = {rule: tuple(_broken(rule, one, standards)) for rule, one in found.items() if one is not None}
    out = [e for rule, some in broken.items() if rule.effect is Effect.EXCLUDE for e in some]
    return Candidates(
        features,
        tuple(out),
        tuple(e for rule, some in broken.items() if rule.effect is Effect.STATE for e in some),
        tuple(
            _examined(rule, one, standards, (broken[rule], out))
            for rule, one in found.items()
            if one is not None
        ),
        tuple(Unexamined(rule.name, rule.role or "") for rule, one in found.items() if one is None),
    )


def effective_share(features: gpd.GeoDataFrame, standards: StandardsReader) -> FloatArray:
    """Return which share of each candidate can be used, by the longest prefix of its code; 1 where none."""
    table = standards.column("siting.effective_share")
    share = np.ones(len(features))
    codes = features[col.LANDUSE_CODE].fillna("").astype(str)
    for row, code in enumerate(codes):
        prefixes = [code[:k] for k in range(len(code), 1, -1)]
        share[row] = next((table[prefix] for prefix in prefixes if prefix in table), 1.0)
    return share


def _examined(
    rule: Rule,
    found: Examination,
    standards: StandardsReader,
    broken: tuple[Sequence[Exclusion], list[Exclusion]],
) -> Examined:
    """Count who breaks a rule, and who breaks no other excluding one."""
    own, every = broken
    others = {e.candidate for e in every if e.rule != rule.name}
    unit, source, status = _clause(rule, standards)
    return Examined(
        rule.name,
        rule.effect,
        found.layers,
        found.limit,
        unit,
        source,
        status,
        broken=len(own),
        alone=sum(e.candidate not in others for e in own),
        unmeasured=0 if found.unmeasured is None else int(found.unmeasured.sum()),
    )


def _broken(rule: Rule, found: Examination, standards: StandardsReader) -> Iterator[Exclusion]:
    unit, source, status = _clause(rule, standards)
    for row in np.flatnonzero(found.breaks):
        yield Exclusion(
            candidate=int(row),
            rule=rule.name,
            layers=found.layers,
            value=None if found.value is None else round(float(found.value[row]), 3),
            limit=found.limit,
            unit=unit,
            source=source,
            status=status,
            stated="" if found.stated is None else str(found.stated[row]),
        )


def _clause(rule: Rule, standards: StandardsReader) -> tuple[str, str, str]:
    """Return unit, source and status of what limits a rule."""
    if rule.standard is None:
        return "", rule.source, rule.status
    standard = standards.value(rule.standard)
    return standard.unit, standard.source, standard.status
