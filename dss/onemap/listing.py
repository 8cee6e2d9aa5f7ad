"""Find layers of a map, and count what it holds: by class, by department, by level, by what is overdue."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dss.language import LANGUAGES, has_text, text
from dss.onemap.catalogue import Layer, OneMap
from dss.onemap.lineage import Lineage
from dss.onemap.owed import OwedLayer
from dss.onemap.template import find_middle_class, template
from dss.onemap.terms import LAYER_CLASSES, SENSITIVITIES, LayerClass, Sensitivity, highest


@dataclass(frozen=True, slots=True)
class LayerFilter:
    """Which layers are wanted; None, or False for overdue, wants all.

    Parameters
    ----------
    owner
        Part of the owner's name in either language.
    overdue
        Only those whose renewal is due on the day.
    """

    layer_class: LayerClass | None = None
    role: str | None = None
    owner: str | None = None
    sensitivity: Sensitivity | None = None
    overdue: bool = False

    def keeps(self, layer: Layer, on: date) -> bool:
        """Tell whether a layer of the map is wanted."""
        return self._fits(layer) and (not self.overdue or layer.overdue_days(on) > 0)

    def keeps_owed(self, layer: OwedLayer) -> bool:
        """Tell whether a layer that is not delivered is wanted; it has no date to be overdue by."""
        return self._fits(layer) and not self.overdue

    def _fits(self, layer: Layer | OwedLayer) -> bool:
        owner = (self.owner or "").casefold()
        return (
            self.layer_class in (None, layer.layer_class)
            and self.role in (None, layer.role)
            and self.sensitivity in (None, layer.sensitivity)
            and any(owner in layer.owner.of(language).casefold() for language in LANGUAGES)
        )


def search(layers: Iterable[Layer], words: str) -> tuple[Layer, ...]:
    """Return the layers in which every word occurs somewhere, in either language and any case."""
    wanted = words.casefold().split()
    return tuple(layer for layer in layers if _holds(layer, wanted))


def role_name(role: str, language: Any) -> str:
    """Return the name of a role; its key where the catalogues have none."""
    return text(f"role.{role}", language) if has_text(f"role.{role}") else role


def middle_class_name(middle_class: str, language: Any) -> str:
    """Return the name of a middle class; an old map's own text as it is."""
    found = find_middle_class(middle_class)
    return middle_class if found is None else found.short(language)


def summarise(onemap: OneMap, owed: tuple[OwedLayer, ...], on: date) -> dict[str, Any]:
    """Return what the map holds and what it lacks, as counts.

    Returns
    -------
    ``layers``, ``records``, ``sensitivity`` (the highest), ``middle_classes`` (covered, of how many, their
    status), ``by_class``, ``by_owner`` and ``by_sensitivity`` (each: layers, overdue, not delivered).
    """
    layers = onemap.layers
    covered = {layer.middle_class for layer in layers} & set(template().middle_classes)

    def by(key: Callable[[Layer | OwedLayer], str], first: Iterable[str] = ()) -> Mapping[str, Any]:
        return _counts(key, layers, owed, on, first)

    return {
        "layers": len(layers),
        "records": sum(layer.records for layer in layers),
        "overdue": sum(layer.overdue_days(on) > 0 for layer in layers),
        "not_delivered": len(owed),
        "sensitivity": highest(layer.sensitivity for layer in layers),
        "middle_classes": {
            "covered": len(covered), "of": len(template().middle_classes), "status": template().status,
        },
        "by_class": by(lambda layer: layer.layer_class, LAYER_CLASSES),
        "by_owner": by(lambda layer: layer.owner.zh),
        "by_sensitivity": by(lambda layer: layer.sensitivity, SENSITIVITIES),
    }  # fmt: skip


def layer_facts(onemap: OneMap, layer: Layer, on: date) -> dict[str, Any]:
    """Return everything that is known of a layer: its entry, its age, its names, its lineage."""
    lineage = Lineage.of(onemap, [layer.key])
    return {
        **layer.model_dump(mode="json", by_alias=True, exclude_none=True),
        "age_days": layer.age_days(on),
        "overdue_days": layer.overdue_days(on),
        "lineage": {
            **lineage.as_record(),
            "sources": [source.as_record() for source in lineage.sources],
        },
    }


def _counts(
    key: Callable[[Layer | OwedLayer], str],
    layers: tuple[Layer, ...],
    owed: tuple[OwedLayer, ...],
    on: date,
    first: Iterable[str],
) -> dict[str, dict[str, int]]:
    here = Counter(key(layer) for layer in layers)
    late = Counter(key(layer) for layer in layers if layer.overdue_days(on))
    missing = Counter(key(layer) for layer in owed)
    names = dict.fromkeys((*first, *(name for name, _ in (here + missing).most_common())))
    return {
        name: {"layers": here[name], "overdue": late[name], "not_delivered": missing[name]} for name in names
    }


def _holds(layer: Layer, wanted: list[str]) -> bool:
    searched = _searched(layer)
    return all(word in searched for word in wanted)


def _searched(layer: Layer) -> str:
    middle = find_middle_class(layer.middle_class)
    parts = [layer.key, layer.role, layer.middle_class, layer.source, layer.sensitivity, layer.file]
    parts += [*layer.fields, *layer.fields.values()]
    for language in LANGUAGES:
        parts += [
            layer.title.of(language),
            layer.owner.of(language),
            role_name(layer.role, language),
            text(f"layer_class.{layer.layer_class}", language),
            text(f"word.{layer.sensitivity}", language),
            middle.title.of(language) if middle else "",
        ]
    return "\n".join(parts).casefold()
