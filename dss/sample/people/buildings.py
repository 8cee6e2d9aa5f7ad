"""Buildings: rows of houses, slabs, towers, halls and sheds set out on each parcel.

Every parcel has a form; the form's pattern is laid over the parcel along its streets, and what does not fit
between the streets and alleys is left out. Index names: ``i`` parcel, ``k`` place of the pattern.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.sample.frame.bend import Bend, GeometryArray
from dss.sample.frame.zones import Zone
from dss.sample.land import uses as use
from dss.sample.land.parcels import Parcels
from dss.sample.land.uses import Codes


@dataclass(frozen=True, slots=True)
class Form:
    """How a parcel is built over: size of a house along and across the street, gaps, share built."""

    length_m: float
    depth_m: float
    gap_a_m: float
    gap_b_m: float
    floors: tuple[int, int]
    years: tuple[int, int]
    share: float


FORMS: Final[dict[str, Form]] = {
    "lanes": Form(16, 10, 6, 7, (1, 3), (1930, 1985), 0.85),
    "slabs": Form(40, 11.5, 10, 20, (5, 7), (1978, 2004), 0.88),
    "mid_rise": Form(38, 13, 16, 27, (7, 11), (1999, 2016), 0.85),
    "towers": Form(28, 16, 26, 44, (17, 30), (2006, 2024), 0.72),
    "shops": Form(34, 22, 10, 14, (2, 5), (1985, 2020), 0.75),
    "offices": Form(40, 30, 30, 34, (10, 32), (2004, 2024), 0.7),
    "public": Form(42, 16, 20, 24, (3, 7), (1975, 2018), 0.7),
    "teaching": Form(46, 14, 14, 24, (3, 6), (1982, 2020), 0.45),
    "wards": Form(56, 20, 16, 22, (5, 16), (1985, 2021), 0.75),
    "sheds": Form(58, 32, 14, 14, (1, 2), (1988, 2021), 0.8),
    "hall": Form(52, 38, 24, 26, (2, 3), (1992, 2021), 0.35),
}

FORM_OF_USE: Final[dict[str, str]] = {
    use.SERVICES: "shops", use.OFFICES: "public", use.RESEARCH: "public", use.CULTURE: "hall",
    use.UNIVERSITY: "teaching", use.SCHOOL: "teaching", use.SPORT: "hall", use.HOSPITAL: "wards",
    use.CARE: "public", use.SHOPS: "shops", use.BUSINESS: "offices", use.WORKS: "sheds",
    use.STORAGE: "sheds", use.SUPPLY: "public", use.STATION: "hall",
}  # fmt: skip

HOUSING_MIX: Final[dict[Zone, tuple[tuple[str, float], ...]]] = {
    Zone.OLD_TOWN: (("lanes", 0.5), ("slabs", 0.42), ("mid_rise", 0.08)),
    Zone.LIVING: (("lanes", 0.04), ("slabs", 0.56), ("mid_rise", 0.3), ("towers", 0.1)),
    Zone.NEW_TOWN: (("slabs", 0.15), ("mid_rise", 0.5), ("towers", 0.35)),
}
"""Share of housing parcels by form; as in LIVING where not listed."""

INSET_M: Final = 4.0
"""From the edge of the land to the first house."""


@dataclass(frozen=True, slots=True, eq=False)
class Buildings:
    """Footprints on the map, shape (n,) each, with the parcel they stand on."""

    footprint: GeometryArray
    parcel: IntArray
    floors: IntArray
    year: IntArray

    @property
    def floor_area_m2(self) -> FloatArray:
        """Floor area of each building."""
        return np.asarray(shapely.area(self.footprint) * self.floors)

    def take(self, chosen: BoolArray) -> "Buildings":
        """Return some of the buildings."""
        return Buildings(self.footprint[chosen], self.parcel[chosen], self.floors[chosen], self.year[chosen])


def set_out(bend: Bend, parcels: Parcels, code: Codes, rng: np.random.Generator) -> Buildings:
    """Set out the buildings of every parcel."""
    form = _choose_forms(parcels.zone, code, rng)
    clear = shapely.buffer(parcels.land, -INSET_M)
    clear = shapely.difference(clear, shapely.buffer(parcels.alleys, INSET_M + 2, quad_segs=1))
    parts = []
    for name in FORMS:
        members = np.flatnonzero(form == name)
        if members.size:
            parts.append(_set_out_form(bend, parcels, clear, (members, FORMS[name]), rng))
    return Buildings(*(np.concatenate([part[k] for part in parts]) for k in range(4)))


def _choose_forms(zone: IntArray, code: Codes, rng: np.random.Generator) -> Codes:
    form = np.full(code.size, "", dtype="<U8")
    for value, name in FORM_OF_USE.items():
        form[code == value] = name
    for one in Zone:
        housing = np.flatnonzero((code == use.HOUSING) & (zone == one))
        names, shares = zip(*HOUSING_MIX.get(one, HOUSING_MIX[Zone.LIVING]), strict=True)
        form[housing] = rng.choice(np.array(names), housing.size, p=shares)
    return form


def _set_out_form(
    bend: Bend,
    parcels: Parcels,
    clear: GeometryArray,
    chosen: tuple[IntArray, Form],
    rng: np.random.Generator,
) -> tuple[GeometryArray, IntArray, IntArray, IntArray]:
    members, form = chosen
    i, centre = _pattern(parcels.face[members], form)
    i = members[i]
    built = rng.random(i.size) < form.share
    i, centre = i[built], centre[built]
    footprint = _houses(bend, centre, form, rng)
    fits = shapely.contains_properly(clear[i], footprint)
    i, footprint = i[fits], footprint[fits]
    base = rng.integers(form.floors[0], form.floors[1], parcels.zone.size, endpoint=True)
    floors = np.clip(base[i] + rng.integers(-2, 2, i.size, endpoint=True), *form.floors)
    year = rng.integers(form.years[0], form.years[1], parcels.zone.size, endpoint=True)[i]
    return footprint, i, floors, np.minimum(year + rng.integers(0, 3, i.size), form.years[1])


def _pattern(face: GeometryArray, form: Form) -> tuple[IntArray, FloatArray]:
    """Return parcel and centre on the plan of each place of the pattern over the parcels' bounds."""
    bounds = shapely.bounds(face)
    pitch = np.array([form.length_m + form.gap_a_m, form.depth_m + form.gap_b_m])
    count = np.maximum(1, np.floor((bounds[:, 2:] - bounds[:, :2] - 16) / pitch)).astype(np.int64)
    places = count.prod(axis=1)
    i = np.repeat(np.arange(face.size), places)
    k = np.arange(i.size) - np.repeat(np.cumsum(places) - places, places)
    step = np.column_stack([k % count[i, 0], k // count[i, 0]])
    middle = (bounds[:, :2] + bounds[:, 2:])[i] / 2
    return i, middle + (step - (count[i] - 1) / 2) * pitch


def _houses(bend: Bend, centre: FloatArray, form: Form, rng: np.random.Generator) -> GeometryArray:
    """Return rectangles on the map around centres on the plan, turned as the plan is turned there."""
    size = np.array([form.length_m, form.depth_m]) / 2 * rng.uniform(0.85, 1.08, (len(centre), 2))
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])[None] * size[:, None]
    heading = bend.heading_rad(centre) + rng.normal(0, 0.012, len(centre))
    cos, sin = np.cos(heading)[:, None], np.sin(heading)[:, None]
    x = corners[..., 0] * cos - corners[..., 1] * sin
    y = corners[..., 0] * sin + corners[..., 1] * cos
    return np.asarray(
        shapely.polygons(np.stack([x, y], axis=-1) + bend.to_map(centre)[:, None]), dtype=object
    )
