"""Bodies of what is told of a relief."""

from typing import Literal

from api.schemas.shared import Answer, Words


class ReliefGood(Answer):
    """A commodity over all days, in its own unit."""

    key: str
    title: Words
    unit: str
    unit_title: Words
    known: bool
    """Whether map or scenario say what any depot has; unknown counts as none."""
    stated: bool
    """Whether the scenario says it."""
    need: float
    stock: float
    """In depots that can be used."""
    free: float
    """Of that, what may leave: a reserve stays."""
    brought: float
    short: float
    """What the stock lacks, with mutual aid."""
    short_without_aid: float
    short_of_vehicles: float
    """What is there and no vehicle brings."""
    worst_share: float
    """The greatest share of its need that any shelter lacks, in percent."""


class ReliefVehicle(Answer):
    """A vehicle and how much it does."""

    label: str
    kind: str
    kind_title: Words
    depot: str
    trips: int
    driving_h: float
    brought_t: float


class ReliefStop(Answer):
    """A shelter that is to be supplied."""

    name: str
    persons: int


class ReliefAnswer(Answer):
    """The relief of a run."""

    run: str
    clock: str | None
    """Local time at which it begins; null where times count from the beginning."""
    days: int
    short: Words
    """What is short, by commodity, or that nothing is."""
    sentences: list[Words]
    """What is needed and brought, what is proven, who is left out and why."""
    goods: list[ReliefGood]
    vehicles: list[ReliefVehicle]
    stops: list[ReliefStop]


class Bar(Answer):
    """Something that a vehicle does, in seconds after the beginning."""

    trip: int
    what: Literal["load", "drive", "unload", "wait"]
    place: str
    """Where it is, or drives to."""
    from_s: float
    until_s: float


class VehicleBars(Answer):
    """What a vehicle does when, in the order of time."""

    vehicle: str
    kind: str
    kind_title: Words
    depot: str
    bars: list[Bar]


class GanttAnswer(Answer):
    """What all vehicles do when."""

    run: str
    clock: str | None
    days: int
    vehicles: list[VehicleBars]


class SheetStop(Answer):
    """A stop of a trip."""

    number: int
    """On the map of the sheet."""
    name: str
    arrive: Words
    leave: Words
    load: Words
    """What is handed over."""


class SheetDrive(Answer):
    """A drive in words."""

    to: Words
    length: Words
    turns: list[Words]


class SheetTrip(Answer):
    """A trip of a vehicle."""

    trip: int
    load_from_s: float
    start_s: float
    end_s: float
    title: Words
    loading: Words
    stops: list[SheetStop]
    drives: list[SheetDrive]
    """To each stop, then home."""


class SheetAnswer(Answer):
    """What one vehicle does."""

    run: str
    vehicle: str
    kind_title: Words
    lead: Words
    trips: list[SheetTrip]
