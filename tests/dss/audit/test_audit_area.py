"""Area on the ellipsoid, the fast way, against pyproj's geodesic area."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from audit_town import entry
from pyproj import Geod

from dss.onemap.audit.area import geodesic_area_m2
from dss.onemap.audit.layer import AuditLayer
from dss.onemap.catalogue import Layer

CRS = "EPSG:4547"


def audit_layer(shapes: list[object]) -> AuditLayer:
    facts = {"path": "-", "kind": "polygon", "stored_crs": CRS, "records": 1}
    hashes = {"sha256": "", "source_sha256": ""}
    layer = Layer.model_validate({**entry("land", "landuse", "局", {}), **facts, **hashes})
    return AuditLayer(layer, gpd.GeoDataFrame(geometry=gpd.GeoSeries(shapes, crs=CRS)), CRS)


@pytest.mark.parametrize("side_m", [10, 500, 4000, 30_000])
@pytest.mark.parametrize("offset_m", [0, 90_000, 140_000])
def test_area_equals_the_geodesic_area_within_a_hundredth_of_a_percent(side_m, offset_m):
    x, y = 500_000 + offset_m, 3_400_000
    outline = shapely.segmentize(shapely.box(x, y, x + side_m, y + side_m), side_m / 20)
    found = geodesic_area_m2(audit_layer([outline]))[0]
    degrees = gpd.GeoSeries([outline], crs=CRS).to_crs("EPSG:4490").iloc[0]
    expected = abs(Geod(ellps="GRS80").geometry_area_perimeter(degrees)[0])
    assert found == pytest.approx(expected, rel=1e-4)


def test_what_is_no_area_has_none():
    shapes = [None, shapely.Point(500_000, 3_400_000), shapely.Polygon()]
    assert np.isnan(geodesic_area_m2(audit_layer(shapes))).all()
