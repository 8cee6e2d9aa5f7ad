"""Evacuation with control: roads that close, a deadline, lanes turned, a plan gone on with.

    python benchmarks/evacuation_control.py FILE...          lanes turned on instance files, 10 clearing steps
    python benchmarks/evacuation_control.py --grid [--seed 1]      5,041 nodes, 54,795 people

One JSON line per case: what was asked, objective, bound, processor seconds, violations.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from evacuation import grid_problem
from evacuation_instances import read_instance

from models import Limits, evacuation


def report(name: str, case: str, measure: Callable[[], dict[str, Any]]) -> None:
    """Run one case and print its line."""
    begin = time.process_time()
    line = measure()
    seconds = round(time.process_time() - begin, 2)
    print(json.dumps({"instance": name, "case": case, "processor_s": seconds, **line}), flush=True)


def solved(problem: evacuation.Evacuation, deadline_step: int | None) -> dict[str, Any]:
    """Solve with closings or a deadline."""
    objective: evacuation.Objective = "clearance" if deadline_step is None else "most_safe"
    plan = evacuation.solve(problem, objective, deadline_step=deadline_step)
    assert plan.decision is not None
    return {
        "objective": plan.report.objective, "bound": plan.report.bound,
        "clearance": plan.decision.clearance_step, "overtaken": int(plan.decision.overtaken.sum()),
        "violations": len(evacuation.check(problem, plan)),
    }  # fmt: skip


def turned(problem: evacuation.Evacuation, time_s: float) -> dict[str, Any]:
    """Turn lanes, every street a candidate."""
    pairs = evacuation.opposite_pairs(problem, clearing_steps=10)
    result = evacuation.contraflow(problem, pairs, Limits(time_s=time_s))
    return {
        "streets": pairs.p, "objective": result.plan.report.objective, "bound": result.bound_step,
        "turned": int((result.lanes != evacuation.Lanes.KEPT).sum()), "police": int(result.police.size),
        "violations": len(evacuation.check_contraflow(problem, pairs, result)),
    }  # fmt: skip


def gone_on_with(problem: evacuation.Evacuation, at_step: int) -> dict[str, Any]:
    """Close the arc that most are yet to enter."""
    decision = evacuation.solve(problem).decision
    assert decision is not None
    groups = decision.groups
    later = groups.enter_step >= at_step
    persons = np.repeat(groups.persons, np.diff(groups.offsets))[later]
    busiest = np.array([np.argmax(np.bincount(groups.arc[later], weights=persons))])
    begin = time.process_time()
    result = evacuation.replan(problem, decision, at_step, busiest)
    seconds = round(time.process_time() - begin, 2)
    churn = result.churn
    return {
        "replan_s": seconds, "objective": result.plan.report.objective, "bound": result.plan.report.bound,
        "kept": churn.kept, "rerouted": churn.rerouted, "other_way": churn.other_way,
        "violations": len(evacuation.check_replan(problem, decision, (at_step, busiest), result)),
    }  # fmt: skip


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--grid", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--time-limit-s", type=float, default=60.0)
    args = parser.parse_args()
    for path in args.files:
        problem = read_instance(path)
        report(str(path), "lanes", lambda p=problem: turned(p, args.time_limit_s))  # type: ignore[misc]
    if args.grid:
        name, problem = f"grid, seed {args.seed}", grid_problem(args.seed)
        rng = np.random.default_rng(args.seed)
        closing = np.full(problem.tail.size, np.inf)
        closing[rng.permutation(problem.tail.size)[:300]] = rng.integers(50, 600, 300)
        closed = replace(problem, closing_step=closing)
        report(name, "300 arcs close", lambda: solved(closed, None))
        report(name, "deadline 400", lambda: solved(problem, 400))
        report(name, "lanes", lambda: turned(problem, args.time_limit_s))
        report(name, "busiest arc closes at 300", lambda: gone_on_with(problem, 300))


if __name__ == "__main__":
    main()
