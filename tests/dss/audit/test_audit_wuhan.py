"""Real data: facilities of Wuhan in Baidu coordinates are told apart from their converted copy."""

from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
import yaml

from dss.onemap import import_folder, init_map, open_map, read_profile
from dss.onemap.audit import check_map

CRS = "EPSG:4326"


def entry(key, role, file, **fields):
    owner = {"zh": "局", "en": "Bureau"}
    return {"key": key, "class": "现状", "role": role, "title": owner, "file": file, "owner": owner,
            "date": "2024-12-31", "fields": fields}  # fmt: skip


@pytest.fixture
def wuhan(shared, tmp_path):
    """Return what makes a map of roads, hospitals and the facilities as one pair of columns has them."""
    data = shared / "data" / "wuhan"
    table = pd.read_csv(data / "covid2020_facilities_bd09.csv")

    def build(lng, lat, *others):
        delivery = tmp_path / "delivery"
        delivery.mkdir()
        places = gpd.points_from_xy(table[lng], table[lat], crs=CRS)
        gpd.GeoDataFrame({"name": table["name"]}, geometry=places).to_parquet(delivery / "clinics.parquet")
        gpd.read_parquet(data / "roads_original.parquet").to_parquet(delivery / "roads.parquet")
        gpd.read_file(data / "hospitals.geojson")[["name", "geometry"]].to_parquet(
            delivery / "hospitals.parquet"
        )
        layers = [
            entry("clinics", "hospitals", "clinics.parquet", name="name"),
            entry("roads", "roads", "roads.parquet", road_class="highway"),
            *others,
        ]
        owner = {"zh": "武汉", "en": "Wuhan"}
        profile = tmp_path / "profile.yaml"
        profile.write_text(yaml.safe_dump({"title": owner, "crs": "EPSG:4547", "layers": layers}))
        init_map(tmp_path / "map", read_profile(profile))
        import_folder(tmp_path / "map", delivery)
        return check_map(open_map(tmp_path / "map"), date(2025, 1, 31), layers=("clinics",))

    return build


HOSPITALS = entry("hospitals", "hospitals", "hospitals.parquet", name="name")


@pytest.mark.parametrize("others", [(), (HOSPITALS,)], ids=["by roads", "by names"])
def test_baidu_coordinates_are_told(wuhan, others):
    faults = wuhan("lon_bd09", "lat_bd09", *others).faults
    own = faults[faults["code"] == "DATUM_OFFSET"]
    assert own["row"].isna().all()
    assert [values["datum"] for values in own["values"]] == ["bd09"]


@pytest.mark.parametrize("others", [(), (HOSPITALS,)], ids=["by roads", "by names"])
def test_their_converted_copy_is_not(wuhan, others):
    faults = wuhan("lon_wgs84", "lat_wgs84", *others).faults
    assert len(faults[(faults["code"] == "DATUM_OFFSET") & faults["row"].isna()]) == 0
