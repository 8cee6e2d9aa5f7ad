"""Ruin and recreate (Schrimpf et al. 2000), with annealing."""

from typing import NamedTuple

import numpy as np
from numba import njit

from dss.arrays import UIntArray
from models.chance import Whole, unit
from models.dispatch.delivery.kernels.recreate import recreate
from models.dispatch.delivery.kernels.ruin import ruin
from models.dispatch.delivery.kernels.tours import Ground, Tours, copy_tours, worth_of


class Three(NamedTuple):
    """The plan that is being changed, the one it was made of, and the best of all."""

    tours: Tours
    kept: Tours
    best: Tours


@njit(cache=True, nogil=True)
def rebuild(
    ground: Ground, three: Three, random: UIntArray, rounds: Whole, most: Whole, warmth: float
) -> None:
    """Ruin and recreate so many times; a plan worse by about ``warmth`` is kept now and then.

    One round takes O(calls + nodes) for each visit that it brings, and as much again to copy.
    """
    tours, kept, best = three
    touched = np.zeros(ground.vehicle.shape[0], dtype=np.bool_)
    for _ in range(rounds):
        ruin(ground, tours, random, most, touched)
        recreate(ground, tours, random)
        total, before = worth_of(tours), worth_of(kept)
        if total < before - warmth * np.log(unit(random)):
            copy_tours(tours, kept)
            if total < worth_of(best) - 1e-9 * abs(total):
                copy_tours(tours, best)
        else:
            copy_tours(kept, tours)
