"""What inspection proves of a coverage, whatever its prices prove."""

import numpy as np

from models import siting


def test_a_weak_proof_proves_no_less_than_inspection():
    # Demand 2 is out of every reach; prices of 0 prove nothing, but nobody can cover more than 3 + 1.
    cost = np.array([[1.0, 9.0], [9.0, 1.0], [9.0, 9.0]])
    problem = siting.MaxCoverage(cost, np.array([3.0, 1.0, 5.0]), 2, 2.0)
    nothing = siting.Proof(np.zeros((1, 3)), np.zeros(1, np.int64), np.zeros(1, np.int64), np.zeros(1, bool))
    decision = siting.SitingDecision(np.array([0, 1]), np.array([0, 1, 0]), nothing)
    assert siting.certified_bound(problem, decision, 4.0) == 4
