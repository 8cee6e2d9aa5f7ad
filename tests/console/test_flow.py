"""From the start page to a plan, a what-if and a comparison, by clicking alone."""

import json

import pytest
from browser import Visit, visit

RUN_MS = 120_000


class Actions:
    """Clicks of a person, counted."""

    def __init__(self, seen: Visit) -> None:
        self.seen = seen
        self.count = 0

    def click(self, name: str) -> None:
        self.count += 1
        self.seen.page.get_by_role("button", name=name).first.click()


@pytest.mark.slow
def test_a_flood_is_planned_changed_and_compared(opened, address):
    with visit(opened, f"{address}/#/situation?lang=en") as seen:
        page, actions = seen.page, Actions(seen)
        seen.wait_for_map()
        actions.click("Run")
        actions.click("River flood in the sample city")
        actions.click("Start the run")
        first = page.url
        page.get_by_role("progressbar").wait_for()
        page.get_by_role("progressbar").wait_for(state="detached", timeout=RUN_MS)
        page.wait_for_url(lambda url: "sample_flood" in url and url != first)
        page.get_by_text("Passed its independent check").wait_for()
        assert actions.count <= 6

        page.get_by_role("button", name="Shut a shelter").click()
        shelter = used_shelter(seen, address)
        seen.click_place(*shelter["at"])
        page.get_by_text(f"Shut: {shelter['name']}").wait_for()
        page.get_by_role("button", name="Plan again").click()
        page.get_by_role("button", name="Compare side by side").wait_for(timeout=RUN_MS)
        assert page.get_by_text("The earlier plan stands left of the new one.").is_visible()
        seen.wait_for_map()
        seen.keep("flow-what-if")
        require_whole(seen)

        page.get_by_role("button", name="Compare side by side").click()
        seen.wait_for_map()
        row = page.locator("tr", has_text=shelter["name"])
        cells = [cell.strip() for cell in row.locator("td").all_inner_texts()]
        # the shelter that was shut has nobody left
        assert cells[2] == "0"
        assert cells[3] == f"−{cells[1]}"
        assert page.locator(".map").count() == 2
        assert min(seen.keep("flow-compare")) >= 12
        require_whole(seen)
        assert seen.complaints == []


@pytest.mark.slow
def test_a_drawn_zone_is_run(opened, address):
    with visit(opened, f"{address}/#/run?lang=en") as seen:
        page = seen.page
        seen.wait_for_map()
        page.get_by_role("button", name="Draw a danger zone").click()
        box = page.locator(".map").bounding_box()
        middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        for dx, dy in [(-40, -40), (40, -40), (40, 40), (-40, 40)]:
            page.mouse.click(middle[0] + dx, middle[1] + dy)
            page.wait_for_timeout(400)
        page.get_by_text("Area:").wait_for()
        page.get_by_role("button", name="Start the run").click()
        page.get_by_role("progressbar").wait_for()
        page.get_by_role("progressbar").wait_for(state="detached", timeout=RUN_MS)
        page.get_by_role("heading", name="Drawn danger zone").wait_for()
        seen.keep("flow-drawn")
        assert seen.complaints == []


def test_a_run_can_be_cancelled(opened, address):
    with visit(opened, f"{address}/#/run?lang=en") as seen:
        page = seen.page
        page.get_by_role("button", name="Earthquake of magnitude").first.click()
        page.get_by_role("button", name="Start the run").click()
        page.get_by_role("button", name="Cancel").click()
        page.get_by_text("Cancelled").wait_for(timeout=60_000)
        assert page.get_by_role("button", name="Start the run").is_visible()


def require_whole(seen: Visit) -> None:
    """Fail where a text is cut or lies on another."""
    layout = seen.layout()
    assert layout["cut"] == []
    assert layout["over"] == []


def used_shelter(seen: Visit, address: str) -> dict[str, object]:
    """Return name and place of the shelter with most people in the run that is shown."""
    run = seen.page.url.split("run=")[1].split("&")[0]
    layer = json.loads(seen.page.request.get(f"{address}/api/runs/{run}/layers/shelters").text())
    most = max(layer["features"], key=lambda one: one["properties"]["load_persons"] or 0)
    return {"name": most["properties"]["name"], "at": most["geometry"]["coordinates"]}
