"""Idle units stand so that the next call is covered: which of them move, and who drives back to a station."""

import numpy as np

from dss.arrays import FloatArray, IntArray
from models import dispatch
from models.dispatch import Relocation, RelocationDecision
from scenarios.relief.travel import Legs
from scenarios.response.ground import legs_of
from scenarios.response.muster import Muster, rows_of
from scenarios.response.record import Row, Solved
from scenarios.response.spec import KINDS

Covered = dict[str, Solved[Relocation, RelocationDecision]]


def plan_cover(muster: Muster, idle: IntArray) -> tuple[Covered, dict[str, IntArray]]:
    """Return where idle units of each kind move, and the homes that are stations of each kind.

    A unit on its way back to its station counts as being there.
    """
    found: Covered = {}
    stations: dict[str, IntArray] = {}
    ground, base = muster.ways.ground, muster.posts.base
    living = muster.ways.join(ground.x_m, ground.y_m)
    for name, standard_s in muster.rules.standard_s.items():
        own = muster.kind == _index(name)
        homes = np.unique(base[own])
        homes = homes[muster.home_at.reached[homes]]
        if homes.size == 0 and name not in muster.rules.reserve:
            continue
        at = rows_of(muster.home_at, homes)
        standing = base[idle[own[idle]]]
        problem = Relocation(
            idle=np.array([(standing == home).sum() for home in homes], dtype=np.int64),
            room=np.full(homes.size, np.inf),
            move_s=muster.ways.between(at, at).seconds,
            response_s=muster.ways.between(at, living).seconds,
            weight=ground.persons,
            standard_s=standard_s,
            most_moves=muster.rules.most_moves,
            reserve=muster.districts.reserve(muster.rules.reserve, name, homes),
        )
        found[name] = Solved(problem, dispatch.solve(problem, muster.limits, muster.rules.seed))
        stations[name] = homes
    return found, stations


def plan_moves(
    muster: Muster, idle: IntArray, cover: Covered, stations: dict[str, IntArray]
) -> tuple[list[Row], Legs]:
    """Return the idle units that drive to a station, and their ways.

    Of the units of a station those with the highest numbers move; who is idle on the road drives back to
    the station it belongs to, or straight to the one it moves to.
    """
    goal = muster.posts.base.copy()
    for name, solved in cover.items():
        decision, homes = solved.decision, stations[name]
        own = idle[muster.kind[idle] == _index(name)]
        for start, end, units in zip(
            decision.from_station.tolist(), decision.to_station.tolist(), decision.units.tolist(), strict=True
        ):
            here = own[(goal[own] == homes[start]) & (muster.posts.base[own] == homes[start])]
            goal[here[here.size - units :]] = homes[end]
    access = muster.posts.access
    seconds: FloatArray = muster.ways.between(rows_of(access, idle), muster.home_at).seconds
    take_s = seconds[np.arange(idle.size), goal[idle]]
    away = (access.edge[idle] != muster.home_at.edge[goal[idle]]) | (
        access.share[idle] != muster.home_at.share[goal[idle]]
    )
    row = np.flatnonzero(away & np.isfinite(take_s))
    unit = idle[row]
    legs = legs_of(
        muster.ways.between(rows_of(access, unit), muster.home_at), np.arange(row.size), goal[unit]
    )
    moves = [
        {
            "unit": u,
            "home": h,
            "back": h == b,
            "depart_s": depart_s,
            "arrive_s": round(depart_s + way_s, 1),
        }
        for u, h, b, depart_s, way_s in zip(
            unit.tolist(), goal[unit].tolist(), muster.posts.base[unit].tolist(),
            muster.posts.ready_s[unit].tolist(), take_s[row].tolist(), strict=True,
        )
    ]  # fmt: skip
    return moves, legs


def _index(name: str) -> int:
    kinds: tuple[str, ...] = KINDS
    return kinds.index(name)
