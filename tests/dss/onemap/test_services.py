"""Layers of web services come in whole; a service that lies, loops or hangs is refused in words."""

import socket
from pathlib import Path

import pytest
from deliveries import bring, empty_map, refused, rules, stored
from web_services import ArcGis, FeaturesApi, Reply, Wfs, place, served

from dss.onemap.sources.web import WebLimits, shown_url

QUICK = WebLimits(
    connect_s=1.0, answer_s=0.3, whole_answer_s=1.0, attempts=2, wait_s=0.01, page_features=10, pages=12
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("dss.onemap.sources.WEB_LIMITS", QUICK)
    return empty_map(tmp_path / "map")


def places(folder: Path) -> list[tuple[float, float]]:
    return sorted((round(p.x, 6), round(p.y, 6)) for p in stored(folder).to_crs(4490).geometry)


ALL = [place(i) for i in range(25)]


@pytest.mark.parametrize("lie", ["", "no_count"])
@pytest.mark.parametrize("path", ["", "/collections/points", "/collections/points/items?limit=5"])
def test_all_pages_of_an_ogc_api_are_read(folder: Path, path: str, lie: str):
    with served(FeaturesApi(lie=lie)) as url:
        layer = bring(folder, url + path)
    assert places(folder) == ALL
    assert stored(folder)["code"].tolist()[:2] == ["0000", "0001"]
    assert (layer.records, layer.stored_crs, layer.source_sha256) == (25, "OGC:CRS84", layer.sha256)
    assert layer.service is not None
    assert layer.service.startswith("http://127.0.0.1")


@pytest.mark.parametrize("version", ["2.0.0", "1.1.0"])
@pytest.mark.parametrize("form", ["gml", "json"])
@pytest.mark.parametrize("order", ["lat_lng", "lng_lat"])
def test_a_wfs_is_read_whatever_the_order_of_its_axes(folder: Path, version: str, form: str, order: str):
    """EPSG:4490 is latitude first; a server that sends longitude first is found out by its own box."""
    with served(Wfs(version=version, json=form == "json", order=order)) as url:
        layer = bring(folder, f"{url}/wfs")
    assert places(folder) == ALL
    assert sorted(stored(folder)["code"]) == [f"{i:04}" for i in range(25)]
    wrong = form == "gml" and order == "lng_lat"
    assert rules(layer) == (["axes_exchanged"] if wrong else [])


@pytest.mark.parametrize(
    "path", ["/x/FeatureServer/3", "/x/FeatureServer", "/x/FeatureServer/3/query?where=1%3D1"]
)
def test_an_arcgis_server_is_read_by_object_numbers(folder: Path, path: str):
    with served(ArcGis()) as url:
        layer = bring(folder, f"{url}/x/FeatureServer{path}")
    assert (layer.records, layer.stored_crs, str(layer.date)) == (25, "EPSG:4547", "2022-03-04")
    assert stored(folder)["code"].tolist() == [f"{i:04}" for i in range(1, 26)]
    assert stored(folder).geometry.x.tolist() == [500_000.0 + 100 * i for i in range(1, 26)]


@pytest.mark.parametrize(
    ("service", "path", "code"),
    [
        (FeaturesApi(lie="more"), "", "import_service_count"),
        (FeaturesApi(lie="fewer"), "", "import_service_count"),
        (FeaturesApi(lie="same_link"), "", "import_service_loops"),
        (FeaturesApi(lie="same_page"), "", "import_service_loops"),
        (FeaturesApi(lie="forever"), "", "import_service_endless"),
        (FeaturesApi(lie="empty_forever"), "", "import_service_endless"),
        (FeaturesApi(lie="elsewhere"), "", "import_service_elsewhere"),
        (FeaturesApi(count=0), "", "layer_empty"),
        (Wfs(lie="more"), "/wfs", "import_service_count"),
        (Wfs(lie="fewer"), "/wfs", "import_service_count"),
        (Wfs(lie="no_paging"), "/wfs", "import_service_loops"),
        (Wfs(lie="no_paging", version="1.1.0"), "/wfs", "import_service_loops"),
        (Wfs(count=0), "/wfs", "layer_empty"),
        (ArcGis(lie="count"), "/x/FeatureServer/3", "import_service_count"),
        (ArcGis(lie="lost"), "/x/FeatureServer/3", "import_service_lost"),
        (ArcGis(lie="token"), "/x/FeatureServer/3", "import_service_refused"),
        (ArcGis(count=0), "/x/FeatureServer/3", "layer_empty"),
    ],
)
def test_a_service_that_lies_is_refused(folder: Path, service: object, path: str, code: str):
    with served(service) as url:
        assert refused(folder, url + path).code == code


LOGIN = Reply("<!DOCTYPE html><html><head><title>统一登录</title></head></html>", "text/html")
REPORT = Reply(
    '<ows:ExceptionReport xmlns:ows="o"><ows:Exception><ows:ExceptionText>no such layer</ows:ExceptionText>'
    "</ows:Exception></ows:ExceptionReport>",
    "application/xml",
)
BROKEN_OFF = {"import_service_truncated", "import_service_answer"}
BOMB = Reply('<!DOCTYPE x [<!ENTITY a "aaaa">]><wfs:WFS_Capabilities>&a;</wfs:WFS_Capabilities>', "text/xml")


@pytest.mark.parametrize("path", ["wfs:{}/wfs", "oapif:{}", "arcgis:{}/x/FeatureServer/0"])
@pytest.mark.parametrize(
    ("reply", "codes"),
    [
        (LOGIN, {"import_service_html"}),
        (Reply('{"collections": [{"id": "po'), {"import_service_truncated", "import_service_answer"}),
        (
            Reply("<wfs:WFS_Capabilities><a>", "text/xml"),
            {"import_service_truncated", "import_service_answer"},
        ),
        (REPORT, {"import_service_refused", "import_service_answer"}),
        (BOMB, {"import_service_answer"}),
        (Reply("hello", "application/json"), {"import_service_answer"}),
        (Reply(b"", "application/json"), {"import_service_answer"}),
        (Reply("[]"), {"import_service_answer"}),
        (Reply("null"), {"import_service_answer"}),
        (Reply("{}"), {"import_service_unknown", "import_no_geometry", "import_service_answer"}),
        (Reply("gone", status=404), {"import_service_status"}),
        (Reply("busy", status=503), {"import_service_status"}),
        (
            Reply("{}", headers={"content-length": "500"}),
            {"import_service_unreachable", "import_service_timeout"},
        ),
    ],
)
def test_an_answer_that_is_none_is_refused(folder: Path, path: str, reply: Reply, codes: set[str]):
    with served(lambda *_: Reply(reply.body, reply.kind, reply.status, dict(reply.headers))) as url:
        error = refused(folder, path.format(url))
    assert error.code in codes
    assert "127.0.0.1" in str(error)


def test_the_title_of_a_login_page_and_the_words_of_a_report_are_passed_on(folder: Path):
    with served(lambda *_: LOGIN) as url:
        assert "统一登录" in str(refused(folder, f"{url}/wfs"))
    with served(lambda *_: REPORT) as url:
        assert "no such layer" in str(refused(folder, f"{url}/wfs"))


def test_json_that_calls_itself_html_is_read_all_the_same(folder: Path):
    api = FeaturesApi()

    def mislabelled(path: str, query: dict[str, str]) -> Reply:
        return Reply(api(path, query).body, "text/html")

    with served(mislabelled) as url:
        assert bring(folder, url).records == 25


def test_a_busy_service_is_asked_again(folder: Path):
    api, answers = FeaturesApi(), iter([503, 200] * 50)

    def busy(path: str, query: dict[str, str]) -> Reply:
        return Reply("busy", status=503) if next(answers) == 503 else api(path, query)

    with served(busy) as url:
        assert bring(folder, url).records == 25


def test_a_service_that_never_answers_times_out(folder: Path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = refused(folder, f"wfs:http://127.0.0.1:{silent.getsockname()[1]}/wfs")
    assert error.code == "import_service_timeout"


def test_a_service_that_is_not_there_and_one_that_is_nothing_are_told_apart(folder: Path):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert refused(folder, f"http://127.0.0.1:{port}/wfs").code == "import_service_unreachable"
    with served(lambda *_: Reply('{"hello": 1}')) as url:
        assert refused(folder, url).code == "import_service_unknown"


def test_several_collections_want_one_named(folder: Path):
    def two(path: str, query: dict[str, str]) -> Reply:
        if path == "/collections":
            return Reply('{"collections": [{"id": "points"}, {"id": "lines"}]}')
        return FeaturesApi()(path, query)

    with served(two) as url:
        assert refused(folder, f"oapif:{url}").code == "import_layers_several"
        assert refused(folder, f"oapif:{url}", tables=("hydrants",)).code == "import_table_missing"
        assert bring(folder, f"oapif:{url}", tables=("points",)).records == 25


def test_no_key_or_password_of_an_address_is_kept(folder: Path):
    with served(ArcGis()) as url:
        layer = bring(folder, url.replace("//", "//user:geheim@") + "/x/FeatureServer/3?token=geheim")
    assert "geheim" not in (folder / "map.yaml").read_text(encoding="utf-8")
    assert layer.service is not None
    assert shown_url("https://u:p@host:8/wfs?map=/a.map&ak=secret") == "https://host:8/wfs?map=%2Fa.map"
