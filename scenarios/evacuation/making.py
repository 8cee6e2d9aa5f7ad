"""From a settled scenario to the record of its evacuation: the plan, the same with less control, and no plan.

Index names: ``c`` affected cells, ``v`` nodes of a problem.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import h3ronpy
import numpy as np
import pyarrow as pa

from dss import columns as col
from models.evacuation.uncontrolled import uncontrolled
from scenarios.allocation.spec import AllocationSpec
from scenarios.evacuation.building import Built
from scenarios.evacuation.buses.carrying import Given, carry
from scenarios.evacuation.calls import Calls
from scenarios.evacuation.laid import Laid
from scenarios.evacuation.movement import PLANNED, PlannedMeans
from scenarios.evacuation.plan_files import Homes
from scenarios.evacuation.planning import Setting, build_movement, plan_movement
from scenarios.evacuation.record import Call, Facts, Moved, Record, Unplanned
from scenarios.evacuation.spec import AtOnce, Curve, NoContraflow, Staged
from scenarios.evacuation.streets import Streets, Words, streets_of
from scenarios.journeys.together import find_zones, names_of
from scenarios.progress import Tick, part_of

COARSER: Final = 2
"""How much coarser than the cells those are that stand for communities where the map has none."""
VARIANT_SHARE: Final = 1 / 3
"""Share of the plan's seconds for each plan that it is compared with."""


def make_record(setting: Setting, tick: Tick) -> Record:
    """Plan an evacuation, and what it is compared with.

    Parameters
    ----------
    tick
        Told which share is done; may raise to stop.
    """
    maker = _Maker(name_communities(setting))
    controls = other_controls(setting)
    total = 1 + len(PLANNED) + sum(len(one.means) for one in controls.values())
    plan, variants = dict[PlannedMeans, Moved](), dict[str, dict[PlannedMeans, Moved]]()
    for means in PLANNED:
        plan[means] = maker.move(setting, means)
        tick(len(plan) / total)
    for name, control in controls.items():
        variants[name] = {means: maker.move(control.setting, means, plan[means]) for means in control.means}
        tick((len(plan) + sum(len(one) for one in variants.values())) / total)
    at_once = {means: _unplanned(setting, means) for means in PLANNED}
    carried = carry(Given(setting, plan, maker.communities), part_of(tick, (total - 1) / total, 1.0))
    return Record(_facts(setting, plan), plan, variants, at_once, carried)


@dataclass(frozen=True, slots=True, eq=False)
class Control:
    """The same setting with one means of control less, and the means of travel that it changes."""

    setting: Setting
    means: tuple[PlannedMeans, ...]


def other_controls(setting: Setting) -> dict[str, Control]:
    """Return the same setting with one means of control less, by name; each has part of the time."""
    spec, found = setting.spec, {}
    briefer: dict[str, Any] = {"time_limit_s": VARIANT_SHARE * spec.time_limit_s}
    if not isinstance(spec.contraflow, NoContraflow):
        own = spec.model_copy(update=briefer | {"contraflow": NoContraflow()})
        found["without_contraflow"] = Control(replace(setting, spec=own), ("car",))
    if isinstance(spec.departures, Curve):
        own = spec.model_copy(update=briefer | {"departures": AtOnce()})
        found["without_curve"] = Control(replace(setting, spec=own), PLANNED)
    if isinstance(spec.departures, Staged):
        own = spec.model_copy(update=briefer)
        found["without_staging"] = Control(replace(setting, spec=own, calls=setting.calls.at_once()), PLANNED)
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


@dataclass(frozen=True, slots=True)
class _Maker:
    """Plans movements; ``communities`` are the names at the affected cells, shape (c,)."""

    communities: Words

    def move(self, setting: Setting, means: PlannedMeans, like: Moved | None = None) -> Moved:
        """Plan one means of travel; lanes are turned as in another plan where one is given."""
        built = build_movement(setting, means, setting.calls)
        row = np.searchsorted(setting.affected, built.homes.cell)
        homes = Homes(
            cell=setting.situation.cells.cell[built.homes.cell],
            community=self.communities[row],
            junction=built.junction[built.home_node],
            persons=built.homes.persons.astype(np.float64),
        )
        turned = None if like is None or isinstance(setting.spec.contraflow, NoContraflow) else like.turning
        community = np.unique(homes.community.astype(str), return_inverse=True)[1].ravel()
        planned = plan_movement(setting, built, means, community, turned)
        return Moved(
            movement=planned.movement,
            streets=_streets(setting, built, planned.laid),
            homes=homes,
            home=planned.laid.home,
            call=setting.calls.of_cell[row],
            turning=planned.turning,
            site=built.site_node,
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
    return Facts(
        bus_persons=int(travellers.persons["bus"].sum()),
        special_persons=int(travellers.persons["special"].sum()),
        refusing_persons=sum(
            int(travellers.persons[means].sum() - moved.movement.persons.sum())
            for means, moved in plan.items()
        ),
        patients=travellers.patients,
        deadline_min=spec.deadline_min,
        staged=isinstance(spec.departures, Staged),
        calls=_calls(setting.calls),
    )


def _calls(calls: Calls) -> tuple[Call, ...]:
    return tuple(
        Call(float(at_s), float(reached_s), areas)
        for at_s, reached_s, areas in zip(calls.at_s, calls.reached_s, calls.areas, strict=True)
    )
