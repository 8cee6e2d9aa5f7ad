"""What a layer can be to the models: its role, the geometry it needs, the fields it may bind."""

from dataclasses import dataclass
from typing import Final, Literal

from dss import columns as col

Kind = Literal["point", "line", "polygon", "raster"]

COMMON: Final[tuple[str, ...]] = (col.NAME, col.RECORD_ID, col.RECORD_DATE, col.DISTRICT)
"""Fields that a record of any layer may have: its name, its 标识码, when it was surveyed, its district."""

ANY: Final[frozenset[Kind]] = frozenset({"point", "line", "polygon", "raster"})


@dataclass(frozen=True, slots=True)
class Role:
    """What a role asks of a layer.

    ``required`` fields must be bound or assumed for vector layers; ``optional`` ones may be.
    """

    kinds: frozenset[Kind]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that a layer of this role may bind."""
        return tuple(dict.fromkeys((*self.required, *self.optional, *COMMON)))


AREA: Final[frozenset[Kind]] = frozenset({"polygon"})
LINE: Final[frozenset[Kind]] = frozenset({"line"})
POINT: Final[frozenset[Kind]] = frozenset({"point"})
PLACE: Final[frozenset[Kind]] = frozenset({"point", "polygon"})
MIXED: Final[frozenset[Kind]] = frozenset({"point", "line", "polygon"})
GRID: Final[frozenset[Kind]] = frozenset({"point", "polygon", "raster"})

_BUILDING: Final = (col.FLOORS, col.BUILT_YEAR, col.STRUCTURE, col.STATED_AREA_M2)
_LAND: Final = (col.LANDUSE_CODE, col.STATED_AREA_M2, col.OWNERSHIP)
_GROUPS: Final = (col.PERSONS_DAY, col.ELDERLY_PERSONS, col.CHILDREN_PERSONS, col.DISABLED_PERSONS)
_ROAD: Final = (
    col.ONE_WAY,
    col.LANES,
    col.SPEED_KPH,
    col.WIDTH_M,
    col.BRIDGE,
    col.TUNNEL,
    col.LEVEL,
    col.FROM_NODE,
    col.TO_NODE,
)
_STOCK: Final = (col.WATER_L, col.FOOD_KG, col.MEDICINE_KITS, col.QUILTS, col.TENTS, col.TOILETS)
_SHELTER: Final = (col.AREA_M2, col.CAPACITY_PERSONS, col.STATUS, col.PLACE_KIND)

ROLES: Final[dict[str, Role]] = {
    # people
    "population": Role(frozenset({"polygon", "raster"}), (col.PERSONS,), _GROUPS),
    "population_registered": Role(GRID, (col.PERSONS,), _GROUPS),
    "population_hourly": Role(GRID, (col.PERSONS,), (col.PERSONS_DAY,)),
    "vulnerable": Role(GRID, (), (col.PERSONS, *_GROUPS)),
    "jobs": Role(PLACE, (), (col.PERSONS,)),
    # land and buildings
    "buildings": Role(PLACE, (), _BUILDING),
    "other_buildings": Role(PLACE, (), _BUILDING),
    "building_risk": Role(PLACE, (), (*_BUILDING, col.RISK_LEVEL)),
    "residential_land": Role(AREA, (), _LAND),
    "landuse": Role(AREA, (), _LAND),
    "landuse_survey": Role(AREA, (), _LAND),
    "landuse_planned": Role(AREA, (col.LANDUSE_CODE,), _LAND),
    "plots": Role(AREA, (), _LAND),
    "parks": Role(PLACE, (), (col.AREA_M2, col.STATED_AREA_M2)),
    "open_space": Role(PLACE, (), (col.AREA_M2, col.STATED_AREA_M2)),
    "elevation": Role(frozenset({"raster"})),
    # roads and water
    "roads": Role(LINE, (col.ROAD_CLASS,), _ROAD),
    "bridges": Role(frozenset({"point", "line"})),
    "roads_planned": Role(LINE),
    "road_works": Role(MIXED),
    "corridors": Role(LINE),
    "water": Role(MIXED),
    "water_works": Role(MIXED),
    "flood_depth": Role(frozenset({"polygon", "raster"}), (col.DEPTH_M,)),
    # places of refuge and care
    "shelters": Role(PLACE, (col.SHELTER_CLASS,), _SHELTER),
    "shelters_planned": Role(PLACE, (), (col.SHELTER_CLASS, *_SHELTER)),
    "depots": Role(PLACE, (), (col.STOCK_T, col.CAPACITY_PERSONS, *_STOCK)),
    "hospitals": Role(PLACE, (), (col.BEDS,)),
    "care_homes": Role(PLACE, (), (col.BEDS,)),
    "schools": Role(PLACE, (), (col.PUPILS, col.STATED_AREA_M2)),
    "fire_stations": Role(PLACE, (), (col.VEHICLES,)),
    "teams": Role(PLACE, (), (col.PERSONS, col.VEHICLES)),
    "fleet": Role(PLACE, (), (col.VEHICLES,)),
    "halls": Role(PLACE, (), (col.AREA_M2, col.CAPACITY_PERSONS)),
    "hotels": Role(PLACE, (), (col.BEDS,)),
    "shops": Role(PLACE),
    "transit": Role(MIXED),
    "hubs": Role(PLACE),
    # what is dangerous
    "hazmat": Role(PLACE, (), (col.SUBSTANCE, col.STOCK_T)),
    "hazard_zones": Role(AREA, (), (col.RISK_LEVEL,)),
    "flood_zone": Role(AREA, (), (col.RISK_LEVEL,)),
    "faults": Role(frozenset({"line", "polygon"})),
    "geohazards": Role(PLACE, (), (col.RISK_LEVEL,)),
    "waterlogging": Role(PLACE, (), (col.DEPTH_M,)),
    "crowds": Role(PLACE, (), (col.CAPACITY_PERSONS,)),
    "sensors": Role(POINT),
    # lines that bind, and areas of responsibility
    "boundary": Role(AREA),
    "districts": Role(AREA),
    "streets": Role(AREA),
    "communities": Role(AREA),
    "eco_redline": Role(AREA, (), (col.STATED_AREA_M2,)),
    "basic_farmland": Role(AREA, (), (col.STATED_AREA_M2,)),
    "urban_boundary": Role(AREA, (), (col.STATED_AREA_M2,)),
    "heritage": Role(AREA),
    "green_line": Role(AREA),
    "water_line": Role(AREA),
    "road_space": Role(AREA),
    "projects": Role(AREA, (), (col.STATUS,)),
    "life_circles": Role(AREA),
    "duty_areas": Role(AREA),
    # what keeps a city alive
    "drainage": Role(MIXED),
    "lifeline_water": Role(MIXED),
    "lifeline_power": Role(MIXED),
    "lifeline_gas": Role(MIXED),
    "lifeline_telecom": Role(MIXED),
    "lifeline_sites": Role(PLACE),
    "civil_defence": Role(PLACE, (), (col.AREA_M2, col.CAPACITY_PERSONS)),
    "fire_planned": Role(MIXED, (), (col.VEHICLES,)),
    # to look at
    "places": Role(PLACE),
    "wardens": Role(PLACE),
    "basemap": Role(ANY),
    "reference": Role(ANY),
}
