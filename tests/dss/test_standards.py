"""Values of standards keep their source and status on the way to the report."""

import pytest

from dss.errors import ScenarioError
from dss.standards import StandardsReader


def test_what_was_read_is_what_is_reported():
    standards = StandardsReader()
    standards.number("pedestrian.adult_speed_mps")
    standards.column("roads.design_speed_kmh")
    assert [value.key for value in standards.used] == ["pedestrian.adult_speed_mps", "roads.design_speed_kmh"]
    assert [value.status for value in standards.used] == ["verified", "memory"]


def test_an_override_is_marked_as_the_scenario_s():
    standards = StandardsReader({"flood.close_depth_car_m": 0.25})
    assert standards.number("flood.close_depth_car_m") == 0.25
    assert standards.used[0].status == "scenario"


@pytest.mark.parametrize("key", ["flood.no_such", "roads.design_speed_kmh"])
def test_an_override_of_nothing_single_is_refused(key: str):
    with pytest.raises(ScenarioError, match=key):
        StandardsReader({key: 1.0})
