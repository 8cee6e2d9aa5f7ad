"""From cells to their parents, by the bits of the index.

An H3 index holds its resolution in bits 52 to 55 and, from bit 44 down, one digit of three bits for each
resolution; unused digits are 7. (H3 documentation, "H3Index bit layout".)
"""

from typing import Final

import numpy as np

from dss.arrays import IntArray, UIntArray
from dss.errors import MapError

RESOLUTION_SHIFT: Final = np.uint64(52)
RESOLUTION_MASK: Final = np.uint64(0xF)
DIGIT_BITS: Final = 3
FINEST: Final = 15


def resolutions_of(cell: UIntArray) -> IntArray:
    """Return the H3 resolution of each cell, shape (n,)."""
    return ((cell >> RESOLUTION_SHIFT) & RESOLUTION_MASK).astype(np.int64)


def parents_of(cell: UIntArray, resolution: int) -> UIntArray:
    """Return the parent of each cell at a resolution that is not finer, shape (n,).

    Raises
    ------
    MapError
        If a cell is coarser than the resolution.

    >>> hex(parents_of(np.array([0x8928308280fffff], dtype=np.uint64), 5)[0])
    '0x85283083fffffff'
    """
    finest = int(resolutions_of(cell).min(initial=FINEST))
    if not 0 <= resolution <= finest:
        raise MapError("cells_parent", resolution=resolution, finest=finest)
    unused = np.uint64((1 << (DIGIT_BITS * (FINEST - resolution))) - 1)
    bare = cell & ~(RESOLUTION_MASK << RESOLUTION_SHIFT)
    return np.asarray(bare | (np.uint64(resolution) << RESOLUTION_SHIFT) | unused)
