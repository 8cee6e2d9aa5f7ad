"""The report as a person sees it, in a real browser."""

import io
import re

import numpy as np
import pytest
from browser import visit
from matplotlib import image as pictures
from playwright.sync_api import Browser

from dss.language import LANGUAGES
from scenarios.report.fonts import font_file
from scenarios.run import RunResult

SIZES = [(1280, 800), (1920, 1080)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_the_page_is_whole_and_asks_nobody(
    opened: Browser, run: RunResult, language: str, size: tuple[int, int]
):
    with visit(opened, (run.folder / f"report.{language}.html").as_uri(), size) as seen:
        page = seen.page
        assert seen.complaints == []
        assert seen.foreign_requests() == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert page.locator(".tile").count() == 9
        assert page.evaluate("document.querySelector('figure img').naturalWidth") > 1000
        cut = page.evaluate("""() => [...document.querySelectorAll('td, .tile, p, h1, h2')]
            .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent.trim().slice(0, 40))""")
        assert cut == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_map_is_not_blank(run: RunResult, language: str):
    picture = pictures.imread(io.BytesIO((run.folder / f"map.{language}.png").read_bytes()))
    colours = np.unique((picture[::4, ::4, :3] * 15).astype(int).reshape(-1, 3), axis=0)
    assert len(colours) > 30


@pytest.mark.skipif(font_file("Regular") is None, reason="fonts were left out of the build")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_brings_its_own_chinese_font(opened: Browser, run: RunResult, language: str):
    with visit(opened, (run.folder / f"report.{language}.html").as_uri()) as seen:
        seen.page.evaluate("document.fonts.ready")
        assert seen.page.evaluate("document.fonts.check('16px \"DSS Sans\"', '避难')")
        # an embedded glyph is as wide as the font size; a missing one is drawn by something else
        widths = seen.page.evaluate("""() => {
            const c = document.createElement('canvas').getContext('2d');
            c.font = "100px 'DSS Sans'";
            return [c.measureText('避').width, c.measureText('难').width];
        }""")
        assert widths == pytest.approx([100, 100], abs=0.01)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_the_figures_their_owners_and_their_status(run: RunResult, language: str):
    html = (run.folder / f"report.{language}.html").read_text(encoding="utf-8")
    value = {figure.key: figure.value for figure in run.figures}
    assert f"{value['persons_affected']:,}" in html
    for layer in run.manifest["map"]["layers"]:
        assert layer["owner"][language] in html
    for status in {"zh": ("未核原文", "工程缺省"), "en": ("not seen at source", "engineering default")}[
        language
    ]:
        assert status in html
    assert {"zh": "虚构城市", "en": "invented city"}[language] in html
    assert not re.search(r"\b(nan|None|inf)\b", re.sub(r"base64,[^)\"]*", "", html))


def test_both_pages_show_the_same_numbers(run: RunResult):
    numbers = []
    for language in LANGUAGES:
        html = (run.folder / f"report.{language}.html").read_text(encoding="utf-8")
        tiles = re.findall(r'<div class="tile[^"]*"><b>([^ ]+)', html)
        numbers.append(tiles)
    assert numbers[0] == numbers[1]
    assert len(numbers[0]) == 9
