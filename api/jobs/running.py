"""Run a scenario into its folder, told to a job's row."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from api.jobs.tables import State
from api.jobs.work import PARTIAL
from dss.onemap import OneMap
from scenarios.load import parse_scenario
from scenarios.progress import ProgressEvent
from scenarios.run import run_scenario

Tell = Callable[[str, float, float | None], None]


NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


def run_into(
    folder: Path,
    scenario: Mapping[str, Any],
    onemap: OneMap,
    tell: Tell,
    *,
    beside: Mapping[str, str] = NOTHING,
) -> State:
    """Run a scenario; a plan that fails its check ends as such.

    Parameters
    ----------
    beside
        Texts to lie in the run's folder by file name; the manifest has their hashes.
    """

    def listen(event: ProgressEvent) -> None:
        if event.sequence == 1:
            for name, text in beside.items():
                folder.with_name(folder.name + PARTIAL).joinpath(name).write_text(text, encoding="utf-8")
        if event.step != "done":  # the folder has not its name yet
            tell(event.step, event.fraction, event.remaining_s)

    result = run_scenario(parse_scenario(scenario, "scenario"), onemap, folder, [listen])
    return "check_failed" if result.violations else "done"
