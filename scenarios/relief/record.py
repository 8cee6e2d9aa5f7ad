"""The record of a relief: everything that its figures, orders and proof are derived from, as files.

relief/record.json, record.npz    needs, stock, vehicles, problem, plan, drives
relief/roads.parquet              GeoParquet: the roads' names, classes and lines
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import geopandas as gpd
import numpy as np
import shapely

from dss import columns as col
from dss.arrays import BoolArray, IntArray
from dss.errors import InputError
from dss.network import RoadNetwork
from models import Plan, SolveReport, Termination
from models.dispatch import Delivery, DeliveryDecision, Stock, StockDecision
from scenarios.evacuation.streets import Streets
from scenarios.relief.course import Course
from scenarios.relief.depots import Depots
from scenarios.relief.drives import Drives, drives_of
from scenarios.relief.fleet import Garage
from scenarios.relief.goods import Goods
from scenarios.relief.planning import Planned, Setting, Stops
from scenarios.relief.spec import ReliefSpec
from scenarios.relief.stowing import fetch, stow
from scenarios.relief.travel import Places
from scenarios.stored import readable_proof

FOLDER: Final = "relief"
FORMAT: Final = 1
D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the numbers of a relief mean.

    Parameters
    ----------
    clock
        Local time at which it begins, as ISO text; None where orders count from the beginning.
    aid
        Whose depots may serve a shelter.
    """

    format: int
    days: int
    due_h: float
    shift_h: float
    clock: str | None
    aid: str
    reserve_share: float
    carry_m: float
    crs: str


@dataclass(frozen=True, slots=True)
class Solved:
    """How a solve ended, as a report says it; the termination by its name."""

    termination: str
    objective: float | None
    bound: float | None
    wall_s: float
    solver: str
    seed: int

    @classmethod
    def of(cls, report: SolveReport) -> "Solved":
        """Return a report as it is written."""
        return cls(
            report.termination.value,
            report.objective,
            report.bound,
            report.wall_s,
            report.solver,
            report.seed,
        )

    def plan(self, decision: D) -> Plan[D]:
        """Return a decision with its report."""
        report = SolveReport(
            Termination(self.termination), self.objective, self.bound, self.wall_s, self.solver, self.seed
        )
        return Plan(decision, report)


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Ends of the edges of the roads, shape (e,); road f is edges 2 f along it and 2 f + 1 against it."""

    tail: IntArray
    head: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """A relief as it is written.

    Parameters
    ----------
    facts, goods, depots, stops, garage
        What it is about.
    district
        Names of the districts.
    depot_district
        Shape (d,); -1 outside all.
    lost
        Depots that the hazard takes, shape (d,).
    allowed
        Which depots may serve which stops, shape (d, s).
    need
        Packs by day, stop and commodity.
    supply, sent, sent_solved, own_supply, own_sent, own_solved
        Stock shared out with aid and without, and how each solve ended.
    problem, decision, solved
        The delivery, the plan, and how its solve ended.
    line_day, vehicle
        Day of each line; vehicle of each row of the problem's fleet.
    course
        The roads over time.
    on_road
        Road that each place joins, by kind of vehicle, shape (h, p); -1 where none is near.
    drives
        Legs of the plan.
    network
        Ends of the edges.
    """

    facts: Facts
    goods: Goods
    depots: Depots
    stops: Stops
    garage: Garage
    district: tuple[str, ...]
    depot_district: IntArray
    lost: BoolArray
    allowed: BoolArray
    need: IntArray
    supply: Stock
    sent: StockDecision
    sent_solved: Solved
    own_supply: Stock
    own_sent: StockDecision
    own_solved: Solved
    problem: Delivery
    decision: DeliveryDecision
    solved: Solved
    line_day: IntArray
    vehicle: IntArray
    course: Course
    on_road: IntArray
    drives: Drives
    network: Network

    @property
    def places(self) -> Places:
        """Where depots and stops are."""
        return Places(
            np.concatenate([self.depots.x_m, self.stops.x_m]),
            np.concatenate([self.depots.y_m, self.stops.y_m]),
            self.facts.carry_m,
        )

    @property
    def place_names(self) -> tuple[str, ...]:
        """Names of depots and stops."""
        return (*self.depots.name, *self.stops.name)

    def vehicle_of_trip(self) -> IntArray:
        """Return the vehicle of each trip, shape (t,)."""
        return self.vehicle[self.decision.trip_vehicle]

    def convoy_of_trip(self) -> list[tuple[int, ...]]:
        """Return the vehicles that make each trip together, that of the trip among them."""
        convoy = self.problem.fleet.convoys
        vehicles = {c: tuple(self.vehicle[convoy == c].tolist()) for c in np.unique(convoy).tolist()}
        return [vehicles[c] for c in convoy[self.decision.trip_vehicle].tolist()]

    def convoy_name(self, together: tuple[int, ...]) -> str | None:
        """Return the name of a convoy: its first vehicle's; None where a vehicle drives alone."""
        return self.garage.label[together[0]] if len(together) > 1 else None


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A record with the streets that its ways run along."""

    record: Record
    streets: Streets


def record_of(setting: Setting, planned: Planned, spec: ReliefSpec) -> Told:
    """Gather the record of a plan."""
    garage = setting.garage
    kind = garage.kind[planned.vehicle[planned.decision.trip_vehicle]]
    drives = drives_of(planned.decision, len(setting.depots.name), kind, setting.travel)
    facts = Facts(
        FORMAT, spec.days, spec.due_h, spec.shift_h, None if spec.clock is None else spec.clock.isoformat(),
        spec.aid, setting.reserve_share, setting.places.carry_m, setting.streets.crs,
    )  # fmt: skip
    record = Record(
        facts=facts,
        goods=setting.goods,
        depots=setting.depots,
        stops=setting.stops,
        garage=garage,
        district=setting.districts.name,
        depot_district=setting.depot_district,
        lost=setting.lost,
        allowed=setting.allowed[0],
        need=setting.need,
        supply=planned.supply.problem,
        sent=planned.supply.decision,
        sent_solved=Solved.of(planned.supply.report),
        own_supply=planned.own.problem,
        own_sent=planned.own.decision,
        own_solved=Solved.of(planned.own.report),
        problem=planned.problem,
        decision=planned.decision,
        solved=Solved.of(planned.report),
        line_day=planned.line_day,
        vehicle=planned.vehicle,
        course=setting.course,
        on_road=setting.travel.on_road,
        drives=drives,
        network=Network(setting.streets.tail, setting.streets.head),
    )
    return Told(record, setting.streets)


def write_record(run: Path, told: Told) -> None:
    """Write a record into a run's folder."""
    folder = run / FOLDER
    stow(folder, "record", told.record)
    streets = told.streets
    roads = {col.NAME: streets.road_name, col.ROAD_CLASS: streets.road_class}
    frame = gpd.GeoDataFrame(roads, geometry=streets.line, crs=streets.crs)
    frame.to_parquet(folder / "roads.parquet", compression="zstd")


