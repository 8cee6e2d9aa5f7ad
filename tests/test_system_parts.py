"""The parts of the system that tests stand on really work where they are installed."""

from browser import visit
from playwright.sync_api import Browser
from postgis import PostGis


def test_postgis_measures_a_distance(postgis: PostGis):
    sql = "select st_distance('POINT(0 0)'::geometry, 'POINT(3 4)'::geometry)"
    assert postgis.run(sql) == "5"


def test_the_browser_draws_a_page(opened: Browser):
    with visit(opened, "data:text/html,<title>here</title>") as seen:
        assert seen.page.title() == "here"
