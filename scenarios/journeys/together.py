"""Who stays together, and which district people and shelters belong to."""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dss import columns as col
from dss.arrays import BoolArray, IntArray, UIntArray
from dss.cells import CellFrame
from dss.errors import ScenarioError
from dss.onemap import OneMap, read_vector
from dss.zoning import area_of_points, zone_of_cells
from scenarios.allocation.spec import AllocationSpec, Districts, Group, Whole, ZoneLayer
from scenarios.journeys.people import People

ROLE: Final = {
    "census": "population",
    "community": "communities",
    "street": "streets",
    "district": "districts",
}


@dataclass(frozen=True, slots=True, eq=False)
class Zones:
    """What stays together.

    Parameters
    ----------
    number
        Zone of each row of people, shape (n,).
    area
        Area of each affected cell, shape (c,); its place in ``names``, -1 where it is in none.
    names
        Names of the areas; none where cells stay together.
    straddling
        Affected cells with people of several areas; they go with most of their people.
    """

    number: IntArray
    area: IntArray
    names: NDArray[np.object_]
    straddling: int


@dataclass(frozen=True, slots=True, eq=False)
class Borders:
    """Districts of affected cells and of shelters, as places in ``names``, -1 outside all.

    ``agreed`` tells, shape (districts, districts), where crossing is agreed.
    """

    of_cell: IntArray
    of_site: IntArray
    names: NDArray[np.object_]
    agreed: BoolArray


def names_of(names: NDArray[np.object_], place: IntArray) -> NDArray[np.object_]:
    """Return the names at places, None where a place is -1."""
    found = np.full(place.size, None, dtype=object)
    found[place >= 0] = names[place[place >= 0]]
    return found


def find_zones(onemap: OneMap, cells: CellFrame, people: People, spec: AllocationSpec) -> Zones | None:
    """Return what stays together; None where every cell may be split.

    Parameters
    ----------
    cells
        The affected cells.

    Raises
    ------
    ScenarioError
        If the map has no areas of the wanted kind.
    """
    if spec.whole == "none":
        return None
    c = cells.cell.size
    if spec.whole == "cell":
        none = np.full(c, -1)
        return Zones(_apart(np.arange(c), c, people, spec.groups), none, np.zeros(0, object), 0)
    areas = _areas(onemap, spec.whole)
    found = zone_of_cells(onemap, cells, areas)
    of_cell = np.where(found.known, found.zone, len(areas) + np.arange(c))
    number = _apart(of_cell, len(areas) + c, people, spec.groups)
    area = np.where(found.known, found.zone, -1)
    return Zones(number, area, _names(areas), int(found.straddling.sum()))


def _apart(of_cell: IntArray, count: int, people: People, groups: list[Group]) -> IntArray:
    """Return zones of rows; groups that do not go with their community are zones of their own."""
    alone = np.array([False, *(not group.with_community for group in groups)])
    own_group = np.where(alone[people.group], people.group, 0)
    return of_cell[people.cell] + count * own_group


def _areas(onemap: OneMap, whole: Whole) -> gpd.GeoDataFrame:
    if isinstance(whole, ZoneLayer):
        layers = [onemap.layer(whole.layer)]
    else:
        layers = [layer for layer in onemap.role(ROLE[whole]) if layer.kind == "polygon"]
    if not layers or any(layer.kind != "polygon" for layer in layers):
        raise ScenarioError("allocation_no_areas", whole=str(whole), usable=usable_areas(onemap))
    frames = [read_vector(onemap, layer) for layer in layers]
    areas = pd.concat(frames, ignore_index=True)
    return areas[~(areas.geometry.isna() | areas.geometry.is_empty)].reset_index(drop=True)


def usable_areas(onemap: OneMap) -> str:
    """Return what could stay together on this map, as a scenario names it."""
    kinds = [name for name, role in ROLE.items() if any(x.kind == "polygon" for x in onemap.role(role))]
    return ", ".join([*kinds, "cell"])


def _names(areas: gpd.GeoDataFrame) -> NDArray[np.object_]:
    names = areas[col.NAME].astype("string")
    numbered = pd.Series([f"#{row + 1}" for row in range(len(areas))], index=areas.index, dtype="string")
    return names.fillna(numbered).to_numpy(object)


def touching_zones(cells: UIntArray, row_cell: IntArray, zone: IntArray) -> IntArray:
    """Return the pairs of zones that touch: that share a cell, or have cells beside each other.

    Parameters
    ----------
    cells
        H3 index of each affected cell, ascending, shape (c,).
    row_cell, zone
        Affected cell and zone of each row of people, shapes (n,).

    Returns
    -------
    Zone numbers, the lower first, each pair once, shape (pairs, 2).
    """
    around = [h3.grid_disk(h3.int_to_str(int(cell)), 1) for cell in cells]
    owner = np.repeat(np.arange(cells.size), [len(disk) for disk in around])
    near = np.array([h3.str_to_int(one) for disk in around for one in disk], dtype=np.uint64)
    place = np.minimum(np.searchsorted(cells, near), cells.size - 1)
    beside = cells[place] == near
    rows = pd.DataFrame({"cell": row_cell, "zone": zone})
    pairs = pd.DataFrame({"cell": owner[beside], "near": place[beside]}).merge(rows, on="cell")
    pairs = pairs.merge(rows, left_on="near", right_on="cell", suffixes=("", "_near"))
    both = np.sort(pairs[["zone", "zone_near"]].to_numpy(np.int64), axis=1)
    return np.unique(both[both[:, 0] < both[:, 1]], axis=0)


def find_borders(onemap: OneMap, cells: CellFrame, sites: gpd.GeoDataFrame, spec: Districts) -> Borders:
    """Return the districts of cells and shelters.

    Raises
    ------
    ScenarioError
        If the map has no districts, or an agreement names one that it does not have.
    """
    areas = _areas(onemap, ZoneLayer(layer=spec.layer) if spec.layer else "district")
    names = _names(areas)
    found = zone_of_cells(onemap, cells, areas)
    of_site = area_of_points(areas, sites.geometry.x.to_numpy(), sites.geometry.y.to_numpy())
    agreed = np.eye(names.size, dtype=np.bool_)
    for pair in spec.agreements:
        places = []
        for name in pair:
            if name not in names:
                raise ScenarioError("allocation_district", name=name, names=", ".join(map(str, names[:20])))
            places.append(int(np.flatnonzero(names == name)[0]))
        agreed[places[0], places[1]] = agreed[places[1], places[0]] = True
    of_cell = np.where(found.known, found.zone, -1)
    return Borders(of_cell, of_site.to_numpy(np.int64), names, agreed)
