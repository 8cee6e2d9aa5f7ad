"""`dss evacuation orders`: what people are told, all of it or that of one place."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from api.commands.say import answer_json, say
from dss.errors import InputError
from dss.language import LANGUAGES, Language, current_language
from dss.workspace import default_workspace
from scenarios.evacuation.orders import Order, Orders, orders_of, write_orders
from scenarios.evacuation.orders.fetching import Fetched, fetched_in
from scenarios.evacuation.orders.finding import orders_at, orders_for
from scenarios.evacuation.orders.wording import (
    write_amount,
    write_arrival,
    write_departure,
    write_fetched,
    write_streets,
    write_turns,
)
from scenarios.evacuation.plan_files import plan_folders, read_plan

Run = Annotated[str, typer.Argument(metavar="RUN", help=say("arg_run"))]


def orders(
    name: Run,
    *,
    place: Annotated[str | None, typer.Option("--place", metavar="TEXT", help=say("opt_order_place"))] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="LON,LAT", help=say("opt_order_at"))] = None,
    lang: Annotated[str | None, typer.Option("--lang", metavar="zh|en", help=say("opt_order_lang"))] = None,
    out: Annotated[Path | None, typer.Option("--out", help=say("opt_order_out"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=say("opt_json"))] = False,
) -> None:
    """Say when, by which way and where to the people of a place go; without a place, of every community."""
    language = _language(lang)
    plans = [
        orders_of(read_plan(folder)) for folder in plan_folders(default_workspace().run_folder(name)).values()
    ]
    fetched = fetched_in(default_workspace().run_folder(name))
    if out is not None:
        sheets = write_orders(out, plans, fetched)
        typer.echo(say("orders_written", sheets=len(sheets), folder=out), err=as_json)
    if place is None and at is None:
        _show_all(plans, fetched, language, as_json)
    else:
        told = _asked(plans, place, at)
        places = {order.place for order in told}
        _show(told, [one for one in fetched if one.place in places], language, as_json)


def _language(lang: str | None) -> Language:
    for known in LANGUAGES:
        if (lang or current_language()) == known:
            return known
    raise InputError("order_language", language=lang)


def _asked(plans: list[Orders], place: str | None, at: str | None) -> list[Order]:
    if place is not None and at is not None:
        raise InputError("order_place_and_at")
    if place is not None:
        return orders_for(plans, place)
    try:
        lng, lat = (float(part) for part in str(at).split(","))
    except ValueError as error:
        raise InputError("degrees", value=at) from error
    return orders_at(plans, lng, lat)


def _show_all(plans: list[Orders], fetched: list[Fetched], language: Language, as_json: bool) -> None:
    told = [order for orders in plans for order in orders.by_community]
    if as_json:
        answer_json([*(_content(order, language) for order in told), *map(asdict, fetched)])
        return
    table = Table(*[say(f"head_order_{key}") for key in ("place", "amount", "when", "way", "shelter")])
    for order in told:
        for number, slot in enumerate(order.slots):
            table.add_row(
                "" if number else order.place,
                write_amount(slot.amount, order.facts, language),
                write_departure(slot, order.facts, language),
                write_streets(slot.route, language),
                slot.route.shelter,
            )
    Console().print(table)
    for one in fetched:
        typer.echo(f"{one.place}: {write_fetched(one, language)}")


def _show(told: list[Order], fetched: list[Fetched], language: Language, as_json: bool) -> None:
    if as_json:
        answer_json([*(_content(order, language) for order in told), *map(asdict, fetched)])
        return
    console = Console(highlight=False)
    if not any(order.slots for order in told):
        console.print(say("order_none"), soft_wrap=True)
    for order in told:
        console.print(order.place, style="bold")
        for slot in order.slots:
            facts = [
                write_departure(slot, order.facts, language), write_amount(slot.amount, order.facts, language)
            ]  # fmt: skip
            console.print("  " + " · ".join(facts), soft_wrap=True)
            for line in write_turns(slot.route, order.facts, language):
                console.print(f"    {line}", soft_wrap=True)
    for one in fetched:
        console.print("  " + write_fetched(one, language), soft_wrap=True)


def _content(order: Order, language: Language) -> dict[str, Any]:
    return {
        "place": order.place,
        "mode": order.facts.mode,
        "persons": order.persons,
        "cells": [f"{cell:x}" for cell in order.cells.tolist()],
        "parts": [
            {
                "first_s": slot.first_s,
                "last_s": slot.last_s,
                "arrive_s": slot.arrive_s,
                "amount": slot.amount,
                "unit": order.facts.unit,
                "shelter": slot.route.shelter,
                "length_m": slot.route.length_m,
                "when": write_departure(slot, order.facts, language),
                "arrive": write_arrival(slot, order.facts, language),
                "turns": write_turns(slot.route, order.facts, language),
            }
            for slot in order.slots
        ],
    }
