"""What the printed orders say, in one language: the same words for paper and workbook."""

from dataclasses import dataclass

from dss.language import Language
from scenarios.relief.orders.map import stop_numbers
from scenarios.relief.orders.sheets import DepotList, Sheet, Trip, Visit
from scenarios.relief.orders.wording import (
    say,
    write_convoy,
    write_kind,
    write_length,
    write_load,
    write_time,
    write_ways,
    write_weight,
)
from scenarios.relief.record import Record

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drive:
    """A drive in words: where to, how far, and its turns."""

    to: str
    length: str
    turns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TripText:
    """A trip in words; ``rows`` are its stops: number, name, arrival, departure, load.

    ``convoy`` says with whom it is made, and is empty where the vehicle drives alone.
    """

    title: str
    loading: str
    convoy: str
    rows: tuple[Row, ...]
    drives: tuple[Drive, ...]


@dataclass(frozen=True, slots=True)
class VehicleText:
    """A vehicle's sheet in words."""

    label: str
    title: str
    lead: str
    trips: tuple[TripText, ...]


@dataclass(frozen=True, slots=True)
class DepotText:
    """A depot's loading list in words; rows: from, leaves, vehicle, first stop, load, weight."""

    title: str
    lead: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that the orders of a plan say.

    Parameters
    ----------
    heads
        Headings of tables by name: ``overview``, ``depot``, ``trip``.
    words
        Further texts by name.
    """

    language: Language
    title: str
    lead: str
    heads: dict[str, Row]
    words: dict[str, str]
    overview: tuple[Row, ...]
    depots: tuple[DepotText, ...]
    vehicles: tuple[VehicleText, ...]


def content_of(record: Record, sheets: list[Sheet], lists: list[DepotList], language: Language) -> Content:
    """Put the orders of a plan into words."""

    def told(key: str) -> str:
        return say(key, language)

    return Content(
        language=language,
        title=told("orders_title"),
        lead=say(
            "orders_lead", language, vehicles=len(sheets), trips=sum(len(one.trips) for one in sheets),
            depots=len(lists), days=record.facts.days,
        ),
        heads={
            "overview": tuple(map(told, ("vehicle", "kind", "depot", "trips", "first_load", "last_back"))),
            "depot": tuple(map(told, ("load_from", "leaves", "vehicle", "goes_to", "load", "weight_head"))),
            "trip": tuple(map(told, ("number", "stop", "arrive", "leave", "hand_over"))),
        },
        words={key: told(key) for key in ("legend", "way", "overview", "note", "loading_lists")},
        overview=tuple(_overview(record, sheet, language) for sheet in sheets),
        depots=tuple(_depot(record, one, language) for one in lists),
        vehicles=tuple(_vehicle(record, sheet, language) for sheet in sheets),
    )  # fmt: skip


def _overview(record: Record, sheet: Sheet, language: Language) -> Row:
    garage = record.garage
    return (
        garage.label[sheet.vehicle],
        write_kind(garage.kinds.key[garage.kind[sheet.vehicle]], language),
        record.depots.name[sheet.trips[0].depot],
        str(len(sheet.trips)),
        write_time(sheet.trips[0].load_from_s, record.facts, language),
        write_time(sheet.trips[-1].end_s, record.facts, language),
    )


def _depot(record: Record, one: DepotList, language: Language) -> DepotText:
    rows = tuple(
        (
            write_time(trip.load_from_s, record.facts, language),
            write_time(trip.start_s, record.facts, language),
            _vehicle_named(record, trip, language),
            record.stops.name[trip.visits[0].stop] if trip.visits else "–",
            write_load(trip.packs, record, language),
            write_weight(trip.packs, record, language),
        )
        for trip in one.trips
    )
    total = sum((trip.packs for trip in one.trips[1:]), start=one.trips[0].packs)
    name = record.depots.name[one.depot]
    return DepotText(
        say("depot_title", language, depot=name),
        say(
            "depot_lead", language, trips=len(rows), load=write_load(total, record, language),
            weight=write_weight(total, record, language), date=record.depots.day[one.depot],
        ),
        rows,
    )  # fmt: skip


def _vehicle_named(record: Record, trip: Trip, language: Language) -> str:
    """Return a vehicle's label, with the name of its convoy where it drives in one."""
    label, name = record.garage.label[trip.vehicle], record.convoy_name(trip.together)
    return label if name is None else say("in_convoy", language, vehicle=label, convoy=name)


def _vehicle(record: Record, sheet: Sheet, language: Language) -> VehicleText:
    garage, numbers = record.garage, stop_numbers(sheet.trips)
    label = garage.label[sheet.vehicle]
    kind = write_kind(garage.kinds.key[garage.kind[sheet.vehicle]], language)
    lead = say(
        "vehicle_lead", language, kind=kind, depot=record.depots.name[sheet.trips[0].depot],
        trips=len(sheet.trips), stops=len(numbers),
    )  # fmt: skip
    trips = tuple(
        _trip(record, trip, (row, numbers), language) for row, trip in enumerate(sheet.trips, start=1)
    )
    return VehicleText(label, say("vehicle_title", language, vehicle=label), lead, trips)


def _trip(record: Record, trip: Trip, place: tuple[int, dict[int, int]], language: Language) -> TripText:
    row, numbers = place
    times = {
        name: write_time(at_s, record.facts, language)
        for name, at_s in (("load", trip.load_from_s), ("start", trip.start_s), ("end", trip.end_s))
    }
    drives = [_drive(record.stops.name[visit.stop], visit, language) for visit in trip.visits]
    back = Drive(
        say("back", language, depot=record.depots.name[trip.depot]),
        write_length(trip.back.length_m, language),
        tuple(write_ways(trip.back, language)),
    )
    return TripText(
        say("trip_title", language, number=row, day=trip.day, **times),
        say(
            "trip_loading", language, load=write_load(trip.packs, record, language),
            weight=write_weight(trip.packs, record, language),
        ),
        write_convoy(trip, record, language),
        tuple(
            (
                str(numbers[visit.stop]),
                record.stops.name[visit.stop],
                write_time(visit.arrive_s, record.facts, language),
                write_time(visit.leave_s, record.facts, language),
                (
                    write_load(visit.packs, record, language)
                    if visit.packs.any()
                    else say("comes_along", language)
                ),
            )
            for visit in trip.visits
        ),
        (*drives, back),
    )  # fmt: skip


def _drive(name: str, visit: Visit, language: Language) -> Drive:
    turns = tuple(write_ways(visit.way, language))
    return Drive(say("drive_to", language, stop=name), write_length(visit.way.length_m, language), turns)
