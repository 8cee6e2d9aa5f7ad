"""What the page does when things are not as they should be: no server, no fonts, a run without a plan."""

from pathlib import Path

import pytest
from browser import launch, visit
from console_server import CITY

NO_CHINESE = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include>/etc/fonts/fonts.conf</include><selectfont><rejectfont><pattern>
<patelt name="lang"><string>zh-cn</string></patelt></pattern></rejectfont></selectfont></fontconfig>
"""
# the same box for every character is what a machine without a font draws
LETTERS = """() => {
  const draw = (letter) => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 40;
    const pen = canvas.getContext('2d');
    pen.font = '30px ' + getComputedStyle(document.body).fontFamily;
    pen.fillText(letter, 4, 32);
    return canvas.toDataURL();
  };
  return [...'避难澜龘靐鿍'].map(draw);
}"""


def test_the_page_says_when_the_server_is_gone_and_takes_up_again(opened, address):
    with visit(opened, f"{address}/#/situation?lang=en") as seen:
        seen.wait_for_map()
        seen.page.context.set_offline(True)
        seen.page.get_by_role("button", name="Data", exact=True).click()
        seen.page.get_by_text("The server does not answer").wait_for()
        seen.page.context.set_offline(False)
        seen.page.get_by_text("All faults").wait_for(timeout=60_000)
        assert not seen.page.get_by_text("The server does not answer").is_visible()


def test_a_run_that_failed_is_shown_as_failed(opened, address):
    scenario = {
        "title": {"zh": "无此图层", "en": "No such layer"},
        "hazard": {"kind": "flood", "layer": "no_such_layer"},
    }
    with visit(opened, f"{address}/#/situation?lang=en") as seen:
        answer = seen.page.request.post(f"{address}/api/runs", data={"scenario": scenario, "map": CITY})
        assert answer.status == 202
        run = answer.json()["run"]
        deadline = 60
        while seen.page.request.get(f"{address}/api/runs/{run}").json()["state"] != "failed":
            seen.page.wait_for_timeout(500)
            deadline -= 0.5
            assert deadline > 0
        seen.page.goto(f"{address}/#/run?lang=en&run={run}")
        seen.page.reload()
        seen.page.get_by_text("The run failed").wait_for()
        assert seen.page.get_by_text("Passed its independent check").count() == 0
        assert seen.page.get_by_text("no_such_layer").first.is_visible()


def test_a_wrong_token_is_told_and_the_right_one_opens(opened, address, home: Path):
    token = (home / "service" / "token").read_text().strip()
    with visit(opened, f"{address}/#/situation?lang=en") as seen:
        field, use = (
            seen.page.get_by_label("Token", exact=True),
            seen.page.get_by_role("button", name="Use", exact=True),
        )
        hidden = seen.page.locator("input[type=checkbox]:disabled")
        field.fill("wrong")
        use.click()
        seen.page.get_by_role("alert").wait_for()
        before = hidden.count()
        field.fill(token)
        use.click()
        field.wait_for(state="detached")
        seen.page.wait_for_function(
            f"document.querySelectorAll('input[type=checkbox]:disabled').length < {before}"
        )
        assert token not in seen.page.url
        assert [text for text in seen.complaints if "401" not in text] == []


@pytest.mark.slow
def test_a_machine_without_a_chinese_font_reads_the_page(playwright, address, tmp_path: Path):
    config = tmp_path / "fonts.conf"
    config.write_text(NO_CHINESE)
    bare = launch(playwright, {"FONTCONFIG_FILE": str(config)})
    with visit(bare, f"{address}/#/run?lang=zh") as seen:
        seen.wait_for_map()
        pictures = seen.page.evaluate(LETTERS)
        assert len(set(pictures)) == len(pictures)
        seen.keep("without-fonts")
        assert seen.complaints == []
    bare.close()
