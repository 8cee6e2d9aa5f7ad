"""Write a tiny OpenStreetMap PBF file: one header block, one block of plain nodes and ways.

After wiki.openstreetmap.org/wiki/PBF_Format; written by hand because nothing in the
test environment writes it.
"""

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

Places = Mapping[int, tuple[float, float]]
Ways = Mapping[int, tuple[Sequence[int], Mapping[str, str]]]


def write_pbf(path: Path, places: Places, ways: Ways) -> None:
    """Write nodes (number -> lng, lat) and ways (number -> nodes, tags)."""
    header = _bytes(4, b"OsmSchema-V0.6")
    path.write_bytes(_blob(b"OSMHeader", header) + _blob(b"OSMData", _data(places, ways)))


def _data(places: Places, ways: Ways) -> bytes:
    words = ["", *sorted({word for _, tags in ways.values() for pair in tags.items() for word in pair})]
    index = {word: i for i, word in enumerate(words)}
    nodes = b"".join(
        _bytes(1, _number(1, _zigzag(n)) + _number(8, _degrees(lat)) + _number(9, _degrees(lng)))
        for n, (lng, lat) in places.items()
    )
    lines = b"".join(_bytes(3, _way(n, path, tags, index)) for n, (path, tags) in ways.items())
    strings = b"".join(_bytes(1, word.encode()) for word in words)
    return _bytes(1, strings) + _bytes(2, nodes) + _bytes(2, lines)


def _way(number: int, path: Sequence[int], tags: Mapping[str, str], index: Mapping[str, int]) -> bytes:
    steps = [b - a for a, b in zip([0, *path[:-1]], path, strict=True)]
    return (
        _number(1, number)
        + _bytes(2, b"".join(_varint(index[key]) for key in tags))
        + _bytes(3, b"".join(_varint(index[value]) for value in tags.values()))
        + _bytes(8, b"".join(_varint(_zigzag(step)) for step in steps))
    )


def _blob(kind: bytes, content: bytes) -> bytes:
    blob = _bytes(1, content) + _number(2, len(content))
    head = _bytes(1, kind) + _number(3, len(blob))
    return struct.pack(">I", len(head)) + head + blob


def _degrees(value: float) -> int:
    return _zigzag(round(value * 1e7))


def _zigzag(value: int) -> int:
    return value * 2 if value >= 0 else -value * 2 - 1


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)
