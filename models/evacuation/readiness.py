"""People who are not ready at once: departure curves, and a problem whose people become ready along one.

A curve is the share of the people who are ready by the start of each step 0, 1, 2 ...; it never falls. Where
it ends below 1 the rest never leaves. The people of each step wait at a node of their own, whose only arc
leads to where they live and opens in time for that step: the solver and the certificate need nothing new.

Sources: Radwan, Hobeika and Sivasailam (1985), logistic S-curve; Tweedie et al. (1986), Rayleigh; log-normal
preparation times as in Lindell and Prater (2007). Their parameters are for the caller to give. Index names:
``s`` node of the given problem, ``t`` step.
"""

from dataclasses import dataclass, replace
from math import erf, sqrt

import numpy as np

from dss.arrays import FloatArray, IntArray
from dss.errors import ProblemError
from models.evacuation.problem import Evacuation, Groups


def logistic_curve(steps: int, *, half_step: float, slope_per_step: float) -> FloatArray:
    """Return the shares ready of an S-curve, 1 / (1 + exp(-slope (t - half))), shape (steps,).

    Notes
    -----
    Radwan, Hobeika and Sivasailam (1985). Some are ready before step 0: they count in the first share.
    """
    _require_positive("slope_per_step", slope_per_step)
    t = np.arange(steps, dtype=np.float64)
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(slope_per_step * (t - half_step), -700, 700))))


def rayleigh_curve(steps: int, *, scale_steps: float) -> FloatArray:
    """Return the shares ready of a Rayleigh curve, 1 - exp(-t^2 / (2 scale^2)), shape (steps,).

    Notes
    -----
    Tweedie et al. (1986), who used 1 - exp(-t^2 / 1800) with t in minutes: a scale of 30 min.
    """
    _require_positive("scale_steps", scale_steps)
    t = np.arange(steps, dtype=np.float64)
    return np.asarray(-np.expm1(-(t**2) / (2 * scale_steps**2)))


def log_normal_curve(steps: int, *, median_steps: float, sigma: float) -> FloatArray:
    """Return the shares ready where the times to get ready are log-normal, shape (steps,)."""
    _require_positive("median_steps", median_steps)
    _require_positive("sigma", sigma)
    shares = [0.5 * (1 + erf(np.log(t / median_steps) / (sigma * sqrt(2)))) for t in range(1, steps)]
    return np.array([0.0, *shares][:steps])


def with_compliance(prompt: FloatArray, late: FloatArray, compliance: float) -> FloatArray:
    """Return the shares ready where a share of the people follows one curve and the rest another, shape (t,).

    A ``late`` curve of zeros means that those who do not comply never leave.
    """
    if not 0 <= compliance <= 1:
        raise ProblemError("evacuation_curve", name="compliance", value=compliance)
    return compliance * prompt + (1 - compliance) * late


@dataclass(frozen=True, slots=True, eq=False)
class Departures:
    """A problem whose people become ready over time.

    Parameters
    ----------
    problem
        With nodes and arcs of waiting people after those of the given problem.
    home
        Node of the given problem behind each node, shape (n',).
    arcs
        How many arcs the given problem has.
    refusing
        Persons at each node of the given problem who never leave, shape (n,).
    """

    problem: Evacuation
    home: IntArray
    arcs: int
    refusing: IntArray

    def at_home(self, persons: IntArray) -> IntArray:
        """Return persons at each node as persons at each node of the given problem, shape (n,)."""
        return np.bincount(self.home, weights=persons, minlength=self.refusing.size).astype(np.int64)

    def from_home(self, groups: Groups) -> Groups:
        """Return groups over the nodes and arcs of the given problem; its check accepts their ways."""
        kept = groups.arc < self.arcs
        ends = np.concatenate([[0], np.cumsum(kept)])
        return Groups(
            origin=self.home[groups.origin],
            persons=groups.persons,
            offsets=ends[groups.offsets],
            arc=groups.arc[kept],
            enter_step=groups.enter_step[kept],
        )


def departures(problem: Evacuation, share: FloatArray, every_steps: int = 1) -> Departures:
    """Return a problem whose people become ready along a curve.

    Parameters
    ----------
    share
        Share of the people of each node who are ready by each step, from 0 to 1, never falling: one curve for
        all nodes, shape (steps,), or one for each, shape (n, steps).
    every_steps
        People who become ready within so many steps wait for the last of them: fewer nodes, and no plan that
        anybody would be late for.

    Raises
    ------
    ProblemError
        If the shares are no curve or the steps are below 1.

    Notes
    -----
    Of each node's people the nearest whole number to the share is ready by each step, so nobody is lost.
    """
    _require_curve(share, every_steps)
    share = np.broadcast_to(share, (problem.supply.size, share.shape[-1]))
    last = share.shape[1] - 1
    times = np.unique(np.append(np.arange(0, last + 1, every_steps), last))
    s = np.flatnonzero(problem.supply)
    by_then = np.rint(share[s][:, times] * problem.supply[s, None]).astype(np.int64)
    batch = np.diff(by_then, axis=1, prepend=0)
    supply = problem.supply.copy()
    supply[s] = batch[:, 0]
    row, column = np.nonzero(batch[:, 1:])
    persons, home, ready = batch[row, column + 1], s[row], times[column + 1]
    n, count = problem.supply.size, persons.size
    opening = np.zeros_like(problem.capacity) if problem.opening_step is None else problem.opening_step
    grown = replace(
        problem,
        tail=np.concatenate([problem.tail, n + np.arange(count)]),
        head=np.concatenate([problem.head, home]),
        travel_steps=np.concatenate([problem.travel_steps, np.ones(count, dtype=np.int64)]),
        capacity=np.concatenate([problem.capacity, persons]),
        supply=np.concatenate([supply, persons]),
        shelter_capacity=np.concatenate([problem.shelter_capacity, np.zeros(count)]),
        opening_step=np.concatenate([opening, ready - 1]),
        closing_step=_never(problem.closing_step, count),
        node_closing_step=_never(problem.node_closing_step, count),
    )
    refusing = problem.supply.copy()
    refusing[s] -= by_then[:, -1]
    return Departures(grown, np.concatenate([np.arange(n), home]), problem.tail.size, refusing)


def _never(steps: FloatArray | None, count: int) -> FloatArray | None:
    return None if steps is None else np.concatenate([steps, np.full(count, np.inf)])


def _require_curve(share: FloatArray, every_steps: int) -> None:
    bad = ~np.isfinite(share) | (share < 0) | (share > 1) | (np.diff(share, prepend=0.0) < 0)
    if share.size == 0 or bad.any():
        t = int(np.argmax(bad)) if share.size else 0
        raise ProblemError(
            "evacuation_curve", name=f"share[{t}]", value=float(share.flat[t]) if share.size else None
        )
    if every_steps < 1:
        raise ProblemError("evacuation_curve", name="every_steps", value=every_steps)


def _require_positive(name: str, value: float) -> None:
    if not (np.isfinite(value) and value > 0):
        raise ProblemError("evacuation_curve", name=name, value=value)
