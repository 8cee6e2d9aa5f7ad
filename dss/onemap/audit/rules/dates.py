"""Age: is a layer, or a record, older than its owner says it may be."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

import numpy as np

from dss import columns as col
from dss.onemap.audit.city import City
from dss.onemap.audit.hits import LayerHit, RecordHits, Unclear, rows_where
from dss.onemap.audit.rule import VECTOR, Rule
from dss.onemap.catalogue import Layer

LATE: Final = 1.5
"""Cycles after which a layer is stale; up to that it is late."""
EARLIEST: Final = np.datetime64("1949-10-01")
"""No record of a survey is older."""


def find_stale(city: City, layer: Layer) -> Iterable[LayerHit | RecordHits | Unclear]:
    """Find a layer older than its cycle today, and records already stale at the layer's own date."""
    if layer.cycle_days <= 0:
        yield Unclear("no_cycle")
        return
    age_days = (city.today - layer.date).days
    values = {
        "age_days": age_days,
        "cycle_days": layer.cycle_days,
        "since": layer.date + timedelta(days=layer.cycle_days),
    }
    if age_days > LATE * layer.cycle_days:
        yield LayerHit(values)
    elif age_days > layer.cycle_days:
        yield LayerHit(values, "info")
    if layer.kind != "raster" and col.RECORD_DATE in layer.fields:
        yield _stale_records(city, layer)


def _stale_records(city: City, layer: Layer) -> RecordHits:
    days = city.open(layer).dates(col.RECORD_DATE)
    age = (np.datetime64(layer.date) - days).astype(np.float64)  # NaT becomes a very negative age
    rows = rows_where(~np.isnat(days) & (age > LATE * layer.cycle_days))
    return RecordHits(
        rows,
        {
            "age_days": [int(one) for one in age[rows]],
            "cycle_days": [layer.cycle_days] * rows.size,
            "since": [one.item() + timedelta(days=layer.cycle_days) for one in days[rows]],
        },
    )


def find_impossible_dates(city: City, layer: Layer) -> Iterable[RecordHits]:
    """Find dates that are none, lie in the future or before there were surveys."""
    found = city.open(layer)
    days, stated = found.dates(col.RECORD_DATE), ~found.blank(col.RECORD_DATE)
    possible = (days >= EARLIEST) & (days <= np.datetime64(city.today))
    rows = rows_where(stated & ~possible)
    yield RecordHits(rows, {"value": list(found.words(col.RECORD_DATE)[rows])})


DATE_RULES: Final = (
    Rule("STALE", "warning", find_stale, kinds=VECTOR | {"raster"}),
    Rule("DATE_IMPOSSIBLE", "error", find_impossible_dates, fields=(col.RECORD_DATE,)),
)
