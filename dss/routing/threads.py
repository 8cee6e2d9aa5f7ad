"""Kernels side by side on threads: they release the interpreter lock, and nothing is forked."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numba
import numpy as np

from dss.arrays import IntArray


def worker_count() -> int:
    """Return how many threads to use: the cores of this process, or ``NUMBA_NUM_THREADS``."""
    return int(numba.config.NUMBA_NUM_THREADS)  # type: ignore[attr-defined]


def run_parts(kernel: Callable[[int, int], object], cuts: IntArray) -> list[object]:
    """Call a kernel on each run between two cuts, on all cores.

    Parameters
    ----------
    kernel
        Called with the begin and the end of each run; the runs must not depend on each other.
    cuts
        Ascending bounds, shape (runs + 1,).

    Returns
    -------
    What the calls returned, in the order of the runs.
    """
    runs = [(int(lo), int(hi)) for lo, hi in pairwise(cuts)]
    workers = min(worker_count(), len(runs))
    if workers <= 1:
        return [kernel(lo, hi) for lo, hi in runs]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(lambda run: kernel(*run), runs))


def even_cuts(count: int, parts: int) -> IntArray:
    """Cut ``0:count`` into at most so many runs of about the same length, none of them empty."""
    return np.unique(np.linspace(0, count, parts + 1).astype(np.int64))


def balanced_cuts(bounds: IntArray, work: IntArray, parts: int) -> IntArray:
    """Cut consecutive groups into runs of about the same work.

    Parameters
    ----------
    bounds
        Ascending bounds of the groups, shape (groups + 1,).
    work
        Work before each bound, shape (groups + 1,), ascending.
    parts
        Most runs wanted.

    Returns
    -------
    Positions in ``bounds``, ascending, from 0 to ``groups``.
    """
    share = np.linspace(work[0], work[-1], parts + 1)
    cuts = np.searchsorted(work, share)
    cuts[0], cuts[-1] = 0, bounds.size - 1
    return np.unique(cuts).astype(np.int64)
