"""How far a run's figures move if the error rate of each layer is true: Monte Carlo over wrong records.

Each draw puts errors into the layers of a run, in memory, and runs its pipeline to the figures. The same
draws are then made with errors in one layer alone, so that layers can be compared by what they do.
"""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from zlib import crc32

import geopandas as gpd
import numpy as np

from dss.arrays import FloatArray
from dss.errors import Cancelled, DssError, ScenarioError
from dss.onemap import OneMap, read_vector
from dss.onemap.lineage import Lineage
from models import Limits
from scenarios.allocation.deciding import decide, gather_proof
from scenarios.allocation.outcome import Figure, key_figures
from scenarios.error_study.kinds import put_errors
from scenarios.error_study.rates import Rates
from scenarios.journeys.finding import find_journeys
from scenarios.progress import Listener, ProgressEvent, ProgressTrack
from scenarios.schema import Scenario
from scenarios.situation import survey

FEWEST_DRAWS: Final = 2
DRAWN_ONLY: Final = frozenset({"water", "parks"})
"""Roles that a run shows on its map and computes nothing from."""
JUDGED: Final = ("persons_affected", "persons_unmet", "person_hours")
"""Figures by which layers are ranked."""

Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Spread:
    """How far one figure moves.

    Parameters
    ----------
    base
        The figure of the map as it is; None where the run gives none.
    mean, low, high
        Mean and the 2.5 and 97.5 percentiles over the draws; None where no draw gives the figure.
    draws
        Draws that give the figure.
    """

    key: str
    unit: str
    base: float | None
    mean: float | None
    low: float | None
    high: float | None
    draws: int


@dataclass(frozen=True, slots=True)
class LayerEffect:
    """What errors in one layer alone do.

    Parameters
    ----------
    records, rate
        Records of the layer and the share of them taken as wrong.
    share
        Its part in the movement of the judged figures, 0 to 1; parts of all layers add up to 1. None where no
        layer moves any.
    spreads
        Every figure with errors in this layer alone.
    """

    key: str
    records: int
    rate: float
    share: float | None
    spreads: tuple[Spread, ...]


@dataclass(frozen=True, slots=True)
class ErrorStudy:
    """What a study found.

    Parameters
    ----------
    spreads
        Every figure with errors in all layers.
    layers
        The layers, those that matter most first.
    failed
        Draws that could not be run, by the code of the error.
    untouched
        Layers of the run that no errors were put into: rasters, and layers without a rate.
    """

    draws: int
    seed: int
    lineage: Lineage
    spreads: tuple[Spread, ...]
    layers: tuple[LayerEffect, ...]
    failed: Mapping[str, int]
    untouched: tuple[str, ...]


