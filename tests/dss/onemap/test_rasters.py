"""A raster of any size is examined in bounded memory and stored as it came."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import rasterio
from deliveries import bring, empty_map, refused, rules, wuhan_map
from rasterio.transform import from_origin

BIG = """
import resource, sys
from pathlib import Path
from dss.onemap.sources.rasters import examine_raster
import numpy, rasterio
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
facts = examine_raster(Path(sys.argv[1]), lambda share: None)
print(facts.valid_pixels, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def write(path: Path, crs: object = "EPSG:4490", **more: object) -> Path:
    options = {
        "driver": "GTiff", "height": 40, "width": 50, "count": 1, "dtype": "float32", "nodata": -9999.0,
        "transform": from_origin(114.0, 31.0, 0.01, 0.01), **more,
    }  # fmt: skip
    values = np.full((40, 50), -9999.0, dtype=np.float32)
    values[:10] = 1.5
    with rasterio.open(path, "w", crs=crs, **options) as file:
        file.write(values, 1)
    return path


@pytest.mark.parametrize("more", [{}, {"tiled": True, "blockxsize": 16, "blockysize": 16}, {"nodata": None}])
def test_valid_pixels_are_counted_whatever_the_blocks(tmp_path: Path, more: dict[str, object]):
    layer = bring(empty_map(tmp_path / "map"), write(tmp_path / "a.tif", **more), role="elevation")
    assert layer.records == (2000 if more == {"nodata": None} else 500)
    assert (layer.kind, layer.source_sha256 == layer.sha256) == ("raster", True)


def test_windows_cover_every_pixel_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("dss.onemap.sources.rasters.WINDOW_PIXELS", 400)
    file = write(tmp_path / "a.tif", tiled=True, blockxsize=16, blockysize=16)
    assert bring(empty_map(tmp_path / "map"), file, role="elevation").records == 500


@pytest.mark.slow
def test_ten_gigabytes_are_read_in_bounded_memory(tmp_path: Path):
    """36,000 x 36,000 pixels of 8 bytes, 10 GB unpacked; blocks that were never written take no room."""
    file = tmp_path / "big.tif"
    options = {
        "tiled": True,
        "blockxsize": 2048,
        "blockysize": 2048,
        "SPARSE_OK": True,
        "compress": "deflate",
    }
    with rasterio.open(
        file, "w", driver="GTiff", height=36_000, width=36_000, count=1, dtype="float64", nodata=0,
        crs="EPSG:4490", transform=from_origin(113.0, 32.0, 1e-5, 1e-5), **options,
    ) as big:  # fmt: skip
        big.write(np.ones((2048, 2048)), 1, window=((4096, 6144), (8192, 10240)))
    done = subprocess.run(
        [sys.executable, "-c", BIG, str(file)], check=True, cwd=Path(__file__).parents[3], capture_output=True
    )
    valid, grown_kb = map(int, done.stdout.split())
    assert valid == 2048 * 2048
    assert grown_kb < 500_000


def test_a_raster_without_crs_is_told_by_its_place_or_refused(tmp_path: Path):
    file = write(tmp_path / "a.tif", crs=None)
    layer = bring(wuhan_map(tmp_path / "map"), file, role="elevation")
    assert (layer.stored_crs, rules(layer)) == ("EPSG:4490", ["crs_from_place"])
    far = write(tmp_path / "b.tif", crs=None, transform=from_origin(5.0, 9.0, 0.01, 0.01))
    assert refused(empty_map(tmp_path / "bare"), far, role="elevation").code == "crs_missing"


def test_an_image_without_any_place_is_refused(tmp_path: Path):
    with pytest.warns(rasterio.errors.NotGeoreferencedWarning):
        write(tmp_path / "a.tif", crs=None, transform=rasterio.Affine.identity())
    assert (
        refused(empty_map(tmp_path / "map"), tmp_path / "a.tif", role="elevation").code
        == "import_raster_placeless"
    )


def test_a_truncated_raster_is_refused_even_where_nothing_is_masked(tmp_path: Path):
    for nodata in (-9999.0, None):
        file = write(tmp_path / "a.tif", nodata=nodata)
        file.write_bytes(file.read_bytes()[:-3000])
        assert refused(empty_map(tmp_path / f"map{nodata}"), file, role="elevation").code == "file_unreadable"


def test_an_empty_raster_and_one_for_a_role_of_points_are_refused(tmp_path: Path):
    folder = empty_map(tmp_path / "map")
    file = write(tmp_path / "a.tif", nodata=1.5)
    with rasterio.open(file, "r+") as raster:
        raster.write(np.full((40, 50), 1.5, np.float32), 1)
    assert refused(folder, file, role="elevation").code == "layer_empty"
    assert refused(folder, file, role="sensors").code == "geometry_type"


def test_the_date_in_the_header_is_the_layers_date(tmp_path: Path):
    file = write(tmp_path / "a.tif")
    with rasterio.open(file, "r+") as raster:
        raster.update_tags(TIFFTAG_DATETIME="2022:03:04 10:00:00")
    layer = bring(empty_map(tmp_path / "map"), file, role="elevation")
    assert (str(layer.date), layer.guesses[-1].rule) == ("2022-03-04", "date_from_raster")
