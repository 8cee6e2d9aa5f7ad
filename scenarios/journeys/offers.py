"""Which shelters are offered to whom: trips in time, within service distance, suitable, across which borders.

Index names: ``i`` rows of people, ``c`` affected cells, ``j`` shelters, ``a`` arcs.
"""

from dataclasses import dataclass

import numpy as np

from dss import columns as col
from dss.arrays import BoolArray, FloatArray, IntArray
from dss.buildings import read_buildings
from dss.errors import ScenarioError
from dss.suitability import indoor, medical, share_outside_debris
from scenarios.allocation.spec import AllocationSpec, WithinMinutes
from scenarios.journeys.people import People
from scenarios.journeys.together import Borders
from scenarios.situation import Situation


@dataclass(frozen=True, slots=True, eq=False)
class Houses:
    """The shelters that may serve.

    Parameters
    ----------
    site_index
        Row in the shelter frame of each, shape (m,).
    capacity
        Places of each, shape (m,); 0 where it is lost.
    fits
        Whether it suits a group, shape (groups + 1, m), row 0 for everyone else.
    service_m
        How far its class serves, shape (m,); inf where it serves everybody.
    unsuitable
        Shelters left out because they are under a roof, or are not.
    debris_places
        Places taken off because rubble would reach them.
    """

    site_index: IntArray
    capacity: IntArray
    fits: BoolArray
    service_m: FloatArray
    unsuitable: int
    debris_places: int


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """What is offered to each row of people, shapes (n,), each narrowing the one before.

    A way in time, within the service distance, to a shelter that suits, and across no closed border. The
    distances and times behind it say how far a wider service would reach.
    """

    in_time: BoolArray
    in_service: BoolArray
    suits: BoolArray
    allowed: BoolArray


def open_houses(situation: Situation, spec: AllocationSpec) -> Houses:
    """Return the shelters that the hazard spares and the scenario allows.

    Raises
    ------
    ScenarioError
        If a shelter said to be lost is unknown, or none is left.
    """
    shelters, want = situation.shelters, spec.shelters
    roof = indoor(shelters, want.indoor_words)
    cared = medical(shelters, want.medical_words, situation.ground.facilities.get("hospitals"))
    usable = {"any": np.ones_like(roof), "indoor": roof, "outdoor": ~roof}[want.only]
    site_index = np.flatnonzero(situation.shelter_open & usable)
    if site_index.size == 0:
        raise ScenarioError("no_shelter_open", count=situation.shelter_open.size)
    capacity = shelters.capacity.copy()
    if want.outside_debris:
        stock = read_buildings(situation.onemap, situation.standards)
        clear = share_outside_debris(shelters, stock, situation.standards)
        capacity = np.floor(capacity * np.where(roof, 1.0, clear) + 1e-9).astype(np.int64)
    debris_places = int((shelters.capacity - capacity)[site_index].sum())
    capacity[lost_shelters(situation, want.lost)] = 0
    suits = {"indoor": roof, "medical": cared}
    everywhere = np.ones_like(roof)
    wanted = [[everywhere], *([everywhere, *(suits[s] for s in group.suitable)] for group in spec.groups)]
    fits = np.array([np.all(needs, axis=0) for needs in wanted])
    return Houses(
        site_index,
        capacity[site_index],
        fits[:, site_index],
        _service_m(situation, spec)[site_index],
        int((situation.shelter_open & ~usable).sum()),
        debris_places,
    )


def lost_shelters(situation: Situation, names: list[str]) -> IntArray:
    """Return the rows of shelters given by name or by number (from 1).

    Raises
    ------
    ScenarioError
        If there is no such shelter, or several have the name.
    """
    known = situation.shelters.features[col.NAME].astype(str).to_numpy()
    rows = []
    for name in names:
        found = np.flatnonzero(known == name)
        if found.size == 0 and name.isdigit() and 1 <= int(name) <= known.size:
            found = np.array([int(name) - 1])
        if found.size == 0:
            near = [one for one in known if name in one][:5] or list(known[:5])
            raise ScenarioError("allocation_shelter", name=name, near=", ".join(near))
        rows.append(found)
    return np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)


