"""spopt with CBC and with HiGHS against ours on the same instances in one run; spopt is no dependency."""

import importlib
import importlib.util
import resource
from collections.abc import Callable
from typing import Any

from json_lines import say
from siting_instances import City, make_city

from models import Limits, siting

SIZES = ((300, 60, 6), (1000, 150, 15), (2000, 300, 30), (5000, 500, 50))
# From here on only the models without a variable for every pair: the others exhaust the peer's memory.
PAIRS_AT_MOST = 200_000
SOLVERS = {"CBC": "PULP_CBC_CMD", "HiGHS": "HiGHS"}
# Relative difference of two optima that rounding explains.
SAME = 1e-6


def against_spopt(limits: Limits, seed: int) -> None:
    """Print a line for every model, size and solver: processor seconds of both, from arrays to the optimum.

    ``same`` is whether both are optimal and of one value; a peer that found nothing in time is told as such.
    """
    if importlib.util.find_spec("spopt") is None or importlib.util.find_spec("pulp") is None:
        say(peer="spopt not installed: pip install spopt pulp in an environment of your own, then run again")
        return
    for cells, sites, p in SIZES:
        city = make_city(cells, sites, seed)
        for model, (ours, peer) in _pairs(city, p).items():
            if model in ("median", "center") and cells * sites > PAIRS_AT_MOST:
                continue
            started_s = processor_s()
            plan = siting.solve(ours, limits, seed)
            ours_s = processor_s() - started_s
            for solver, command in SOLVERS.items():
                peer_s, value, status = _timed(peer, command, limits.time_s)
                ours_value = plan.report.objective
                both = value is not None and ours_value is not None and status.startswith("Optimal")
                say(
                    instance=f"city {cells} x {sites}, p={p}",
                    model=model,
                    objective=ours_value,
                    bound=plan.report.bound,
                    cpu_s=ours_s,
                    peer=f"spopt, {solver}",
                    peer_objective=value,
                    peer_status=status,
                    peer_cpu_s=peer_s,
                    times_faster=peer_s / ours_s,
                    same=both and abs(value - ours_value) <= SAME * abs(ours_value),
                )


def processor_s() -> float:
    """Return the processor seconds of this process and of those it has started."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


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


def _timed(build: Callable[[], Any], command: str, time_s: float) -> tuple[float, float | None, str]:
    """Build and solve; the status is the solution's: a stopped search may pass for optimal."""
    pulp = importlib.import_module("pulp")
    started_s = processor_s()
    model = build()
    solver = getattr(pulp, command)(msg=False, timeLimit=max(1.0, time_s))
    # spopt's own solve refuses what was not proven; the programme is what is timed
    model.problem.solve(solver)
    seconds = processor_s() - started_s
    status = str(pulp.LpSolution[model.problem.sol_status])
    return seconds, pulp.value(model.problem.objective), status
