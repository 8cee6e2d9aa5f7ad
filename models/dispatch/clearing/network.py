"""The contracted roads as plain arrays for the kernels: only places that gain, only ways that help them.

Index names: ``e`` ends, ``b`` roads, ``r`` places that gain.
"""

from typing import NamedTuple

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.dispatch.clearing.problem import Clearing
from models.dispatch.clearing.ways import way_of_places


class Gaining(NamedTuple):
    """Places whose way some road shortens, and the roads that can.

    Parameters
    ----------
    place
        Rows of the problem's places, shape (r,).
    persons
        There, shape (r,).
    before_s, after_s
        Their ways with no road open and with all that can be, shape (r,).
    saved_s
        What each road saves each place at most, all others being open, shape (r, b); 0 where none.
    """

    place: IntArray
    persons: FloatArray
    before_s: FloatArray
    after_s: FloatArray
    saved_s: FloatArray


def gaining(problem: Clearing, all_open_s: FloatArray, roads: IntArray) -> Gaining:
    """Return the places that gain; ``all_open_s`` between ends with all of ``roads`` open."""
    before_s = way_of_places(problem, problem.between_s)
    after_s = way_of_places(problem, all_open_s)
    place = np.flatnonzero((before_s > after_s) & (problem.persons > 0))
    saved_s = np.zeros((place.size, problem.roads))
    if place.size:
        onward_s = (all_open_s + problem.end_to_service_s[None, :]).min(axis=1)
        for b in roads.tolist():
            u, v = 2 * b, 2 * b + 1
            there_s = [(problem.place_to_end_s[place] + all_open_s[:, e]).min(axis=1) for e in (u, v)]
            forth_s = there_s[0] + problem.pass_s[b, 0] + onward_s[v]
            back_s = there_s[1] + problem.pass_s[b, 1] + onward_s[u]
            saved_s[:, b] = np.maximum(before_s[place] - np.minimum(forth_s, back_s), 0.0)
    persons = problem.persons[place].astype(np.float64)
    return Gaining(place, persons, before_s[place], after_s[place], saved_s)
