"""A plan as input of MATSim: a network (network_v2) and a population with routes (population_v6).

A MATSim vehicle does not drive along the link it departs from, so each node where somebody sets out gets a
short link of its own that ends there. MATSim counts a link's capacity where it is left, the plan where it is
entered.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from scenarios.evacuation.exporting.traffic import LANE_VEHICLES_H, LEAST_M, Traffic, traffic_of
from scenarios.evacuation.plan_files import FiledPlan

FILES: Final = ("network.xml", "plans.xml")
HEADER: Final = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE {root} SYSTEM "http://www.matsim.org/files/dtd/{dtd}">\n'
HOME_CAPACITY_H: Final = 1_000_000
"""Of the links that people set out from: the roads hold them back, not their doors."""


def write_matsim(folder: Path, plan: FiledPlan) -> list[Path]:
    """Write a plan as input of MATSim and return the files.

    Raises
    ------
    InputError
        If the plan is not one of vehicles.
    """
    traffic = traffic_of(plan)
    start = plan.facts.start
    start_s = 0 if start is None else start.hour * 3600 + start.minute * 60 + start.second
    folder.mkdir(parents=True, exist_ok=True)
    contents = (("network", "network_v2.dtd", _network(traffic)),
                ("population", "population_v6.dtd", _population(traffic, start_s)))  # fmt: skip
    for name, (root, dtd, lines) in zip(FILES, contents, strict=True):
        with (folder / name).open("w", encoding="utf-8") as file:
            file.write(HEADER.format(root=root, dtd=dtd))
            file.writelines(f"{line}\n" for line in lines)
    return [folder / name for name in FILES]


def _network(traffic: Traffic) -> Iterator[str]:
    homes = _homes(traffic)
    yield "<network>"
    yield "  <nodes>"
    place = {int(v): (x, y) for v, x, y in zip(traffic.node, traffic.x_m, traffic.y_m, strict=True)}
    for v, (x_m, y_m) in place.items():
        yield f'    <node id="n{v}" x="{x_m:.2f}" y="{y_m:.2f}"/>'
    for v in homes:
        yield f'    <node id="h{v}" x="{place[v][0]:.2f}" y="{place[v][1]:.2f}"/>'
    yield "  </nodes>"
    yield '  <links capperiod="01:00:00">'
    for row, a in enumerate(traffic.arc.tolist()):
        yield (
            f'    <link id="a{a}" from="n{traffic.tail[row]}" to="n{traffic.head[row]}"'
            f' length="{traffic.length_m[row]:.2f}" freespeed="{traffic.speed_mps[row]:.3f}"'
            f' capacity="{traffic.capacity_h[row]:.1f}" permlanes="{traffic.lanes[row]}" modes="car"/>'
        )
    for v in homes:
        yield (
            f'    <link id="h{v}" from="h{v}" to="n{v}" length="{LEAST_M:g}" freespeed="{LEAST_M:g}"'
            f' capacity="{HOME_CAPACITY_H}" permlanes="{HOME_CAPACITY_H / LANE_VEHICLES_H:.0f}" modes="car"/>'
        )
    yield "  </links>"
    yield "</network>"


def _homes(traffic: Traffic) -> list[int]:
    """Return the nodes where vehicles set out."""
    return np.unique([traffic.tail[rows[0]] for rows in traffic.routes]).astype(np.int64).tolist()


def _population(traffic: Traffic, start_s: int) -> Iterator[str]:
    yield "<population>"
    for number, (r, depart_s) in enumerate(zip(traffic.route.tolist(), traffic.depart_s, strict=True)):
        arcs = [f"a{a}" for a in traffic.arc[traffic.routes[r]]]
        home = f"h{traffic.tail[traffic.routes[r][0]]}"
        length_m = float(traffic.length_m[traffic.routes[r]].sum())
        yield f'  <person id="p{number}">'
        yield '    <plan selected="yes">'
        yield f'      <activity type="home" link="{home}" end_time="{_clock(start_s + depart_s)}"/>'
        yield '      <leg mode="car">'
        yield (
            f'        <route type="links" start_link="{home}" end_link="{arcs[-1]}"'
            f' distance="{length_m:.1f}">{" ".join([home, *arcs])}</route>'
        )
        yield "      </leg>"
        yield f'      <activity type="shelter" link="{arcs[-1]}"/>'
        yield "    </plan>"
        yield "  </person>"
    yield "</population>"


def _clock(seconds: float) -> str:
    """Write a time of the day as MATSim does; hours go on after midnight."""
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
