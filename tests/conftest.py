"""Fixtures of all tests."""

from pathlib import Path

import geopandas as gpd
import pytest
import yaml
from town import BuildTown, town_layers, town_profile

from dss.onemap import OneMap, import_folder, init_map, open_map, read_profile


@pytest.fixture
def build_town(tmp_path: Path) -> BuildTown:
    """Return a function that makes the town's map; keyword arguments replace its layers."""

    def build(**replaced: gpd.GeoDataFrame) -> OneMap:
        delivery, folder = tmp_path / "delivery", tmp_path / "map"
        delivery.mkdir()
        for key, frame in {**town_layers(), **replaced}.items():
            frame.to_file(delivery / f"{key}.gpkg")
        profile = tmp_path / "profile.yaml"
        profile.write_text(yaml.safe_dump(town_profile(), allow_unicode=True), encoding="utf-8")
        init_map(folder, read_profile(profile))
        import_folder(folder, delivery)
        return open_map(folder)

    return build


@pytest.fixture
def town(build_town: BuildTown) -> OneMap:
    """Return the town's map as it is."""
    return build_town()


SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real data beside the project."""
    if not (SHARED / "data" / "wuhan").is_dir():
        pytest.skip("real data is not beside the project (../shared/data)")
    return SHARED
