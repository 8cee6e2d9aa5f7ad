"""What a layer can be to the models: its role, the geometry it needs, the fields it may bind."""

from dataclasses import dataclass
from typing import Final, Literal

from dss import columns as col

Kind = Literal["point", "line", "polygon", "raster"]

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
        return self.required + self.optional


ROLES: Final[dict[str, Role]] = {
    "population": Role(frozenset({"polygon", "raster"}), (col.PERSONS,), (col.NAME,)),
    "buildings": Role(frozenset({"polygon", "point"}), (), (col.FLOORS, col.BUILT_YEAR, col.NAME)),
    "other_buildings": Role(frozenset({"polygon", "point"}), (), (col.FLOORS, col.BUILT_YEAR, col.NAME)),
    "residential_land": Role(frozenset({"polygon"}), (), (col.NAME,)),
    "roads": Role(
        frozenset({"line"}),
        (col.ROAD_CLASS,),
        (
            col.NAME,
            col.ONE_WAY,
            col.LANES,
            col.SPEED_KPH,
            col.WIDTH_M,
            col.BRIDGE,
            col.TUNNEL,
            col.LEVEL,
            col.FROM_NODE,
            col.TO_NODE,
        ),
    ),
    "shelters": Role(
        frozenset({"point", "polygon"}),
        (col.SHELTER_CLASS,),
        (col.NAME, col.AREA_M2, col.CAPACITY_PERSONS),
    ),
    "water": Role(frozenset({"polygon", "line", "point"}), (), (col.NAME,)),
    "flood_depth": Role(frozenset({"polygon", "raster"}), (col.DEPTH_M,), (col.NAME,)),
    "depots": Role(frozenset({"point", "polygon"}), (), (col.NAME,)),
    "hospitals": Role(frozenset({"point", "polygon"}), (), (col.NAME,)),
    "parks": Role(frozenset({"point", "polygon"}), (), (col.NAME,)),
    "boundary": Role(frozenset({"polygon"}), (), (col.NAME,)),
    "districts": Role(frozenset({"polygon"}), (), (col.NAME,)),
    "reference": Role(ANY, (), (col.NAME,)),
}
