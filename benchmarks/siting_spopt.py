"""spopt with CBC against ours on the same instances in one run; spopt is no dependency."""

import importlib
import importlib.util
import time
from collections.abc import Callable
from typing import Any

from json_lines import say
from siting_instances import City, make_city

from models import Limits, siting

SIZES = ((300, 60, 6), (1000, 150, 15), (5000, 500, 50))
# From here on only the models without a variable for every pair: the others exhaust the peer's memory.
PAIRS_AT_MOST = 200_000


def against_spopt(limits: Limits, seed: int) -> None:
    """Print a line for every model and size: seconds of both from arrays to the proven optimum."""
    if importlib.util.find_spec("spopt") is None or importlib.util.find_spec("pulp") is None:
        say(peer="spopt not installed: pip install spopt pulp in an environment of your own, then run again")
        return
    for cells, sites, p in SIZES:
        city = make_city(cells, sites, seed)
        for model, (ours, peer) in _pairs(city, p).items():
            if model in ("median", "center") and cells * sites > PAIRS_AT_MOST:
                continue
            started_s = time.perf_counter()
            plan = siting.solve(ours, limits, seed)
            ours_s = time.perf_counter() - started_s
            peer_s, value, status = _timed(peer, limits.time_s)
            say(
                instance=f"city {cells} x {sites}, p={p}",
                model=model,
                objective=plan.report.objective,
                bound=plan.report.bound,
                seconds=ours_s,
                spopt_objective=value,
                spopt_status=status,
                spopt_seconds=peer_s,
                times_faster=peer_s / ours_s,
            )


def _pairs(city: City, p: int) -> dict[str, tuple[siting.Problem, Callable[[], Any]]]:
    locate = importlib.import_module("spopt.locate")
    cost, weight, radius_s = city.cost_s, city.persons, 900.0
    return {
        "median": (
            siting.PMedian(cost, weight, p),
            lambda: locate.PMedian.from_cost_matrix(cost, weight, p_facilities=p),
        ),
        "center": (siting.PCenter(cost, p), lambda: locate.PCenter.from_cost_matrix(cost, p_facilities=p)),
        "coverage": (
            siting.MaxCoverage(cost, weight, p, radius_s),
            lambda: locate.MCLP.from_cost_matrix(cost, weight, radius_s, p_facilities=p),
        ),
        "set cover": (
            siting.SetCover(cost, 4 * radius_s),
            lambda: locate.LSCP.from_cost_matrix(cost, 4 * radius_s),
        ),
    }


def _timed(build: Callable[[], Any], time_s: float) -> tuple[float, float | None, str]:
    """Build and solve with CBC; the status is the solution's: a stopped search may pass for optimal."""
    pulp = importlib.import_module("pulp")
    started_s = time.perf_counter()
    model = build()
    solver = pulp.PULP_CBC_CMD(msg=False, timeLimit=max(1.0, time_s))
    # spopt's own solve refuses what CBC could not prove; the programme is what is timed
    model.problem.solve(solver)
    seconds = time.perf_counter() - started_s
    status = str(pulp.LpSolution[model.problem.sol_status])
    return seconds, pulp.value(model.problem.objective), status