def study_errors(
    scenario: Scenario, onemap: OneMap, rates: Rates, draws: int, listeners: Sequence[Listener] = ()
) -> ErrorStudy:
    """Run a scenario many times over layers with errors.

    Parameters
    ----------
    draws
        How often with errors in all layers, and again for each layer alone; below 40 the interval is hardly
        more than the least and the greatest draw.
    listeners
        Called after every draw; one that raises stops the study.

    Raises
    ------
    ScenarioError
        If there are too few draws, or rates name a layer that the run does not use.
    DssError
        If the scenario cannot be run on the map as it is.
    """
    if draws < FEWEST_DRAWS:
        raise ScenarioError("errors_draws", draws=draws, fewest=FEWEST_DRAWS)
    with TemporaryDirectory(prefix="dss-errors-") as scratch:
        bench = _Bench.open(scenario, onemap, Path(scratch), rates)
        several = tuple(bench.rates) if len(bench.rates) > 1 else ()
        clock = _Clock(listeners, 1 + draws * (len(bench.rates) + bool(several)))
        clock.tell("errors_all")
        together = [bench.draw_all(several, draws, clock, "errors_all")] if several else []
        alone = {key: bench.draw_all((key,), draws, clock, "errors_one") for key in bench.rates}
    series = [*together, *alone.values()]
    failed = Counter(code for _, codes in series for code in codes)
    return ErrorStudy(
        draws=draws,
        seed=scenario.seed,
        lineage=bench.lineage,
        spreads=_spreads(bench.base, series[0][0]),
        layers=_effects(bench, {key: found for key, (found, _) in alone.items()}),
        failed=dict(failed),
        untouched=bench.untouched,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Bench:
    """The run that is repeated, its layers in memory, and their rates."""

    scenario: Scenario
    onemap: OneMap
    base: tuple[Figure, ...]
    frames: Mapping[str, gpd.GeoDataFrame]
    rates: Mapping[str, float]
    lineage: Lineage
    untouched: tuple[str, ...]

    @classmethod
    def open(cls, scenario: Scenario, onemap: OneMap, scratch: Path, rates: Rates) -> "_Bench":
        rates.require_layers([layer.key for layer in onemap.layers])
        fresh = _beside(onemap, scratch)
        base = _run(scenario, fresh)
        lineage = Lineage.of(fresh, [layer.key for layer in fresh.used])
        used = [layer for layer in fresh.used if layer.role not in DRAWN_ONLY]
        chosen = {layer.key: rates.of(layer.key) for layer in used if layer.kind != "raster"}
        wrong = {key: rate for key, rate in chosen.items() if rate is not None and rate > 0}
        if not wrong:
            raise ScenarioError("errors_nothing", layers=", ".join(layer.key for layer in used))
        frames = {key: read_vector(fresh, fresh.layer(key)) for key in wrong}
        untouched = tuple(layer.key for layer in used if layer.key not in wrong)
        return cls(scenario, fresh, base, frames, wrong, lineage, untouched)

    def draw_all(
        self, keys: tuple[str, ...], draws: int, clock: "_Clock", step: str
    ) -> tuple[list[Figures], list[str]]:
        """Return the figures of every draw that could be run, and the codes of those that could not."""
        found: list[Figures] = []
        failed: list[str] = []
        for draw in range(draws):
            try:
                found.append(_values(_run(self.scenario, self._with_errors(keys, draw))))
            except Cancelled:
                raise
            except DssError as error:
                failed.append(error.code)
            clock.tell(step)
        return found, failed

    def _with_errors(self, keys: tuple[str, ...], draw: int) -> OneMap:
        # a layer has the same errors in a draw whether it is alone or not
        wrong = {
            key: put_errors(
                self.frames[key],
                self.onemap.layer(key).role,
                self.rates[key],
                np.random.default_rng([self.scenario.seed, draw, crc32(key.encode())]),
            )
            for key in keys
        }
        return self.onemap.replacing(wrong)


class _Clock:
    """Says after every draw how far the study is."""

    def __init__(self, listeners: Sequence[Listener], total: int) -> None:
        self._listeners, self._total, self._done = listeners, total, 0
        self._started = time.perf_counter()

    def tell(self, step: str) -> None:
        self._done += 1
        fraction = self._done / self._total
        elapsed_s = time.perf_counter() - self._started
        remaining_s = elapsed_s * (1 - fraction) / fraction if self._done > 1 else None
        for listener in self._listeners:
            listener(ProgressEvent(self._done, step, fraction, elapsed_s, remaining_s))


def _beside(onemap: OneMap, scratch: Path) -> OneMap:
    """Return the map in a folder of its own: what is derived from wrong roads is not to stay with it."""
    folder = onemap.folder.resolve()
    layers = tuple(layer.model_copy(update={"path": str(folder / layer.path)}) for layer in onemap.layers)
    return OneMap(scratch, onemap.catalogue.model_copy(update={"layers": layers}), onemap.replaced)


def _run(scenario: Scenario, onemap: OneMap) -> tuple[Figure, ...]:
    situation = survey(scenario, onemap, ProgressTrack())
    journeys = find_journeys(scenario, situation, lambda *_: None)
    decided = decide(scenario, journeys, Limits(scenario.solve.time_limit_s, scenario.solve.relative_gap))
    return key_figures(situation, decided.journeys, gather_proof(decided))


def _values(figures: Sequence[Figure]) -> Figures:
    return {figure.key: float(figure.value) for figure in figures if figure.value is not None}


def _spreads(base: Sequence[Figure], found: Sequence[Figures]) -> tuple[Spread, ...]:
    return tuple(_spread(figure, found) for figure in base)


def _spread(figure: Figure, found: Sequence[Figures]) -> Spread:
    values = np.array([figures[figure.key] for figures in found if figure.key in figures])
    base = None if figure.value is None else float(figure.value)
    if values.size == 0:
        return Spread(figure.key, figure.unit, base, None, None, None, 0)
    low, high = np.percentile(values, [2.5, 97.5])
    mean = float(values.mean())
    return Spread(figure.key, figure.unit, base, mean, float(low), float(high), int(values.size))


def _effects(bench: _Bench, alone: Mapping[str, Sequence[Figures]]) -> tuple[LayerEffect, ...]:
    moved = np.array([_movement(bench.base, alone[key]) for key in bench.rates])
    total = moved.sum(axis=0)
    moving = total > 0
    shares = (moved[:, moving] / total[moving]).mean(axis=1) if moving.any() else None
    effects = [
        LayerEffect(
            key=key,
            records=len(bench.frames[key]),
            rate=bench.rates[key],
            share=None if shares is None else float(shares[i]),
            spreads=_spreads(bench.base, alone[key]),
        )
        for i, key in enumerate(bench.rates)
    ]
    return tuple(sorted(effects, key=lambda effect: (-(effect.share or 0.0), effect.key)))


def _movement(base: Sequence[Figure], found: Sequence[Figures]) -> FloatArray:
    """Return the root mean square distance of each judged figure from its base, shape (n judged,)."""
    known = _values(base)
    moved = np.zeros(len(JUDGED))
    for k, key in enumerate(JUDGED):
        apart = [figures[key] - known[key] for figures in found if key in figures and key in known]
        moved[k] = float(np.sqrt(np.mean(np.square(apart)))) if apart else 0.0
    return moved
