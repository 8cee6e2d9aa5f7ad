"""How benchmarks take the time."""

import statistics
import time
from collections.abc import Callable


def seconds_of(call: Callable[[], object], repeats: int) -> float:
    """Time a call: the median of the repeats after a first one."""
    taken = []
    for _ in range(repeats + 1):
        begin = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken[1:])
