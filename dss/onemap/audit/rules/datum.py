"""Datum: coordinates of a public map service (GCJ-02, BD-09) delivered as CGCS2000."""

from collections.abc import Iterable
from typing import Final

import numpy as np

from dss import columns as col
from dss.arrays import BoolArray, IntArray
from dss.datum import Datum
from dss.onemap.audit.city import City
from dss.onemap.audit.fit import (
    LAND,
    Namesakes,
    Positions,
    each_datum,
    namesake_distance_m,
    positions,
    share_on_one_parcel,
)
from dss.onemap.audit.hits import LayerHit, RecordHits, Unclear
from dss.onemap.audit.layer import AuditLayer
from dss.onemap.audit.roadside import Roadside, ask_roads
from dss.onemap.audit.rule import Rule
from dss.onemap.catalogue import Layer

AT_NAMESAKE_M, FAR_FROM_NAMESAKE_M = 60.0, 200.0
"""A record is at the place of its name, or away from it."""
ON_PARCEL, OFF_PARCEL = 0.98, 0.9
"""Share of an outline on one parcel that makes it lie there, or not."""
LEAST_VOTES: Final = 5
MOST_OF_THEM: Final = 0.6
"""Share of the records with evidence that makes the whole layer shifted."""
CLEAR_LOG_ODDS: Final = 5.0
"""By this much the roads must speak more for a shift than for the place as it is (odds of 148 to 1)."""
SAMPLE: Final = 4000
"""Records asked about roads."""
BESIDE_ROADS: Final = frozenset({
    "buildings", "other_buildings", "building_risk", "hospitals", "care_homes", "schools", "fire_stations",
    "depots", "hotels", "residential_land",
})  # fmt: skip
"""Roles whose records stand beside roads, not on them and not on grounds so large that roads cross them."""
JUDGED: Final = frozenset({
    *BESIDE_ROADS, "shelters", "shelters_planned", "parks", "open_space", "hazmat", "teams", "fleet", "halls",
    "shops", "hubs", "jobs",
})  # fmt: skip


def find_shifted(city: City, layer: Layer) -> Iterable[LayerHit | RecordHits | Unclear]:
    """Find a layer, or single records, that would fit their surroundings if their datum was mistaken."""
    found = city.open(layer)
    where = positions(found, np.flatnonzero(found.placed))
    votes = _votes(city, found, where)
    judged = int(np.logical_or.reduce(list(votes.values())).sum())
    for datum in each_datum():
        voting = int(votes[datum].sum())
        if judged >= LEAST_VOTES and voting > MOST_OF_THEM * judged:
            yield LayerHit({"datum": datum, "records": judged, "share": round(100 * voting / judged)})
            return
    said = _said_by_roads(city, found, where)
    best = None if said is None else _clearly_better(said)
    if said is not None and best is not None and judged < LEAST_VOTES:
        yield LayerHit(
            {"datum": best, "records": said.records, "share": round(100 * (1 - said.on_road[best]))}
        )
        return
    if judged < LEAST_VOTES and said is None:
        yield Unclear("too_few")
    for datum in each_datum():
        rows = where.rows[votes[datum]]
        yield RecordHits(rows, {"datum": [datum] * rows.size})


def _votes(city: City, found: AuditLayer, where: Positions) -> dict[Datum | None, BoolArray]:
    """Return which records speak for which hypothesis: by their name, else by the parcel they lie on."""
    votes: dict[Datum | None, BoolArray] = {
        h: np.zeros(where.rows.size, dtype=np.bool_) for h in (None, *each_datum())
    }
    if found.binds(col.NAME):
        distance = namesake_distance_m(Namesakes(city, found.layer.key), found, where)
        votes[None] |= distance[None] <= FAR_FROM_NAMESAKE_M
        for datum in each_datum():
            votes[datum] |= (distance[datum] <= AT_NAMESAKE_M) & (distance[None] > FAR_FROM_NAMESAKE_M)
    silent = ~np.logical_or.reduce(list(votes.values())) & found.polygonal[where.rows]
    land = city.areas(*LAND)
    if land.size and silent.any():
        _vote_by_parcel(votes, share_on_one_parcel(land, _only(where, silent)), np.flatnonzero(silent))
    return _single(votes)


def _vote_by_parcel(
    votes: dict[Datum | None, BoolArray], share: dict[Datum | None, np.ndarray], asked: IntArray
) -> None:
    votes[None][asked] |= share[None] >= ON_PARCEL
    for datum in each_datum():
        votes[datum][asked] |= (share[datum] >= ON_PARCEL) & (share[None] < OFF_PARCEL)


def _only(where: Positions, mask: BoolArray) -> Positions:
    return Positions(where.rows[mask], {h: shapes[mask] for h, shapes in where.shapes.items()})


def _single(votes: dict[Datum | None, BoolArray]) -> dict[Datum | None, BoolArray]:
    """Leave each record one vote: the first hypothesis that it speaks for."""
    taken = np.zeros_like(votes[None])
    single = {}
    for h, mask in votes.items():
        single[h] = mask & ~taken
        taken |= mask
    return single


def _said_by_roads(city: City, found: AuditLayer, where: Positions) -> Roadside | None:
    if city.roads is None or found.layer.role not in BESIDE_ROADS or not where.rows.size:
        return None
    chosen = np.zeros(where.rows.size, dtype=np.bool_)
    chosen[np.linspace(0, where.rows.size - 1, min(SAMPLE, where.rows.size)).astype(np.int64)] = True
    return ask_roads(city.roads, _only(where, chosen))


def _clearly_better(said: Roadside) -> Datum | None:
    best = max(each_datum(), key=lambda datum: said.log_odds[datum])
    return best if said.log_odds[best] - said.log_odds[None] > CLEAR_LOG_ODDS else None


DATUM_RULES: Final = (
    Rule(
        "DATUM_OFFSET", "error", find_shifted, roles=JUDGED,
        needs=(("roads", "landuse", "residential_land", "districts"),),
    ),
)  # fmt: skip
