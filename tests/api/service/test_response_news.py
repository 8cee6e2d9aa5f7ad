"""News that reach a response under way, as the service takes them, and what the new run tells."""

import pytest
from console_server import furnish
from fastapi.testclient import TestClient
from served import LOCAL
from supplied_town import SUPPLIED, degrees, make_supplied_town

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
    fire = {"name": FIRE, "at": FAR, "needs": {"fire_engine": 1}, "priority": 5, "patients": {"red": 1}}
    lost = {"kind": "generator", "home": "西库", "number": 1}
    body = {"at": "00:01", "incidents": [fire], "lost_units": [lost], "roads_closed": [degrees(0, -300)]}
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


def test_news_make_a_new_run_with_the_new_incident(town: TestClient, again: str):
    names = {one["name"]["en"]: one for one in town.get(f"{again}/response").json()["incidents"]}
    assert set(names) == {"Fire in the north", "New fire"}
    assert names["New fire"]["sent"] == 1
