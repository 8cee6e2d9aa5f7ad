"""Relief and response of a run as the service tells them, and news that reach a relief under way."""

import itertools

import pytest
from console_server import furnish
from fastapi.testclient import TestClient
from served import LOCAL
from supplied_town import SUPPLIED, make_supplied_town

from api.app import create_app
from api.jobs.news import do_news
from api.relief import with_waiting
from api.settings import Settings
from dss.workspace import Workspace
from scenarios.load import parse_scenario
from scenarios.run import run_scenario

RUN = "/api/runs/supplied"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """Return a client of a service that computes nothing, with a town's relief and response."""
    home = tmp_path_factory.mktemp("supplied_home")
    onemap = make_supplied_town(tmp_path_factory.mktemp("supplied_town"))
    folder = tmp_path_factory.mktemp("runs") / "supplied"
    furnish(home, "town", onemap, run_scenario(parse_scenario(SUPPLIED, "test"), onemap, folder))
    return TestClient(create_app(Settings(Workspace(home))), base_url=LOCAL)


def test_a_run_without_relief_or_response_says_so(client: TestClient):
    for path in ("relief", "relief/gantt", "relief/vehicles/1-01"):
        answer = client.get(f"/api/runs/flood/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "api_no_relief")
    for path in ("response", "response/gantt"):
        answer = client.get(f"/api/runs/flood/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "api_no_response")


def test_what_is_short_is_said_first_by_commodity(town: TestClient):
    relief = town.get(f"{RUN}/relief").json()
    # nobody says what medicine the depot has
    assert {good["key"]: good["short"] > 0 for good in relief["goods"]} == {
        "water": False, "food": False, "medicine": True,
    }  # fmt: skip
    assert "2 kits of medicine" in relief["short"]["en"]
    assert "药品 2 箱" in relief["short"]["zh"]
    assert relief["news"] is None


def test_bars_of_a_vehicle_follow_each_other_and_its_sheet_says_the_same(town: TestClient):
    gantt = town.get(f"{RUN}/relief/gantt").json()
    (vehicle,) = gantt["vehicles"]
    for before, after in itertools.pairwise(vehicle["bars"]):
        assert before["until_s"] == pytest.approx(after["from_s"]) or after["from_s"] >= 86_400
    sheet = town.get(f"{RUN}/relief/vehicles/{vehicle['vehicle']}").json()
    unloads = [bar["place"] for bar in vehicle["bars"] if bar["what"] == "unload"]
    assert [stop["name"] for trip in sheet["trips"] for stop in trip["stops"]] == unloads
    assert {trip["trip"] for trip in sheet["trips"]} == {bar["trip"] for bar in vehicle["bars"]}
    assert all(len(trip["drives"]) == len(trip["stops"]) + 1 for trip in sheet["trips"])


def test_a_vehicle_waits_between_trips_of_a_day_and_not_over_night():
    def drive(trip: int, from_s: float, until_s: float) -> dict:
        return {"trip": trip, "what": "drive", "place": f"p{trip}", "from_s": from_s, "until_s": until_s}

    bars = with_waiting([drive(1, 0, 100), drive(2, 400, 500), drive(3, 510, 600), drive(4, 90_000, 90_100)])
    assert [(bar["what"], bar["from_s"]) for bar in bars] == [
        ("drive", 0), ("wait", 100), ("drive", 400), ("drive", 510), ("drive", 90_000),
    ]  # fmt: skip
    assert (bars[1]["until_s"], bars[1]["place"]) == (400, "p1")


def test_a_vehicle_without_trips_has_an_empty_sheet_and_an_unknown_one_none(town: TestClient):
    labels = {one["label"]: one["trips"] for one in town.get(f"{RUN}/relief").json()["vehicles"]}
    idle = next(label for label, trips in labels.items() if trips == 0)
    assert town.get(f"{RUN}/relief/vehicles/{idle}").json()["trips"] == []
    assert town.get(f"{RUN}/relief/vehicles/9-99").json()["code"] == "api_no_vehicle"


def test_a_response_tells_units_by_arrival_and_roads_by_their_order(town: TestClient):
    response = town.get(f"{RUN}/response").json()
    (incident,) = response["incidents"]
    assert (incident["sent"], incident["needed"], incident["why"]) == (2, 2, None)
    arrivals = [unit["arrive_min"] for unit in incident["units"]]
    assert arrivals == sorted(arrivals)
    assert arrivals[-1] == incident["last_min"]
    assert sum(patient["persons"] for patient in incident["patients"]) == 3
    assert [hospital["red"] + hospital["green"] for hospital in response["hospitals"]] == [3]
    clearing = response["clearing"]
    assert clearing["lost"] >= clearing["bound"] > 0
    opened = [step["open_min"] for step in clearing["steps"]]
    assert opened == sorted(opened)


@pytest.mark.parametrize(
    ("news", "code"),
    [
        ({"at": "00:10", "lost_vehicles": ["7-77"]}, "relief_vehicle"),
        ({"at": "99:00", "lost_vehicles": ["1-01"]}, "relief_inject_time"),
        ({"at": "00:10", "roads_closed": ["无此路"]}, "evacuation_closing_road"),
        ({"at": "00:10", "roads_closed": [[114.5, 30.5]]}, "api_no_road_here"),
        ({"at": "00:10", "needs": [{"shelter": "x", "commodity": "water", "amount": 1}]}, "relief_shelter"),
        ({"at": "00:10"}, "api_field"),
    ],
)
def test_news_that_name_what_is_not_there_begin_no_job(town: TestClient, news: dict, code: str):
    answer = town.post(f"{RUN}/relief/news", json=news)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert len(town.get("/api/runs").json()) == 1


def test_news_make_a_new_run_that_tells_what_changed(town: TestClient):
    """The van that brings everything is lost before it sets out: the other one takes its place."""
    bars = town.get(f"{RUN}/relief/gantt").json()["vehicles"]
    (lost,) = [one["vehicle"] for one in bars]
    shelter = town.get(f"{RUN}/relief").json()["stops"][0]["name"]
    more = {"shelter": shelter, "commodity": "water", "amount": 24, "unit": "l", "due_h": 30}
    body = {"at": "23:00", "lost_vehicles": [lost], "needs": [more], "time_limit_s": 0.5}
    accepted = town.post(f"{RUN}/relief/news", json=body).json()
    assert accepted["kind"] == "news"
    service = town.app.state.service
    row = service.store.get(accepted["run"])
    assert (row.kind, row.parent) == ("news", "supplied")
    assert do_news(row, service.settings.workspace, service.store, lambda *_: None) == "done"
    relief = town.get(f"/api/runs/{row.job}/relief").json()
    told = relief["news"]
    assert (told["follows"], told["at_s"], told["lost_vehicles"]) == ("supplied", 82_800, [lost])
    assert told["needs"][0]["amount"] == 24
    what = {one["vehicle"]: one["what"] for one in told["vehicles"]}
    assert what.pop(lost) != "same"
    assert set(what.values()) == {"new"}
    water = next(good for good in relief["goods"] if good["key"] == "water")
    assert water["brought"] == water["brought_before"] + 24
