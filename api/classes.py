"""Limits between the classes of a figure: by rank, by natural breaks, by equal steps."""

from typing import Final

import numpy as np

from dss.arrays import FloatArray

CLASSES: Final = 5
SAMPLE: Final = 400
"""Natural breaks are looked for among so many values that stand for all."""
DIGITS: Final = 6


def class_limits(values: FloatArray, classes: int = CLASSES) -> dict[str, list[float]]:
    """Return the limits between classes by method; NaN is left out.

    Limits are ascending and each once: a figure of few values has fewer classes. They are the least value,
    the upper limits of the classes, the greatest value last.
    """
    known = np.sort(values[np.isfinite(values)])
    if not known.size:
        return {"quantile": [], "jenks": [], "equal": []}
    inside = np.linspace(0, 1, classes + 1)
    return {
        "quantile": _once(np.quantile(known, inside)),
        "jenks": _once(jenks(known, classes)),
        "equal": _once(known[0] + inside * (known[-1] - known[0])),
    }


def jenks(ordered: FloatArray, classes: int) -> FloatArray:
    """Return the limits whose classes differ least within themselves (Fisher 1958, by dynamic programme).

    Parameters
    ----------
    ordered
        Finite values, ascending, shape (n,).

    Notes
    -----
    O(k m²) with m at most ``SAMPLE``: beyond, values are taken at even ranks.
    """
    m = min(ordered.size, SAMPLE)
    value = ordered[np.linspace(0, ordered.size - 1, m).round().astype(np.int64)]
    k = min(classes, m)
    total = np.concatenate([[0.0], np.cumsum(value)])
    square = np.concatenate([[0.0], np.cumsum(value**2)])
    first, last = np.meshgrid(np.arange(m), np.arange(1, m + 1), indexing="ij")
    size = np.maximum(last - first, 1)
    within = square[last] - square[first] - (total[last] - total[first]) ** 2 / size
    within = np.where(last > first, np.maximum(within, 0.0), np.inf)
    best = within[0]
    choice = np.zeros((k, m), dtype=np.int64)
    for c in range(1, k):
        candidate = np.concatenate([[np.inf], best[:-1]])[:, None] + within
        choice[c] = candidate.argmin(axis=0)
        best = candidate[choice[c], np.arange(m)]
    ends = [m - 1]
    for c in range(k - 1, 0, -1):
        ends.append(int(choice[c][ends[-1]]) - 1)
    return np.asarray([value[0], *(value[end] for end in reversed(ends))])


def _once(limits: FloatArray) -> list[float]:
    return [float(one) for one in np.unique(np.round(limits, DIGITS))]
