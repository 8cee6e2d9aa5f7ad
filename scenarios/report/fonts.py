"""The fonts that reports draw and embed: Noto Sans SC from the build, not the fonts of the machine.

Where the build has none (``DSS_SKIP_FONTS``), drawings use what the machine has and pages embed none.
"""

import base64
import io
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal

from fontTools import subset
from matplotlib.font_manager import FontProperties

Weight = Literal["Regular", "Bold"]

WEIGHTS: Final[dict[Weight, int]] = {"Regular": 400, "Bold": 700}


def font_file(weight: Weight) -> Path | None:
    """Return the font file of a weight, or None where the build left it out."""
    path = Path(str(files("scenarios.report"))) / "fonts" / f"NotoSansSC-{weight}.ttf"
    return path if path.is_file() else None


def drawing_font(weight: Weight = "Regular", size_pt: float = 8.0) -> FontProperties:
    """Return the font for text in drawings."""
    path = font_file(weight)
    return FontProperties(fname=str(path), size=size_pt) if path else FontProperties(size=size_pt)


def embedded_fonts(characters: str) -> str:
    """Return CSS that carries the glyphs of these characters, so that a page needs no font of its reader."""
    return "\n".join(
        _font_face(path, number, characters)
        for weight, number in WEIGHTS.items()
        if (path := font_file(weight)) is not None
    )


def _font_face(path: Path, weight: int, characters: str) -> str:
    options = subset.Options(flavor="woff", layout_features=["kern"], notdef_outline=True)
    packed = io.BytesIO()
    with subset.load_font(str(path), options) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(text=characters)
        subsetter.subset(font)
        subset.save_font(font, packed, options)
    data = base64.b64encode(packed.getvalue()).decode("ascii")
    return (
        f"@font-face{{font-family:'DSS Sans';font-weight:{weight};"
        f"src:url(data:font/woff;base64,{data}) format('woff')}}"
    )
