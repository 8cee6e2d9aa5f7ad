"""Check a map by every rule: what was found, what was looked at, what could not be looked at."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dss.arrays import BoolArray
from dss.onemap.audit.city import City
from dss.onemap.audit.hits import Found, LayerHit, PlaceHits, RecordHits, Severity, Unclear
from dss.onemap.audit.rule import Rule
from dss.onemap.audit.rules import RULES
from dss.onemap.catalogue import Layer, OneMap

logger = logging.getLogger(__name__)

Progress = Callable[[float, str], None]
COLUMNS: Final = ("code", "severity", "layer", "row", "record_id", "values", "others")
"""Columns of the faults beside their geometry."""
FIXED_COST: Final = 2000
"""What a rule costs on a layer however small, in records."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A rule that ran on a layer, and on how many records."""

    code: str
    layer: str
    records: int
    seconds: float


@dataclass(frozen=True, slots=True)
class NotRun:
    """A rule that could not run: on one layer, or on the map, which then has no layer that it is about."""

    code: str
    layer: str | None
    why: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True, eq=False)
class Audit:
    """What the audit of a map found.

    Parameters
    ----------
    onemap
        The map.
    today
        The day by which ages were reckoned.
    layers
        Layers that were checked.
    faults
        One row a fault, in the map's CRS: ``code, severity, layer, row`` (from 0, none for a fault of the
        layer), ``record_id, values`` (what its text names), ``others`` (rows that share in it), ``geometry``.
    checked, not_run
        Every pair of rule and layer is in one of them.
    """

    onemap: OneMap
    today: date
    layers: tuple[Layer, ...]
    faults: gpd.GeoDataFrame
    checked: tuple[Checked, ...]
    not_run: tuple[NotRun, ...]
    seconds: float

    @property
    def failed(self) -> bool:
        """True where an error was found."""
        return bool((self.faults["severity"] == "error").any())


def of_whole_layers(faults: gpd.GeoDataFrame) -> BoolArray:
    """Tell which faults are of a whole layer, not of a record or a place, shape (faults,)."""
    placed = ~shapely.is_missing(np.asarray(faults.geometry.array, dtype=object))
    return np.asarray(faults["row"].isna().to_numpy(np.bool_) & ~placed)


@np.errstate(all="ignore")  # coordinates and figures that are nonsense are what it looks for
def check_map(
    onemap: OneMap,
    today: date,
    *,
    layers: tuple[str, ...] = (),
    rules: tuple[Rule, ...] = RULES,
    on_progress: Progress | None = None,
) -> Audit:
    """Audit a map.

    Parameters
    ----------
    onemap
        The map.
    today
        The day by which ages are reckoned.
    layers
        Keys of the layers to check; all where none are named. Other layers are still laid over them.
    on_progress
        Called with the share done, 0 to 1, and the code of the rule at work.

    Raises
    ------
    MapError
        If the map has no layer of a key.
    """
    started = time.perf_counter()
    chosen = tuple(onemap.layer(key) for key in layers) or onemap.layers
    city = City(onemap, today)
    found: list[gpd.GeoDataFrame] = []
    checked: list[Checked] = []
    not_run: list[NotRun] = []
    for rule, layer in _pairs(onemap, rules, chosen, not_run, on_progress):
        obstacle = rule.obstacle(city, layer)
        if obstacle is not None:
            not_run.append(NotRun(rule.code, layer.key, obstacle.why, obstacle.values))
            continue
        begun = time.perf_counter()
        for one in _run(rule, city, layer):
            if isinstance(one, Unclear):
                not_run.append(NotRun(rule.code, layer.key, one.why, one.values))
            elif not (isinstance(one, RecordHits) and not one.rows.size):
                found.append(_table(rule, city, layer, one))
        checked.append(Checked(rule.code, layer.key, layer.records, time.perf_counter() - begun))
    stopped = {(one.code, one.layer) for one in not_run}
    return Audit(
        onemap=onemap,
        today=today,
        layers=chosen,
        faults=_joined(found, onemap.crs),
        checked=tuple(one for one in checked if (one.code, one.layer) not in stopped),
        not_run=tuple(not_run),
        seconds=time.perf_counter() - started,
    )


