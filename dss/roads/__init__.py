"""The road layer of the map as a network: built, repaired, examined, handed to NetworkX and back."""

from dss.roads.building import Roads, build_roads
from dss.roads.connectivity import Connectivity, connectivity
from dss.roads.drawing import RepairReport, RepairRules
from dss.roads.graphs import from_networkx, to_networkx, to_osmnx

__all__ = [
    "Connectivity",
    "RepairReport",
    "RepairRules",
    "Roads",
    "build_roads",
    "connectivity",
    "from_networkx",
    "to_networkx",
    "to_osmnx",
]