def read_record(run: Path) -> Told:
    """Read a record back.

    Raises
    ------
    InputError
        If the run has no relief, or a file is missing or broken.
    """
    folder = run / FOLDER
    if not (folder / "record.json").is_file():
        raise InputError("relief_missing", folder=run)
    with readable_proof(folder):
        record = fetch_record(folder)
        roads = gpd.read_parquet(folder / "roads.parquet")
        return Told(record, _streets(record, roads))


def fetch_record(folder: Path) -> Record:
    """Read the record in a folder, without the streets.

    Raises
    ------
    OSError, ValueError, KeyError, TypeError
        If a file is missing or broken, or of another format.
    """
    record = fetch(folder, "record", Record)
    if record.facts.format != FORMAT:
        raise ValueError(f"format {record.facts.format}")
    return record


def network_of(told: Told) -> RoadNetwork:
    """Return the roads as a network with the worst times of the first kind of vehicle."""
    record, streets = told.record, told.streets
    tail, head = record.network.tail, record.network.head
    place = np.zeros((int(max(tail.max(), head.max())) + 1, 2))
    for road, line in enumerate(streets.line):
        corners = shapely.get_coordinates(line)
        place[tail[2 * road]], place[head[2 * road]] = corners[0], corners[-1]
    return RoadNetwork(
        tail.astype(np.int32), head.astype(np.int32), record.course.worst_s[0],
        x_m=place[:, 0].copy(), y_m=place[:, 1].copy(),
    )  # fmt: skip


def _streets(record: Record, roads: gpd.GeoDataFrame) -> Streets:
    none = np.zeros(0, dtype=np.int64)
    q = record.network.tail.size
    return Streets(
        crs=record.facts.crs, x_m=np.zeros(0), y_m=np.zeros(0), junction=none,
        shelter=np.zeros(0, dtype=object), offsets=np.zeros(1, dtype=np.int64), edge=none,
        tail=record.network.tail, head=record.network.head, road=np.arange(q) // 2,
        along=np.arange(q) % 2 == 0, turned=np.zeros(q, dtype=np.bool_), closed_step=np.full(q, np.inf),
        road_name=roads[col.NAME].to_numpy(object), road_class=roads[col.ROAD_CLASS].to_numpy(object),
        line=roads.geometry.to_numpy(object),
    )  # fmt: skip
