"""Check a plan with convoys without the solver: together, each vehicle within its own, and as convoys."""

from models.dispatch.delivery.check import broken_rows, loads, units
from models.dispatch.delivery.check import check as check_delivery
from models.dispatch.delivery.convoys.folding import driving_apart, fold
from models.dispatch.delivery.convoys.merging import has_convoys, merge
from models.dispatch.delivery.problem import Delivery, DeliveryDecision
from models.plan import Plan, Violation


def check(problem: Delivery, plan: Plan[DeliveryDecision]) -> list[Violation]:
    """Return the constraints that a plan breaks; empty when it keeps all of them and its figures are true.

    Payload, space and units are counted vehicle by vehicle; ways, times, costs and bounds are those of the
    convoys.
    """
    decision = plan.decision
    if decision is None or not has_convoys(problem.fleet):
        return check_delivery(problem, plan)
    convoys = merge(problem)
    broken = list(broken_rows(problem, decision)) or list(driving_apart(convoys, decision))
    if broken:
        return broken  # what follows counts on whole rows, the same for all members
    alone = [*units(problem, decision), *loads(problem, decision)]
    return alone or check_delivery(convoys.merged, Plan(fold(convoys, decision), plan.report))