def _service_m(situation: Situation, spec: AllocationSpec) -> FloatArray:
    m = situation.shelters.capacity.size
    if not spec.shelters.service_distance:
        return np.full(m, np.inf)
    table = dict(situation.standards.column("shelters.service_distance_m"))
    classes = situation.shelters.features[col.SHELTER_CLASS]
    return classes.map(table).fillna(np.inf).to_numpy(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """Trips of rows of people to shelters, and who may use them, all shapes (n, m).

    ``total_s`` is inf where there is no way; ``far`` is the straight distance in units of what the shelter's
    class serves, 0 where classes serve everybody; ``cross`` tells which lead into another district without an
    agreement, ``agreed`` which with one.
    """

    total_s: FloatArray
    on_foot: BoolArray
    far: FloatArray
    suits: BoolArray
    cross: BoolArray
    agreed: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """What limits the offer: seconds of each row's trip, shape (n,), and times the service distance."""

    limit_s: FloatArray
    service: float = 1.0


def lay_ways(
    situation: Situation,
    people: People,
    houses: Houses,
    borders: Borders | None,
    trips: tuple[FloatArray, BoolArray],
) -> Ways:
    """Set beside each trip how far it is, whom it suits and which border it crosses."""
    total_s, on_foot = trips
    cells = np.flatnonzero(situation.affected)[people.cell]
    n, m = total_s.shape
    far = np.zeros((n, m))
    limited = np.isfinite(houses.service_m)
    if limited.any():
        site = houses.site_index[limited]
        x_m = situation.cells.x_m[cells][:, None] - situation.shelters.x_m[site]
        y_m = situation.cells.y_m[cells][:, None] - situation.shelters.y_m[site]
        far[:, limited] = np.hypot(x_m, y_m) / houses.service_m[limited]
    cross = agreed = np.zeros((n, m), dtype=np.bool_)
    if borders is not None:
        i, j = borders.of_cell[people.cell], borders.of_site
        other = (i[:, None] != j[None, :]) & (i >= 0)[:, None] & (j >= 0)[None, :]
        accord = borders.agreed[i][:, j]
        cross, agreed = other & ~accord, other & accord
    return Ways(total_s, on_foot, far, houses.fits[people.group], cross, agreed)


def make_offer(ways: Ways, rules: Rules, spec: AllocationSpec) -> tuple[BoolArray, Offer]:
    """Return which ways are offered, shape (n, m), and what narrows them."""
    in_time = ways.total_s <= rules.limit_s[:, None]
    in_service = in_time & (ways.far <= rules.service)
    suits = in_service & ways.suits
    closed = spec.districts is not None and spec.districts.border_s is None
    allowed = suits & ~ways.cross if closed else suits
    steps = np.array([mask.any(axis=1) for mask in (in_time, in_service, suits, allowed)])
    return allowed, Offer(steps[0], steps[1], steps[2], steps[3])


def extra_seconds(ways: Ways, spec: AllocationSpec, i: IntArray, j: IntArray) -> FloatArray | None:
    """Return what arcs count beside their travel time: borders and lateness; None where nothing does."""
    extra_s = np.zeros(i.size)
    if spec.districts is not None:
        extra_s += (spec.districts.border_s or 0.0) * ways.cross[i, j]
        extra_s += spec.districts.agreed_s * ways.agreed[i, j]
    if isinstance(spec.objective, WithinMinutes):
        extra_s += spec.objective.late_s * (ways.total_s[i, j] > 60 * spec.objective.minutes)
    return extra_s if extra_s.any() else None


def weights(people: People, spec: AllocationSpec) -> FloatArray | None:
    """Return the weight of a person of each row; None where all count the same."""
    of_group = np.array([1.0, *(group.priority for group in spec.groups)])
    weight = of_group[people.group]
    return None if (weight == 1).all() else weight


def trip_limits(people: People, spec: AllocationSpec, max_trip_s: float) -> FloatArray:
    """Return the longest trip of each row, shape (n,)."""
    of_group = [max_trip_s, *(min(group.max_trip_s or max_trip_s, max_trip_s) for group in spec.groups)]
    return np.array(of_group)[people.group]
