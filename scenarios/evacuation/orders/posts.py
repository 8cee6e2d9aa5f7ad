"""Where police and barriers are needed, and why.

Index names: ``a`` arcs, ``e`` edges of the road network, ``u`` its junctions.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from dss.arrays import IntArray
from models.evacuation.uncontrolled import ways_to
from scenarios.evacuation.orders.route import headings_deg
from scenarios.evacuation.plan_files import FiledPlan
from scenarios.evacuation.streets import Streets

CLASSES: Final = ("motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential")
"""Road classes, the greatest first."""
MOST_BARRIERS: Final = 40
"""Barriers that are named, the greatest roads first."""
MOST_TURNS: Final = 60
"""Junctions with police who turn people, the greatest flows first."""
Reason = Literal["turn", "contraflow_start", "contraflow_end", "closed"]


@dataclass(frozen=True, slots=True)
class Post:
    """A place for police or a barrier.

    Parameters
    ----------
    reason
        ``turn``: people leave the way they would take by themselves; ``contraflow_start`` and
        ``contraflow_end``: turned lanes begin or end; ``closed``: a road that closes begins.
    x_m, y_m
        Where, in the plan's CRS.
    street, other
        The street to go into (or that is turned or closed), and the one, or the shelter, that people would
        go into by themselves.
    heading_deg, other_heading_deg
        Where those streets set off to, clockwise from north; None for a shelter, or where there is no other.
    amount
        How many are to be turned; None where the reason is no flow.
    from_s, until_s
        When it is needed, seconds after step 0; ``until_s`` None: to the end.
    """

    reason: Reason
    x_m: float
    y_m: float
    street: str
    heading_deg: float
    other: str
    other_heading_deg: float | None
    amount: int | None
    from_s: float
    until_s: float | None


def posts_of(plan: FiledPlan) -> list[Post]:
    """Return where police and barriers are needed: greatest flows first, then contraflow, then barriers."""
    return [*_turns(plan), *_contraflow(plan.streets), *_barriers(plan)]


def _turns(plan: FiledPlan) -> list[Post]:
    """Find junctions where people are to leave the way to the nearest shelter, as empty roads are.

    Nobody needs to be turned on the first road from home, or where there is but one way on.
    """
    problem, groups, streets = plan.problem, plan.groups, plan.streets
    _, natural = ways_to(problem, problem.shelter_capacity > 0)
    is_road = np.diff(streets.offsets)[groups.arc] > 0
    roads_so_far = np.concatenate([[0], np.cumsum(is_road)])
    before = roads_so_far[:-1] - np.repeat(roads_so_far[groups.offsets[:-1]], np.diff(groups.offsets))
    node = problem.tail[groups.arc]
    away = is_road & (before > 0) & (natural[node] >= 0) & (natural[node] != groups.arc)
    table = pd.DataFrame(
        {
            "arc": groups.arc[away],
            "first": groups.enter_step[away],
            "last": groups.enter_step[away],
            "amount": np.repeat(groups.persons, np.diff(groups.offsets))[away],
        }
    )
    told = table.groupby("arc", as_index=False).agg({"first": "min", "last": "max", "amount": "sum"})
    posts: list[Post] = []
    for row in told.sort_values(["amount", "arc"], ascending=[False, True]).itertuples():
        if len(posts) == MOST_TURNS:
            break
        v, e = int(problem.tail[row.arc]), int(streets.edges_of(row.arc)[0])
        usual = _street_towards(plan, int(natural[v]), e)
        if usual is not None:
            posts.append(
                Post(
                    "turn",
                    float(streets.x_m[v]),
                    float(streets.y_m[v]),
                    *_street(streets, e),
                    *usual,
                    int(row.amount),
                    float(row.first * plan.facts.step_s),
                    float((row.last + 1) * plan.facts.step_s),
                )
            )
    return posts


def _street_towards(plan: FiledPlan, arc: int, e: int) -> tuple[str, float | None] | None:
    """Return the street or the shelter that an arc leads into; None where that is the edge e itself."""
    edges = plan.streets.edges_of(arc)
    if edges.size == 0:
        return str(plan.streets.shelter[plan.problem.head[arc]]), None
    return None if edges[0] == e else _street(plan.streets, int(edges[0]))


def _street(streets: Streets, e: int) -> tuple[str, float]:
    return streets.name_of(e), headings_deg(streets.path_of(e))[0]


def _contraflow(streets: Streets) -> list[Post]:
    """Find where turned lanes begin and end."""
    turned = np.flatnonzero(streets.turned)
    begins = turned[~np.isin(streets.tail[turned], streets.head[turned])]
    ends = turned[~np.isin(streets.head[turned], streets.tail[turned])]
    return [
        *(_post_at(streets, int(e), "contraflow_start", 0.0) for e in begins),
        *(_post_at(streets, int(e), "contraflow_end", 0.0) for e in ends),
    ]


def _barriers(plan: FiledPlan) -> list[Post]:
    """Find where roads that close lead off from roads that stay open, one barrier per junction and road.

    Those of the highest classes are kept, the first to close first, no more than can be manned.
    """
    streets = plan.streets
    closes = np.isfinite(streets.closed_step)
    is_open = np.zeros(int(max(streets.tail.max(initial=0), streets.head.max(initial=0))) + 1, dtype=np.bool_)
    is_open[streets.tail[~closes]] = is_open[streets.head[~closes]] = True
    barred = np.flatnonzero(closes & is_open[streets.tail])
    order = barred[np.lexsort((barred, streets.closed_step[barred]))]
    place = np.column_stack([streets.tail[order], streets.road[order]])
    first: IntArray = np.sort(np.unique(place, axis=0, return_index=True)[1])
    edges = order[first]
    rank = np.array([_rank_of(str(streets.road_class[r])) for r in streets.road[edges]], dtype=np.int64)
    kept = edges[np.lexsort((edges, streets.closed_step[edges], rank))][:MOST_BARRIERS]
    return [
        _post_at(streets, int(e), "closed", float(streets.closed_step[e] * plan.facts.step_s)) for e in kept
    ]


def _rank_of(road_class: str) -> int:
    """Return the place of a road class, the greatest roads first; slip roads go with their road."""
    main = road_class.removesuffix("_link")
    return CLASSES.index(main) if main in CLASSES else len(CLASSES)


def _post_at(streets: Streets, e: int, reason: Reason, from_s: float) -> Post:
    """Return a post where an edge begins, or where it ends if that is what it is for."""
    x_m, y_m = streets.path_of(e)[-1 if reason == "contraflow_end" else 0]
    return Post(reason, float(x_m), float(y_m), *_street(streets, e), "", None, None, from_s, None)
