"""How fast the page is without a graphics card: python benchmarks/console.py [--persons 1000000].

Prints one JSON line each: usable (seconds until a warm server's page has drawn base map, cells and layers),
recolour (seconds from choosing another figure to the drawn map), bundle (kB gzip), actions (clicks from the
start page to a finished plan). The city is the generated sample, seed 1, on cells of
resolution 10: about 20,000 of them for a million people.
"""

import argparse
import gzip
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from browser import Visit, launch, visit
from console_server import CITY, served
from playwright.sync_api import Browser, sync_playwright

from api.commands.demo import sample_map
from dss.workspace import Workspace

STATIC = Path(__file__).parents[1] / "api" / "static" / "assets"
FIGURES_AT_MOST = 5
RESOLUTION = 10
ACTIONS = ("Run", "River flood in the sample city", "Start the run")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--without-run", action="store_true")
    asked = parser.parse_args()
    tell("bundle", kb_gzip=bundle_kb(), worker_kb_gzip=bundle_kb(worker=True))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder)
        made = sample_map(Workspace(home), asked.persons, 1)
        made.rename(made.with_name(CITY))
        browser = launch(playwright)
        with served(home) as address:
            usable_s(browser, address)  # the first visit makes base map and cells
            times = [usable_s(browser, address) for _ in range(asked.repeat)]
            tell("usable", persons=asked.persons, median_s=round(statistics.median(times), 2), all_s=times)
            tell("recolour", persons=asked.persons, **recolour_s(browser, address))
            if not asked.without_run:
                tell("actions", count=len(ACTIONS), run_s=run_s(browser, address))
        browser.close()


def tell(what: str, **values: object) -> None:
    """Print one line."""
    print(json.dumps({"what": what, **values}), flush=True)


def bundle_kb(*, worker: bool = False) -> float:
    """Return the size of scripts and styles before fonts, with or without the map's worker."""
    files = [path for path in STATIC.iterdir() if path.suffix in (".js", ".css")]
    kept = [path for path in files if ("worker" in path.name) == worker]
    return round(sum(len(gzip.compress(path.read_bytes())) for path in kept) / 1000, 1)


def wait_for_cells(seen: Visit) -> None:
    """Wait until the map has drawn base map, cells and shelters, and is at rest."""
    drawn = "".join(f"[data-drawn~='{one}']" for one in ("base", "cells", "layer:shelters"))
    seen.page.locator(f".map{drawn}").wait_for(timeout=120_000)
    seen.wait_for_map()


def usable_s(browser: Browser, address: str) -> float:
    """Return the seconds from asking for the page until the map is drawn."""
    began = time.perf_counter()
    with visit(browser, f"{address}/#/situation?lang=en&cells={RESOLUTION}") as seen:
        wait_for_cells(seen)
        return round(time.perf_counter() - began, 2)


def recolour_s(browser: Browser, address: str) -> dict[str, object]:
    """Return the seconds that choosing another figure takes, the values being in the browser's cache."""
    with visit(browser, f"{address}/#/situation?lang=en&cells={RESOLUTION}") as seen:
        wait_for_cells(seen)
        choice = seen.page.get_by_label("Colour by")
        keys = choice.locator("option").evaluate_all("all => all.map(one => one.value)")[
            1 : FIGURES_AT_MOST + 1
        ]
        rounds = [[change_s(seen, key) for key in keys] for _ in range(2)]
        cells = seen.page.locator("tr", has_text="H3").locator("td").nth(1).inner_text()
        return {"cells": cells, "median_s": round(statistics.median(rounds[1]), 3), "all_s": rounds[1]}


def change_s(seen: Visit, key: str) -> float:
    """Return the seconds from choosing a figure until the map is idle, told by the page's own clock."""
    milliseconds = seen.page.evaluate(
        """async (key) => {
          const choice = [...document.querySelectorAll('select')].find(
            (one) => [...one.options].some(({ value }) => value === key));
          const map = document.querySelector('.map');
          const began = performance.now();
          const drawn = new Promise((done) => {
            let begun = false;
            new MutationObserver((_, watching) => {
              begun ||= map.dataset.idle === undefined;
              if (begun && map.dataset.idle === 'true') { watching.disconnect(); done(); }
            }).observe(map, { attributes: true });
            setTimeout(done, 10000);
          });
          choice.value = key;
          choice.dispatchEvent(new Event('change', { bubbles: true }));
          await drawn;
          return performance.now() - began;
        }""",
        key,
    )
    return round(milliseconds / 1000, 3)


def run_s(browser: Browser, address: str) -> float:
    """Return the seconds from the last click to a plan that is shown."""
    with visit(browser, f"{address}/#/situation?lang=en&cells={RESOLUTION}") as seen:
        seen.wait_for_map()
        for name in ACTIONS:
            seen.page.get_by_role("button", name=name).first.click()
        began = time.perf_counter()
        seen.page.get_by_text("Passed its independent check").wait_for(timeout=600_000)
        return round(time.perf_counter() - began, 1)


if __name__ == "__main__":
    main()
