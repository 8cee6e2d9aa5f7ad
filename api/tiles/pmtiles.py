"""Write a PMTiles file, version 3: tiles in the order of a Hilbert curve behind a directory.

After the specification of the format by Protomaps, version 3.4.
"""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from api.tiles.encoding import varints
from api.tiles.grid import Tile

HEADER_BYTES: Final = 127
ROOT_BYTES: Final = 16_384 - HEADER_BYTES
LEAF_ENTRIES: Final = 4096
GZIP: Final = 2
CLUSTERED: Final = 1
MVT: Final = 1

Entry = tuple[int, int, int]
"""Number of a tile, where it begins in the data, how long it is."""


def write_pmtiles(
    path: Path,
    tiles: Mapping[Tile, bytes],
    bounds: tuple[float, float, float, float],
    metadata: Mapping[str, Any],
) -> None:
    """Write tiles into a file.

    Parameters
    ----------
    bounds
        West, south, east, north in degrees.
    metadata
        What the file says of itself; ``vector_layers`` among it.
    """
    ordered = sorted((tile_number(tile), content) for tile, content in tiles.items())
    entries: list[Entry] = []
    data = bytearray()
    for number, content in ordered:
        packed = gzip.compress(content, compresslevel=6, mtime=0)
        entries.append((number, len(data), len(packed)))
        data += packed
    root, leaves = _directories(entries)
    said = gzip.compress(json.dumps(metadata, ensure_ascii=False).encode("utf-8"), mtime=0)
    zooms = [tile.z for tile in tiles] or [0]
    parts = (root, said, leaves, bytes(data))
    header = _header(parts, len(entries), bounds, (min(zooms), max(zooms)))
    path.write_bytes(header + b"".join(parts))


def tile_number(tile: Tile) -> int:
    """Return the place of a tile on the Hilbert curves of all zooms.

    >>> [tile_number(Tile(1, x, y)) for x, y in ((0, 0), (0, 1), (1, 1), (1, 0))]
    [1, 2, 3, 4]
    """
    x, y, place = tile.x, tile.y, 0
    side = 2 ** (tile.z - 1) if tile.z else 0
    while side > 0:
        right, lower = int(x & side > 0), int(y & side > 0)
        place += side * side * ((3 * right) ^ lower)
        if lower == 0:
            if right:
                x, y = 2**tile.z - 1 - x, 2**tile.z - 1 - y
            x, y = y, x
        side //= 2
    return (4**tile.z - 1) // 3 + place


def _directories(entries: list[Entry]) -> tuple[bytes, bytes]:
    """Return the root directory, and leaves where it would be too long."""
    root = _directory(entries)
    if len(root) <= ROOT_BYTES:
        return root, b""
    size = LEAF_ENTRIES
    while True:
        leaves, places = bytearray(), []
        for begin in range(0, len(entries), size):
            leaf = _directory(entries[begin : begin + size])
            places.append((entries[begin][0], len(leaves), len(leaf)))
            leaves += leaf
        root = _directory(places, run=0)
        if len(root) <= ROOT_BYTES:
            return root, bytes(leaves)
        size *= 2


def _directory(entries: list[Entry], run: int = 1) -> bytes:
    """Return entries column by column; a run of 0 marks those that lead to a leaf."""
    number, begin, length = (
        (np.array(column, dtype=np.int64) for column in zip(*entries, strict=True))
        if (entries)
        else (np.zeros(0, np.int64),) * 3
    )
    follows = np.zeros(number.size, dtype=np.bool_)
    follows[1:] = begin[1:] == begin[:-1] + length[:-1]
    numbers = np.concatenate(
        [[number.size], np.diff(number, prepend=0), np.full(number.size, run), length,
         np.where(follows, 0, begin + 1)]
    )  # fmt: skip
    return gzip.compress(varints(numbers)[0].tobytes(), mtime=0)


def _header(
    parts: tuple[bytes, bytes, bytes, bytes],
    count: int,
    bounds: tuple[float, float, float, float],
    zooms: tuple[int, int],
) -> bytes:
    """Return the header; ``parts`` are root, metadata, leaves and tiles as they follow it."""
    places, begin = [], HEADER_BYTES
    for part in parts:
        places += [begin, len(part)]
        begin += len(part)
    west, south, east, north = bounds
    corners = np.array([west, south, east, north, (west + east) / 2, (south + north) / 2])
    e7 = np.rint(corners * 1e7).astype("<i4")
    return b"".join(
        [
            b"PMTiles\x03",
            np.array([*places, count, count, count], dtype="<u8").tobytes(),
            bytes([CLUSTERED, GZIP, GZIP, MVT, *zooms]),
            e7[:4].tobytes(),
            bytes([(zooms[0] + zooms[1]) // 2]),
            e7[4:].tobytes(),
        ]
    )
