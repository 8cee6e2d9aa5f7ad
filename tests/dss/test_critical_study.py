"""The town's critical roads: a cross of four arms, shelters at the ends of the east and the west arm.

People live in four blocks of 300 m between the arms; row 0 is the north arm, then east, south, west.
"""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from town import BuildTown, town_layers
from typer.testing import CliRunner

from api.cli import app
from dss.access import Access
from dss.criticality import StudyRequest, close_each, study_roads
from dss.criticality.joining import join_people_and_sites
from dss.errors import MapError
from dss.network import RoadNetwork
from dss.onemap import OneMap
from dss.standards import StandardsReader

WALK = StudyRequest(mode="walk", reach_road_m=800)


def test_a_shut_arm_to_a_shelter_sends_people_to_the_other_one(town: OneMap):
    study = study_roads(town, StandardsReader(), WALK)
    ranked = study.road_layer(study.losses()).set_index("road_row")
    assert set(ranked.index) <= {0, 1, 2, 3}
    assert ranked["persons_delayed"].reindex([1, 3]).fillna(0).sum() > 0
    assert ranked["persons_delayed"].reindex([0, 2]).fillna(0).sum() == 0
    assert ranked["rank"].tolist() == list(range(1, len(ranked) + 1))
    assert ranked["lost_person_hours"].is_monotonic_decreasing


def lost(
    home: tuple[int, float], site: tuple[int, float], *, back_s: float = 100.0
) -> list[tuple[float, float]]:
    """Close two roads in a row, 0 - 1 - 2 of 100 s each, in turn: seconds and persons lost of one person."""
    network = RoadNetwork(
        np.array([0, 1, 1, 2]),
        np.array([1, 0, 2, 1]),
        np.array([100.0, back_s, 100, 100]),
        np.zeros(3),
        np.zeros(3),
    )
    here, one = np.zeros(1), np.ones(1)
    places = [Access(np.array([2 * f]), np.array([share]), here, here == 0) for f, share in (home, site)]
    joined = join_people_and_sites(network, network.travel_time_s, (places[0], here, one), (places[1], here))
    losses = close_each(joined.access, joined.closures(np.arange(2)))
    return list(zip(losses.extra_person_s.round(6).tolist(), losses.persons_cut_off.tolist(), strict=True))


def test_a_home_on_a_closed_road_keeps_its_nearer_end():
    assert lost((0, 0.7), (1, 1.0)) == [(0, 0), (0, 1)]  # by node 1 and on; the second road is the only way
    assert lost((0, 0.3), (1, 1.0)) == [(0, 1), (0, 1)]  # its nearer end is the dead one


def test_a_home_on_a_one_way_road_keeps_the_only_end_there_is():
    assert lost((0, 0.3), (1, 1.0), back_s=float("inf")) == [(0, 0), (0, 1)]


def test_a_site_at_the_far_end_of_a_closed_road_is_lost_and_at_the_near_end_it_is_not():
    assert lost((0, 0.7), (1, 0.9)) == [(0, 0), (0, 1)]
    assert lost((0, 0.7), (1, 0.2)) == [(0, 0), (0, 0)]


def test_home_and_site_on_one_closed_road_meet_by_an_end_that_both_keep():
    assert lost((0, 0.7), (0, 0.9)) == [(20, 0), (0, 0)]  # 30 s to node 1 and 10 s back in place of 20 s


def test_with_one_shelter_its_arm_is_the_only_way_for_those_who_live_off_it(build_town: BuildTown):
    town = build_town(shelters=town_layers()["shelters"].head(1))
    study = study_roads(town, StandardsReader(), WALK)
    losses = study.losses()
    cells = study.cell_layer(losses)
    cut = cells[cells["one_way_out"]]
    assert len(cut) > 0
    assert set(cut["road_row"]) <= {0, 1, 2, 3}
    ranked = study.road_layer(losses)
    assert ranked["road_row"].iloc[0] == 1  # the east arm, where the shelter is
    assert ranked["persons_cut_off"].iloc[0] == cut[cut["road_row"] == 1]["persons"].sum()


def test_only_bridges_are_closed_where_only_bridges_are_asked_for(build_town: BuildTown):
    town = build_town(roads=town_layers()["roads"].assign(QL=[0, 1, 0, 0]))
    assert study_roads(town, StandardsReader(), StudyRequest(roads="bridges")).rows.tolist() == [1]
    with pytest.raises(MapError) as caught:
        study_roads(town, StandardsReader(), StudyRequest(roads="tunnels"))
    assert caught.value.code == "no_road_to_close"


def test_roads_outside_the_area_stay_open(town: OneMap):
    request = StudyRequest(within="flood")  # it covers the outer north arm
    assert study_roads(town, StandardsReader(), request).rows.tolist() == [0]


def answer(*arguments: str) -> dict[str, object]:
    result = CliRunner().invoke(app, ["map", *arguments, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_command_line_ranks_roads_and_writes_layers_and_a_table(town: OneMap, tmp_path: Path):
    out = tmp_path / "out"
    found = answer("critical", str(town.folder), "--mode", "walk", "--out", str(out))
    assert found["closures"] == 4
    assert found["persons"] == 1000
    assert len(gpd.read_file(out / "critical.gpkg", layer="roads")) == found["cost_anything"]
    assert len(gpd.read_file(out / "critical.gpkg", layer="cells")) == found["cells"]
    assert (out / "critical.csv").read_text(encoding="utf-8-sig").startswith("rank,road_row,name")


def test_the_command_line_samples_with_an_error(town: OneMap):
    found = answer("critical", str(town.folder), "--mode", "walk", "--draws", "100")
    assert found["draws"] == found["on_a_way"]  # there are only so many
    interval = found["lost_person_hours"]
    assert isinstance(interval, dict)
    assert interval["low"] == interval["estimate"] == interval["high"]


def test_the_command_line_describes_the_network_and_its_repair(town: OneMap):
    found = answer("roads", str(town.folder))
    assert (found["nodes"], found["edges"], found["assumed_width"]) == (5, 8, 4)
    assert found["repair"] == dict.fromkeys(
        ["zero_length", "dangle", "crossing", "crossing_apart", "duplicate", "island"], 0
    )
    connected = found["connectivity"]
    assert isinstance(connected, dict)
    assert (connected["node_share"], connected["part_count"]) == (1.0, 1)


def test_the_command_line_shows_the_same_to_people(town: OneMap, tmp_path: Path):
    for arguments in (
        ["roads", "--repair", "--out", str(tmp_path / "o")],
        ["critical"],
        ["critical", "--draws", "5"],
    ):
        command, *options = arguments
        result = CliRunner().invoke(app, ["map", command, str(town.folder), *options])
        assert result.exit_code == 0, result.output
        assert result.stdout


def test_an_option_that_does_not_exist_is_refused(town: OneMap):
    result = CliRunner().invoke(app, ["map", "critical", str(town.folder), "--mode", "swim"])
    assert getattr(result.exception, "code", None) == "option_value"
