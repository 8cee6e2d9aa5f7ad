"""Sources combine, each once, and the highest level holds for what is made from them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from town import BuildTown

from dss.errors import MapError
from dss.onemap import OneMap, Title
from dss.onemap.lineage import NO_SOURCES, Lineage, Source
from dss.onemap.terms import SENSITIVITIES


def source(key: str, level: str = "public", day: date = date(2024, 1, 1)) -> Source:
    return Source(key, Title(zh=key, en=key), Title(zh="局", en="bureau"), day, "delivered", level)


SOURCES = st.builds(
    source,
    st.sampled_from("abcdef"),
    st.sampled_from(SENSITIVITIES),
    st.dates(date(2000, 1, 1), date(2030, 1, 1)),
)
LINEAGES = st.builds(lambda found: Lineage(tuple(found)), st.lists(SOURCES))


def with_layer(town: OneMap, key: str, **change: object) -> OneMap:
    layers = tuple(
        layer.model_copy(update=change) if layer.key == key else layer for layer in town.catalogue.layers
    )
    return OneMap(town.folder, town.catalogue.model_copy(update={"layers": layers}))


def test_two_lineages_make_one_with_the_highest_level_and_the_oldest_date():
    first = Lineage((source("census", "internal", date(2020, 11, 1)),))
    second = Lineage((source("roads", "public"), source("census", "internal", date(2020, 11, 1))))
    both = second | first
    assert both.keys == ("roads", "census")
    assert (both.sensitivity, both.oldest) == ("internal", date(2020, 11, 1))
    assert NO_SOURCES.as_record() == {"sources": [], "sensitivity": "public", "oldest_source": None}


@given(LINEAGES, LINEAGES)
def test_a_level_never_falls_when_sources_join(a: Lineage, b: Lineage):
    both = a | b
    assert set(both.keys) == set(a.keys) | set(b.keys)
    assert len(set(both.keys)) == len(both.keys)
    disjoint = not set(a.keys) & set(b.keys)
    if disjoint:
        ranks = [SENSITIVITIES.index(part.sensitivity) for part in (a, b, both)]
        assert ranks[2] == max(ranks[:2])


@given(LINEAGES)
def test_records_give_the_lineage_back(lineage: Lineage):
    assert Lineage.from_records([entry.as_record() for entry in lineage.sources]) == lineage


def test_a_derived_layer_is_as_secret_as_what_it_was_made_from(town: OneMap):
    town = with_layer(town, "roads", sensitivity="secret")
    town = with_layer(town, "flood", derived_from=("roads", "flood"))
    lineage = Lineage.of(town, ["flood"])
    assert lineage.keys == ("flood", "roads")
    assert lineage.sensitivity == "secret"


def test_a_source_that_is_not_there_is_named(town: OneMap):
    with pytest.raises(MapError) as caught:
        Lineage.of(with_layer(town, "flood", derived_from=("dem",)), ["flood"])
    assert caught.value.values["layer"] == "dem"


def test_a_source_says_whether_it_is_real(build_town: BuildTown):
    town = build_town()
    assert {entry.status for entry in Lineage.of(town, ["census", "roads"]).sources} == {"generated"}
    real = OneMap(town.folder, town.catalogue.model_copy(update={"generated": False}))
    assumed = with_layer(real, "roads", assumed={"lanes": 2})
    assert [entry.status for entry in Lineage.of(assumed, ["census", "roads"]).sources] == [
        "delivered",
        "assumed",
    ]


def test_a_map_remembers_what_was_asked_for(town: OneMap):
    fresh = town.afresh()
    fresh.layer("flood")
    fresh.role("roads")
    assert [layer.key for layer in fresh.used] == ["roads", "flood"]
    assert fresh.afresh().used == ()
