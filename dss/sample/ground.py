"""What every layer of the sample city is made from: its plan, streets, parcels, faces and names."""

from dataclasses import dataclass

import numpy as np
import shapely

from dss.arrays import IntArray
from dss.sample.frame.bend import GeometryArray
from dss.sample.frame.plan import CityPlan, draw_plan
from dss.sample.frame.zones import Bank, draw_banks
from dss.sample.land.parcels import Parcels, cut_parcels, cut_superblocks
from dss.sample.land.regions import draw_fields
from dss.sample.land.uses import Codes, assign_uses
from dss.sample.land.water import Water, draw_water
from dss.sample.names import Names
from dss.sample.places.parcel_names import name_parcels
from dss.sample.units.faces import Faces, cut_faces
from dss.sample.ways.network import Streets, build_network
from dss.sample.ways.streets import draw_streets


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What the layers are made from.

    Parameters
    ----------
    plan, streets, superblocks, parcels, water
        On the plan, as each says of itself.
    code, name
        Land use and name of each parcel.
    faces
        The pieces of all administrative areas.
    fields, field_code
        The country around the town on the plan, and its land use.
    """

    plan: CityPlan
    streets: Streets
    superblocks: GeometryArray
    parcels: Parcels
    code: Codes
    name: Names
    water: Water
    faces: Faces
    fields: GeometryArray
    field_code: Codes

    @property
    def city(self) -> shapely.Polygon:
        """The whole city on the map."""
        return shapely.coverage_union_all(self.faces.shape)

    def parcels_of(self, *codes: str) -> IntArray:
        """Return the parcels of some land uses."""
        return np.flatnonzero(np.isin(self.code, codes))


def lay_ground(persons: int, rng: np.random.Generator) -> Ground:
    """Draw what everything else is fitted into."""
    plan = draw_plan(persons, rng)
    banks: tuple[Bank, Bank] = draw_banks(plan)
    streets = build_network(plan, banks, draw_streets(plan, banks, rng))
    superblocks = cut_superblocks(banks, streets)
    parcels = cut_parcels(plan.bend, banks, streets, superblocks)
    code = assign_uses(parcels, rng)
    water = draw_water(plan, parcels, rng)
    name = name_parcels(parcels, code, rng)
    fields, field_code = draw_fields(plan, superblocks, water.river, rng)
    faces = cut_faces(plan, streets, superblocks)
    return Ground(plan, streets, superblocks, parcels, code, name, water, faces, fields, field_code)


def in_areas(areas: GeometryArray, geometry: GeometryArray) -> IntArray:
    """Return the area in which a point of each geometry lies, -1 where in none, shape (n,)."""
    point = shapely.point_on_surface(geometry)
    k, area = shapely.STRtree(areas).query(point, predicate="intersects")
    found = np.full(geometry.size, -1, dtype=np.int64)
    found[k[::-1]] = area[::-1]
    return found
