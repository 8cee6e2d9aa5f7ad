"""An empty map, and small layers of Wuhan to bring into it."""

from pathlib import Path

import geopandas as gpd
import pytest
import yaml
from shapely import Point, box

from dss.errors import MapError
from dss.onemap import FileHints, Layer, import_source, init_map, open_map, read_profile
from dss.onemap.staging import sha256_of

NAMES = ["武昌区", "洪山区", "江汉区"]
CODES = ["00420106", "00420111", "00420103"]
PLACES = [(114.31, 30.55), (114.34, 30.50), (114.27, 30.60)]
BOUNDARY = box(113.7, 29.9, 115.1, 31.4)


def empty_map(folder: Path) -> Path:
    """Make a map without layers, in a folder of its own."""
    profile = folder.parent / f"{folder.name}_profile.yaml"
    content = {"title": {"zh": "空", "en": "empty"}, "crs": "EPSG:4547", "layers": []}
    profile.write_text(yaml.safe_dump(content), encoding="utf-8")
    init_map(folder, read_profile(profile))
    return folder


def wuhan_map(folder: Path) -> Path:
    """Make a map that knows where it lies: it holds a boundary."""
    empty_map(folder)
    file = folder.parent / "boundary.gpkg"
    gpd.GeoDataFrame({"name": ["武汉"]}, geometry=[BOUNDARY], crs=4490).to_file(file)
    import_source(folder, str(file), FileHints(key="boundary", role="boundary"))
    return folder


def districts(crs: object = "EPSG:4490") -> gpd.GeoDataFrame:
    """Return three points of Wuhan with names and codes that begin with zeros."""
    frame = gpd.GeoDataFrame(
        {"MC": NAMES, "DM": CODES}, geometry=[Point(place) for place in PLACES], crs=4490
    )
    return frame.to_crs(crs) if crs else frame.set_crs(None, allow_override=True)


def bring(folder: Path, source: object, **hints: object) -> Layer:
    """Import one layer as a reference layer, unless the hints say otherwise."""
    told = {"key": "new", "role": "reference", **hints}
    (layer,) = import_source(folder, str(source), FileHints(**told)).imported
    return layer


def stored(folder: Path, key: str = "new") -> gpd.GeoDataFrame:
    """Return a layer as it is stored."""
    return gpd.read_parquet(folder / open_map(folder).layer(key).path)


def rules(layer: Layer) -> list[str]:
    """Return the rules of a layer's guesses, without the one on its date."""
    return [one.rule for one in layer.guesses if not one.rule.startswith("date_from")]


def state(folder: Path) -> dict[str, str]:
    """Return every file of a map with its hash, but for the lock, which holds nothing."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != ".lock"]
    return {str(path.relative_to(folder)): sha256_of(path) for path in files}


def refused(folder: Path, source: object, **hints: object) -> MapError:
    """Import what must be refused; the map must be as before, and the error speak both languages."""
    before = state(folder)
    with pytest.raises(MapError) as caught:
        bring(folder, source, **hints)
    assert state(folder) == before, "a refused import must leave the map as it was"
    assert caught.value.message("zh") != caught.value.message("en")
    return caught.value
