"""Orders in words: times, loads and ways, in the reader's language."""

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np

from dss.arrays import IntArray
from dss.language import Language, text
from scenarios.evacuation.orders.wording import write_distance, write_leg
from scenarios.relief.fleet import DAY_S
from scenarios.relief.goods import UNITS
from scenarios.relief.orders.sheets import Trip, Way
from scenarios.relief.record import Facts, Record


def say(key: str, language: Language, **values: object) -> str:
    """Return a text of the relief."""
    return text(f"relief.{key}", language, **values)


def write_time(at_s: float, facts: Facts, language: Language) -> str:
    """Write a time: by the clock where the plan knows when it begins, else by day and hour of the relief."""
    return write_moment(at_s, facts.clock, lambda key, **values: text(key, language, **values))


def write_moment(at_s: float, clock: str | None, tell: Callable[..., str]) -> str:
    """Write a time, where ``tell`` says the text of a key."""
    minutes = int(at_s // 60)
    if clock is None:
        day, rest = divmod(minutes, int(DAY_S // 60))
        return tell("relief.time_day", day=day + 1, clock=f"{rest // 60:02d}:{rest % 60:02d}")
    moment = datetime.fromisoformat(clock) + timedelta(minutes=minutes)
    return tell("relief.time_clock", month=f"{moment:%m}", day=f"{moment:%d}", clock=f"{moment:%H:%M}")


def write_load(packs: IntArray, record: Record, language: Language) -> str:
    """Write a load: packs of each commodity, with what they hold where that is not the same number.

    A dash where there is nothing: the vehicle stopped before it reached anyone.
    """
    if not packs.any():
        return "–"
    return say("joiner", language).join(
        write_packs(k, int(packs[k]), record, language) for k in np.flatnonzero(packs).tolist()
    )


def write_packs(k: int, packs: int, record: Record, language: Language) -> str:
    """Write some packs of a commodity."""
    key, content = record.goods.key[k], float(record.goods.content[k])
    if content == 1:
        return say(f"plain_{key}", language, packs=f"{packs:,}")
    name = say(f"good_{key}", language)
    amount = f"{packs * content:,.0f}"
    return say(
        "load_packs", language, name=name, packs=f"{packs:,}", amount=amount, unit=_unit(key, language)
    )


def write_ways(way: Way, language: Language) -> list[str]:
    """Write a drive, a line for each turn."""
    return [write_leg(leg, "drive", language) for leg in way.turns]


def write_length(metres: float, language: Language) -> str:
    """Write how far a drive is."""
    return write_distance(metres, language)


def write_convoy(trip: Trip, record: Record, language: Language) -> str:
    """Write with whom a trip is made; empty where the vehicle drives alone."""
    name = record.convoy_name(trip.together)
    if name is None:
        return ""
    others = [record.garage.label[v] for v in trip.together if v != trip.vehicle]
    return say("convoy", language, convoy=name, others=say("joiner", language).join(others))


def write_weight(packs: IntArray, record: Record, language: Language) -> str:
    """Write the weight of a load."""
    return say("weight", language, kg=f"{float(packs @ record.goods.weight_kg):,.0f}")


def write_kind(key: str, language: Language) -> str:
    """Write the name of a kind of vehicle: a scenario's own kinds are called as it calls them."""
    try:
        return say(f"kind_{key}", language)
    except KeyError:
        return key


def _unit(key: str, language: Language) -> str:
    return say(f"unit_{next(iter(UNITS[key]))}", language)
