"""The audit as plain facts in one language: what the JSON, the sheets and the page are written from."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from dss.language import Language
from dss.onemap.audit.audit import Audit, of_whole_layers
from dss.onemap.audit.history import read_history
from dss.onemap.audit.hits import SEVERITIES
from dss.onemap.audit.score import Score, department_scores, layer_scores, map_score
from dss.onemap.audit.wording import fault_text, layer_title, rule_title, rule_way_out, why_not_run

EXAMPLES: Final = 5
"""Faults of a rule that a summary shows."""


def report(audit: Audit, language: Language) -> dict[str, Any]:
    """Return the whole audit but the list of all its faults, as JSON can hold it."""
    return {
        "map": audit.onemap.catalogue.title.of(language),
        "generated": audit.onemap.catalogue.generated,
        "folder": audit.onemap.folder.name,
        "day": audit.today.isoformat(),
        "seconds": round(audit.seconds, 2),
        "failed": audit.failed,
        "score": _plain(map_score(audit)),
        "layers": {key: _layer(audit, key, score, language) for key, score in layer_scores(audit).items()},
        "departments": [
            {"owner": title.of(language), **_plain(score)}
            for title, score in department_scores(audit).values()
        ],
        "rules": list(_rules(audit, language)),
        "not_run": list(_not_run(audit, language)),
        "history": [
            {"day": check.day.isoformat(), "score": check.score, "errors": check.errors,
             "warnings": check.warnings}
            for check in read_history(audit.onemap.folder)
        ],
    }  # fmt: skip


def _layer(audit: Audit, key: str, score: Score, language: Language) -> dict[str, Any]:
    layer = audit.onemap.layer(key)
    return {
        "title": layer.title.of(language),
        "owner": layer.owner.of(language),
        "date": layer.date.isoformat(),
        **_plain(score),
    }


def _rules(audit: Audit, language: Language) -> Iterator[dict[str, Any]]:
    """Yield each rule that found something, the gravest and commonest first, with counts and examples."""
    faults = audit.faults
    groups = [(str(code), own) for code, own in faults.groupby("code", sort=True)]
    grave = {code: min(own["severity"], key=SEVERITIES.index) for code, own in groups}
    for code, own in sorted(groups, key=lambda group: (SEVERITIES.index(grave[group[0]]), -len(group[1]))):
        by_layer = own["layer"].value_counts(sort=True)
        yield {
            "code": code,
            "title": rule_title(code, language),
            "how": rule_way_out(code, language),
            "severity": grave[code],
            "count": len(own),
            "layers": [
                {"layer": key, "title": layer_title(audit.onemap, key, language), "count": int(count)}
                for key, count in by_layer.items()
            ],
            "examples": list(_examples(audit, own.head(EXAMPLES), language)),
        }


def _examples(audit: Audit, faults: gpd.GeoDataFrame, language: Language) -> Iterator[dict[str, Any]]:
    for (_, fault), what in zip(faults.iterrows(), words(faults, language), strict=True):
        yield _example(audit, fault, what, language)


def _example(audit: Audit, fault: "pd.Series[Any]", what: str, language: Language) -> dict[str, Any]:
    """Return one fault in words."""
    return {
        "layer": fault["layer"],
        "title": layer_title(audit.onemap, fault["layer"], language),
        "record_id": fault["record_id"],
        "row": None if pd.isna(fault["row"]) else int(fault["row"]) + 1,
        "what": what,
    }


def words(faults: gpd.GeoDataFrame, language: Language) -> list[str]:
    """Return what is wrong with each record, place or layer."""
    whole = of_whole_layers(faults)
    return [
        fault_text(code, values, whole=one, language=language)
        for code, values, one in zip(faults["code"], faults["values"], whole, strict=True)
    ]


def _not_run(audit: Audit, language: Language) -> Iterator[dict[str, Any]]:
    """Yield what could not be checked, one entry a rule and a reason, with its layers."""
    groups: dict[tuple[str, str], list[str]] = {}
    for one in audit.not_run:
        reason = why_not_run(one.why, one.values, language)
        groups.setdefault((one.code, reason), []).extend([one.layer] if one.layer else [])
    for (code, reason), layers in groups.items():
        yield {"code": code, "title": rule_title(code, language), "why": reason, "layers": layers}


def _plain(score: Score) -> dict[str, Any]:
    return {**asdict(score), "score": round(score.score, 1)}
