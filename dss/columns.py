"""Names of the columns that flow between rooms, with their units."""

from typing import Final

# what layers are bound to
PERSONS: Final = "persons"
NAME: Final = "name"
DEPTH_M: Final = "depth_m"
ROAD_CLASS: Final = "road_class"
ONE_WAY: Final = "one_way"
LANES: Final = "lanes"
SPEED_KPH: Final = "speed_kph"
BRIDGE: Final = "bridge"
TUNNEL: Final = "tunnel"
LEVEL: Final = "level"
WIDTH_M: Final = "width_m"
FROM_NODE: Final = "from_node"
TO_NODE: Final = "to_node"
SHELTER_CLASS: Final = "shelter_class"
AREA_M2: Final = "effective_area_m2"
CAPACITY_PERSONS: Final = "capacity_persons"
FLOORS: Final = "floors"
BUILT_YEAR: Final = "built_year"

# what cells and plans hold
CELL: Final = "cell"
HAZARD_VALUE: Final = "hazard_value"
SHARE_TO_LEAVE: Final = "share_to_leave"
FROM_S: Final = "from_s"
REASON: Final = "reason"
