"""Write what people are told: sheets, tables, routes and posts as files."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely

from dss.language import LANGUAGES
from scenarios.evacuation.orders.fetching import Fetched, fetched_layer
from scenarios.evacuation.orders.order import Order, Orders, Slot
from scenarios.evacuation.orders.posts import Post, posts_of
from scenarios.evacuation.orders.route import path_of
from scenarios.evacuation.orders.sheet import render_sheet
from scenarios.evacuation.orders.sketch import Sketches
from scenarios.evacuation.orders.wording import (
    say,
    write_amount,
    write_departure,
    write_heading,
    write_turns,
)
from scenarios.evacuation.plan_files import PlanFacts
from scenarios.evacuation.streets import Streets
from scenarios.report.fonts import embedded_fonts

OUT_CRS: Final = "EPSG:4326"


def write_orders(folder: Path, plans: Sequence[Orders], fetched: Sequence[Fetched] = ()) -> list[Path]:
    """Write the orders of a run's plans into a folder.

    Parameters
    ----------
    plans
        The orders of each plan, one per way of travelling.
    fetched
        Who goes to a pick-up point.

    Returns
    -------
    The sheets. Beside them stand ``fonts.css``, ``orders.csv``, ``orders.geojson`` (a line per community and
    part) ``posts.geojson`` (police and barriers) and, where anybody is fetched, ``pickups.csv``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    layer = order_layer(plans)
    table = pd.DataFrame(layer.drop(columns="geometry"))
    table.to_csv(folder / "orders.csv", index=False, encoding="utf-8-sig")
    (folder / "orders.geojson").write_text(layer.to_json(ensure_ascii=False, drop_id=True), encoding="utf-8")
    posts = post_layer(plans).to_json(ensure_ascii=False, drop_id=True)
    (folder / "posts.geojson").write_text(posts, encoding="utf-8")
    if fetched:
        rows = fetched_layer(fetched, plans[0].plan.streets.crs).to_crs(OUT_CRS)
        places = {"lng_deg": rows.geometry.x.round(6), "lat_deg": rows.geometry.y.round(6)}
        pd.DataFrame(rows.drop(columns="geometry")).assign(**places).to_csv(
            folder / "pickups.csv", index=False, encoding="utf-8-sig"
        )
    return _write_sheets(folder, plans, fetched)


def _write_sheets(folder: Path, plans: Sequence[Orders], fetched: Sequence[Fetched]) -> list[Path]:
    pages = {}
    sketches = [Sketches(orders.plan.streets) for orders in plans]
    places = {one.place for plan in plans for one in plan.by_community} | {one.place for one in fetched}
    for number, place in enumerate(sorted(places)):
        told = [
            (order, its)
            for orders, its in zip(plans, sketches, strict=True)
            for order in orders.by_community
            if order.place == place and order.slots
        ]
        own = [one for one in fetched if one.place == place]
        if told or own:
            pages[_file_name(number + 1, place)] = render_sheet(place, told, own)
    (folder / "fonts.css").write_text(
        embedded_fonts("".join(sorted(set("".join(pages.values()))))), encoding="utf-8"
    )
    for name, page in pages.items():
        (folder / name).write_text(page, encoding="utf-8")
    return [folder / name for name in pages]


def order_layer(plans: Sequence[Orders]) -> gpd.GeoDataFrame:
    """Return a line per community and part: who leaves when, where to, by which turns."""
    rows, lines = [], []
    for orders in plans:
        streets = orders.plan.streets
        for order in orders.by_community:
            for part, slot in enumerate(order.slots, start=1):
                rows.append(_row(order, part, slot))
                lines.append(_line(streets, slot))
    frame = gpd.GeoDataFrame(
        pd.DataFrame(rows, columns=_columns()), geometry=lines, crs=plans[0].plan.streets.crs
    )
    return frame.to_crs(OUT_CRS)


def post_layer(plans: Sequence[Orders]) -> gpd.GeoDataFrame:
    """Return a point per post of police or barrier, with its reason in words."""
    rows, points = [], []
    for orders in plans:
        facts = orders.plan.facts
        for post in posts_of(orders.plan):
            rows.append({"mode": facts.mode, **_post_row(post, facts)})
            points.append(shapely.Point(post.x_m, post.y_m))
    columns = ["mode", "reason", "street", "other", "amount", "from_s", "until_s", "text_zh", "text_en"]
    frame = pd.DataFrame(rows, columns=columns).astype({"amount": "Int64", "until_s": "float64"})
    return gpd.GeoDataFrame(frame, geometry=points, crs=plans[0].plan.streets.crs).to_crs(OUT_CRS)


def _row(order: Order, part: int, slot: Slot) -> dict[str, Any]:
    words = {
        f"{name}_{language}": words
        for language in LANGUAGES
        for name, words in (
            ("when", write_departure(slot, order.facts, language)),
            ("turns", "; ".join(write_turns(slot.route, order.facts, language))),
        )
    }
    return {
        "community": order.place, "mode": order.facts.mode, "part": part, "amount": slot.amount,
        "unit": order.facts.unit, "first_s": slot.first_s, "last_s": slot.last_s, "arrive_s": slot.arrive_s,
        "shelter": slot.route.shelter, "length_m": round(slot.route.length_m), **words,
    }  # fmt: skip


def _columns() -> list[str]:
    plain = (
        "community", "mode", "part", "amount", "unit", "first_s", "last_s", "arrive_s", "shelter", "length_m"
    )  # fmt: skip
    return [*plain, *(f"{name}_{language}" for language in LANGUAGES for name in ("when", "turns"))]


def _line(streets: Streets, slot: Slot) -> shapely.LineString:
    return shapely.remove_repeated_points(shapely.LineString(path_of(slot.route, streets)))


def _post_row(post: Post, facts: PlanFacts) -> dict[str, Any]:
    words = {}
    for language in LANGUAGES:
        nameless = say("no_street_name", language)
        other = post.other or nameless
        if post.other_heading_deg is not None:
            heading = write_heading(post.other_heading_deg, language)
            other = say("street_to", language, street=other, heading=heading)
        words[f"text_{language}"] = say(
            f"post_{post.reason}_text",
            language,
            amount=write_amount(post.amount or 0, facts, language),
            street=post.street or nameless,
            heading=write_heading(post.heading_deg, language),
            other=other,
            minutes=int(post.from_s // 60),
        )
    return {
        "reason": post.reason, "street": post.street, "other": post.other, "amount": post.amount,
        "from_s": post.from_s, "until_s": post.until_s, **words,
    }  # fmt: skip


def _file_name(number: int, place: str) -> str:
    safe = re.sub(r"[^\w-]+", "_", place).strip("_")
    return f"{number:03d}-{safe[:60]}.html"
