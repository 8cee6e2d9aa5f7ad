"""A response planned again as files, so that its run's folder alone proves it, and the plans before it.

response/inject.yaml    the news as they were given
response/before/        the proof of the plan before, but for the lines of the roads
"""

import shutil
from pathlib import Path
from typing import Final

import yaml

from models import Violation
from scenarios.following import BEFORE
from scenarios.injects import read_inject
from scenarios.response.again import Again, again_of, check_again
from scenarios.response.checking import check_record
from scenarios.response.files import FOLDER, read_home, read_record, write_record
from scenarios.response.inject import Inject, news_of
from scenarios.stored import readable_proof

INJECT: Final = "inject.yaml"
PROOF: Final = (".npz", ".json", ".yaml")
"""Endings of the files that prove a plan."""


def write_again_proof(folder: Path, run: Path, again: Again, inject: Inject) -> None:
    """Write a plan made again into a new run's folder, with the proof of the run that it follows."""
    before = folder / FOLDER / BEFORE
    if (run / FOLDER / BEFORE).is_dir():
        shutil.copytree(run / FOLDER / BEFORE, before / BEFORE)
    before.mkdir(parents=True, exist_ok=True)
    for path in sorted((run / FOLDER).iterdir()):
        if path.suffix in PROOF and not path.name.startswith("changes"):
            shutil.copyfile(path, before / path.name)
    write_record(folder, again.record)
    text = yaml.safe_dump(
        inject.model_dump(mode="json", exclude_unset=True), allow_unicode=True, sort_keys=False
    )
    (folder / FOLDER / INJECT).write_text(text, encoding="utf-8")


def is_again(run: Path) -> bool:
    """Tell whether a run's response was planned again."""
    return (run / FOLDER / INJECT).is_file()


def read_agains(run: Path) -> list[Again]:
    """Read every planning again of a run back, the last one first; empty where there was none.

    Raises
    ------
    InputError
        If a file is missing or broken.
    """
    record, home = read_record(run), run / FOLDER
    found, folder = [], home
    with readable_proof(home):
        while (folder / INJECT).is_file():
            before = read_home(folder / BEFORE, home)
            found.append(again_of(before, news_of(read_inject(folder / INJECT, Inject), before), record))
            record, folder = before, folder / BEFORE
    return found


def check_agains(agains: list[Again]) -> list[Violation]:
    """Return what the plans of a run that was planned again break, back to the first one."""
    first = check_record(agains[-1].before)
    return [violation for again in agains for violation in check_again(again)] + first
