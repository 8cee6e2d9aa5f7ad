"""Every screen in both languages and on two sizes of window: drawn, whole, quiet, and from one host."""

import pytest
from browser import Visit, visit
from console_server import CITY

SCREENS = ("situation", "run", "compare", "siting", "data")
TITLES = {
    "zh": {"situation": "态势", "run": "推演", "compare": "比选", "siting": "选址", "data": "数据"},
    "en": {"situation": "Situation", "run": "Run", "compare": "Compare", "siting": "Siting", "data": "Data"},
}
# what a screen is there for
DRAWN = {"situation": "cells", "run": "plan:shelters", "data": "faults"}
# ground, land, water, two roads with their edges, labels: a blank map has one or two
LEAST_COLOURS = 12


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_screen_is_whole(opened, address, language: str, size: tuple[int, int]):
    theme = "dark" if language == "zh" else "light"
    url = f"{address}/#/situation?lang={language}&theme={theme}"
    with visit(opened, url, size) as seen:
        for screen in SCREENS:
            seen.page.get_by_role("navigation").get_by_role("button", name=TITLES[language][screen]).click()
            seen.page.wait_for_url(f"**/#/{screen}**")
            seen.wait_for_map()
            settle(seen)
            if screen in DRAWN:
                seen.wait_for_drawn(DRAWN[screen])
            colours = seen.keep(f"{screen}-{language}-{size[0]}")
            layout = seen.layout()
            assert layout["pieces"] > 10, screen
            assert layout["cut"] == [], screen
            assert layout["over"] == [], screen
            assert min(colours) >= LEAST_COLOURS, screen
        assert seen.complaints == []
        assert seen.foreign_requests(address) == []


def settle(seen: Visit) -> None:
    """Wait until nothing is read from the server any more."""
    words = "() => !/读取中|Loading|正在生成|Making/.test(document.body.innerText)"
    seen.page.wait_for_function(words, timeout=60_000)
    seen.wait_for_map()


def test_the_language_changes_without_reading_the_page_again(opened, address):
    with visit(opened, f"{address}/#/situation?lang=zh") as seen:
        seen.page.evaluate("window.sameVisit = true")
        seen.page.get_by_role("button", name="English").click()
        seen.page.get_by_role("button", name="Situation").wait_for()
        assert seen.page.evaluate("window.sameVisit") is True
        assert seen.page.evaluate("document.documentElement.lang") == "en"
        assert "lang=en" in seen.page.url


def test_a_shared_address_shows_the_same(opened, address):
    wanted = f"situation?map={CITY}&figure=none&layers=roads&lang=en&theme=light&at=30.02000,113.76000,13.00"
    with visit(opened, f"{address}/#/{wanted}") as seen:
        seen.wait_for_map()
        assert seen.page.get_by_label("Road network", exact=False).first.is_checked()
        assert seen.page.get_by_label("Colour by").input_value() == "none"
        assert "at=30.02000,113.76000,13.00" in seen.page.url
        assert seen.page.evaluate("document.documentElement.dataset.theme") == "light"


def test_a_click_on_the_map_tells_figures_with_unit_and_source(opened, address):
    with visit(opened, f"{address}/#/situation?lang=en&layers=") as seen:
        seen.page.locator(".legend li").first.wait_for()
        seen.wait_for_map()
        seen.page.locator(".map").click()
        row = seen.page.locator("tr[title*='Sources:']", has_text="persons").first
        row.wait_for()
        assert "census" in row.get_attribute("title")


def test_main_controls_can_be_reached_and_seen_from_the_keyboard(opened, address):
    with visit(opened, f"{address}/#/run?lang=en") as seen:
        seen.wait_for_map()
        for _ in range(40):
            seen.page.keyboard.press("Tab")
            if seen.page.evaluate("document.activeElement.matches('.choice')"):
                break
        assert seen.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        seen.page.keyboard.press("Enter")
        assert seen.page.get_by_role("button", name="Start the run").is_enabled()


def test_main_targets_are_at_least_44_pixels_high(opened, address):
    with visit(opened, f"{address}/#/run?lang=en") as seen:
        seen.wait_for_map()
        heights = seen.page.evaluate(
            "() => [...document.querySelectorAll('nav button, header button, .button:not(.small), .choice')]"
            ".map(one => one.getBoundingClientRect().height)"
        )
        assert len(heights) > 10
        assert min(heights) >= 44
