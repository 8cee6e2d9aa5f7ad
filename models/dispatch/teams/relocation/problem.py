"""Idle units move so that the next call is covered: the most weight within the standard, few moves.

Sets
    J stations; I demand points
Data
    n_j idle units at a station; r_j how many it has room for, inf for any; t_jk seconds of a move, inf where
    there is no way; w_i whole weight (persons, calls); c_ji whether a unit at j is at i within the standard;
    K most moves; of each district z with a reserve: a_z units that should stand there, and s_zk whether a
    station is there
Decision
    m_jk whole, units that move from j to k /= j; y_i in [0, 1], whether i is covered; h_z in [0, a_z], units
    that the reserve of z lacks
Constraints
    (1) sum_k m_jk <= n_j
    (2) n_k - sum_l m_kl + sum_j m_jk <= r_k
    (3) y_i <= sum over k with c_ki of n_k - sum_l m_kl + sum_j m_jk
    (4) sum m <= K
    (5) m_jk = 0 where there is no way
    (6) h_z >= a_z - sum over k with s_zk of n_k - sum_l m_kl + sum_j m_jk
Objective
    first the least sum h_z, then the greatest sum w_i y_i, then the least sum t_jk m_jk

Sources: Church and ReVelle (1974), maximal covering; Gendreau, Laporte and Semet (2001), relocation.
"""

from dataclasses import dataclass

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.errors import ProblemError
from models.dispatch.teams.relocation.reserve import Reserve, ReserveKept, ReservePrices
from models.dispatch.validating import places, travel_times, whole_numbers


@dataclass(frozen=True, slots=True, eq=False)
class Relocation:
    """Idle units, stations and demand.

    Parameters
    ----------
    idle
        Units at each station now, shape (j,), whole.
    room
        Units that each station has room for, shape (j,), whole or inf, at least ``idle``.
    move_s
        Seconds from station to station, shape (j, j); inf where there is no way.
    response_s
        Seconds from each station to each demand point, shape (j, i); inf where there is no way.
    weight
        Of each demand point, shape (i,), whole.
    standard_s
        A point is covered by a unit that is there within this time.
    most_moves
        Units that may move.
    reserve
        Units that should stand in each district; None where none is asked for.

    Raises
    ------
    ProblemError
        If a number is negative, not whole where it must be, or not a number, a station has more units than
        room, or shapes do not fit.
    """

    idle: IntArray
    room: FloatArray
    move_s: FloatArray
    response_s: FloatArray
    weight: IntArray
    standard_s: float
    most_moves: int
    reserve: Reserve | None = None

    def __post_init__(self) -> None:
        idle, room = whole_numbers(self.idle, "idle"), places(self.room)
        if room.shape != idle.shape:
            raise ProblemError("dispatch_shape", name="room", shape=room.shape, expected=idle.shape)
        for j in np.flatnonzero(idle > room)[:1]:
            raise ProblemError("response_room", index=int(j), idle=int(idle[j]), room=float(room[j]))
        if self.reserve is not None and self.reserve.inside.shape[1] != idle.size:
            shape = (self.reserve.least.size, idle.size)
            raise ProblemError(
                "dispatch_shape", name="inside", shape=self.reserve.inside.shape, expected=shape
            )
        weight = whole_numbers(self.weight, "weight")
        if not self.standard_s >= 0:
            raise ProblemError("response_seconds", name="standard_s", index="-", value=self.standard_s)
        fields = {
            "idle": idle,
            "room": room,
            "move_s": travel_times(self.move_s, "move_s", (idle.size, idle.size)),
            "response_s": travel_times(self.response_s, "response_s", (idle.size, weight.size)),
            "weight": weight,
            "standard_s": float(self.standard_s),
            "most_moves": int(whole_numbers(np.array([self.most_moves]), "most_moves")[0]),
        }
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    def covers(self) -> BoolArray:
        """Which station covers which point, shape (j, i)."""
        return np.isfinite(self.response_s) & (self.response_s <= self.standard_s)

    def movable(self) -> BoolArray:
        """Pairs of stations that a unit may move between (5), shape (j, j)."""
        return np.isfinite(self.move_s) & ~np.eye(self.idle.size, dtype=np.bool_)

    def covered_weight(self, units: IntArray) -> int:
        """Return the weight that units at stations cover, shape (j,)."""
        return int(self.weight[self.covers()[units > 0].any(axis=0)].sum())


@dataclass(frozen=True, slots=True, eq=False)
class CoverPrices:
    """Prices that bound the covered weight, see ``bound.py``; at least 0.

    Parameters
    ----------
    point, station
        Of covering each point, shape (i,), and of a place at each station, shape (j,).
    move
        Of a move.
    reserve
        Of the reserve; None where there is none.
    """

    point: FloatArray
    station: FloatArray
    move: float
    reserve: ReservePrices | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RelocationDecision:
    """Who moves where.

    Parameters
    ----------
    from_station, to_station, units
        Moves, shape (k,) each.
    after
        Units at each station afterwards, shape (j,).
    covered_before, covered
        Weight within the standard as units stand now, and afterwards.
    moving_s, moving_bound_s
        Sum of all moves, and what no plan that covers as much is below, by the solver's word.
    prices
        Proof of a bound on the covered weight without the solver; None where time was up before.
    reserve
        What the reserve lacks; None where none is asked for.
    """

    from_station: IntArray
    to_station: IntArray
    units: IntArray
    after: IntArray
    covered_before: int
    covered: int
    moving_s: float
    moving_bound_s: float
    prices: CoverPrices | None
    reserve: ReserveKept | None = None
