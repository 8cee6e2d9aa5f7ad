"""Read a PMTiles file: its directory once, then a tile by one look into the file."""

import gzip
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from api.tiles.grid import Tile
from api.tiles.pmtiles import HEADER_BYTES, tile_number
from dss.arrays import IntArray

ENTRY_BYTES = 24
DEEPEST_ZOOM_AT = 101
"""Octet of the header that says the deepest zoom."""


@dataclass(frozen=True, slots=True, eq=False)
class TileArchive:
    """An opened file.

    Parameters
    ----------
    deepest_zoom
        Up to this zoom a tile that the file lacks is empty.
    number, begin, length
        Numbers of its tiles, ascending, where their octets begin in the file and how many there are,
        each of shape (n,).
    """

    path: Path
    deepest_zoom: int
    number: IntArray
    begin: IntArray
    length: IntArray

    @property
    def size_bytes(self) -> int:
        """About how much memory it takes."""
        return ENTRY_BYTES * self.number.size

    def packed(self, tile: Tile) -> bytes | None:
        """Return a tile as it lies in the file, packed with gzip; None where there is nothing."""
        wanted = tile_number(tile)
        place = int(np.searchsorted(self.number, wanted))
        if place == self.number.size or self.number[place] != wanted:
            return None
        handle = os.open(self.path, os.O_RDONLY)
        try:
            return os.pread(handle, int(self.length[place]), int(self.begin[place]))
        finally:
            os.close(handle)


def open_archive(path: Path) -> TileArchive:
    """Open a file that `write_pmtiles` has written, each tile an entry of its own."""
    with path.open("rb") as file:
        header = file.read(HEADER_BYTES)
        places = np.frombuffer(header[8:72], dtype="<u8").astype(np.int64).reshape(4, 2)
        root, _, leaves, data = places.tolist()
        file.seek(root[0])
        number, run, length, begin = _directory(file.read(root[1]))
        if (run == 0).any():
            file.seek(leaves[0])
            held = file.read(leaves[1])
            parts = [_directory(held[a : a + n]) for a, n in zip(begin, length, strict=True)]
            number, run, length, begin = (np.concatenate(column) for column in zip(*parts, strict=True))
    return TileArchive(path, header[DEEPEST_ZOOM_AT], number, begin + data[0], length)


def _directory(packed: bytes) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Return the entries of a directory: number, run, length, beginning."""
    numbers = read_varints(gzip.decompress(packed))
    step, run, length, begin = numbers[1:].reshape(4, numbers[0])
    begin = begin - 1
    for place in np.flatnonzero(begin < 0).tolist():  # 0 says: behind the one before
        begin[place] = begin[place - 1] + length[place - 1]
    return np.cumsum(step), run, length, begin


def read_varints(octets: bytes) -> IntArray:
    """Return the whole numbers that varints say.

    >>> read_varints(bytes([1, 0x80, 1])).tolist()
    [1, 128]
    """
    parts = np.frombuffer(octets, dtype=np.uint8).astype(np.int64)
    last = np.flatnonzero(parts < 0x80)
    first = np.concatenate([[0], last + 1])[: last.size]
    group = np.repeat(np.arange(last.size), last - first + 1)
    shift = 7 * (np.arange(parts.size) - first[group])
    found = np.zeros(last.size, dtype=np.int64)
    np.add.at(found, group, (parts & 0x7F) << shift)
    return found
