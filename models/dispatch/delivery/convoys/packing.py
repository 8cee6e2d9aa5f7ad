"""A convoy's load on its vehicles: whole units, none cut, each vehicle within its own payload and space."""

from typing import Final

import numpy as np

from dss.arrays import FloatArray, IntArray

ROUNDING: Final = 1e-9


def pack(units: IntArray, size: FloatArray, room: FloatArray, share: FloatArray) -> IntArray:
    """Return how many units of each commodity ride in each vehicle, shape (m, k); what does not fit is left.

    Commodities of large units come first. Each vehicle takes its share of a commodity as far as that fits;
    what is over goes to whoever has room. Where all shares, rounded up, fit, nothing is left.

    Parameters
    ----------
    units
        Of each commodity, shape (k,).
    size
        Weight and volume of a unit, shape (k, 2).
    room
        Payload and space of each vehicle, shape (m, 2); inf allowed.
    share
        Part of a load that each vehicle takes, shape (m,), 1 together.

    Examples
    --------
    Five packs of 4 kg and two trucks of 12 kg: three and two.

    >>> import numpy as np
    >>> pack(np.array([5]), np.array([[4.0, 0.0]]), np.full((2, 2), 12.0), np.array([0.5, 0.5])).tolist()
    [[3], [2]]
    """
    riding = np.zeros((share.size, units.size), dtype=np.int64)
    left = room * (1 + ROUNDING)
    relative = (size / np.maximum(room.max(axis=0, initial=0.0), 1e-12)).max(axis=1)
    for k in np.argsort(-relative, kind="stable").tolist():
        over = int(units[k])
        for most in (apportion(over, share), np.full(share.size, over)):
            for m in range(share.size):
                count = min(_fitting(left[m], size[k]), int(most[m]), over)
                riding[m, k] += count
                left[m] -= count * size[k]
                over -= count
    return riding


def apportion(units: int, share: FloatArray) -> IntArray:
    """Return whole units by shares, the largest remainders rounded up, shape (m,).

    >>> import numpy as np
    >>> apportion(5, np.array([0.5, 0.5])).tolist()
    [3, 2]
    """
    exact = units * share
    whole = np.floor(exact + ROUNDING).astype(np.int64)
    more = max(units - int(whole.sum()), 0)
    whole[np.argsort(whole - exact, kind="stable")[:more]] += 1
    return whole


def _fitting(left: FloatArray, size: FloatArray) -> int:
    """Return how many units of a size fit into what is left."""
    bound = size > 0
    if not bound.any():
        return 2**31
    return int(min(max((left[bound] / size[bound]).min(), 0.0), 2**31))
