"""Roads of OpenStreetMap files and of graphs, as a road layer with named nodes."""

from dss.onemap.osm.binding import ROLE, bind_osm
from dss.onemap.osm.files import SUFFIXES, is_osm_file, read_osm
from dss.onemap.osm.graphs import graph_roads

__all__ = ["ROLE", "SUFFIXES", "bind_osm", "graph_roads", "is_osm_file", "read_osm"]
