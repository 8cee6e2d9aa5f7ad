"""The one map: what layers there are, whose they are, and how to read them.

Its parts are imported when they are asked for: who only lists a map waits for no reader of files.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
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

_HOMES: Final = {
    "FileHints": "binding",
    "ImportResult": "importing",
    "Layer": "catalogue",
    "OneMap": "catalogue",
    "Profile": "profile",
    "Tick": "sources.delivered",
    "Title": "catalogue",
    "import_file": "importing",
    "import_folder": "importing",
    "import_source": "importing",
    "init_map": "importing",
    "is_remote": "binding",
    "open_map": "catalogue",
    "profile_of_delivery": "profile",
    "read_profile": "profile",
    "read_raster_points": "reading",
    "read_vector": "reading",
}
"""Name -> module of this package that it comes from."""

if not TYPE_CHECKING:  # a checker would take any name for one of this package

    def __getattr__(name: str) -> object:
        """Return one of the names above, from its module."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
