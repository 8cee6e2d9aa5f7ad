"""A plan made again as files, so that its run's folder alone proves it, and the plans before it.

relief/record.json, record.npz, roads.parquet    the whole relief as it now is
relief/ahead.json, ahead.npz                     the plan of what was left to plan, with its prices
relief/inject.yaml                               the news as they were given
relief/before/                                   the same of the plan before, but for the roads
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from models import Plan, Violation, dispatch
from models.dispatch import DeliveryDecision
from models.dispatch.same import same_fields
from scenarios.following import BEFORE
from scenarios.injects import read_inject
from scenarios.relief.again import Again, Roads, again_of, carried_on, changes_by, check_again
from scenarios.relief.checking import check_record
from scenarios.relief.inject import Inject, news_of
from scenarios.relief.record import FOLDER, Record, Solved, Told, fetch_record, read_record, write_record
from scenarios.relief.stowing import fetch, stow
from scenarios.stored import readable_proof

AHEAD: Final = "ahead"
INJECT: Final = "inject.yaml"
STORED: Final = (
    "record.json", "record.npz", f"{AHEAD}.json", f"{AHEAD}.npz", INJECT
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Ahead:
    """The plan of what was left to plan, and how its solve ended."""

    decision: DeliveryDecision
    solved: Solved


def write_again_proof(folder: Path, run: Path, again: Again, inject: Inject) -> None:
    """Write a plan made again into a new run's folder, with the proof of the run that it follows."""
    before = folder / FOLDER / BEFORE
    if (run / FOLDER / BEFORE).is_dir():
        shutil.copytree(run / FOLDER / BEFORE, before / BEFORE)
    before.mkdir(parents=True, exist_ok=True)
    for name in STORED:
        if (run / FOLDER / name).is_file():
            shutil.copyfile(run / FOLDER / name, before / name)
    write_record(folder, again.told)
    stow(folder / FOLDER, AHEAD, Ahead(again.made.ahead, Solved.of(again.plan.report)))
    text = yaml.safe_dump(inject.model_dump(exclude_unset=True), allow_unicode=True, sort_keys=False)
    (folder / FOLDER / INJECT).write_text(text, encoding="utf-8")


def is_again(run: Path) -> bool:
    """Tell whether a run's relief was planned again."""
    return (run / FOLDER / INJECT).is_file()


def read_again(run: Path) -> Again:
    """Read the last planning again of a run back.

    Raises
    ------
    InputError
        If a file is missing or broken.
    """
    return read_agains(run)[0]


def read_agains(run: Path) -> list[Again]:
    """Read every planning again of a run back, the last one first; empty where there was none.

    Raises
    ------
    InputError
        If a file is missing or broken.
    """
    told = read_record(run)
    found, folder = [], run / FOLDER
    with readable_proof(folder):
        while (folder / INJECT).is_file():
            before = Told(fetch_record(folder / BEFORE), told.streets)
            found.append(_put_together(folder, before, told.record))
            told, folder = before, folder / BEFORE
    return found


def _put_together(folder: Path, before: Told, record: Record) -> Again:
    """Return a plan made again, all but what was planned ahead derived from news and the plan before."""
    news = news_of(read_inject(folder / INJECT, Inject), before)
    ahead = fetch(folder, AHEAD, Ahead)
    changes = changes_by(before.record, news, record.course, record.problem.travel_s)
    old = before.record
    made = dispatch.derive_replanned(old.problem, old.decision, news.at_s, changes, ahead.decision)
    report = ahead.solved.plan(made).report
    return again_of(before, news, changes, Plan(made, report), record)


def check_agains(run: Path) -> list[Violation]:
    """Return what the plans of a run that was planned again break, back to the first one.

    Raises
    ------
    InputError
        If a file is missing or broken.
    """
    agains = read_agains(run)
    first = check_record(agains[-1].before)
    return [violation for again in agains for violation in (*_as_derived(again), *check_again(again))] + first


def _as_derived(again: Again) -> Iterator[Violation]:
    """Find what a stored record holds otherwise than news and plan before give it."""
    old, new = again.before.record, again.told.record
    roads = Roads(old.course.closing(again.news.edges, again.news.at_s), new.on_road, new.drives)
    if not same_fields(carried_on(old, again.news, again.plan, roads), new):
        yield Violation("(record)", "the relief as it is carried on", 1.0)
