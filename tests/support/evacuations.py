"""Small evacuation problems, and their answers by an independent tool."""

from dataclasses import replace

import networkx as nx
import numpy as np
from hypothesis import strategies as st

from models.evacuation import Evacuation


def problem_of(
    arcs: list[tuple[int, int, int, int]], supply: dict[int, int], places: dict[int, float], nodes: int
) -> Evacuation:
    """Return a problem from arcs (tail, head, steps, capacity)."""
    table = np.array(arcs, dtype=np.int64).reshape(-1, 4)
    b, c = np.zeros(nodes, dtype=np.int64), np.zeros(nodes)
    for node, persons in supply.items():
        b[node] = persons
    for node, room in places.items():
        c[node] = room
    return Evacuation(table[:, 0], table[:, 1], table[:, 2], table[:, 3], b, c)


def expanded(problem: Evacuation, step: int) -> nx.DiGraph:
    """Write the network in time out, up to a step; a person's cost is the step of arrival."""
    graph = nx.DiGraph()
    everybody = int(problem.supply.sum())
    k, n = problem.tail.size, problem.supply.size
    opens = np.zeros(k) if problem.opening_step is None else problem.opening_step
    closes = np.full(k, np.inf) if problem.closing_step is None else problem.closing_step
    ends = np.full(n, np.inf) if problem.node_closing_step is None else problem.node_closing_step
    for v in range(problem.supply.size):
        if problem.supply[v] and ends[v] > 0:
            graph.add_edge("source", (v, 0), capacity=int(problem.supply[v]))
        for t in range(int(min(step, ends[v] - 1))):
            graph.add_edge((v, t), (v, t + 1), capacity=everybody)
        if problem.shelter_capacity[v] > 0:
            room = int(min(problem.shelter_capacity[v], everybody))
            graph.add_edge((v, "in"), "sink", capacity=room)
    for a in range(problem.tail.size):
        u, v = int(problem.tail[a]), int(problem.head[a])
        if problem.shelter_capacity[u] > 0:
            continue
        for t in range(step - int(problem.travel_steps[a]) + 1):
            arrival = t + int(problem.travel_steps[a])
            if not opens[a] <= t < closes[a] or t >= ends[u] or arrival >= ends[v]:
                continue
            # a node of its own, since arcs may be parallel
            graph.add_edge((u, t), ("arc", a, t), capacity=int(problem.capacity[a]))
            goal = (v, "in") if problem.shelter_capacity[v] > 0 else (v, arrival)
            weight = arrival if problem.shelter_capacity[v] > 0 else 0
            graph.add_edge(("arc", a, t), goal, capacity=int(problem.capacity[a]), weight=weight)
    return graph


def safe_by(problem: Evacuation, step: int) -> int:
    """Return the most persons who can be safe by a step."""
    graph = expanded(problem, step)
    if "source" not in graph or "sink" not in graph:
        return 0
    return int(nx.maximum_flow_value(graph, "source", "sink"))


def least_total(problem: Evacuation, step: int) -> int:
    """Return the least total arrival of as many as can be safe by a step."""
    graph = expanded(problem, step)
    return int(nx.cost_of_flow(graph, nx.max_flow_min_cost(graph, "source", "sink")))


@st.composite
def problems(draw: st.DrawFn) -> Evacuation:
    """Draw a problem with few nodes and people."""
    nodes = draw(st.integers(2, 6))
    shelters = draw(st.integers(1, min(2, nodes - 1)))
    arc = st.tuples(
        st.integers(0, nodes - 1), st.integers(0, nodes - 1), st.integers(1, 3), st.integers(0, 3)
    )
    arcs = draw(st.lists(arc, min_size=1, max_size=12))
    supply = {v: draw(st.integers(0, 5)) for v in range(shelters, nodes)}
    places = {v: draw(st.sampled_from([2.0, 5.0, np.inf])) for v in range(shelters)}
    return problem_of(arcs, supply, places, nodes)


@st.composite
def closing_problems(draw: st.DrawFn) -> Evacuation:
    """Draw a problem whose roads open and close, and whose nodes close."""
    problem = draw(problems())
    k, n = problem.tail.size, problem.supply.size
    opening = draw(st.lists(st.sampled_from([0, 0, 1, 3, 6]), min_size=k, max_size=k))
    closing = st.sampled_from([np.inf, np.inf, 9.0, 5.0, 3.0, 1.0])
    arcs = draw(st.lists(closing, min_size=k, max_size=k))
    nodes = draw(st.one_of(st.none(), st.lists(closing, min_size=n, max_size=n).map(np.array)))
    return replace(
        problem,
        opening_step=np.array(opening),
        closing_step=np.array(arcs),
        node_closing_step=nodes,
    )


def long_enough(problem: Evacuation) -> int:
    """Return a step by which everybody is safe who ever can be."""
    last = [0.0]
    for steps in (problem.opening_step, problem.closing_step, problem.node_closing_step):
        if steps is not None:
            last.extend(np.asarray(steps, dtype=float)[np.isfinite(steps)])
    return int(max(last) + problem.travel_steps.sum() + problem.supply.sum())
