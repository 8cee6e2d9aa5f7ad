"""What people do by clicking, on one page that is kept open: a test begins where the one before left off."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from browser import Visit, visit
from console_server import CITY, TOWN
from playwright.sync_api import Browser

RUN_MS = 120_000


@pytest.fixture(scope="module")
def seen(opened: Browser, address: str) -> Iterator[Visit]:
    """Return an open page."""
    with visit(opened, f"{address}/#/run?lang=en&map={CITY}&run=flood") as page:
        page.wait_for_drawn("plan:roads")
        yield page
        assert [text for text in page.complaints if "401" not in text] == []


def show(seen: Visit, address: str, what: str, drawn: str) -> None:
    """Go to another address of the same page."""
    seen.page.goto(f"{address}/#/{what}&lang=en")
    seen.wait_for_drawn(drawn)


def features(seen: Visit, address: str, layer: str) -> list[dict]:
    return json.loads(seen.page.request.get(f"{address}/api/runs/flood/layers/{layer}").text())["features"]


def button(seen: Visit, name: str) -> None:
    seen.page.get_by_role("button", name=name, exact=True).click()


def test_a_road_is_closed_a_shelter_shut_and_one_opened_in_one_what_if(seen: Visit, address: str):
    """Where the plan leads over a road, that is closed; the new plan has all three changes."""
    page = seen.page
    road = max(
        (one for one in features(seen, address, "roads") if one["properties"]["name"]),
        key=lambda one: one["properties"]["persons_walking"] + one["properties"]["persons_driving"],
    )
    shelter = max(features(seen, address, "shelters"), key=lambda one: one["properties"]["load_persons"] or 0)
    line = road["geometry"]["coordinates"]
    on_road = line[len(line) // 2] if len(line) > 2 else [(a + b) / 2 for a, b in zip(*line, strict=True)]

    button(seen, "Close a road")
    seen.click_place(*on_road)
    page.get_by_text(f"Closed: {road['properties']['name']}").wait_for()
    button(seen, "Shut a shelter")
    seen.click_place(*shelter["geometry"]["coordinates"])
    page.get_by_text(f"Shut: {shelter['properties']['name']}").wait_for()
    button(seen, "Open a shelter")
    page.locator(".map").click(position={"x": 280, "y": 300})
    page.get_by_label("New shelter 1 capacity").fill("900")
    page.get_by_label("New shelter 1 capacity").press("Tab")
    seen.wait_for_drawn("tool:wanted")

    with page.expect_request("**/whatif") as asked:
        button(seen, "Plan again")
    body = asked.value.post_data_json
    assert len(body["close_roads"]) == 1
    assert body["close_shelters"] == [shelter["properties"]["name"]]
    assert body["open_shelters"][0]["capacity_persons"] == 900
    page.get_by_role("button", name="Compare side by side").wait_for(timeout=RUN_MS)
    assert page.get_by_text("Passed its independent check").is_visible()


def test_maps_side_by_side_move_together(seen: Visit):
    button(seen, "Compare side by side")
    seen.wait_for_drawn("plan:shelters")
    first, second = seen.page.locator(".map").all()
    before = [one.screenshot() for one in (first, second)]
    box = first.bounding_box()
    seen.page.mouse.move(box["x"] + 150, box["y"] + 300)
    seen.page.mouse.wheel(0, -600)
    at = seen.page.url.split("at=")[1].split("&")[0]
    seen.page.wait_for_function("(at) => !location.hash.includes(at)", arg=at)
    seen.wait_for_map()
    seen.keep("compare-moved-en")
    scales = seen.page.locator(".maplibregl-ctrl-scale").all_inner_texts()
    assert scales[0] == scales[1]
    assert all(one.screenshot() != old for one, old in zip((first, second), before, strict=True))


def test_what_a_form_is_given_is_what_is_sent(seen: Visit, address: str):
    page = seen.page
    show(seen, address, f"run?map={CITY}&run=flood", "plan:cells")
    button(seen, "River flood in the sample city Flood")
    page.locator("summary", has_text="Change settings").click()
    page.locator("summary", has_text="Cells").click()
    page.locator("[id='field-cells.resolution']").fill("8")
    page.locator("[id='field-cells.resolution']").press("Tab")
    page.get_by_text("changed", exact=True).wait_for()
    with page.expect_request("**/api/runs") as asked:
        button(seen, "Start the run")
    assert asked.value.post_data_json["scenario"]["cells"]["resolution"] == 8
    button(seen, "Cancel")
    page.get_by_text("Cancelled").wait_for()


def test_a_siting_study_is_started_and_its_token_opens_it(seen: Visit, home: Path):
    page = seen.page
    page.get_by_role("navigation").get_by_role("button", name="Siting").click()
    page.locator(".choice").first.click()
    page.get_by_label("Number of new sites").fill("2")
    with page.expect_request("**/api/siting") as asked:
        button(seen, "Start the study")
    assert asked.value.post_data_json["sites"] == 2
    page.get_by_role("progressbar").wait_for()
    page.get_by_role("progressbar").wait_for(state="detached", timeout=RUN_MS)
    # what was excluded tells where hazardous sites are, which is above internal
    page.get_by_label("Token", exact=True).fill((home / "service" / "token").read_text().strip())
    button(seen, "Use")
    page.get_by_role("heading", name="Sites").wait_for()
    assert "study=" in page.url
    seen.wait_for_drawn("study:sites")
    seen.keep("siting-study-en")


def test_finer_cells_are_shown_when_asked_for(seen: Visit, address: str):
    show(seen, address, f"situation?map={CITY}&layers=", "cells")
    cells = seen.page.locator("tr", has_text="H3 8")
    seen.page.get_by_label("Cell size").select_option("8")
    cells.wait_for()
    seen.wait_for_drawn("cells")
    assert "cells=8" in seen.page.url


def test_an_evacuation_tells_orders_and_its_proof_and_time_moves_by_the_keyboard(seen: Visit, address: str):
    page = seen.page
    octets = page.request.get(f"{address}/api/runs/evacuated/evacuation/car/moving").body()
    moving = np.frombuffer(octets, "<i4").reshape(-1, 3)
    on_roads = np.bincount(moving[:, 0], weights=moving[:, 2])
    minute, vehicles = int(on_roads.argmax()), int(on_roads.max())
    assert vehicles > 0
    show(seen, address, f"run?map={TOWN}&run=evacuated", "plan:cells")
    page.get_by_role("heading", name="Evacuation", exact=True).wait_for()
    assert page.get_by_text("it is proven that no plan does it before").is_visible()
    slider = page.get_by_role("slider", name="Course of the evacuation")
    slider.focus()
    for _ in range(minute):
        page.keyboard.press("ArrowRight")
    page.get_by_text(f"Minute {minute}", exact=True).wait_for()
    seen.wait_for_drawn("moving:car")
    assert page.get_by_text(f"{vehicles} vehicles on the road").is_visible()
    order = page.locator(".list details").first
    order.locator("summary").press("Enter")
    assert "there by minute" in order.inner_text()
    layout = seen.layout()
    assert layout["cut"] == []
    assert layout["over"] == []
    seen.keep("evacuation-en-1280")
    button(seen, "Whole plan")
    seen.wait_for_drawn("plan:roads")
