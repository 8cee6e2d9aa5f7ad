"""The table of a shapefile as bytes: its texts before anyone has chosen an encoding.

Layout: header of 32 bytes (records at 4, header length at 8, record length at 10), a descriptor of 32 bytes
per field up to 0x0D, then records of fixed width. Source: dBASE III file structure, as shapelib writes it.
"""

import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from dss.errors import MapError

HEADER_BYTES: Final = 32
CHUNK_RECORDS: Final = 50_000


@dataclass(frozen=True, slots=True)
class _Field:
    name: bytes
    kind: int
    offset: int
    width: int


def dbf_texts(content: bytes, file: Path) -> Iterator[bytes]:
    """Yield the field names and all distinct texts of a table, chunk by chunk.

    Raises
    ------
    MapError
        If the header is not that of a table.
    """
    if len(content) < HEADER_BYTES:
        raise MapError("file_unreadable", file=file, why="the .dbf ends within its header")
    records, header, width = struct.unpack_from("<IHH", content, 4)
    fields = _fields(content, header)
    yield from (field.name for field in fields)
    texts = [field for field in fields if field.kind == ord("C")]
    records = min(records, max(0, (len(content) - header) // max(width, 1)))
    table = np.frombuffer(content, np.uint8, count=records * width, offset=header).reshape(records, width)
    for start in range(0, records, CHUNK_RECORDS):
        chunk = table[start : start + CHUNK_RECORDS]
        for field in texts:
            yield from _distinct(chunk[:, field.offset : field.offset + field.width])


def dbf_bytes(file: Path) -> bytes | None:
    """Return the bytes of the table beside a shapefile, or within a zipped one; None where there is none."""
    if file.suffix.lower() == ".zip":
        with zipfile.ZipFile(file) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(".dbf")]
            return archive.read(names[0]) if len(names) == 1 else None
    beside = _beside(file, ".dbf")
    return beside.read_bytes() if beside else None


def declared_encoding(file: Path) -> str | None:
    """Return what the `.cpg` beside a shapefile says; None where there is none or it is empty."""
    beside = _beside(file, ".cpg")
    said = beside.read_text(encoding="ascii", errors="replace").strip() if beside else ""
    return f"cp{said}" if said.isdigit() else said or None


def _beside(file: Path, suffix: str) -> Path | None:
    for path in (file.with_suffix(suffix), file.with_suffix(suffix.upper())):
        if path.is_file():
            return path
    return None


def _fields(content: bytes, header: int) -> list[_Field]:
    found, offset = [], 1  # byte 0 of a record is the mark of deletion
    for start in range(HEADER_BYTES, min(header, len(content)) - 31, 32):
        if content[start] == 0x0D:
            break
        name = content[start : start + 11].split(b"\0")[0]
        kind, width = content[start + 11], content[start + 16]
        found.append(_Field(name, kind, offset, width))
        offset += width
    return found


def _distinct(column: np.ndarray) -> Iterator[bytes]:
    foreign = column[(column >= 0x80).any(axis=1)]
    if foreign.size:
        cells = np.ascontiguousarray(foreign).view(f"S{column.shape[1]}").ravel()
        yield from (bytes(cell).rstrip(b" \0") for cell in np.unique(cells))
