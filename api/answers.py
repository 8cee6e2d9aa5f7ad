"""Answers that are octets: with an ETag, kept by browsers for as long as they stay true."""

import gzip
import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from fastapi import Request, Response

FOREVER: Final = "private, max-age=31536000, immutable"
ASK_AGAIN: Final = "private, no-cache"
LEAST_PACKED: Final = 20_000


def etag_of(*parts: object) -> str:
    """Return the ETag of what is known by some parts."""
    return '"' + hashlib.sha256("\0".join(map(str, parts)).encode("utf-8")).hexdigest()[:24] + '"'


def unchanged(request: Request, etag: str) -> Response | None:
    """Return the short answer where the reader has it already."""
    known = request.headers.get("if-none-match")
    if known is None or not (known.strip() == "*" or etag in known):
        return None
    return Response(status_code=304, headers={"ETag": etag, "Cache-Control": ASK_AGAIN})


def octets(
    content: bytes,
    media_type: str,
    etag: str,
    *,
    cache: str = ASK_AGAIN,
    packing: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    """Return octets with their ETag; ``packing`` are the headers that say how they are packed."""
    headers = {"ETag": etag, "Cache-Control": cache, "Vary": "Accept-Encoding", **packing}
    return Response(content, media_type=media_type, headers=headers)


def takes_gzip(request: Request) -> bool:
    """Tell whether the reader can unpack gzip."""
    return "gzip" in request.headers.get("accept-encoding", "")


def pack(content: bytes) -> bytes:
    """Return octets packed, the same ones each time."""
    return gzip.compress(content, compresslevel=5, mtime=0)


def as_taken(request: Request, packed: bytes | None) -> tuple[bytes, dict[str, str]]:
    """Return content that lies packed as the reader takes it, and the headers that say so; b"" for None."""
    if packed is None:
        return b"", {}
    return (packed, {"Content-Encoding": "gzip"}) if takes_gzip(request) else (gzip.decompress(packed), {})


def packed(request: Request, content: bytes) -> tuple[bytes, dict[str, str]]:
    """Return content as the reader takes it, and the headers that say so; small content as it is."""
    if len(content) > LEAST_PACKED and takes_gzip(request):
        return pack(content), {"Content-Encoding": "gzip"}
    return content, {}
