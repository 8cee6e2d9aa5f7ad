"""The course of a hazard: what has come to pass by the time each of its steps begins."""

from dataclasses import dataclass

import numpy as np

from scenarios.situation import Situation


@dataclass(frozen=True, slots=True)
class CourseStep:
    """What holds from one time on.

    Parameters
    ----------
    from_s
        When the step begins, in seconds from the start of the scenario.
    persons_to_leave, roads_closed, shelters_lost
        Reached by then, since the start; roads for cars.
    """

    from_s: float
    persons_to_leave: int
    roads_closed: int
    shelters_lost: int


def course_of(situation: Situation) -> tuple[CourseStep, ...]:
    """Return the steps of a hazard; none where it has a single one or the plan looks at one moment only."""
    impact, hazard = situation.impact, situation.hazard
    if len(hazard.steps_s) < 2 or impact.at_s is not None:
        return ()
    feature = situation.roads.network.feature
    assert feature is not None
    closed_from_s = np.full(len(situation.roads.features), np.inf)
    np.minimum.at(closed_from_s, feature, impact.roads.close_s["drive"])
    return tuple(
        CourseStep(
            from_s=time_s,
            persons_to_leave=int(impact.cells.persons[impact.cells.from_s <= time_s].sum()),
            roads_closed=int((closed_from_s <= time_s).sum()),
            shelters_lost=int((situation.shelter_impact.from_s <= time_s).sum()),
        )
        for time_s in hazard.steps_s
    )
