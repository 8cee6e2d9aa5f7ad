"""From a settled scenario to the record of its evacuation: the plan, the same with less control, and no plan.

Index names: ``c`` affected cells, ``v`` nodes of a problem.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import h3ronpy
import numpy as np
import pyarrow as pa

from dss import columns as col
from models.evacuation.uncontrolled import uncontrolled
from scenarios.allocation.spec import AllocationSpec
from scenarios.evacuation.building import Built
from scenarios.evacuation.calls import Calls
from scenarios.evacuation.laid import Laid
from scenarios.evacuation.movement import PLANNED, PlannedMeans
from scenarios.evacuation.plan_files import Homes
from scenarios.evacuation.planning import Setting, build_movement, plan_movement
from scenarios.evacuation.record import Call, Facts, Moved, Record, Unplanned
from scenarios.evacuation.spec import AtOnce, Curve, NoContraflow, Staged
from scenarios.evacuation.streets import Streets, Words, streets_of
from scenarios.evacuation.travellers import given
from scenarios.journeys.together import find_zones, names_of

COARSER: Final = 2
"""How much coarser than the cells those are that stand for communities where the map has none."""


def make_record(setting: Setting, tick: Callable[[float], None]) -> Record:
    """Plan an evacuation, and what it is compared with.

    Parameters
    ----------
    tick
        Told which share is done; may raise to stop.
    """
    communities = name_communities(setting)
    controls = other_controls(setting)
    done, total = 0, (1 + len(controls)) * len(PLANNED) + 1

    def move(own: Setting) -> dict[PlannedMeans, Moved]:
        nonlocal done
        moved = {}
        for means in PLANNED:
            built = build_movement(own, means, own.calls)
            moved[means] = _moved(own, built, means, communities)
            done += 1
            tick(done / total)
        return moved

    plan = move(setting)
    variants = {name: move(own) for name, own in controls.items()}
    at_once = {means: _unplanned(setting, means) for means in PLANNED}
    return Record(_facts(setting, plan), plan, variants, at_once)


def other_controls(setting: Setting) -> dict[str, Setting]:
    """Return the same setting with one means of control less, by name."""
    spec, found = setting.spec, {}
    if not isinstance(spec.contraflow, NoContraflow):
        found["without_contraflow"] = replace(
            setting, spec=spec.model_copy(update={"contraflow": NoContraflow()})
        )
    if isinstance(spec.departures, Curve):
        found["without_curve"] = replace(setting, spec=spec.model_copy(update={"departures": AtOnce()}))
    if isinstance(spec.departures, Staged):
        found["without_staging"] = replace(setting, calls=setting.calls.at_once())
    return found


def name_communities(setting: Setting) -> Words:
    """Return the community of each affected cell, shape (c,): an area of the map, or a coarser cell."""
    situation, journeys = setting.situation, setting.journeys
    cells = situation.cells.only(setting.affected)
    coarser = h3ronpy.change_resolution(cells.cell, max(cells.resolution - COARSER, 0))
    names = pa.array(h3ronpy.cells_to_string(coarser)).to_pandas().to_numpy(object)
    if any(layer.kind == "polygon" for layer in situation.onemap.role("communities")):
        whole = AllocationSpec(whole="community")
        zones = find_zones(situation.onemap, cells, journeys.people, whole)
        assert zones is not None
        named = names_of(zones.names, zones.area)
        return np.where(zones.area >= 0, named, names)
    return np.asarray(names, dtype=object)


def _moved(setting: Setting, built: Built, means: PlannedMeans, communities: Words) -> Moved:
    planned = plan_movement(setting, built, means)
    row = np.searchsorted(setting.affected, built.homes.cell)
    homes = Homes(
        cell=setting.situation.cells.cell[built.homes.cell],
        community=communities[row],
        junction=built.junction[built.home_node],
        persons=built.homes.persons.astype(np.float64),
    )
    return Moved(
        movement=planned.movement,
        streets=_streets(setting, built, planned.laid),
        homes=homes,
        home=planned.laid.home,
        call=setting.calls.of_cell[row],
        turning=planned.turning,
    )


def _streets(setting: Setting, built: Built, laid: Laid) -> Streets:
    """Return the streets of a problem: the ways from homes and to shelters are doors."""
    situation = setting.situation
    shelter = np.full(laid.problem.supply.size, "", dtype=object)
    shelter[built.site_node] = situation.shelters.features[col.NAME].to_numpy(object)[built.site]
    streets = streets_of(situation.roads, (laid.offsets, laid.edge), laid.junction, shelter=shelter)
    closed = np.ceil(built.leave_by_s / setting.spec.step_s)
    return replace(streets, closed_step=closed, turned=laid.turned)


def _unplanned(setting: Setting, means: PlannedMeans) -> Unplanned:
    """Return everyone leaving at once, on roads that nobody controls."""
    spec = setting.spec.model_copy(update={"contraflow": NoContraflow()})
    built = build_movement(replace(setting, spec=spec), means, setting.calls.at_once())
    persons = np.zeros_like(built.problem.supply)
    persons[built.home_node] = built.homes.persons
    return Unplanned(built.problem, uncontrolled(built.problem).groups, persons, setting.spec.step_s)


def _facts(setting: Setting, plan: Mapping[PlannedMeans, Moved]) -> Facts:
    spec, travellers = setting.spec, setting.travellers
    seats = given(spec.means.persons_per_bus, setting.situation.standards, "evacuation.persons_per_bus")
    return Facts(
        bus_persons=int(travellers.persons["bus"].sum()),
        special_persons=int(travellers.persons["special"].sum()),
        refusing_persons=sum(
            int(travellers.persons[means].sum() - moved.movement.persons.sum())
            for means, moved in plan.items()
        ),
        patients=travellers.patients,
        persons_per_bus=int(seats),
        deadline_min=spec.deadline_min,
        staged=isinstance(spec.departures, Staged),
        calls=_calls(setting.calls),
    )


def _calls(calls: Calls) -> tuple[Call, ...]:
    return tuple(
        Call(float(at_s), float(reached_s), areas)
        for at_s, reached_s, areas in zip(calls.at_s, calls.reached_s, calls.areas, strict=True)
    )
