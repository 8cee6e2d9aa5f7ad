"""What a scenario may say of relief: for how long, what is in stock, and who drives."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from scenarios.strict import Strict

Good = Literal["water", "food", "medicine", "quilt", "tent", "toilet"]
Aid = Literal["none", "neighbours", "all"]


class StockRow(Strict):
    """Stock that the map does not hold, or does not hold any more: it takes the place of the map's."""

    depot: str
    """Name of a depot of the map."""
    commodity: str
    """water, food, medicine, quilt, tent or toilet."""
    amount: float = Field(ge=0)
    unit: str | None = None
    """What the amount counts: l, m3, t of water; kg, t of food; kit, quilt, tent, toilet; or pack."""


class VehicleKind(Strict):
    """A kind of vehicle of the scenario's own."""

    key: str
    """Its name in orders and in `vehicles`."""
    payload_kg: float = Field(gt=0)
    space_m3: float = Field(gt=0)
    passable_depth_m: float = Field(gt=0)
    """Water that stops it."""
    speed_factor: float = Field(default=1.0, gt=0, le=2)
    """Its speed as a share of a car's."""


class Vehicles(Strict):
    """Vehicles of one kind at one depot."""

    kind: str
    count: int = Field(ge=0, le=500)
    depot: str | None = None
    """Name of their depot; without it, as many stand at each."""
    ready_min: float = Field(default=0, ge=0)
    """When they can first load, minutes after the relief begins."""
    convoy: int = Field(default=1, ge=1, le=50)
    """So many drive together: the same trips at the same times. `count` is a multiple of it."""


class ReliefSpec(Strict):
    """How people in shelters are supplied."""

    days: int = Field(default=3, ge=1, le=7)
    """For how many days."""
    start_s: float = Field(default=0, ge=0)
    """When the relief begins, on the hazard's clock."""
    clock: datetime | None = None
    """The local time at which it begins; without it, orders count from the beginning."""
    due_h: float = Field(default=12, gt=0, le=24)
    """Goods of a day must be there so many hours after the day begins."""
    shift_h: float = Field(default=12, gt=0, le=24)
    """Vehicles drive so many hours of each day."""
    goods: list[Good] = Field(default=["water", "food", "medicine", "quilt", "tent", "toilet"], min_length=1)
    """What is brought."""
    cold: bool = False
    """Whether it is cold: people need more quilts."""
    tents_at: list[str] = Field(default=["square", "park", "green", "sports", "广场", "公园", "绿地", "体育"])
    """Shelters whose kind of place names one of these have no roof: their people need tents."""
    aid: Aid = "neighbours"
    """Whose depots may serve a shelter: its own district's, its neighbours' too, or all."""
    reserve_share: float | None = Field(default=None, ge=0, lt=1)
    """Share of every stock that stays; without it the standards'."""
    stock: list[StockRow] = Field(default=[])
    """Stock in place of the map's."""
    kinds: list[VehicleKind] = Field(default=[])
    """Kinds of vehicles of the scenario's own."""
    vehicles: list[Vehicles] | None = None
    """Vehicles by depot; without it the standards' fleet stands at each depot."""
    split: bool = True
    """Whether what a shelter needs may come in several visits."""
    reload: bool = True
    """Whether a vehicle may make several trips."""
    time_limit_s: float = Field(default=30, gt=0)
    """Seconds for the plan."""
