"""The one map: what layers there are, whose they are, and how to read them."""

from dss.onemap.binding import FileHints, is_remote
from dss.onemap.catalogue import Layer, OneMap, Title, open_map
from dss.onemap.importing import ImportResult, import_file, import_folder, import_source, init_map
from dss.onemap.profile import Profile, profile_of_delivery, read_profile
from dss.onemap.reading import read_raster_points, read_vector
from dss.onemap.sources.delivered import Tick

__all__ = [
    "FileHints",
    "ImportResult",
    "Layer",
    "OneMap",
    "Profile",
    "Tick",
    "Title",
    "import_file",
    "import_folder",
    "import_source",
    "init_map",
    "is_remote",
    "open_map",
    "profile_of_delivery",
    "read_profile",
    "read_raster_points",
    "read_vector",
]
