"""Work side by side on threads: kernels release the interpreter lock, and nothing is forked."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Final, TypeVar

import numba
import numpy as np

from dss.arrays import IntArray

T = TypeVar("T")

PARTS: Final = 32
"""Most runs of one task: enough for their work to even out over the threads."""


def worker_count() -> int:
    """Return how many threads to use: the cores of this process, or ``NUMBA_NUM_THREADS``."""
    return int(numba.config.NUMBA_NUM_THREADS)  # type: ignore[attr-defined]


def run_parts(kernel: Callable[[int, int], T], cuts: IntArray) -> list[T]:
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


def even_cuts(count: int, least: int) -> IntArray:
    """Cut ``0:count`` into runs of about the same length, none much shorter than ``least``.

    Parameters
    ----------
    count
        How many there are.
    least
        How many are worth a call on another thread.

    Returns
    -------
    Ascending bounds of at most ``PARTS`` runs, none of them empty.
    """
    parts = min(PARTS, max(1, count // least))
    return np.unique(np.linspace(0, count, parts + 1).astype(np.int64))


def balanced_cuts(work: IntArray, least: int) -> IntArray:
    """Cut consecutive groups into runs of about the same work, not much less than ``least``.

    Parameters
    ----------
    work
        Work before each bound of the groups, shape (groups + 1,), ascending.
    least
        How much is worth a call on another thread.

    Returns
    -------
    Ascending positions in ``work``, from 0 to the number of groups, of at most ``PARTS`` runs.
    """
    parts = min(PARTS, max(1, int(work[-1] - work[0]) // least))
    cuts = np.searchsorted(work, np.linspace(work[0], work[-1], parts + 1))
    cuts[0], cuts[-1] = 0, work.size - 1
    return np.unique(cuts).astype(np.int64)
