"""Writes the sample city as the departments' deliveries, with the profile that binds them."""

from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from dss.errors import InputError
from dss.sample.city import build_city
from dss.sample.delivery.files import write_rasters, write_vectors
from dss.sample.delivery.records import draw_dates, with_records
from dss.sample.delivery.template import profile_text
from dss.sample.delivery.truth import TRUTH_FILE, write_truth
from dss.sample.faults import plant_faults

FEWEST_PERSONS: Final = 5_000
MOST_PERSONS: Final = 5_000_000
MOST_ERRORS: Final = 0.3
ERRORS: Final = 0.05
"""Share of wrong records in a real city's one map, roughly."""
PROFILE_FILE: Final = "profile.yaml"


def write_sample(
    folder: Path,
    *,
    persons: int = 300_000,
    seed: int = 1,
    errors: float = ERRORS,
    today: date | None = None,
) -> Path:
    """Generate a city and write its layers, their profile, and the list of the errors planted in them.

    Parameters
    ----------
    folder
        Where to write; made if it does not exist, and must be empty.
    persons
        People who live in the city; its area and everything in it follow.
    seed
        Another seed, another city.
    errors
        Share of the records that are made wrong, one fault each; 0 for a clean city. The faults are listed in
        ``folder / "truth.csv"``.
    today
        The day of the delivery, from which the dates of layers and records count back; the current day where
        none is given. The same arguments, this one among them, write the same city.

    Returns
    -------
    The profile, ``folder / "profile.yaml"``.

    Raises
    ------
    InputError
        If persons, seed or errors are out of range, or the folder holds something already.
    """
    _require(folder, persons, seed, errors)
    today = today or date.today()
    city = build_city(persons, seed)
    dates = draw_dates(today, np.random.default_rng([seed, 1]))
    layers = with_records(city.layers, dates, np.random.default_rng([seed, 2]))
    delivery = plant_faults(layers, dates, share=errors, today=today, rng=np.random.default_rng([seed, 3]))
    folder.mkdir(parents=True, exist_ok=True)
    empty = {key for key, frame in delivery.layers.items() if frame.empty}
    write_vectors({key: frame for key, frame in delivery.layers.items() if key not in empty}, folder)
    write_rasters(city.flood, city.elevation, folder)
    write_truth(delivery.planted, folder / TRUTH_FILE)
    profile = folder / PROFILE_FILE
    profile.write_text(profile_text((persons, seed), today, delivery.dates, empty), encoding="utf-8")
    return profile


def _require(folder: Path, persons: int, seed: int, errors: float) -> None:
    if not FEWEST_PERSONS <= persons <= MOST_PERSONS:
        raise InputError("sample_persons", persons=persons, fewest=FEWEST_PERSONS, most=MOST_PERSONS)
    if seed < 0:
        raise InputError("sample_seed", seed=seed)
    if not 0 <= errors <= MOST_ERRORS:
        raise InputError("sample_errors", errors=errors, most=MOST_ERRORS)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError("sample_folder", folder=folder)
