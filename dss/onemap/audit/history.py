"""What earlier checks of a map found: the score over time, and since when each fault is known."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Final

import pandas as pd

from dss.errors import MapError
from dss.onemap.audit.audit import Audit
from dss.onemap.audit.score import layer_scores, map_score

FOLDER: Final = "audit"
HISTORY_FILE: Final = "history.jsonl"
SEEN_FILE: Final = "seen.parquet"
KEYS: Final = ("code", "layer", "record", "place")
"""What makes a fault the same one at the next check."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check of the whole map.

    Parameters
    ----------
    day
        Day by which ages were reckoned.
    score
        Score of the map.
    errors, warnings, infos
        Faults found.
    layers
        Score of each layer by its key.
    """

    day: date
    score: float
    errors: int
    warnings: int
    infos: int
    layers: dict[str, float]


def read_history(folder: Path) -> tuple[Check, ...]:
    """Return the checks of a map so far, the oldest first.

    Raises
    ------
    MapError
        If the history is broken; names the line.
    """
    path = folder / FOLDER / HISTORY_FILE
    if not path.is_file():
        return ()
    checks = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            entry = json.loads(line)
            checks.append(Check(**{**entry, "day": date.fromisoformat(entry["day"])}))
        except (ValueError, TypeError, KeyError) as error:
            raise MapError("audit_history_broken", file=path, line=number) from error
    return tuple(checks)


def remember(audit: Audit) -> None:
    """Add a check of the whole map to its history, and note which faults are new."""
    folder = audit.onemap.folder / FOLDER
    folder.mkdir(exist_ok=True)
    whole = map_score(audit)
    check = Check(
        day=audit.today,
        score=round(whole.score, 2),
        errors=whole.errors,
        warnings=whole.warnings,
        infos=whole.infos,
        layers={key: round(score.score, 2) for key, score in layer_scores(audit).items()},
    )
    with (folder / HISTORY_FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps({**asdict(check), "day": check.day.isoformat()}) + "\n")
    seen = _keys(audit).assign(since=known_since(audit)).drop_duplicates(list(KEYS))
    partial = folder / f"{SEEN_FILE}.partial"
    seen.to_parquet(partial)
    partial.replace(folder / SEEN_FILE)


def known_since(audit: Audit) -> pd.Series:
    """Return the day on which each fault was first found, as ISO text; shape (faults,)."""
    path = audit.onemap.folder / FOLDER / SEEN_FILE
    today = audit.today.isoformat()
    if not path.is_file():
        return pd.Series(today, index=audit.faults.index, dtype=object)
    seen = pd.read_parquet(path)
    found = _keys(audit).merge(seen, on=list(KEYS), how="left")["since"].fillna(today)
    first = [min(str(one), today) for one in found]  # a check may be told to reckon by an earlier day
    return pd.Series(first, index=audit.faults.index, dtype=object)


def _keys(audit: Audit) -> pd.DataFrame:
    """Return what makes each fault the same one: its record by 标识码, else by row, else its place."""
    faults = audit.faults
    row = faults["row"].map(lambda one: "" if pd.isna(one) else f"#{one}").astype(str)
    record = faults["record_id"].where(faults["record_id"].notna(), row).astype(str)
    centre = faults.geometry.centroid
    place = (centre.x.round().astype(str) + " " + centre.y.round().astype(str)).where(record == "", "")
    return pd.DataFrame(
        {"code": faults["code"].astype(str), "layer": faults["layer"].astype(str), "record": record,
         "place": place.astype(str)}
    )  # fmt: skip
