"""Tags say which way, how fast, how wide; what cannot be read counts as unsaid."""

import pytest

from dss.onemap.osm.tags import is_road, level, one_way, road_facts, smallest_number, speed_kph


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "primary", "oneway": "yes"}, 1),
        ({"highway": "primary", "oneway": "-1"}, -1),
        ({"highway": "primary", "oneway": "no"}, 0),
        ({"highway": "primary"}, None),
        ({"highway": "motorway"}, 1),
        ({"highway": "motorway", "oneway": "no"}, 0),
        ({"highway": "motorway_link"}, None),
        ({"highway": "tertiary", "junction": "roundabout"}, 1),
        ({"highway": "primary", "oneway": "reversible"}, None),
        ({"highway": "motorway", "oneway": "alternating"}, None),
    ],
)
def test_direction_is_said_or_implied(tags: dict[str, str], expected: int | None):
    assert one_way(tags) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("60", 60.0),
        ("30 mph", 48.28),
        ("60;40", 40.0),
        ("CN:urban", None),
        ("none", None),
        ("0", None),
        (None, None),
    ],
)
def test_a_speed_limit_is_read_in_kilometres_an_hour(said: str | None, expected: float | None):
    assert speed_kph(said) == (None if expected is None else pytest.approx(expected, abs=0.01))


@pytest.mark.parametrize(
    ("said", "expected"), [("2", 2.0), ("2;3", 2.0), ("5.5 m", 5.5), ("0", None), ("two", None)]
)
def test_lanes_and_widths_are_positive_numbers(said: str, expected: float | None):
    assert smallest_number(said) == expected


def test_a_level_that_cannot_be_read_is_the_ground():
    assert [level({"layer": said}) for said in ("1", "-2", "+1", "x")] == [1, -2, 1, 0]


def test_what_is_built_one_day_is_no_road_yet():
    assert [is_road({"highway": kind}) for kind in ("construction", "proposed", "primary")] == [
        False,
        False,
        True,
    ]


def test_a_viaduct_is_a_bridge_and_a_class_without_a_row_takes_the_nearest():
    facts = road_facts({"highway": "rest_area", "bridge": "viaduct", "tunnel": "no"})
    assert (facts["road_class"], facts["bridge"], facts["tunnel"]) == ("service", 1, 0)
