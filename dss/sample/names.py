"""Names of an invented city: streets, estates, communities, schools, parks, hospitals, bridges.

Drawn from lists of ordinary words, without repeating one; where a list runs out, names are numbered, as real
cities do.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import yaml
from numpy.typing import NDArray

Names = NDArray[np.object_]

CITY: Final = "云澜市"
RIVER: Final = "澜江"
LAKE: Final = "望月湖"
DISTRICTS: Final = ("望湖区", "文澜区", "学林区", "江南新区", "沙洲区")
NUMERALS: Final = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十")


@cache
def words() -> Mapping[str, list[str]]:
    """Return the words that names are made of, by kind."""
    text = files("dss.sample").joinpath("names.yaml").read_text(encoding="utf-8")
    table: Mapping[str, list[str]] = yaml.safe_load(text)
    return table


def draw_names(stems: list[str], count: int, rng: np.random.Generator, ends: tuple[str, ...]) -> Names:
    """Return ``count`` different names: a stem and an end; numbered where the stems run out."""
    order = [stems[k] for k in rng.permutation(len(stems))]
    end = rng.choice(np.array(ends, dtype=object), count) if count else np.array([], dtype=object)
    rounds = -(-count // len(order)) if order else 0
    numbered = [stem + _numeral(k) for k in range(rounds) for stem in order]
    return np.array([numbered[k] + end[k] for k in range(count)], dtype=object)


def pair_stems() -> list[str]:
    """Return stems of a plant or bird and a place: 翠林, 柳溪, ..."""
    return [first + second for first in words()["first"] for second in words()["second"]]


def street_names(counts: tuple[int, int, int], rng: np.random.Generator) -> tuple[Names, Names, Names]:
    """Return names for arterial and collector streets, for streets inside superblocks and for alleys."""
    grand, plain, lanes = counts
    stems = pair_stems()
    cut = int(len(stems) * 0.55)
    mixed = [stems[k] for k in rng.permutation(len(stems))]
    return (
        draw_names([*words()["grand"], *mixed[:60]], grand, rng, ("路",)),
        draw_names(mixed[60:cut], plain, rng, ("路", "街")),
        draw_names([*words()["lanes"], *mixed[cut:]], lanes, rng, ("巷",)),
    )


def _numeral(k: int) -> str:
    """Return the number of a name of round k: none in the first round."""
    if k == 0:
        return ""
    tens, ones = divmod(k + 1, 10)
    if tens == 0:
        return NUMERALS[ones - 1]
    return ("" if tens == 1 else NUMERALS[tens - 1]) + "十" + (NUMERALS[ones - 1] if ones else "")
