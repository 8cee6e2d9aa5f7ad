"""A run whose relief is planned again after news: a run of its own, proven, told and listed as any other."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd

from dss.language import LANGUAGES, text
from models import Limits, Violation
from scenarios.finished import read_manifest
from scenarios.following import Following, News, describe_following, follow, write_part_layers
from scenarios.manifest import write_manifest
from scenarios.relief.again import check_again, plan_again
from scenarios.relief.again_files import write_again_proof
from scenarios.relief.again_tables import again_figures, again_tables
from scenarios.relief.changes import Changed, changes_of
from scenarios.relief.inject import Inject, news_of
from scenarios.relief.layers import relief_layers
from scenarios.relief.orders import write_orders
from scenarios.relief.record import FOLDER, read_record
from scenarios.report.following import relief_page, write_following_report
from scenarios.report.relief_sheet import write_change_sheets

ORDERS_BEFORE = "orders_before"
Tick = Callable[[float], None]


@dataclass(frozen=True, slots=True, eq=False)
class ReplannedRun:
    """A finished run whose relief was planned again.

    Parameters
    ----------
    folder, manifest
        Where it is, and what it states.
    violations
        What its check found.
    changed
        The plan, and what it changes for each vehicle.
    """

    folder: Path
    manifest: dict[str, Any]
    violations: list[Violation]
    changed: Changed


def replanned_run(
    run: Path, inject: Inject, limits: Limits, out: Path, tick: Tick = lambda _: None
) -> ReplannedRun:
    """Plan a run's relief again after news, and write it as a run that follows that one.

    The run's folder is all that is needed; it may itself have been planned again.

    Parameters
    ----------
    run, out
        Folder of the finished run, and of the new one, which must not exist yet; its name is the new run's.
    inject
        The news.
    limits
        Of the search; reading, checking and writing come on top.
    tick
        Told which share of it all is done.

    Raises
    ------
    InputError
        If the run has no relief or cannot be read, the news name what is not there, or the folder exists.
    ScenarioError
        If the news name no depot, commodity or unit of the run.
    """
    watch = _Watch()
    read_manifest(run)  # a folder that holds no run is said to hold none
    told = read_record(run)
    news = news_of(inject, told)
    following = follow(run, out, FOLDER)
    watch.end("read")
    tick(0.1)
    again = plan_again(told, news, limits)
    watch.end(FOLDER)
    tick(0.5)
    violations = check_again(again)
    watch.end("check")
    tick(0.6)
    changed = changes_of(again)
    layers = _write(following, run, changed, inject)
    watch.end("write")
    tick(0.9)
    manifest = _manifest(following, inject, (changed, violations), layers)
    page = relief_page(changed, layers)
    write_following_report(following.folder, manifest, FOLDER, page)
    write_change_sheets(following.folder / FOLDER, changed, manifest, page.pictures["relief_news"])
    watch.end("report")
    manifest["seconds"] = watch.seconds
    write_manifest(following.folder, manifest)
    following.folder.replace(out)
    tick(1.0)
    return ReplannedRun(out, manifest, violations, changed)


def _write(following: Following, run: Path, changed: Changed, inject: Inject) -> dict[str, gpd.GeoDataFrame]:
    """Write proof, orders old and new, what changes, and the layers for maps, which are returned."""
    folder, again = following.folder, changed.again
    write_again_proof(folder, run, again, inject)
    write_orders(folder / FOLDER / "orders", again.told, again.news.at_s)
    if (run / FOLDER / "orders").is_dir():
        shutil.copytree(run / FOLDER / "orders", folder / FOLDER / ORDERS_BEFORE)
    layers = relief_layers(again.told)
    write_part_layers(following, layers)
    return layers


def _manifest(
    following: Following, inject: Inject, found: tuple[Changed, list[Violation]],
    layers: dict[str, gpd.GeoDataFrame],
) -> dict[str, Any]:  # fmt: skip
    changed, violations = found
    asked = following.manifest[FOLDER]
    title = {
        language: text("relief.again_title", language, title=following.first_title[language], at=inject.at)
        for language in LANGUAGES
    }
    news = News(title, again_figures(changed.again), {**asked, **again_tables(changed)}, layers, violations)
    return describe_following(following, news)


class _Watch:
    """Says how long each step took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._since_s = time.perf_counter()

    def end(self, step: str) -> None:
        """End a step; the next one begins."""
        now_s = time.perf_counter()
        self.seconds[step], self._since_s = round(now_s - self._since_s, 3), now_s
