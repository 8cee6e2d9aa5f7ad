"""A run whose response is planned again after news: a run of its own, proven and listed as any other."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd

from dss.language import LANGUAGES, text
from models import Violation
from scenarios.allocation.plan_figures import Value
from scenarios.following import Following, News, describe_following, follow, write_part_layers
from scenarios.manifest import write_manifest
from scenarios.report.following import response_page, write_following_report
from scenarios.response.again import Again, check_again, plan_again
from scenarios.response.again_files import write_again_proof
from scenarios.response.changes import again_table, write_changes
from scenarios.response.files import FOLDER, read_record
from scenarios.response.inject import Inject, news_of
from scenarios.response.layers import response_layers
from scenarios.response.orders import write_orders
from scenarios.response.tables import described, response_figures

ORDERS_BEFORE = "orders_before"
Tick = Callable[[float], None]


@dataclass(frozen=True, slots=True, eq=False)
class ReplannedRun:
    """A finished run whose response was planned again.

    Parameters
    ----------
    folder, manifest
        Where it is, and what it states.
    violations
        What its check found.
    again
        The plan.
    """

    folder: Path
    manifest: dict[str, Any]
    violations: list[Violation]
    again: Again


def replanned_run(run: Path, inject: Inject, out: Path, tick: Tick = lambda _: None) -> ReplannedRun:
    """Plan a run's response again after news, and write it as a run that follows that one.

    The run's folder is all that is needed; it may itself have been planned again.

    Parameters
    ----------
    run, out
        Folder of the finished run, and of the new one, which must not exist yet; its name is the new run's.
    inject
        The news.
    tick
        Told which share of it all is done.

    Raises
    ------
    InputError
        If the run has no response or cannot be read, the news name what is not there, or the folder exists.
    """
    seconds: dict[str, float] = {}
    since_s = time.perf_counter()

    def done(step: str, share: float) -> None:
        seconds[step] = round(time.perf_counter() - since_s - sum(seconds.values()), 3)
        tick(share)

    record = read_record(run)
    news = news_of(inject, record)
    following = follow(run, out, FOLDER)
    done("read", 0.1)
    again = plan_again(record, news)
    done(FOLDER, 0.6)
    violations = check_again(again)
    done("check", 0.7)
    layers = _write(following, run, again, inject)
    done("write", 0.9)
    manifest = _manifest(following, inject, (again, violations), layers)
    write_following_report(following.folder, manifest, FOLDER, response_page(again.record, layers))
    done("report", 0.95)
    manifest["seconds"] = seconds
    write_manifest(following.folder, manifest)
    following.folder.replace(out)
    tick(1.0)
    return ReplannedRun(out, manifest, violations, again)


def again_figures(again: Again) -> list[Value]:
    """Return the figures of a response that was planned again."""
    table = again_table(again)
    return [
        *response_figures(again.record),
        Value("resp_kept_units", table["kept"], "rescue_units"),
        Value("resp_diverted_units", table["diverted"], "rescue_units"),
        Value("resp_changed_units", table["changed"], "rescue_units"),
        Value("resp_patients_brought", table["brought_persons"], "persons"),
    ]


def again_tables(again: Again) -> dict[str, Any]:
    """Return the tables of a response that was planned again, what changed under ``again``."""
    return {**described(again.record), "again": again_table(again)}


def _write(following: Following, run: Path, again: Again, inject: Inject) -> dict[str, gpd.GeoDataFrame]:
    """Write proof, orders old and new, what changes, and the layers for maps, which are returned."""
    folder = following.folder
    write_again_proof(folder, run, again, inject)
    write_orders(folder / FOLDER / "orders", again.record)
    if (run / FOLDER / "orders").is_dir():
        shutil.copytree(run / FOLDER / "orders", folder / FOLDER / ORDERS_BEFORE)
    write_changes(folder / FOLDER, again_table(again))
    layers = response_layers(again.record)
    write_part_layers(following, layers)
    return layers


def _manifest(
    following: Following, inject: Inject, found: tuple[Again, list[Violation]],
    layers: dict[str, gpd.GeoDataFrame],
) -> dict[str, Any]:  # fmt: skip
    again, violations = found
    title = {
        language: text("response.again_title", language, title=following.first_title[language], at=inject.at)
        for language in LANGUAGES
    }
    tables = {**following.manifest[FOLDER], **again_tables(again)}
    news = News(title, again_figures(again), tables, layers, violations)
    return describe_following(following, news)
