"""Travel times over time: constant within steps."""

from dataclasses import dataclass

import numpy as np

from dss.arrays import FloatArray
from dss.errors import NetworkError
from dss.network import RoadNetwork
from dss.routing_in_time.kernels.search import Timing


@dataclass(frozen=True, slots=True, eq=False)
class TimeSteps:
    """Seconds of each edge in each step of time.

    Someone who crosses from one step into the next goes on at the new step's speed (the share of the edge
    that is left times the new seconds): nobody arrives earlier by leaving later (first in, first out). An
    edge is entered only if it stays open until it is left: nobody is caught on it. Waiting is allowed at
    nodes, and helps only where an edge opens again later.

    Parameters
    ----------
    start_s
        Clock time at which each step begins, shape (k,), ascending; the last one lasts for ever.
    travel_time_s
        Seconds of each edge, shape (k, n edges); inf where closed.
    close_s
        Clock time by which each edge must have been left for good, shape (n edges,), inf where never; None
        where no edge closes but by its steps.

    Raises
    ------
    NetworkError
        If there is no step, starts do not ascend or are not finite, shapes differ, or a time is NaN or
        negative.

    Notes
    -----
    Sung, Bell, Seong and Park (2000), "Shortest paths in a network with time-dependent flow speeds".
    """

    start_s: FloatArray
    travel_time_s: FloatArray
    close_s: FloatArray | None = None

    def __post_init__(self) -> None:
        start_s, times = np.asarray(self.start_s, np.float64), np.asarray(self.travel_time_s, np.float64)
        object.__setattr__(self, "start_s", start_s)
        object.__setattr__(self, "travel_time_s", times)
        if start_s.ndim != 1 or start_s.size == 0 or not np.isfinite(start_s).all():
            raise NetworkError("time_steps", starts=start_s.tolist())
        if (np.diff(start_s) <= 0).any():
            raise NetworkError("time_steps", starts=start_s.tolist())
        if times.ndim != 2 or times.shape[0] != start_s.size:
            raise NetworkError("time_steps_shape", shape=times.shape, steps=start_s.size)
        wrong = ~(times >= 0)
        if wrong.any():
            step, e = (int(index[0]) for index in np.nonzero(wrong))
            raise NetworkError("time_steps_time", step=step, edge=e, value=float(times[step, e]))
        if self.close_s is not None:
            close_s = np.asarray(self.close_s, np.float64)
            object.__setattr__(self, "close_s", close_s)
            if close_s.shape != times.shape[1:] or np.isnan(close_s).any():
                raise NetworkError("time_steps_close", shape=close_s.shape, edges=times.shape[1])

    def timing(self, network: RoadNetwork) -> Timing:
        """Return the steps as the kernels take them.

        Raises
        ------
        NetworkError
            If the network has another number of edges.
        """
        if self.travel_time_s.shape[1] != network.n_edges:
            raise NetworkError("time_steps_edges", given=self.travel_time_s.shape[1], edges=network.n_edges)
        never = np.full(network.n_edges, np.inf)
        return Timing(
            self.start_s,
            np.ascontiguousarray(self.travel_time_s.T),
            never if self.close_s is None else np.ascontiguousarray(self.close_s),
        )
