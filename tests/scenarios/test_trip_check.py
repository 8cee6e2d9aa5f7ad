"""The check of trips finds what is wrong without the router.

Roads 0 -10 s- 1 -20 s- 2, both ways: edges 0, 1 and 2, 3. One cell at 40 % of the first road, one shelter at
50 % of the second: 6 s + 10 s on the roads, 5 s off them, 21 s in all.
"""

from dataclasses import replace

import numpy as np
import pytest

from models import Plan, SolveReport, Termination
from models.shelter import Allocation, AllocationDecision, TotalTime
from scenarios.allocation.check import Proof, check_trips
from scenarios.allocation.facts import Allocating, every_row_a_cell


def proof(
    *, edges: tuple[int, ...] = (0, 2), cost_s: float = 21.0, origin: tuple[int, float] = (0, 0.4),
    site: tuple[int, float] = (2, 0.5), edge_s: tuple[float, ...] = (10, 10, 20, 20),
) -> Proof:  # fmt: skip
    zero, one = np.array([0]), np.array([1])
    problem = Allocation(persons=one, capacity=one, cell=zero, site=zero, cost_s=np.array([cost_s]))
    report = SolveReport(Termination.OPTIMAL, cost_s, cost_s, 0.0, "test", 1)
    return Proof(
        problem=problem,
        plan=Plan(AllocationDecision(persons=one, unmet=zero, prices=np.zeros(1)), report),
        arc_mode=zero,
        tail=np.array([0, 1, 1, 2], dtype=np.int32),
        head=np.array([1, 0, 2, 1], dtype=np.int32),
        edge_s=np.array([edge_s, edge_s]),
        origin_edge=np.full((2, 1), origin[0]),
        origin_share=np.full((2, 1), origin[1]),
        site_edge=np.full((2, 1), site[0]),
        site_share=np.full((2, 1), site[1]),
        route_arc=zero,
        route_offset=np.array([0, len(edges)]),
        route_edge=np.array(edges, dtype=np.int32),
        route_access_s=np.array([5.0]),
        allocating=Allocating(TotalTime(), every_row_a_cell(problem)),
    )


def wrong(case: Proof) -> set[str]:
    return {violation.constraint[:3] for violation in check_trips(case)}


def test_a_sound_trip_passes():
    assert wrong(proof()) == set()


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (proof(cost_s=20.9), {"(8)"}),  # less than it takes
        (proof(edges=(2,), cost_s=15.0), {"(5)"}),  # begins on a road that the cell is not on
        (proof(edges=(0,), cost_s=11.0), {"(6)"}),  # ends on a road that the shelter is not on
        (proof(edges=(1, 2), cost_s=19.0), {"(5)"}),  # goes back to node 0 and jumps to node 1
        (proof(edge_s=(np.inf, 10, 20, 20)), {"(7)", "(8)"}),  # over a closed road
        (proof(edges=(), cost_s=5.0), {"(6)"}),  # stands still
    ],
)  # fmt: skip
def test_a_trip_that_cannot_be_is_found(case: Proof, expected: set[str]):
    found = wrong(case)
    assert expected <= found
    assert found - expected <= {"(8)"}  # a broken trip hardly takes its time either


def test_on_one_road_a_trip_may_not_run_backwards():
    # from 40 % to 70 % of the first road: 3 s; from 40 % to 10 % it needs the edge back
    assert wrong(proof(edges=(0,), site=(0, 0.7), cost_s=8.0)) == set()
    assert wrong(proof(edges=(0,), site=(0, 0.1), cost_s=2.0)) == {"(6)"}
    assert wrong(proof(edges=(1,), site=(0, 0.1), cost_s=8.0)) == set()


def test_a_place_at_a_node_leaves_by_any_road():
    # the cell at the end of the first road is at node 1: no part of the first road is needed
    assert wrong(proof(edges=(2,), origin=(0, 1.0), cost_s=15.0)) == set()
    assert "(5)" in wrong(proof(edges=(2,), origin=(0, 0.9), cost_s=15.0))


def test_two_places_at_one_node_need_no_road():
    assert wrong(proof(edges=(), origin=(0, 1.0), site=(2, 0.0), cost_s=5.0)) == set()


def test_an_edge_that_does_not_lead_back_is_found():
    case = proof(edges=(1, 0, 2), cost_s=29.0)  # back over 40 %, then on
    assert wrong(case) == set()
    assert "(5)" in wrong(replace(case, head=np.array([1, 2, 2, 1], dtype=np.int32)))
