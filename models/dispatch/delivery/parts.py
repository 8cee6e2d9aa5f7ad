"""The parts of a delivery: vehicles, lines of demand, and changes of both."""

from dataclasses import dataclass

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.dispatch.delivery.validating import indices, numbers, one_depot, same_length, windows
from models.dispatch.validating import whole_numbers


@dataclass(frozen=True, slots=True, eq=False)
class Fleet:
    """Vehicles, shape (v,) each.

    Parameters
    ----------
    depot
        Home depot: every trip of a vehicle loads there and comes back there.
    weight_kg, volume_m3
        What it carries at most on a trip; inf where that is no limit.
    kind
        Its row of ``Delivery.travel_s``.
    ready_s, back_by_s
        When it can start to load, and when it must be back for good (driver hours); the latter may be inf.
    fixed_cost
        Cost of using it at all; None: 0.
    cost_per_s
        Cost of a second of driving; None: 1, so that cost is seconds of driving.
    convoy
        Number of its convoy: vehicles with the same one make all trips together; None: each drives alone.

    Raises
    ------
    ProblemError
        If arrays differ in length, a number is negative or not a number, or the vehicles of a convoy have
        different depots.
    """

    depot: IntArray
    weight_kg: FloatArray
    volume_m3: FloatArray
    kind: IntArray
    ready_s: FloatArray
    back_by_s: FloatArray
    fixed_cost: FloatArray | None = None
    cost_per_s: FloatArray | None = None
    convoy: IntArray | None = None

    def __post_init__(self) -> None:
        size = np.asarray(self.depot).size
        fixed = np.zeros(size) if self.fixed_cost is None else self.fixed_cost
        per_s = np.ones(size) if self.cost_per_s is None else self.cost_per_s
        fields = {
            "depot": indices(self.depot, "fleet.depot"),
            "weight_kg": numbers(self.weight_kg, "fleet.weight_kg", endless=True),
            "volume_m3": numbers(self.volume_m3, "fleet.volume_m3", endless=True),
            "kind": indices(self.kind, "fleet.kind"),
            "ready_s": numbers(self.ready_s, "fleet.ready_s"),
            "back_by_s": numbers(self.back_by_s, "fleet.back_by_s", endless=True),
            "fixed_cost": numbers(fixed, "fleet.fixed_cost"),
            "cost_per_s": numbers(per_s, "fleet.cost_per_s"),
            "convoy": indices(np.arange(size) if self.convoy is None else self.convoy, "fleet.convoy"),
        }
        same_length(fields, "fleet")
        one_depot(np.asarray(fields["convoy"]), np.asarray(fields["depot"]))
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    @property
    def size(self) -> int:
        """How many vehicles there are."""
        return int(self.depot.size)

    @property
    def costs(self) -> tuple[FloatArray, FloatArray]:
        """What each vehicle costs when used, and by second of driving, both shape (v,)."""
        return np.asarray(self.fixed_cost, dtype=np.float64), np.asarray(self.cost_per_s, dtype=np.float64)

    @property
    def convoys(self) -> IntArray:
        """The number of each vehicle's convoy, shape (v,)."""
        return np.asarray(self.convoy, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """Lines of demand, shape (q,) each: a stop may have several, also of one commodity.

    Parameters
    ----------
    stop, commodity
        Which stop needs what.
    amount
        Whole units.
    earliest_s, due_s
        When handing over may begin, and when the vehicle must have arrived; the latter may be inf.
    priority
        What a unit short weighs, above 0; larger is more urgent.

    Raises
    ------
    ProblemError
        If arrays differ in length, an amount is not whole, or a window ends before it begins.
    """

    stop: IntArray
    commodity: IntArray
    amount: IntArray
    earliest_s: FloatArray
    due_s: FloatArray
    priority: FloatArray

    def __post_init__(self) -> None:
        fields = {
            "stop": indices(self.stop, "demand.stop"),
            "commodity": indices(self.commodity, "demand.commodity"),
            "amount": whole_numbers(self.amount, "demand.amount"),
            "earliest_s": numbers(self.earliest_s, "demand.earliest_s"),
            "due_s": numbers(self.due_s, "demand.due_s", endless=True),
            "priority": numbers(self.priority, "demand.priority", positive=True),
        }
        same_length(fields, "demand")
        windows(np.asarray(fields["earliest_s"]), np.asarray(fields["due_s"]))
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    @property
    def size(self) -> int:
        """How many lines there are."""
        return int(self.stop.size)


def joined_demand(first: Demand, more: Demand) -> Demand:
    """Return the lines of both, those of the first first."""
    pairs = [(getattr(first, name), getattr(more, name)) for name in Demand.__slots__]
    return Demand(*(np.concatenate(pair) for pair in pairs))


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """What is known at the time of planning again and was not known before; None: unchanged.

    Parameters
    ----------
    travel_s
        All travel times from now on, shape (kinds, d + s, d + s), with the places of the problem.
    more_demand
        Further lines, at stops of the problem; they are numbered after its own.
    lost_vehicles
        Vehicles that make no further move, shape (k,): what they have on board is lost with them.
    stock
        Units at each depot that may leave over the whole time, what has left included, shape (d, k).
    """

    travel_s: FloatArray | None = None
    more_demand: Demand | None = None
    lost_vehicles: IntArray | None = None
    stock: IntArray | None = None
