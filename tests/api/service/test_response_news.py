"""News that reach a response under way, as the service takes them, and what the new run tells."""

import pytest
from console_server import furnish
from fastapi.testclient import TestClient
from served import LOCAL
from supplied_town import SUPPLIED, degrees, make_supplied_town

from api.ambulances import numbered_bars
from api.app import create_app
from api.jobs.news import do_news
from api.settings import Settings
from dss.workspace import Workspace
from scenarios.load import parse_scenario
from scenarios.run import run_scenario

RUN = "/api/runs/answered"
ALONE = {key: value for key, value in SUPPLIED.items() if key != "relief"}
FIRE = {"zh": "新火", "en": "New fire"}
FAR = degrees(-150, 0)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """Return a client of a service that computes nothing, with a town's response."""
    home = tmp_path_factory.mktemp("answered_home")
    onemap = make_supplied_town(tmp_path_factory.mktemp("answered_town"))
    folder = tmp_path_factory.mktemp("runs") / "answered"
    furnish(home, "town", onemap, run_scenario(parse_scenario(ALONE, "test"), onemap, folder))
    return TestClient(create_app(Settings(Workspace(home))), base_url=LOCAL)


@pytest.mark.parametrize(
    ("news", "code"),
    [
        ({"at": "00:01", "over": ["无此事"]}, "response_incident"),
        ({"at": "00:01", "more": [{"incident": "x"}]}, "response_incident"),
        (
            {"at": "00:01", "lost_units": [{"kind": "pump", "home": "西库", "number": 9}]},
            "response_unit",
        ),
        ({"at": "00:01", "hospitals_full": ["北院"]}, "response_hospital"),
        ({"at": "00:01", "roads_closed": ["无此路"]}, "evacuation_closing_road"),
        ({"at": "00:01", "roads_closed": [[114.5, 30.5]]}, "api_no_road_here"),
        ({"at": "00:01", "incidents": [{"name": FIRE, "at": [181, 0]}]}, "response_inject_place"),
        ({"at": "00:01", "incidents": [{"name": FIRE, "at": [0, 0]}]}, "api_shape_elsewhere"),
        ({"at": "00:01", "incidents": [{"name": FIRE, "at": FAR, "needs": {"pump": -1}}]}, "api_field"),
        ({"at": "00:01"}, "api_field"),
    ],
)
def test_news_that_name_what_is_not_there_begin_no_job(town: TestClient, news: dict, code: str):
    answer = town.post(f"{RUN}/response/news", json=news)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert len(town.get("/api/runs").json()) == 1


@pytest.fixture(scope="module")
def again(town: TestClient) -> str:
    """Return the run after a new fire at a place, told at 00:01, when everybody is just setting out."""
    fire = {"name": FIRE, "at": FAR, "needs": {"fire_engine": 1}, "priority": 5, "patients": {"green": 1}}
    lost = {"kind": "generator", "home": "西库", "number": 1}
    body = {"at": "00:01", "incidents": [fire], "lost_units": [lost], "roads_closed": [degrees(150, 0)]}
    accepted = town.post(f"{RUN}/response/news", json=body)
    assert accepted.status_code == 202
    service = town.app.state.service
    row = service.store.get(accepted.json()["run"])
    assert (row.kind, row.parent, row.title["en"]) == (
        "news",
        "answered",
        "Response again after news at 00:01",
    )
    steps: set[str] = set()
    state = do_news(row, service.settings.workspace, service.store, lambda step, *_: steps.add(step))
    assert (state, steps) == ("done", {"response"})
    return f"/api/runs/{row.job}"


def test_a_replanned_response_tells_each_unit_old_beside_new(town: TestClient, again: str):
    """The fire engine and the ambulances set out at 00:01; the generator is lost as it does."""
    response = town.get(f"{again}/response").json()
    assert {one["name"]["en"] for one in response["incidents"]} == {"Fire in the north", "New fire"}
    news = response["news"]
    assert (news["follows"], news["at_min"], news["at_work"]) == ("answered", 1.0, [])
    (lost,) = [one for one in news["units"] if one["what"] == "out"]
    assert (lost["kind"], lost["home"], lost["number"]) == ("generator", "西库", 1)
    assert "Fire in the north" in lost["before"]["en"]
    assert lost["after"] == {"zh": "不能再用", "en": lost["after"]["en"]}
    assert lost["before"]["zh"] != lost["after"]["zh"]


def test_trips_of_ambulances_are_told_with_their_bars(town: TestClient, again: str):
    for run, patients in ((RUN, 3), (again, 4)):
        shuttles = town.get(f"{run}/response").json()["shuttles"]
        assert sum(trip["persons"] for trip in shuttles["trips"]) == patients
        assert sum(row["carried"] for row in shuttles["by_class"]) == patients
        assert max(trip["arrive_min"] for trip in shuttles["trips"]) == shuttles["last_min"]
        assert shuttles["last_bound_min"] <= shuttles["last_min"]
        bars = [
            (unit["home"], unit["number"], round(bar["until_s"] / 60, 1), bar["place"])
            for unit in town.get(f"{run}/response/gantt").json()["units"]
            for bar in unit["bars"]
            if bar["what"] == "carry"
        ]
        trips = [
            (one["home"], one["number"], one["arrive_min"], one["hospital"]) for one in shuttles["trips"]
        ]
        assert sorted(bars) == sorted(trips)


def test_doings_of_a_unit_are_numbered_by_trip():
    kinds = ("work", "come", "load", "carry", "hand_over", "come", "load", "drive")
    bars = numbered_bars([{"what": kind, "place": "北火"} for kind in kinds], {"北火": "Fire"})
    assert [bar["trip"] for bar in bars] == [1, 2, 2, 2, 2, 3, 3, 4]
    assert bars[0]["place_title"] == {"zh": "北火", "en": "Fire"}
