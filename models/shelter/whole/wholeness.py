"""What it costs to keep communities together."""

from dataclasses import dataclass, replace

from models.plan import Limits, Plan
from models.shelter.exact import solve
from models.shelter.problem import Allocation, AllocationDecision


@dataclass(frozen=True, slots=True)
class Wholeness:
    """A plan of whole zones beside the best that splits them.

    Parameters
    ----------
    whole, split
        Weighted person-seconds of those with a place.
    whole_unmet, split_unmet
        Persons without a place.
    least
        What wholeness costs at least, in person-seconds, unmet persons weighed by M: the proven bound of
        whole zones less the value of the split plan; 0 where that is not above.
    most
        What it costs at most: the value of the whole plan less the bound of the split ones.
    """

    whole: float
    split: float
    whole_unmet: int
    split_unmet: int
    least: float
    most: float


def price_of_wholeness(
    problem: Allocation,
    plan: Plan[AllocationDecision],
    limits: Limits = Limits(),  # noqa: B008
) -> Wholeness:
    """Compare a plan of whole zones with the optimum that may split every cell."""
    split_problem = replace(problem, whole=None, unmet_s=problem.unmet_weight_s)
    split = solve(split_problem, limits)
    assert plan.decision is not None
    assert split.decision is not None
    bounds = [plan.report.objective, plan.report.bound, split.report.objective, split.report.bound]
    whole_value, whole_bound, split_value, split_bound = (float(bound or 0.0) for bound in bounds)
    weight = problem.unmet_weight_s * problem.weight
    more_unmet = float(weight @ (plan.decision.unmet - split.decision.unmet))
    return Wholeness(
        whole_value,
        split_value,
        int(plan.decision.unmet.sum()),
        int(split.decision.unmet.sum()),
        max(whole_bound + more_unmet - split_value, 0.0),
        whole_value + more_unmet - split_bound,
    )
