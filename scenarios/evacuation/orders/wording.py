"""Orders in words: times, distances, turns, in the reader's language."""

from datetime import timedelta
from typing import Final

from dss.language import Language, text
from scenarios.evacuation.orders.fetching import Fetched
from scenarios.evacuation.orders.order import Slot
from scenarios.evacuation.orders.route import Leg, Route
from scenarios.evacuation.plan_files import Mode, PlanFacts

COMPASS: Final = ("n", "ne", "e", "se", "s", "sw", "w", "nw")


def say(key: str, language: Language, **values: object) -> str:
    """Return a text of the orders."""
    return text(f"orders.{key}", language, **values)


def write_distance(metres: float, language: Language) -> str:
    """Write a distance as people say it: tens of metres, from a kilometre on tenths of it."""
    if metres < 995:
        return say("metres", language, value=f"{max(10, round(metres / 10) * 10)}")
    return say("kilometres", language, value=f"{metres / 1000:.1f}")


def write_departure(slot: Slot, facts: PlanFacts, language: Language) -> str:
    """Write when to leave: after the order, and by the clock where the plan knows when it begins."""
    first = int(slot.first_s // 60)
    last = int((slot.last_s + facts.step_s + 59) // 60)
    span = say("after_one" if last <= first + 1 else "after", language, first=first, last=last)
    if facts.start is None:
        return span
    clock = [f"{facts.start + timedelta(minutes=minutes):%H:%M}" for minutes in (first, last)]
    return say("clock", language, first=clock[0], last=clock[1], span=span)


def write_arrival(slot: Slot, facts: PlanFacts, language: Language) -> str:
    """Write by when the last of a slot are to be safe."""
    minutes = int((slot.arrive_s + 59) // 60)
    if facts.start is None:
        return say("by_minute", language, minutes=minutes)
    return say("by_clock", language, clock=f"{facts.start + timedelta(minutes=minutes):%H:%M}")


def write_amount(amount: int, facts: PlanFacts, language: Language) -> str:
    """Write how many go."""
    return say(f"amount_{facts.unit}", language, amount=f"{amount:,}")


def write_turns(route: Route, facts: PlanFacts, language: Language) -> list[str]:
    """Write a route, a line for each turn, the last one for the shelter."""
    lines = [write_leg(leg, facts.mode, language) for leg in route.legs]
    shelter = route.shelter or say("no_shelter_name", language)
    return [*lines, say("arrive", language, shelter=shelter)]


def write_leg(leg: Leg, mode: Mode, language: Language) -> str:
    """Write a stretch of one street: how one comes to it, where it sets off to, how far."""
    return say(
        f"leg_{leg.turn}",
        language,
        street=leg.street or say("no_street_name", language),
        heading=write_heading(leg.heading_deg, language),
        distance=write_distance(leg.length_m, language),
        go=say(f"go_{mode}", language),
    )


def write_fetched(one: Fetched, language: Language) -> str:
    """Write where to be when, and which vehicle goes where from there."""
    return say(
        f"fetch_{one.means}",
        language,
        point=one.point,
        by=int(one.be_there_s // 60),
        first=int(one.first_s // 60),
        last=int((one.last_s + 59) // 60),
        vehicles=say("list_joint", language).join(map(str, one.vehicles)),
        shelter=one.shelter or say("no_shelter_name", language),
        arrive=int((one.arrive_s + 59) // 60),
        persons=one.persons,
    )


def first_street(route: Route, language: Language) -> str:
    """Return the street that a route begins on, or the shelter where it needs none."""
    if not route.legs:
        return route.shelter or say("no_shelter_name", language)
    return route.legs[0].street or say("no_street_name", language)


def write_heading(degrees: float, language: Language) -> str:
    """Write a direction as one of eight."""
    return say(f"heading_{COMPASS[round(degrees / 45) % 8]}", language)


def write_streets(route: Route, language: Language) -> str:
    """Write the streets of a route in a few words, repeated names once."""
    names = [leg.street for leg in route.legs if leg.street]
    once = [name for i, name in enumerate(names) if i == 0 or names[i - 1] != name]
    return say("list_joint", language).join(once) or say("no_street_name", language)
