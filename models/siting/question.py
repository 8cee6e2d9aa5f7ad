"""Can p sites reach everyone? The question inside set cover, p-center and any problem with refused pairs."""

from dataclasses import dataclass

import numpy as np

from dss.arrays import BoolArray, IntArray
from models.plan import Termination
from models.siting.proof import Proof
from models.siting.rules import NO_RULES, SiteRules


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Sites that reach everyone, or a proof that there are none, or neither when time was up."""

    sites: IntArray | None
    proof: Proof | None

    @property
    def termination(self) -> Termination:
        """OPTIMAL if everyone is reached, INFEASIBLE if that is proven impossible, else NO_SOLUTION."""
        if self.sites is not None:
            return Termination.OPTIMAL
        return Termination.NO_SOLUTION if self.proof is None else Termination.INFEASIBLE


UNDECIDED = Reach(None, None)


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Which demands each site reaches, how many sites are allowed, which are open anyway, what rules bind.

    Parameters
    ----------
    reached
        Whether demand i is reached from site j, shape (n, m).
    """

    reached: BoolArray
    p: int
    fixed_open: IntArray
    rules: SiteRules = NO_RULES


def fill_up(sites: IntArray, p: int, count: int) -> IntArray:
    """Return some sites and the first others, p in all, ascending."""
    others = np.setdiff1d(np.arange(count), sites)
    return np.sort(np.concatenate([sites, others[: p - sites.size]]))
