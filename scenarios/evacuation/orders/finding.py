"""Where do I go? The orders for a place: a community by name, a cell by its number, a point on the earth."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

import h3

from dss.errors import InputError
from scenarios.evacuation.orders.order import Order, Orders

MOST_NAMES: Final = 8


def orders_at(plans: Sequence[Orders], lng_deg: float, lat_deg: float) -> list[Order]:
    """Return what the people at a point are told, an order per way of travelling; none where nobody leaves.

    Raises
    ------
    InputError
        If the point is not on the earth.
    """
    if not (abs(lng_deg) <= 180 and abs(lat_deg) <= 90):
        raise InputError("degrees", value=f"{lng_deg},{lat_deg}")
    found = []
    for orders in plans:
        cells = orders.plan.homes.cell
        if cells.size:
            resolution = h3.get_resolution(h3.int_to_str(int(cells[0])))
            found.append(orders.of_cell(h3.str_to_int(h3.latlng_to_cell(lat_deg, lng_deg, resolution))))
    return [order for order in found if order is not None]


def orders_for(plans: Sequence[Orders], place: str) -> list[Order]:
    """Return what the people of a place are told, an order per way of travelling.

    Parameters
    ----------
    place
        A cell's number, a community's name, or a part of it that no other name has.

    Raises
    ------
    InputError
        If no community is called so, or several are.
    """
    wanted = place.strip()
    if h3.is_valid_cell(wanted.lower()):
        cell = h3.str_to_int(wanted.lower())
        return [order for orders in plans if (order := orders.of_cell(cell)) is not None]
    name = _community(wanted, sorted({order.place for orders in plans for order in orders.by_community}))
    return [order for orders in plans for order in orders.by_community if order.place == name]


def _community(wanted: str, names: list[str]) -> str:
    if wanted in names:
        return wanted
    near = [name for name in names if wanted and wanted.lower() in name.lower()]
    if len(near) == 1:
        return near[0]
    near = near or get_close_matches(wanted, names, MOST_NAMES, cutoff=0.3) or names
    shown = ", ".join(near[:MOST_NAMES])
    raise InputError("orders_place", place=wanted, names=shown, count=len(names))
