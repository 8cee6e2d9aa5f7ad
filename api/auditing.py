"""The audit of a map as answers show it: made once a day for a content of the map."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from api.coded import plain
from api.layers import FeatureTable, dump, plan_layer
from api.maps import digest_of
from api.service import Service
from api.texts import words
from dss.language import LANGUAGES
from dss.onemap import OneMap, open_map

if TYPE_CHECKING:
    from dss.onemap.audit import Audit

FACTS: Final = "audit.json"
FAULTS: Final = "faults.parquet"
COUNTS: Final = ("errors", "warnings", "infos")


def audit_folder(service: Service, onemap: OneMap) -> Path:
    """Return where the audit of a map lies; makes it where there is none of today.

    Raises
    ------
    NotReady
        If it takes longer than a request waits.
    """
    today = datetime.now().date()
    return service.builder.made(_name(onemap, today), make_audit, onemap.folder, today)


def audit_facts(folder: Path) -> dict[str, Any]:
    """Return what an audit found, but for its faults one by one."""
    facts: dict[str, Any] = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    return facts


def faults_of(service: Service, folder: Path) -> FeatureTable:
    """Return the faults of an audit as features."""
    return service.layers.get(("audit", folder.name), lambda: plan_layer(folder / FAULTS, folder.name))


def found_of_layer(service: Service, onemap: OneMap, key: str) -> dict[str, int] | None:
    """Return what today's audit found of a layer; None where nobody asked for it yet."""
    folder = service.builder.found(_name(onemap, datetime.now().date()))
    if folder is None:
        return None
    return next(
        ({name: one[name] for name in COUNTS} for one in audit_facts(folder)["layers"] if one["key"] == key),
        None,
    )


def found_of_record(service: Service, onemap: OneMap, key: str, number: int) -> list[dict[str, Any]]:
    """Return what today's audit found of a record; nothing where nobody asked for it yet."""
    folder = service.builder.found(_name(onemap, datetime.now().date()))
    if folder is None:
        return []
    faults = faults_of(service, folder)
    columns = faults.columns
    rows = (columns["layer"] == key) & (columns["row"].fillna(0) == number)
    return [
        {
            "code": plain(columns["code"].iloc[row]),
            "severity": plain(columns["severity"].iloc[row]),
            "what": {one: plain(columns[f"what_{one}"].iloc[row]) for one in LANGUAGES},
        }
        for row in rows.to_numpy(bool).nonzero()[0]
    ]


def make_audit(target: Path, folder: Path, today: date) -> None:
    """Audit a map and write what was found; called in another process."""
    from dss.onemap.audit import check_map  # noqa: PLC0415 - the server itself never needs it

    audit = check_map(open_map(folder), today)
    target.mkdir()
    (target / FACTS).write_text(dump(_facts(audit)), encoding="utf-8")
    _faults(audit).to_parquet(target / FAULTS)


def _name(onemap: OneMap, today: date) -> str:
    return f"audit-{digest_of(onemap)}-{today.isoformat()}"


def _facts(audit: "Audit") -> dict[str, Any]:
    from dss.onemap.audit.score import department_scores, layer_scores, map_score  # noqa: PLC0415

    whole = map_score(audit)
    titles = {layer.key: layer.title.model_dump() for layer in audit.onemap.layers}
    return {
        "day": audit.today.isoformat(),
        "failed": audit.failed,
        "score": round(whole.score, 1),
        **{name: getattr(whole, name) for name in COUNTS},
        "rules": _rules(audit),
        "layers": [_score(key, titles[key], score) for key, score in layer_scores(audit).items()],
        "departments": [
            _score(key, title.model_dump(), score) for key, (title, score) in department_scores(audit).items()
        ],
        "not_run": _not_run(audit),
    }


def _score(key: str, title: dict[str, str], score: Any) -> dict[str, Any]:
    counts = {name: getattr(score, name) for name in ("records", "faulty", *COUNTS)}
    return {"key": key, "title": title, "score": round(score.score, 1), **counts}


def _rules(audit: "Audit") -> list[dict[str, Any]]:
    from dss.onemap.audit.hits import SEVERITIES  # noqa: PLC0415

    rules = []
    for code, own in audit.faults.groupby("code", sort=True):
        severity = min(own["severity"], key=SEVERITIES.index)
        counts = own["layer"].value_counts()
        rules.append(
            {
                "code": str(code),
                "title": words(f"audit.rule_{code}"),
                "how": words(f"audit.how_{code}"),
                "severity": severity,
                "count": len(own),
                "layers": {str(key): int(count) for key, count in counts.items()},
            }
        )
    return sorted(rules, key=lambda rule: (SEVERITIES.index(rule["severity"]), -rule["count"]))


def _not_run(audit: "Audit") -> list[dict[str, Any]]:
    from dss.onemap.audit.wording import why_not_run  # noqa: PLC0415

    return [
        {
            "code": one.code,
            "layer": one.layer,
            "title": words(f"audit.rule_{one.code}"),
            "why": {language: why_not_run(one.why, one.values, language) for language in LANGUAGES},
        }
        for one in audit.not_run
    ]


def _faults(audit: "Audit") -> Any:
    import geopandas as gpd  # noqa: PLC0415

    from dss.onemap.audit.report import words as fault_words  # noqa: PLC0415

    faults = audit.faults
    owners = {layer.key: layer.owner for layer in audit.layers}
    table = pd.DataFrame(
        {
            "code": faults["code"].astype(str),
            "severity": faults["severity"].astype(str),
            "layer": faults["layer"].astype(str),
            "owner_zh": faults["layer"].map(lambda key: owners[key].zh),
            "owner_en": faults["layer"].map(lambda key: owners[key].en),
            "record_id": faults["record_id"].astype("string"),
            "row": faults["row"].astype("Int64") + 1,
            **{f"what_{language}": fault_words(faults, language) for language in LANGUAGES},
        }
    )
    return gpd.GeoDataFrame(table, geometry=faults.geometry.to_numpy(), crs=faults.crs)
