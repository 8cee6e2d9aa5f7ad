"""What people are told who are fetched: to which pick-up point by when, and which vehicle takes them where.

The people of a point are shared out over its trips in the order of leaving, those of the community that is
first by name in the first vehicles. Index names: ``c`` cells with people, ``k`` trips.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dss.arrays import IntArray
from scenarios.evacuation.buses.carried import CARRIED, Carried, CarriedMeans
from scenarios.evacuation.buses.files import read_carried
from scenarios.evacuation.plan_files import FOLDER


@dataclass(frozen=True, slots=True)
class Fetched:
    """Who of a community goes to a pick-up point and is brought to a shelter from there.

    Parameters
    ----------
    be_there_s
        When the first of their vehicles stops there, seconds after step 0.
    first_s, last_s
        When the first and the last of their vehicles leave the point.
    arrive_s
        When the last of them are safe.
    vehicles
        Numbers of the vehicles, in the order of leaving.
    """

    place: str
    means: CarriedMeans
    point: str
    x_m: float
    y_m: float
    shelter: str
    persons: int
    be_there_s: float
    first_s: float
    last_s: float
    arrive_s: float
    vehicles: tuple[int, ...]


def fetched_of(means: CarriedMeans, carried: Carried) -> list[Fetched]:
    """Return what the communities are told, by community, point and time."""
    decision, living = carried.decision, carried.living
    leaves_s, arrives_s = carried.trip_times_s()
    parts = []
    for p in np.unique(decision.pickup):
        k = np.flatnonzero(decision.pickup == p)
        k = k[np.lexsort((k, leaves_s[k]))]
        c = np.flatnonzero(living.point == p)
        c = c[np.lexsort((c, living.community[c].astype(str)))]
        parts += [
            (str(living.community[i]), int(p), trip, amount) for i, trip, amount in _dealt(carried, c, k)
        ]
    table = pd.DataFrame(parts, columns=["place", "point", "trip", "persons"])
    table["shelter"] = decision.shelter[table["trip"]]
    found = []
    for (place, p, s), rows in table.groupby(["place", "point", "shelter"]):
        trips = np.unique(rows["trip"])
        trips = trips[np.argsort(leaves_s[trips], kind="stable")]
        first_s = float(leaves_s[trips[0]])
        found.append(
            Fetched(
                place=place,
                means=means,
                point=str(carried.points.name[p]),
                x_m=float(carried.points.x_m[p]),
                y_m=float(carried.points.y_m[p]),
                shelter=str(carried.shelters.name[s]),
                persons=int(rows["persons"].sum()),
                be_there_s=first_s - carried.service.stop_s,
                first_s=first_s,
                last_s=float(leaves_s[trips[-1]]),
                arrive_s=float(arrives_s[trips].max()),
                vehicles=tuple(dict.fromkeys((decision.bus[trips] + 1).tolist())),
            )
        )
    return sorted(found, key=lambda one: (one.place, one.first_s, one.point, one.shelter))


def fetched_in(run: Path) -> list[Fetched]:
    """Return what the people of a finished run are told who are fetched; nothing where nobody is."""
    paths = {kind: run / FOLDER / kind for kind in CARRIED}
    return [
        row for kind, path in paths.items() if path.is_dir() for row in fetched_of(kind, read_carried(path))
    ]


def _dealt(carried: Carried, cells: IntArray, trips: IntArray) -> Iterable[tuple[int, int, int]]:
    """Lay the people of cells and the seats of trips side by side; who exceeds the seats stays."""
    persons, seats = carried.living.persons[cells], carried.decision.persons[trips]
    ends, seat_ends = np.cumsum(persons), np.cumsum(seats)
    cuts = np.unique(np.concatenate([[0], ends, seat_ends]))
    cuts = cuts[cuts <= seat_ends[-1]]
    for begin, end in pairwise(cuts.tolist()):
        c = int(np.searchsorted(ends, begin, side="right"))
        k = int(np.searchsorted(seat_ends, begin, side="right"))
        yield int(cells[c]), int(trips[k]), end - begin


def fetched_layer(fetched: Iterable[Fetched], crs: str) -> gpd.GeoDataFrame:
    """Return a point per community, pick-up point and shelter."""
    rows = list(fetched)
    columns = {
        "place": [one.place for one in rows],
        "means": [one.means for one in rows],
        "point": [one.point for one in rows],
        "shelter": [one.shelter for one in rows],
        "persons": [one.persons for one in rows],
        "be_there_s": [one.be_there_s for one in rows],
        "first_s": [one.first_s for one in rows],
        "last_s": [one.last_s for one in rows],
        "arrive_s": [one.arrive_s for one in rows],
        "vehicles": [" ".join(map(str, one.vehicles)) for one in rows],
    }
    return gpd.GeoDataFrame(columns, geometry=[shapely.Point(one.x_m, one.y_m) for one in rows], crs=crs)
