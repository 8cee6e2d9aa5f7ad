"""The printable sheet of a community: one A4 page in Chinese, one in English."""

from collections.abc import Sequence
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from dss.language import LANGUAGES, Language
from scenarios.evacuation.orders.fetching import Fetched
from scenarios.evacuation.orders.order import Order, Slot
from scenarios.evacuation.orders.sketch import Sketches, colour_of
from scenarios.evacuation.orders.wording import (
    first_street,
    say,
    write_amount,
    write_arrival,
    write_departure,
    write_distance,
    write_fetched,
    write_turns,
)

MOST_SLOTS: Final = 6
"""Parts that a page has room for, the largest; the sheet says how many more there are."""


def render_sheet(place: str, told: Sequence[tuple[Order, Sketches]], fetched: Sequence[Fetched] = ()) -> str:
    """Return the sheet of a community as a page of HTML; each order sends somebody on the way.

    Parameters
    ----------
    told
        The orders of the community, one per way of travelling, with what draws the streets of its plan.
    fetched
        Who of the community is fetched.
    """
    environment = Environment(
        loader=PackageLoader("scenarios.evacuation.orders", "."), autoescape=True, undefined=StrictUndefined
    )
    drawn = [its.draw([slot.route for slot in shown_slots(order)]) for order, its in told]
    pages = [
        {
            "language": language,
            "say": _sayer(language),
            "ways": [_way(order, *sketch, language) for (order, _), sketch in zip(told, drawn, strict=True)],
            "fetched": _fetched(fetched, language),
        }
        for language in LANGUAGES
    ]
    return environment.get_template("sheet.html").render(place=place, pages=pages)


def _sayer(language: Language) -> Any:
    return lambda key, **values: say(key, language, **values)


def _way(order: Order, picture: Markup, bar_m: float, language: Language) -> dict[str, Any]:
    """Return what the page says of one way of travelling."""
    shown = shown_slots(order)
    more = [slot for slot in order.slots if not any(slot is one for one in shown)]
    lead = {"persons": f"{order.persons:,.0f}", "amount": write_amount(order.amount, order.facts, language)}
    return {
        "mode": order.facts.mode,
        "lead": say("sheet_lead", language, place=order.place, slots=len(order.slots), **lead),
        "picture": picture,
        "bar": write_distance(bar_m, language),
        "slots": [_slot(slot, number, order, language) for number, slot in enumerate(shown)],
        "more_count": len(more),
        "more": write_amount(sum(slot.amount for slot in more), order.facts, language),
    }


def _fetched(fetched: Sequence[Fetched], language: Language) -> list[dict[str, Any]]:
    """Return what the page says of those who are fetched, by means."""
    parts = []
    for means in dict.fromkeys(one.means for one in fetched):
        own = [one for one in fetched if one.means == means]
        shown = sorted(sorted(own, key=lambda one: -one.persons)[:MOST_SLOTS], key=lambda one: one.first_s)
        left = sum(one.persons for one in own) - sum(one.persons for one in shown)
        more = say("fetch_more", language, persons=left) if left else ""
        parts.append({"means": means, "lines": [write_fetched(one, language) for one in shown], "more": more})
    return parts


def shown_slots(order: Order) -> list[Slot]:
    """Return the largest parts that a page has room for, in the order of leaving."""
    largest = sorted(order.slots, key=lambda slot: -slot.amount)[:MOST_SLOTS]
    return [slot for slot in order.slots if any(slot is one for one in largest)]


def _slot(slot: Slot, number: int, order: Order, language: Language) -> dict[str, Any]:
    return {
        "number": number + 1,
        "street": first_street(slot.route, language),
        "colour": colour_of(number),
        "when": write_departure(slot, order.facts, language),
        "by_when": write_arrival(slot, order.facts, language),
        "amount": write_amount(slot.amount, order.facts, language),
        "shelter": slot.route.shelter or say("no_shelter_name", language),
        "distance": write_distance(slot.route.length_m, language),
        "turns": write_turns(slot.route, order.facts, language),
    }
