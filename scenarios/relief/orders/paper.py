"""The orders on paper: one PDF per language, an overview, a list for each depot, a sheet for each vehicle."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from scenarios.relief.orders.content import Content
from scenarios.report.fonts import font_file


def print_orders(content: Content, maps: Sequence[tuple[str, str]]) -> bytes:
    """Return the orders as PDF.

    Parameters
    ----------
    maps
        Of each vehicle: SVG, and what its scale bar stands for in words.
    """
    (page,) = _compile(content, maps, "pdf")
    return page


def picture_orders(content: Content, maps: Sequence[tuple[str, str]]) -> list[bytes]:
    """Return the same pages as PNG pictures."""
    return _compile(content, maps, "png")


def _compile(content: Content, maps: Sequence[tuple[str, str]], form: Literal["pdf", "png"]) -> list[bytes]:
    import typst  # noqa: PLC0415 - a large binary, needed by nothing else

    regular = font_file("Regular")
    with TemporaryDirectory() as name, as_file(files(__package__) / "orders.typ") as template:
        folder = Path(name)
        (folder / "orders.typ").write_bytes(template.read_bytes())
        (folder / "content.json").write_text(
            json.dumps(_plain(content, maps), ensure_ascii=False), encoding="utf-8"
        )
        for row, (svg, _) in enumerate(maps):
            (folder / f"map{row}.svg").write_text(svg, encoding="utf-8")
        fonts = [] if regular is None else [str(regular.parent)]
        made: Any = typst.compile(
            str(folder / "orders.typ"), root=str(folder), font_paths=fonts, format=form, ppi=90.0
        )
    return list(made) if isinstance(made, list) else [made]


def _plain(content: Content, maps: Sequence[tuple[str, str]]) -> dict[str, Any]:
    plain = asdict(content)
    for vehicle, (_, bar) in zip(plain["vehicles"], maps, strict=True):
        vehicle["bar"] = bar
    return plain
