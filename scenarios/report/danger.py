"""How a hazard looks on the map: a colour and a label for each class of its measure."""

from typing import Final

from dss.hazard import Measure
from dss.language import Language, has_text, text

COLOURS: Final[dict[str, tuple[str, ...]]] = {
    "depth": ("#dbeaf6", "#b3d3ea", "#7fb3d9", "#4a8dc2"),
    "intensity": ("#efedf2", "#ddd7e4", "#c6bcd2", "#aa9cbb", "#8a7a9f"),
    "concentration": ("#e8f0d2", "#c6dca3", "#93bf68"),
    "fire": ("#e9e3dc", "#cbbdae", "#6b5848"),
    "gust": ("#eef4f3", "#e0ebe9", "#d1e1df", "#c0d6d3", "#acc8c5"),
    "zone": ("#ddd0b4",),
}


def class_colours(measure: Measure) -> tuple[str, ...]:
    """Return a colour for each class, from the weakest to the worst."""
    return COLOURS[measure.key]


def class_labels(measure: Measure, language: Language) -> list[str]:
    """Return a label for each class: its name where it has one, else its limits with the unit."""
    labels = []
    for k, low in enumerate(measure.limits, start=1):
        key = f"measure.{measure.key}_{k}"
        if has_text(key):
            labels.append(text(key, language, low=f"{low:.3g}"))
        elif k < len(measure.limits):
            labels.append(f"{low:g}–{measure.limits[k]:g} {measure.unit}")
        else:
            labels.append(f"> {low:g} {measure.unit}")
    return labels
