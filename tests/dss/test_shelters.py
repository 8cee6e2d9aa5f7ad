"""Shelters get the capacity that their layer states, or that their area gives; others are reported."""

import pytest
from town import CRS, BuildTown, town_layers

from dss.errors import MapError
from dss.onemap import OneMap
from dss.shelters import read_shelters
from dss.standards import StandardsReader


def test_a_shelter_without_capacity_and_area_is_left_out_by_name(town: OneMap):
    shelters = read_shelters(town, StandardsReader())
    assert shelters.capacity.tolist() == [500, 600]
    assert shelters.without_capacity == ("无",)


def test_capacity_from_area_is_rounded_down_and_called_so(build_town: BuildTown):
    shapes = [point.buffer(100) for point in town_layers()["shelters"].geometry]
    frame = (
        town_layers()["shelters"].set_geometry(shapes, crs=CRS).assign(JB="fixed_short", MJ=[999, 10, None])
    )
    town = build_town(shelters=frame.assign(RL=[None, 7, None]))
    layer = town.layer("shelters")
    bound = layer.model_copy(update={"fields": {**layer.fields, "effective_area_m2": "MJ"}})
    catalogue = town.catalogue.model_copy(
        update={"layers": tuple(bound if entry.key == "shelters" else entry for entry in town.layers)}
    )
    shelters = read_shelters(OneMap(town.folder, catalogue), StandardsReader())
    # 999 m2 at 2.0 m2 a person: 499 persons; 7 persons are stated
    assert shelters.capacity.tolist() == [499, 7]
    assert shelters.features["capacity_basis"].tolist() == ["area", "stated"]


def test_no_shelter_with_capacity_is_an_error(build_town: BuildTown):
    town = build_town(shelters=town_layers()["shelters"].assign(RL=[None, None, 0.0]))
    with pytest.raises(MapError) as caught:
        read_shelters(town, StandardsReader())
    assert caught.value.code == "shelters_without_capacity"


def test_a_negative_capacity_is_refused(build_town: BuildTown):
    town = build_town(shelters=town_layers()["shelters"].assign(RL=[1, -2, 3]))
    with pytest.raises(MapError, match="-2"):
        read_shelters(town, StandardsReader())


def test_the_class_must_be_one_of_the_standard(build_town: BuildTown):
    town = build_town(shelters=town_layers()["shelters"].assign(JB="tent"))
    with pytest.raises(MapError, match="tent"):
        read_shelters(town, StandardsReader())
