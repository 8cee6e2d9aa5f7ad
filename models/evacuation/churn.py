"""What a plan that goes on from another one changes, and for whom."""

from dataclasses import dataclass, replace

import numpy as np

from models.evacuation.joining import Ways, rows, ways
from models.evacuation.problem import Groups
from models.evacuation.rest import Frozen


@dataclass(frozen=True, slots=True)
class Churn:
    """What changes for whom, in persons.

    Parameters
    ----------
    kept
        On their way or safe, and nothing changes.
    rerouted
        On their way, and sent another way from where they are.
    stranded
        On their way, and no way leads on in time.
    same, later_or_sooner, other_way
        Not set out yet: nothing changes; the way is the same at other steps; the way is another.
    staying
        Not set out yet, and no longer able to be safe.
    """

    kept: int
    rerouted: int
    stranded: int
    same: int
    later_or_sooner: int
    other_way: int
    staying: int


def churn_of(before: Groups, frozen: Frozen, step: int, after: tuple[Groups, Groups]) -> Churn:
    """Return what changes for whom at a step; ``after`` are the new groups and those who are stranded."""
    new, stranded = after
    home = frozen.done == 0
    waiting, leaving = rows(before, home), rows(new, new.departure_step >= step)
    same = _shared(ways(waiting, None), ways(leaving, None))
    same_way = _shared(_untimed(waiting), _untimed(leaving))
    kept, lost = int(before.persons[frozen.kept].sum()), int(stranded.persons.sum())
    gone = int(leaving.persons.sum())
    return Churn(
        kept=kept,
        rerouted=int(before.persons.sum() - waiting.persons.sum()) - kept - lost,
        stranded=lost,
        same=same,
        later_or_sooner=same_way - same,
        other_way=gone - same_way,
        staying=int(waiting.persons.sum()) - gone,
    )


def _untimed(groups: Groups) -> Ways:
    return ways(replace(groups, enter_step=np.zeros_like(groups.enter_step)), None)


def _shared(some: Ways, others: Ways) -> int:
    return (some & others).total()
