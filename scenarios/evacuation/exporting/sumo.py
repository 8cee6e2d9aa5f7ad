"""A plan as input of SUMO: plain XML of nodes, edges and types, and vehicles with routes and departures.

`netconvert -c plan.netccfg` makes the network, `sumo -c plan.sumocfg` runs it. Turns that routes take are
stated as connections; right of way, and turns that nobody takes, are netconvert's guess. Each edge has a type
with its capacity, which only the mesoscopic model reads (`sumo -c plan.sumocfg --mesosim`); the microscopic
one lets through what its vehicles' gaps allow.
"""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from scenarios.evacuation.exporting.traffic import Traffic, traffic_of
from scenarios.evacuation.plan_files import FiledPlan

FILES: Final = (
    "plan.nod.xml",
    "plan.add.xml",
    "plan.edg.xml",
    "plan.con.xml",
    "plan.rou.xml",
    "plan.netccfg",
    "plan.sumocfg",
)
NETWORK_FILE: Final = "plan.net.xml"
HEADER: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
VEHICLE_M: Final = 7.5
"""A passenger car of SUMO and the gap before it."""
LEAST_HEADWAY_S: Final = 0.1
XSI: Final = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation='
SCHEMAS: Final = "http://sumo.dlr.de/xsd"


def write_sumo(folder: Path, plan: FiledPlan) -> list[Path]:
    """Write a plan as input of SUMO and return the files.

    Raises
    ------
    InputError
        If the plan is not one of vehicles.
    """
    traffic = traffic_of(plan)
    folder.mkdir(parents=True, exist_ok=True)
    contents = (
        _nodes(traffic), _types(traffic), _edges(traffic), _connections(traffic), _vehicles(traffic),
        _network_settings(),
        _run_settings(),
    )  # fmt: skip
    for name, lines in zip(FILES, contents, strict=True):
        with (folder / name).open("w", encoding="utf-8") as file:
            file.write(HEADER)
            file.writelines(f"{line}\n" for line in lines)
    return [folder / name for name in FILES]


def _nodes(traffic: Traffic) -> Iterator[str]:
    yield f'<nodes {XSI}"{SCHEMAS}/nodes_file.xsd">'
    for v, x_m, y_m in zip(traffic.node, traffic.x_m, traffic.y_m, strict=True):
        yield f'  <node id="n{v}" x="{x_m:.2f}" y="{y_m:.2f}" type="priority"/>'
    yield "</nodes>"


def _types(traffic: Traffic) -> Iterator[str]:
    """Give each edge a type of its own headways in seconds, which SUMO reads from an additional file.

    The mesoscopic model adds to a headway the time in which a vehicle drives its own length and gap; what is
    left of the time per vehicle at capacity is the headway.
    """
    yield f'<additional {XSI}"{SCHEMAS}/additional_file.xsd">'
    per_vehicle_s = 3600 * traffic.lanes / traffic.capacity_h
    headway_s = np.maximum(LEAST_HEADWAY_S, per_vehicle_s - VEHICLE_M / traffic.speed_mps)
    for a, tau_s in zip(traffic.arc, headway_s, strict=True):
        taus = " ".join(f'tau{kind}="{tau_s:.3f}"' for kind in ("ff", "fj", "jf"))
        yield f'  <type id="a{a}"><meso {taus}/></type>'
    yield "</additional>"


def _edges(traffic: Traffic) -> Iterator[str]:
    yield f'<edges {XSI}"{SCHEMAS}/edges_file.xsd">'
    for row, a in enumerate(traffic.arc.tolist()):
        shape = " ".join(f"{x_m:.2f},{y_m:.2f}" for x_m, y_m in traffic.paths[row])
        yield (
            f'  <edge id="a{a}" from="n{traffic.tail[row]}" to="n{traffic.head[row]}"'
            f' type="a{a}" numLanes="{traffic.lanes[row]}"'
            f' speed="{traffic.speed_mps[row]:.3f}" length="{traffic.length_m[row]:.2f}" shape="{shape}"/>'
        )
    yield "</edges>"


def _connections(traffic: Traffic) -> Iterator[str]:
    turns = {pair for rows in traffic.routes for pair in pairwise(traffic.arc[rows].tolist())}
    yield f'<connections {XSI}"{SCHEMAS}/connections_file.xsd">'
    for before, after in sorted(turns):
        yield f'  <connection from="a{before}" to="a{after}"/>'
    yield "</connections>"


def _vehicles(traffic: Traffic) -> Iterator[str]:
    yield f'<routes {XSI}"{SCHEMAS}/routes_file.xsd">'
    yield '  <vType id="car" vClass="passenger"/>'
    for r, rows in enumerate(traffic.routes):
        yield f'  <route id="r{r}" edges="{" ".join(f"a{a}" for a in traffic.arc[rows])}"/>'
    for number, (r, depart_s) in enumerate(zip(traffic.route, traffic.depart_s, strict=True)):
        yield (
            f'  <vehicle id="v{number}" type="car" route="r{r}" depart="{depart_s:.2f}"'
            ' departLane="best" departSpeed="max"/>'
        )
    yield "</routes>"


def _network_settings() -> Iterator[str]:
    yield "<configuration>"
    yield f'  <node-files value="{FILES[0]}"/>'
    yield f'  <type-files value="{FILES[1]}"/>'
    yield f'  <edge-files value="{FILES[2]}"/>'
    yield f'  <connection-files value="{FILES[3]}"/>'
    yield f'  <output-file value="{NETWORK_FILE}"/>'
    yield "</configuration>"


def _run_settings() -> Iterator[str]:
    """Nobody is taken out of a jam: vehicles that SUMO would teleport stay where they are."""
    yield "<configuration>"
    yield f'  <net-file value="{NETWORK_FILE}"/>'
    yield f'  <additional-files value="{FILES[1]}"/>'
    yield f'  <route-files value="{FILES[4]}"/>'
    yield '  <time-to-teleport value="-1"/>'
    yield "</configuration>"
