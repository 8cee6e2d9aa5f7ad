"""Chance inside compiled loops: a generator that gives the same draws for the same seed everywhere."""

from typing import Any, TypeAlias

import numpy as np
from numba import njit

from dss.arrays import UIntArray

# a whole number, as numba and NumPy name it
Whole: TypeAlias = int | np.signedinteger[Any]


@njit(cache=True, nogil=True)
def seeded(seed: int) -> UIntArray:
    """Return the state of a generator for a seed, shape (1,)."""
    state = np.empty(1, dtype=np.uint64)
    state[0] = np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(88172645463325252)
    if state[0] == 0:
        state[0] = np.uint64(1)
    return state


@njit(cache=True, nogil=True, inline="always")
def advance(state: UIntArray) -> np.uint64:
    """Advance a xorshift generator of 64 bits (Marsaglia 2003)."""
    x = state[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state[0] = x
    return x


@njit(cache=True, nogil=True, inline="always")
def below(state: UIntArray, count: Whole) -> np.int64:
    """Draw a whole number from 0 to below ``count``."""
    return np.int64((advance(state) >> np.uint64(32)) * np.uint64(count) >> np.uint64(32))


@njit(cache=True, nogil=True, inline="always")
def unit(state: UIntArray) -> float:
    """Draw a number from (0, 1]."""
    return (float(advance(state) >> np.uint64(11)) + 1.0) / 9007199254740992.0
