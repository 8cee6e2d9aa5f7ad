"""Numbers and names of census units: those of their community, and their place in it."""

import numpy as np

from dss.arrays import IntArray
from dss.sample.names import Names
from dss.sample.units.layers import Areas


def unit_codes(communities: Areas, group: IntArray) -> tuple[Names, Names]:
    """Return 15-digit number and name of each unit; ``group`` is the community of each, shape (n,)."""
    order = np.argsort(group, kind="stable")
    start = np.searchsorted(group[order], np.arange(int(group.max()) + 1))
    serial = np.empty(group.size, dtype=np.int64)
    serial[order] = np.arange(group.size) - start[group[order]] + 1
    code = [f"{communities.code[one]}{number:03d}" for one, number in zip(group, serial, strict=True)]
    name = [f"{communities.name[one]}第{number}小区" for one, number in zip(group, serial, strict=True)]
    return np.array(code, dtype=object), np.array(name, dtype=object)
