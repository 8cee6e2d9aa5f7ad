"""Which encoding texts are in, found from their bytes.

UTF-8 is strict, so that texts which follow it are hardly anything else; one exception is Chinese of two-byte
pairs that by chance also spell Latin, Greek or Cyrillic letters. GB18030 accepts almost any bytes, so it
counts only where it gives common characters (level 1 of GB 2312, 3,755 characters). What remains is refused,
not shown as mojibake.
"""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from dss.errors import MapError
from dss.onemap.guesses import Guess, guess

LEAST_COMMON_SHARE: Final = 0.6
"""Share of common characters from which a GB18030 reading is believed. Default; typical: over 0.95."""

LONE_BETWEEN_LETTERS: Final = re.compile("[A-Za-z][一-鿿](?![一-鿿])|(?<![一-鿿])[一-鿿][a-z]")
HAN: Final = re.compile("[㐀-鿿豈-﫿\U00020000-\U0003ffff]")
SAMPLE_TEXTS: Final = 20_000
EXAMPLE_LENGTH: Final = 60


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding and how it was found; no guess where the texts are plain ASCII."""

    name: str
    guesses: tuple[Guess, ...] = ()


def find_encoding(texts: Iterable[bytes], *, file: str, declared: str | None = None) -> Encoding:
    """Find the encoding of texts.

    Parameters
    ----------
    texts
        Texts as they lie in the file; each may end within a character, as fields of fixed width do.
    file
        Name of the file, for messages.
    declared
        What the file says of itself, for instance in a ``.cpg``; believed where the bytes follow it.

    Raises
    ------
    MapError
        If the bytes follow no encoding that could be told for sure.
    """
    told = [text for text in dict.fromkeys(texts) if not text.isascii()]
    if not told:
        return Encoding("UTF-8")
    name = _utf8_or_gbk(told) if all(decodes(text, "UTF-8") for text in told) else _chinese(told)
    if declared is not None and _holds(declared, told, name):
        return Encoding(declared)
    if name is None:
        example = told[0].decode("latin-1")[:EXAMPLE_LENGTH]
        raise MapError("import_encoding_unknown", file=file, count=len(told), example=example)
    facts: dict[str, str | int] = {"file": file, "encoding": name, "count": len(told)}
    facts["example"] = _decode(told[0], name)[:EXAMPLE_LENGTH]
    if declared is not None:
        return Encoding(name, (guess("encoding_against_declared", declared=declared, **facts),))
    return Encoding(name, (guess("encoding_from_bytes", **facts),))


def require_encoding(texts: Iterable[bytes], encoding: str, *, file: str) -> None:
    """Refuse an encoding that a person named but that the bytes do not follow.

    Raises
    ------
    MapError
        If there is no such encoding, or a text does not follow it.
    """
    if not _known(encoding):
        raise MapError("import_encoding_name", encoding=encoding)
    for text in dict.fromkeys(texts):
        if not decodes(text, encoding):
            shown = text.decode(encoding, errors="replace")[:EXAMPLE_LENGTH]
            raise MapError("import_encoding_wrong", file=file, encoding=encoding, example=shown)


def decodes(text: bytes, encoding: str) -> bool:
    """Tell whether bytes follow an encoding; a character cut off at their end is forgiven."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    try:
        decoder.decode(text, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _holds(declared: str, told: list[bytes], name: str | None) -> bool:
    """Tell whether a declared encoding holds; Latin-1 fits any bytes, so it yields to one that was found."""
    if not _known(declared) or not all(decodes(text, declared) for text in told):
        return False
    return name is None or not codecs.lookup(declared).name.startswith(("iso8859", "cp125", "ascii"))


def _known(encoding: str) -> bool:
    try:
        codecs.lookup(encoding)
    except LookupError:
        return False
    return True


def _decode(text: bytes, encoding: str) -> str:
    return codecs.getincrementaldecoder(encoding)(errors="strict").decode(text, final=False)


def _utf8_or_gbk(texts: list[bytes]) -> str | None:
    if any(HAN.search(_decode(text, "UTF-8")) for text in texts):
        return "UTF-8"
    if _chinese(texts) is None:
        return "UTF-8"
    lone = [text for text in texts if LONE_BETWEEN_LETTERS.search(_decode(text, "GB18030"))]
    if lone:
        return "UTF-8"  # a Chinese character within a Latin word is an accent
    return None


def _chinese(texts: list[bytes]) -> str | None:
    if not all(decodes(text, "GB18030") for text in texts):
        return None
    foreign = [char for text in texts[:SAMPLE_TEXTS] for char in _decode(text, "GB18030") if char > "\x7f"]
    foreign = [char for char in foreign if not _is_mark(char)]
    common = sum(map(_is_common, foreign))
    if not foreign or common < LEAST_COMMON_SHARE * len(foreign):
        return None
    return "GBK" if all(decodes(text, "GBK") for text in texts) else "GB18030"


def _is_mark(char: str) -> bool:
    """Tell punctuation, brackets and full-width signs, which say nothing for or against Chinese."""
    return "\u2010" <= char <= "\u203b" or "\u3000" <= char <= "\u303f" or "\uff01" <= char <= "\uffee"


def _is_common(char: str) -> bool:
    try:
        code = char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return b"\xb0\xa1" <= code <= b"\xd7\xf9"
