"""标识码: every record has one, and no two of a layer have the same."""

from collections.abc import Iterable
from typing import Final

import pandas as pd

from dss import columns as col
from dss.onemap.audit.city import City
from dss.onemap.audit.hits import RecordHits, rows_where
from dss.onemap.audit.rule import Rule
from dss.onemap.catalogue import Layer


def find_missing(city: City, layer: Layer) -> Iterable[RecordHits]:
    """Find records without 标识码."""
    yield RecordHits(rows_where(city.open(layer).blank(col.RECORD_ID)))


def find_repeated(city: City, layer: Layer) -> Iterable[RecordHits]:
    """Find records whose 标识码 an earlier record of the layer has."""
    ids = pd.Series(city.open(layer).record_id)
    repeated = ids.notna() & ids.duplicated()
    first = {one: int(row) for row, one in ids.drop_duplicates().items()}
    rows = rows_where(repeated.to_numpy())
    yield RecordHits(
        rows,
        {"other_row": [first[ids[row]] + 1 for row in rows]},
        others=tuple((first[ids[row]],) for row in rows),
    )


IDENTITY_RULES: Final = (
    Rule("ID_MISSING", "error", find_missing, fields=(col.RECORD_ID,)),
    Rule("ID_DUPLICATE", "error", find_repeated, fields=(col.RECORD_ID,)),
)
