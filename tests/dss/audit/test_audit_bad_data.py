"""No data is so bad that the audit falls over: there is always a report, and no rule gives up."""

import shutil
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from audit_town import CRS, DAY, build_town, reshape, town_frames, town_profile
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from dss.onemap import open_map
from dss.onemap.audit import RULES, check_map, propose_fixes, write_audit
from dss.onemap.audit.rule import Rule

TODAY = date.fromisoformat(DAY)
SMALL = ("census", "boundary", "districts", "landuse", "shelters", "hospitals", "roads", "water")

junk = st.one_of(
    st.none(), st.integers(-(10**20), 10**20), st.floats(), st.text(max_size=6), st.dates(),
    st.sampled_from(["", " ", "=1+1", "约500", "NaN", "999999999999", "2026-02-30", "\x07"]),
)  # fmt: skip
numbers = st.floats(allow_nan=True, allow_infinity=True)
points = st.tuples(numbers, numbers) | st.tuples(st.floats(499_000, 503_000), st.floats(3_399_000, 3_403_000))


@st.composite
def shapes(draw):
    kind = draw(st.sampled_from(["none", "empty", "point", "line", "polygon", "collection"]))
    some = draw(st.lists(points, min_size=4, max_size=6))
    with np.errstate(all="ignore"):  # making nonsense is meant
        return make_shape(kind, some)


def make_shape(kind, some):
    match kind:
        case "none":
            return None
        case "empty":
            return shapely.Polygon()
        case "point":
            return shapely.Point(some[0])
        case "line":
            return shapely.LineString(some)
        case "polygon":
            return shapely.Polygon(some)
        case _:
            return shapely.GeometryCollection([shapely.Point(some[0]), shapely.LineString(some)])


def spoil(frames, faults):
    """Put junk into records of the stored layers, past the import."""
    for key, number, shape, column, value in faults:
        one = frames[key]
        row = number % len(one)
        if shape != "keep":
            reshape(frames, key, row, shape)
        names = [name for name in one.columns if name != "geometry"]
        name = names[column % len(names)]
        frames[key] = frames[key].assign(**{name: as_column(frames[key][name], row, value)})


def as_column(column: pd.Series, row: int, value: object) -> pd.Series:
    """Return a column with one value replaced, as text where the two do not go together."""
    if isinstance(value, float | int) and pd.api.types.is_numeric_dtype(column):
        return column.astype(float).where(np.arange(len(column)) != row, float(value))
    texts = column.astype("string").astype(object)
    texts.iloc[row] = None if value is None else str(value)
    return texts


spoilt = st.tuples(
    st.sampled_from(SMALL), st.integers(0, 99), shapes() | st.just("keep"), st.integers(0, 9), junk
)


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    """Return the folder of a small clean map."""
    frames = {key: one for key, one in town_frames().items() if key in SMALL}
    profile = town_profile()
    profile["layers"] = [one for one in profile["layers"] if one["key"] in SMALL]
    return build_town(tmp_path_factory.mktemp("clean"), frames, profile).folder


# what fails is told as it is: making it smaller would take minutes
@settings(max_examples=8, phases=(Phase.explicit, Phase.generate))
@given(faults=st.lists(spoilt, min_size=1, max_size=12))
def test_any_mix_of_faults_gives_a_report(clean, faults):
    with TemporaryDirectory() as name:
        folder = Path(name) / "map"
        shutil.copytree(clean, folder)
        frames = {key: one for key, one in town_frames().items() if key in SMALL}
        spoil(frames, faults)
        onemap = open_map(folder)
        for key in {fault[0] for fault in faults}:  # past the import: readers may let anything through
            gpd.GeoDataFrame(frames[key], crs=CRS).to_parquet(folder / onemap.layer(key).path)
        audit = check_map(onemap, TODAY)
        assert [one for one in audit.not_run if one.why == "failed"] == []
        assert len(write_audit(audit, Path(name) / "out", lambda _: "")) == 7
        propose_fixes(audit, Path(name) / "fixes.yaml")


def test_a_rule_that_stumbles_is_told_and_the_others_go_on(clean):
    def stumble(city, layer):
        raise ValueError("no such thing")

    rules = (Rule("GEOM_EMPTY", "error", stumble), *RULES[1:])
    audit = check_map(open_map(clean), TODAY, rules=rules)
    failed = [one for one in audit.not_run if one.why == "failed"]
    assert {one.layer for one in failed} == set(SMALL)
    assert all("no such thing" in str(one) for one in failed)
    assert any(one.code == "GEOM_INVALID" for one in audit.checked)
