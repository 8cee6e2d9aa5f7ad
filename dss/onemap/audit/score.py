"""How good a layer, a department and a map are: 100 where nothing is wrong.

A record counts by its worst fault: 1 for an error, 0.3 for a warning, nothing for an information. A fault of
the whole layer counts for every record. A layer's score is 100 * (1 - mean over its records); a department's
is the mean of its layers, a map's the mean of all layers: a list of ten hospitals matters as much as a
hundred thousand buildings. A raster counts as one record.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.onemap.audit.audit import Audit, of_whole_layers
from dss.onemap.audit.hits import SEVERITIES
from dss.onemap.catalogue import Layer, Title

WEIGHT: Final = {"error": 1.0, "warning": 0.3, "info": 0.0}
"""What a fault takes from its record."""


@dataclass(frozen=True, slots=True)
class Score:
    """A score and what it is made of.

    Parameters
    ----------
    score
        0 to 100.
    records
        Records that were looked at.
    faulty
        Records with at least one error or warning; all where the whole layer is at fault.
    faulty_alone
        Records with an error or warning of their own.
    errors, warnings, infos
        Faults.
    """

    score: float
    records: int
    faulty: int
    faulty_alone: int
    errors: int
    warnings: int
    infos: int


def layer_scores(audit: Audit) -> dict[str, Score]:
    """Return the score of each layer by its key."""
    return {layer.key: _layer_score(audit, layer) for layer in audit.layers}


def department_scores(audit: Audit) -> dict[str, tuple[Title, Score]]:
    """Return owner and score of each department, by its Chinese name, the worst first."""
    scores = layer_scores(audit)
    owners = {layer.owner.zh: layer.owner for layer in audit.layers}
    found = {
        name: (title, _mean(scores[layer.key] for layer in audit.layers if layer.owner.zh == name))
        for name, title in owners.items()
    }
    return dict(sorted(found.items(), key=lambda entry: entry[1][1].score))


def map_score(audit: Audit) -> Score:
    """Return the score of the map."""
    return _mean(layer_scores(audit).values())


def _layer_score(audit: Audit, layer: Layer) -> Score:
    faults = audit.faults[audit.faults["layer"] == layer.key]
    weight = faults["severity"].map(WEIGHT).astype(float)
    of_record = faults["row"].notna()
    records = 1 if layer.kind == "raster" else layer.records
    worst = np.zeros(max(1, records))
    rows = faults.loc[of_record, "row"].to_numpy(np.int64)
    np.maximum.at(worst, rows, weight[of_record].to_numpy())
    alone = int((worst > 0).sum())
    whole = of_whole_layers(faults)
    worst = np.maximum(worst, weight[whole].max() if whole.any() else 0.0)
    count = {severity: int((faults["severity"] == severity).sum()) for severity in SEVERITIES}
    faulty = int((worst > 0).sum())
    score = 100.0 * (1.0 - float(worst.mean()))
    return Score(score, records, faulty, alone, count["error"], count["warning"], count["info"])


def _mean(scores: Iterable[Score]) -> Score:
    known = list(scores)
    return Score(
        score=float(np.mean([one.score for one in known])) if known else 100.0,
        records=sum(one.records for one in known),
        faulty=sum(one.faulty for one in known),
        faulty_alone=sum(one.faulty_alone for one in known),
        errors=sum(one.errors for one in known),
        warnings=sum(one.warnings for one in known),
        infos=sum(one.infos for one in known),
    )
