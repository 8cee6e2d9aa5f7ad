"""The village's plan as input of SUMO and MATSim, by structure and, where it is installed, by SUMO itself."""

import subprocess
import xml.etree.ElementTree as ET
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from evacuation_plans import groups_of, village, with_streets

from dss.errors import InputError
from scenarios.evacuation.exporting import write_matsim, write_sumo
from scenarios.evacuation.exporting.traffic import traffic_of
from scenarios.evacuation.plan_files import FiledPlan


def xml(path: Path) -> ET.Element:
    return ET.fromstring(path.read_text(encoding="utf-8"))


def test_roads_take_their_planned_steps_and_have_lanes_for_their_capacity():
    # 2 vehicles a step of 60 s: 120 an hour, one lane; 500 m in 60 s
    traffic = traffic_of(village())
    assert traffic.capacity_h.tolist() == [120] * 10
    assert traffic.lanes.tolist() == [1] * 10
    assert traffic.speed_mps[0] == pytest.approx(500 / 60)
    assert traffic.speed_mps[6] == pytest.approx(20 / 3.6)  # 300 m in 60 s would be 18 km/h
    busy = replace(village().problem, capacity=np.full(10, 61))
    assert traffic_of(replace(village(), problem=busy)).lanes.tolist() == [3] * 10  # 3660 an hour


def test_vehicles_of_a_group_are_spread_over_its_step():
    # B: 2 at step 0, 1 at step 1; A: 1 at step 1, 2 at 2, 2 at 3
    traffic = traffic_of(village())
    assert traffic.depart_s.tolist() == [0, 30, 60, 60, 120, 150, 180, 210]
    assert [traffic.arc[rows].tolist() for rows in traffic.routes] == [[6, 2, 4], [0, 2, 4]]


def test_doors_are_left_out():
    # arc 0 becomes a door: vehicles of home 0 appear on arc 2 when they enter that
    plan = village()
    offsets = np.concatenate([[0, 0], np.arange(1, 10)])
    doored = with_streets(plan, offsets=offsets, edge=np.arange(1, 10))
    traffic = traffic_of(doored)
    assert 0 not in traffic.arc
    assert traffic.depart_s.tolist() == [0, 30, 60, 120, 180, 210, 240, 270]
    only_doors = groups_of([(0, 3, [0], [0])])
    assert traffic_of(replace(doored, groups=only_doors)).left_out == 3


def test_people_on_foot_are_no_traffic():
    plan = village()
    with pytest.raises(InputError) as error:
        traffic_of(replace(plan, facts=replace(plan.facts, mode="walk", unit="persons")))
    assert error.value.code == "evacuation_export_mode"


def test_sumo_files_name_the_same_edges_and_nodes(tmp_path: Path):
    files = {file.name: file for file in write_sumo(tmp_path, village())}
    nodes = {node.get("id") for node in xml(files["plan.nod.xml"])}
    edges = {edge.get("id"): edge for edge in xml(files["plan.edg.xml"])}
    types = {one.get("id") for one in xml(files["plan.add.xml"])}
    assert {edge.get(end) for edge in edges.values() for end in ("from", "to")} <= nodes
    assert {edge.get("type") for edge in edges.values()} <= types
    routes = {
        route.get("id"): route.get("edges", "").split() for route in xml(files["plan.rou.xml"]).iter("route")
    }
    assert all(edge in edges for route in routes.values() for edge in route)
    for route in routes.values():
        assert [edges[a].get("to") for a in route[:-1]] == [edges[a].get("from") for a in route[1:]]
    turns = {(turn.get("from"), turn.get("to")) for turn in xml(files["plan.con.xml"])}
    assert turns == {("a6", "a2"), ("a0", "a2"), ("a2", "a4")}
    departs = [float(car.get("depart", "nan")) for car in xml(files["plan.rou.xml"]).iter("vehicle")]
    assert departs == sorted(departs)
    assert len(departs) == 8
    named = {value.get("value") for file in ("plan.netccfg", "plan.sumocfg") for value in xml(files[file])}
    assert {"plan.nod.xml", "plan.edg.xml", "plan.add.xml", "plan.rou.xml", "plan.net.xml"} <= named


def test_matsim_vehicles_set_out_from_links_that_end_where_they_live(tmp_path: Path):
    network, plans = (xml(file) for file in write_matsim(tmp_path, village()))
    links = {link.get("id"): link for link in network.iter("link")}
    nodes = {node.get("id") for node in network.iter("node")}
    assert {link.get(end) for link in links.values() for end in ("from", "to")} <= nodes
    assert network.find("links").get("capperiod") == "01:00:00"  # type: ignore[union-attr]
    for person in plans:
        route = person.find("plan/leg/route")
        assert route is not None
        way = (route.text or "").split()
        assert [links[a].get("to") for a in way[:-1]] == [links[a].get("from") for a in way[1:]]
        home, shelter = person.findall("plan/activity")
        assert (home.get("link"), shelter.get("link")) == (way[0], way[-1])
    ends = [act.get("end_time") for act in plans.iter("activity") if act.get("type") == "home"]
    assert ends[:3] == ["08:00:00", "08:00:30", "08:01:00"]


def test_a_matsim_day_goes_on_after_midnight(tmp_path: Path):
    plan = village()
    assert plan.facts.start is not None
    late = replace(plan, facts=replace(plan.facts, start=plan.facts.start.replace(hour=23, minute=59)))
    _, plans = (xml(file) for file in write_matsim(tmp_path, late))
    ends = [act.get("end_time") for act in plans.iter("activity") if act.get("type") == "home"]
    assert ends[-1] == "24:02:30"  # 210 s later


def run_sumo(folder: Path, plan: FiledPlan, *options: str) -> list[float]:
    import sumo  # noqa: PLC0415 - an optional part

    programs = Path(str(sumo.SUMO_HOME)) / "bin"
    write_sumo(folder, plan)
    for command in (["netconvert", "-c", "plan.netccfg"],
                    ["sumo", "-c", "plan.sumocfg", "--tripinfo-output", "trips.xml", *options]):  # fmt: skip
        subprocess.run([programs / command[0], *command[1:]], cwd=folder, check=True, capture_output=True)
    return [float(trip.get("arrival", "nan")) for trip in xml(folder / "trips.xml")]


@pytest.mark.skipif(find_spec("sumo") is None, reason="SUMO is not installed (extra sumo)")
def test_sumo_brings_everybody_to_safety_about_when_the_plan_says(tmp_path: Path):
    # planned: the last two are safe at step 6; on empty roads the last departs at 210 s and drives 180 s
    arrivals = run_sumo(tmp_path, village(), "--mesosim")
    assert len(arrivals) == 8
    assert 390 - 60 <= max(arrivals) <= 390 + 60
