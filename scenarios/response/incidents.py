"""Incidents of a scenario: where they are, what they ask for, who is hurt."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import KDTree

from dss.arrays import FloatArray
from dss.errors import ScenarioError
from models.dispatch import Needs
from scenarios.places import locate
from scenarios.response.hospitals import CLASSES
from scenarios.response.places import Spots, features_of, spots_of
from scenarios.response.spec import KINDS, Demanded, IncidentLayer, ResponseSpec
from scenarios.situation import Situation


@dataclass(frozen=True, slots=True, eq=False)
class Incidents:
    """Incidents, those that the scenario names first.

    Parameters
    ----------
    spots
        Where they are, with Chinese names.
    name_en
        English names, as long as ``spots``.
    asked
        What each one asks for.
    """

    spots: Spots
    name_en: tuple[str, ...]
    asked: tuple[Demanded, ...]

    def needs(self) -> Needs:
        """Return a line for each incident and kind of unit, in the order of kinds."""
        rows = [
            (i, KINDS.index(kind), asked.needs[kind])
            for i, asked in enumerate(self.asked)
            for kind in KINDS
            if asked.needs.get(kind, 0) > 0
        ]
        table = np.array(rows, dtype=np.int64).reshape(-1, 3)
        return Needs(table[:, 0], table[:, 1], table[:, 2])

    def patients(self) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
        """Return patients by class, shape (i, 3)."""
        rows = [[getattr(asked.patients, name) for name in CLASSES] for asked in self.asked]
        return np.array(rows, dtype=np.int64).reshape(-1, len(CLASSES))

    def latest_s(self) -> FloatArray:
        """Return when the last unit must be there, shape (i,)."""
        return np.array(
            [np.inf if asked.latest_min is None else 60 * asked.latest_min for asked in self.asked]
        )


def gather_incidents(situation: Situation, spec: ResponseSpec) -> Incidents:
    """Return the incidents of a scenario.

    Raises
    ------
    ScenarioError
        If a place is none, or a layer has no features.
    MapError
        If the map has no such layer.
    """
    onemap = situation.onemap
    at = locate(onemap, [incident.at for incident in spec.incidents]).reshape(-1, 2)
    parts = [
        Spots(np.array([incident.name.zh for incident in spec.incidents], dtype=object), at[:, 0], at[:, 1])
    ]
    names = [incident.name.en for incident in spec.incidents]
    asked: list[Demanded] = list(spec.incidents)
    for entry in spec.layers:
        spots = _worst(situation, entry)
        parts.append(spots)
        names += [str(name) for name in spots.name]
        asked += [entry] * spots.size
    together = Spots(
        *(np.concatenate([getattr(part, field) for part in parts]) for field in ("name", "x_m", "y_m"))
    )
    return Incidents(together, tuple(names), tuple(asked))


def _worst(situation: Situation, entry: IncidentLayer) -> Spots:
    """Return the features of a layer around which most people must leave."""
    spots = spots_of(features_of(situation.onemap, [situation.onemap.layer(entry.layer)]))
    if spots.size == 0:
        raise ScenarioError("response_layer_empty", layer=entry.layer)
    cells = situation.cells
    _, nearest = KDTree(np.column_stack([cells.x_m, cells.y_m])).query(
        np.column_stack([spots.x_m, spots.y_m])
    )
    persons = situation.impact.cells.persons[nearest]
    return spots.only(np.argsort(-persons, kind="stable")[: entry.most])