def _pairs(
    onemap: OneMap,
    rules: tuple[Rule, ...],
    layers: tuple[Layer, ...],
    not_run: list[NotRun],
    on_progress: Progress | None,
) -> Iterator[tuple[Rule, Layer]]:
    """Yield what to run; note rules that are about none of the layers."""
    pairs = [(rule, layer) for rule in rules for layer in layers if rule.judges(layer)]
    without = [rule for rule in rules if not any(one is rule for one, _ in pairs)]
    not_run.extend(_without_layer(rule, onemap) for rule in without)
    cost = np.cumsum([layer.records + FIXED_COST for _, layer in pairs]) if pairs else np.zeros(1)
    for i, (rule, layer) in enumerate(pairs):
        if on_progress:
            on_progress(float(cost[i - 1] / cost[-1]) if i else 0.0, rule.code)
        yield rule, layer
    if on_progress:
        on_progress(1.0, "")


def _without_layer(rule: Rule, onemap: OneMap) -> NotRun:
    """Return why a rule is about none of the layers that are checked."""
    if any(rule.judges(layer) for layer in onemap.layers):
        return NotRun(rule.code, None, "not_asked", {})
    if rule.roles is None:
        return NotRun(rule.code, None, "no_kind", {})
    return NotRun(rule.code, None, "no_layer", {"roles": ", ".join(sorted(rule.roles))})


def _run(rule: Rule, city: City, layer: Layer) -> list[Found]:
    """Run a rule; what it stumbles over is told in the report, and the other rules go on."""
    try:
        return list(rule.find(city, layer))
    except Exception as error:  # data can be wrong in ways that no rule foresees
        logger.debug("rule %s failed on layer %s", rule.code, layer.key, exc_info=True)
        return [Unclear("failed", {"error": f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"})]


def _table(
    rule: Rule, city: City, layer: Layer, found: RecordHits | PlaceHits | LayerHit
) -> gpd.GeoDataFrame:
    """Return what a rule found as rows of the faults."""
    if isinstance(found, LayerHit):
        columns = _columns([None], [None], [dict(found.values)], [()])
        geometry, severity = np.array([None], dtype=object), found.severity or rule.severity
    elif isinstance(found, PlaceHits):
        count = found.geometry.size
        columns = _columns([None] * count, [None] * count, _by_fault(found.values, count), list(found.near))
        geometry, severity = found.geometry, rule.severity
    else:
        count = found.rows.size
        opened = city.open(layer)
        others = list(found.others) or [()] * count
        ids = list(opened.record_id[found.rows])
        columns = _columns(list(found.rows), ids, _by_fault(found.values, count), others)
        geometry, severity = opened.geometry[found.rows], found.severity or rule.severity
    return _frame(rule.code, severity, layer.key, columns, geometry)


def _columns(
    rows: list[Any], ids: list[Any], values: list[dict[str, object]], others: list[tuple[int, ...]]
) -> dict[str, Any]:
    return {
        "row": pd.array(rows, dtype="Int64"),
        "record_id": pd.Series(ids, dtype=object),
        "values": pd.Series(values, dtype=object),
        "others": pd.Series(others, dtype=object),
    }


def _by_fault(values: Mapping[str, Any], count: int) -> list[dict[str, object]]:
    names = list(values)
    if not names:
        return [{} for _ in range(count)]
    return [dict(zip(names, row, strict=True)) for row in zip(*values.values(), strict=True)]


def _frame(
    code: str, severity: Severity, layer: str, columns: dict[str, Any], geometry: np.ndarray
) -> gpd.GeoDataFrame:
    table = pd.DataFrame(columns)
    table.insert(0, "code", code)
    table.insert(1, "severity", severity)
    table.insert(2, "layer", layer)
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(geometry, index=table.index))


def _joined(found: list[gpd.GeoDataFrame], crs: str) -> gpd.GeoDataFrame:
    kept = [one for one in found if len(one)]
    if not kept:
        empty: dict[str, Any] = {name: pd.Series(dtype=object) for name in COLUMNS}
        return gpd.GeoDataFrame(empty, geometry=gpd.GeoSeries(dtype="geometry"), crs=crs)
    table = {name: np.concatenate([one[name].to_numpy(object) for one in kept]) for name in COLUMNS}
    shapes = np.concatenate([np.asarray(one.geometry.array, dtype=object) for one in kept])
    shapes[shapely.is_missing(shapes)] = None
    joined = gpd.GeoDataFrame(table, geometry=shapes, crs=crs)
    return joined.assign(row=joined["row"].astype("Int64"))
