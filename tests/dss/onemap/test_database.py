"""Tables of a real PostGIS come in whole; names are names and never SQL."""

from pathlib import Path

import pytest
import shapely
from deliveries import CODES, NAMES, PLACES, bring, empty_map, refused, rules, stored
from postgis import PostGis

from dss.onemap import FileHints, import_source
from dss.onemap.sources.database import without_password

EVIL = "a\"b'; drop table keep; --"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return empty_map(tmp_path / "map")


@pytest.fixture(scope="module")
def tables(postgis: PostGis) -> PostGis:
    quoted = EVIL.replace('"', '""')
    rows = ", ".join(
        f"('{name}', '{code}', 12.5, st_setsrid(st_makepoint({x}, {y}), 4490))"
        for name, code, (x, y) in zip(NAMES, CODES, PLACES, strict=True)
    )
    statements = [
        "drop schema if exists city cascade; create schema city",
        'create table city.points ("名称" text, "DM" text, area numeric, "Geom" geometry)',
        f"insert into city.points values {rows}",
        "create view city.seen as select * from city.points",
        "create table city.empty (g geometry(point, 4490))",
        "create table city.flat (code text, lng float8, lat float8, tags jsonb)",
        'insert into city.flat select "DM", st_x("Geom"), st_y("Geom"), \'{"a": 1}\' from city.points',
        "create table city.bent (g geometry)",
        "insert into city.bent values (st_geomfromtext('CIRCULARSTRING(114 30, 115 31, 116 30)', 4490))",
        "create table city.two (g geometry)",
        "insert into city.two select st_setsrid(st_makepoint(1, 2), n) from (values (4490), (4547)) as t (n)",
        "drop table if exists keep; create table keep (n int)",
        f'drop table if exists public."{quoted}"; create table public."{quoted}" ("x""; --" int, g geometry)',
        f'insert into public."{quoted}" values (7, st_setsrid(st_makepoint(114, 30), 4490))',
    ]
    postgis.run("; ".join(statements))
    return postgis


@pytest.mark.parametrize("table", ["city.points", "points", "city.seen"])
def test_a_table_or_a_view_comes_in_with_names_codes_numbers_and_places(
    folder: Path, tables: PostGis, table: str
):
    layer = bring(folder, tables.url, tables=(table,))
    kept = stored(folder)
    assert kept["名称"].tolist() == NAMES
    assert kept["DM"].tolist() == CODES
    assert kept["area"].tolist() == [12.5] * 3
    assert [(p.x, p.y) for p in kept.geometry] == PLACES
    assert (layer.stored_crs, layer.guesses[-1].rule) == ("EPSG:4490", "date_from_read")
    assert layer.service == "postgresql://postgres@/postgres"


def test_a_table_of_coordinates_is_placed_as_a_file_would_be(folder: Path, tables: PostGis):
    layer = bring(folder, tables.url, tables=("city.flat",))
    assert rules(layer) == ["coordinate_columns", "crs_from_china"]
    assert [(p.x, p.y) for p in stored(folder).geometry] == PLACES
    assert stored(folder)["tags"].tolist() == ["{'a': 1}"] * 3


def test_curves_become_lines(folder: Path, tables: PostGis):
    bring(folder, tables.url, tables=("city.bent",))
    # half a circle of radius 1: between its diameter 2 and pi
    assert 3.14 < shapely.length(stored(folder).geometry.array)[0] < 3.1416


def test_names_are_never_sql(folder: Path, tables: PostGis):
    (layer,) = import_source(folder, tables.url, FileHints(role="reference", tables=(EVIL,))).imported
    assert (folder / layer.path).resolve().parent == (folder / "layers").resolve()
    assert stored(folder, layer.key)['x"; --'].tolist() == [7]
    for name in ("points; drop table keep", "keep'; drop table keep; --", 'city"."points'):
        assert refused(folder, tables.url, tables=(name,)).code == "import_table_missing"
    assert tables.run("select count(*) from keep") == "0"


@pytest.mark.parametrize(
    ("table", "code"),
    [((), "import_layers_several"), (("none",), "import_table_missing"), (("city.empty",), "layer_empty"),
     (("city.two",), "import_crs_several"), (("keep",), "import_no_place")],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_what_there_is(
    folder: Path, tables: PostGis, table: tuple[str, ...], code: str
):
    assert refused(folder, tables.url, tables=table).code == code


def test_a_database_that_is_not_there_is_refused_without_its_password(folder: Path):
    error = refused(folder, "postgresql://user:geheim@127.0.0.1:1/none", tables=("a",))
    assert error.code == "import_database"
    assert "geheim" not in str(error)
    assert (
        refused(folder, "postgresql://user:geheim@host:port/none", tables=("a",)).code
        == "import_database_url"
    )
    assert without_password("postgresql://u:geheim@h:5432/d?password=geheim") == "postgresql://u@h:5432/d"


def test_the_password_may_come_from_the_environment(
    folder: Path, tables: PostGis, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DSS_DATABASE_PASSWORD", "geheim")
    bring(folder, tables.url, tables=("city.points",))
    assert "geheim" not in (folder / "map.yaml").read_text(encoding="utf-8")


def test_a_large_table_is_streamed_and_shows_how_far_it_is(
    folder: Path, tables: PostGis, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("dss.onemap.sources.database.CHUNK_ROWS", 100)
    tables.run(
        "drop table if exists city.many; create table city.many as "
        "select n, st_setsrid(st_makepoint(114, 30), 4490) as g from generate_series(1, 950) n"
    )
    seen: list[float] = []
    hints = FileHints(key="new", role="reference", tables=("city.many",))
    import_source(folder, tables.url, hints, seen.append)
    assert stored(folder)["n"].tolist() == list(range(1, 951))
    assert len(seen) >= 10
    assert seen == sorted(seen)
