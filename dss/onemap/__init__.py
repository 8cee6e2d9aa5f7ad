"""The one map: what layers there are, whose they are, and how to read them."""

from dss.onemap.catalogue import Layer, OneMap, Title, open_map
from dss.onemap.importing import FileHints, import_file, import_folder, init_map
from dss.onemap.profile import Profile, profile_of_delivery, read_profile
from dss.onemap.reading import read_raster_points, read_vector

__all__ = [
    "FileHints",
    "Layer",
    "OneMap",
    "Profile",
    "Title",
    "import_file",
    "import_folder",
    "init_map",
    "open_map",
    "profile_of_delivery",
    "read_profile",
    "read_raster_points",
    "read_vector",
]
