"""What the parts of a run beside its allocation add to the report: pictures and words, by the part's key.

Each part has a template of its own, ``KEY.html``, which the page includes.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd

from dss.language import Language
from scenarios.evacuation.record import Record
from scenarios.relief.record import Told
from scenarios.report.evacuation_picture import draw_curves, draw_evacuation_map
from scenarios.report.evacuation_text import evacuation_words
from scenarios.report.relief_picture import draw_gantt, draw_relief_map
from scenarios.report.relief_text import relief_words
from scenarios.report.response_picture import draw_response_map
from scenarios.report.response_text import response_words
from scenarios.response.record import Record as ResponseRecord
from scenarios.situation import Situation

Layers = dict[str, gpd.GeoDataFrame]
Words = Callable[[dict[str, Any], dict[str, Any], Callable[..., str], Callable[[float | None], str]], Any]


@dataclass(frozen=True, slots=True)
class PartPage:
    """What a part adds.

    Parameters
    ----------
    pictures
        PNG in each language by the name of its file; the page knows each as ``NAME_picture``.
    words
        What the template needs beside them, from manifest, figures by key, and how to say and write things.
    """

    pictures: Mapping[str, Mapping[Language, bytes]]
    words: Words

    def values(
        self, manifest: dict[str, Any], figures: dict[str, Any], say: Callable[..., str],
        number: Callable[[float | None], str], language: Language,
    ) -> dict[str, Any]:  # fmt: skip
        """Return what the template of the part shows in a language."""
        shown = {
            f"{name}_picture": base64.b64encode(drawn[language]).decode("ascii")
            for name, drawn in self.pictures.items()
        }
        return {**self.words(manifest, figures, say, number), **shown}


def _evacuation(situation: Situation, layers: Layers, record: Record) -> PartPage:
    pictures = {"evacuation": draw_evacuation_map(situation, layers), "arrivals": draw_curves(record)}
    return PartPage(pictures, evacuation_words)


def _relief(situation: Situation, layers: Layers, told: Told) -> PartPage:
    del situation  # the record has the roads
    return PartPage({"relief": draw_relief_map(told, layers), "relief_gantt": draw_gantt(told)}, relief_words)


def _response(situation: Situation, layers: Layers, record: ResponseRecord) -> PartPage:
    del situation  # the record has the roads
    return PartPage({"response": draw_response_map(record.ground, layers)}, response_words)


DRAWN: Final[dict[str, Callable[[Situation, Layers, Any], PartPage]]] = {
    "evacuation": _evacuation,
    "relief": _relief,
    "response": _response,
}


def draw_parts(situation: Situation, layers: Layers, records: Mapping[str, Any]) -> dict[str, PartPage]:
    """Draw what each part of a run adds to the report, from what the part keeps of itself."""
    return {name: DRAWN[name](situation, layers, record) for name, record in records.items()}
