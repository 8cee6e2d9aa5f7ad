"""Relief and response on the page: what is short, who drives when, news, who is sent where."""

import json
from collections.abc import Iterator

import pytest
from browser import Visit, visit
from console_server import CITY, TOWN
from playwright.sync_api import Browser, expect

JOB_MS = 120_000


@pytest.fixture(scope="module")
def seen(opened: Browser, address: str) -> Iterator[Visit]:
    """Return an open page with the relief and response of the town."""
    with visit(opened, f"{address}/#/run?lang=en&map={TOWN}&run=supplied") as page:
        page.wait_for_drawn("plan:relief_trips")
        yield page
        assert page.complaints == []
        assert page.foreign_requests(address) == []


def require_whole(seen: Visit) -> None:
    layout = seen.layout()
    assert layout["cut"] == []
    assert layout["over"] == []


def button(seen: Visit, name: str) -> None:
    seen.page.get_by_role("button", name=name, exact=True).click()


def test_what_is_short_comes_first_with_its_proof(seen: Visit):
    page = seen.page
    page.get_by_role("heading", name="Relief", exact=True).wait_for()
    assert page.get_by_text("Stock is short of 2 kits of medicine.").is_visible()
    row = page.locator("tr", has_text="medicine").first
    assert row.locator("td.number").all_inner_texts()[2] == "2"
    seen.keep("relief-en-1280")
    require_whole(seen)


def test_a_trip_in_the_timetable_is_drawn_and_told(seen: Visit):
    page = seen.page
    trip = page.locator(".gantt g").first
    trip.focus()
    page.keyboard.press("Enter")
    sheet = page.locator("li.inHand details")
    sheet.wait_for()
    assert "Load:" in sheet.inner_text()
    assert "Drive" in sheet.inner_text()
    expect(page.get_by_label("Choose a vehicle")).not_to_have_value("")
    seen.wait_for_drawn("plan:relief_trips")
    require_whole(seen)
    button(seen, "Day 2")
    assert page.locator(".gantt g").count() == 1
    button(seen, "Fold")
    assert page.locator(".gantt").count() == 0
    button(seen, "Unfold")


@pytest.mark.slow
def test_news_are_planned_and_stand_beside_what_was(seen: Visit, address: str):
    page = seen.page
    (vehicle,) = json.loads(page.request.get(f"{address}/api/runs/supplied/relief/gantt").text())["vehicles"]
    page.get_by_label("Time", exact=True).fill("05:00")
    assert page.get_by_text("23:00 after the beginning").is_visible()
    page.get_by_label("Lost vehicle").select_option(vehicle["vehicle"])
    with page.expect_request("**/relief/news") as asked:
        button(seen, "Plan again after the news")
    body = asked.value.post_data_json
    assert (body["at"], body["lost_vehicles"]) == ("23:00", [vehicle["vehicle"]])
    page.get_by_role("heading", name="After the news").wait_for(timeout=JOB_MS)
    assert "other=supplied" in page.url
    changed = page.locator("details", has_text=vehicle["vehicle"]).filter(has=page.locator(".tag"))
    changed.locator("summary").click()
    assert "Day 2" in changed.inner_text()
    seen.wait_for_drawn("plan:relief_trips")
    seen.keep("relief-news-en-1280")
    require_whole(seen)


def test_an_incident_shows_its_units_and_its_row_marks_the_map(seen: Visit, address: str):
    page = seen.page
    page.goto(f"{address}/#/run?map={TOWN}&run=supplied&lang=en")
    button(seen, "Response")
    seen.wait_for_drawn("plan:response_incidents")
    row = page.locator("button.choice", has_text="Fire in the north").first
    assert "2/2 sent" in row.inner_text()
    row.click()
    expect(row).to_have_attribute("aria-pressed", "true")
    road = page.get_by_role("button", name="1. unnamed road")
    road.click()
    expect(road).to_have_attribute("aria-pressed", "true")
    expect(row).to_have_attribute("aria-pressed", "false")
    seen.wait_for_map()
    seen.keep("response-en-1280")
    require_whole(seen)


def test_trips_of_ambulances_are_in_the_timetable_and_mark_the_map(seen: Visit, address: str):
    page = seen.page
    told = json.loads(page.request.get(f"{address}/api/runs/supplied/response").text())["shuttles"]
    page.goto(f"{address}/#/run?map={TOWN}&run=supplied&lang=en")
    button(seen, "Response")
    seen.wait_for_drawn("plan:response_incidents")
    trips = page.locator(".gantt g")
    expect(trips).to_have_count(len(told["trips"]))
    trips.first.focus()
    page.keyboard.press("Enter")
    line = page.locator(".told[role=status]")
    expect(line).to_contain_text(f"Fire in the north → {told['trips'][0]['hospital']}")
    page.get_by_text(f"Trip by trip ({len(told['trips'])})").click()
    assert page.locator("details ol > li", has_text="picks up").count() == len(told["trips"])
    button(seen, "fire engine")
    expect(trips).to_have_count(1)
    seen.keep("response-ambulances-en-1280")
    require_whole(seen)


def test_a_run_that_was_called_off_is_started_once_more(seen: Visit, address: str):
    page = seen.page
    body = {"scenario": "sample_earthquake", "map": CITY}
    run = json.loads(page.request.post(f"{address}/api/runs", data=body).text())["run"]
    page.request.post(f"{address}/api/runs/{run}/cancel")
    page.goto("about:blank")
    page.goto(f"{address}/#/run?map={CITY}&run={run}&lang=en")
    with page.expect_response(f"**/{run}/again") as answered:
        button(seen, "Start once more")
    assert answered.value.status == 202
    page.get_by_role("progressbar").wait_for()
    button(seen, "Cancel")
    page.get_by_text("Cancelled").first.wait_for()
