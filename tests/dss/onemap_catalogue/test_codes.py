"""Land-use codes mean nothing without their system."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dss.onemap.codes import crosswalk, detect_system, land_use_system, translate
from dss.onemap.terms import CODE_SYSTEMS

CODES = {key: sorted(land_use_system(key).names) for key in CODE_SYSTEMS}


def test_the_same_digits_mean_other_uses():
    assert land_use_system("landuse_2023").names["1003"] == "盐田"
    assert land_use_system("sandiao").names["1003"] == "公路用地"
    assert translate(["1003"], "sandiao", "landuse_2023").codes.tolist() == ["1202"]  # 公路用地


def test_a_code_falls_under_its_longest_listed_prefix():
    system = land_use_system("landuse_2023")
    assert [system.lookup(code) for code in ("080403", "0804039", "08049", "0", "X1")] == [
        "080403", "080403", "0804", None, None,
    ]  # fmt: skip


def test_codes_are_valid_in_their_system_only():
    codes = ["0101", "08H1", "1313", "", None, "9999", 101.0]
    # 101.0 is what a table makes of 0101
    assert land_use_system("landuse_2023").is_valid(codes).tolist() == [True, *[False] * 5, True]
    assert land_use_system("landuse_2020").is_valid(codes).tolist() == [
        True, False, True, False, False, False, True,
    ]  # fmt: skip
    assert land_use_system("sandiao").is_valid(codes).tolist() == [True, True, *[False] * 4, True]


def test_a_city_may_divide_what_the_list_does_not():
    # 1402 has no third level in the list, 0804 has one without 080499
    assert land_use_system("landuse_2023").is_valid(["140201", "080499"]).tolist() == [True, False]


def test_what_has_no_counterpart_is_counted_and_what_is_coarse_is_marked():
    # 11 水域及水利设施用地 is several classes in 2023; 08H2 科教文卫 only its parent 08
    done = translate(["11", "11", "08H2", "0101", None], "sandiao", "landuse_2023")
    assert done.untranslatable == {"11": 2}
    assert done.codes.tolist() == [None, None, "08", "0101", None]
    assert done.coarse.tolist() == [False, False, True, False, False]
    assert done.status == "memory"


def test_codes_that_changed_after_the_trial_are_moved():
    done = translate(["0204", "1311", "1312", "1313", "0701"], "landuse_2020", "landuse_2023")
    assert done.codes.tolist() == ["0205", "1705", "1311", "1312", "0701"]


@pytest.mark.parametrize(
    ("codes", "field", "layer", "system", "evidence"),
    [
        (["0101"], None, "DLTB", "sandiao", "layer"),
        (["0101"], "DLBM", None, "sandiao", "field"),
        (["0101"], "YDYHFLDM", None, "landuse_2023", "field"),
        (["0702", "08H1", "0810"], "code", None, "sandiao", "codes"),
        (["0904", "0205", "080405"], "code", None, "landuse_2023", "codes"),
        (["090301", "1313"], "code", None, "landuse_2020", "codes"),
        (["0101", "0701"], "code", None, "landuse_2023", "default"),
        (["abc", "def"], "code", None, None, "codes"),
        ([], "code", None, None, "codes"),
    ],
)
def test_the_system_is_told_by_names_then_by_codes(codes, field, layer, system, evidence):
    found = detect_system(codes, field, layer)
    assert (found.system, found.evidence) == (system, evidence)


@pytest.mark.parametrize("source", CODE_SYSTEMS)
@pytest.mark.parametrize("target", CODE_SYSTEMS)
def test_a_crosswalk_leads_from_listed_codes_to_listed_codes(source, target):
    way = crosswalk(source, target)
    assert set(way.target) <= set(land_use_system(source).names)
    assert set(way.target.values()) <= set(land_use_system(target).names)


@given(st.lists(st.sampled_from(CODES["landuse_2023"])))
def test_a_way_back_leads_to_where_it_came_from(codes):
    for other in ("sandiao", "landuse_2020"):
        back = translate(codes, "landuse_2023", other)
        known = np.array([code is not None for code in back.codes], dtype=bool)
        again = translate(back.codes[known], other, "landuse_2023")
        assert again.codes.tolist() == np.array(codes, dtype=object)[known].tolist()


@given(st.lists(st.one_of(st.none(), st.text(max_size=7), st.integers(0, 10**6), st.floats())))
def test_any_codes_are_taken_without_failing(codes):
    for key in CODE_SYSTEMS:
        assert land_use_system(key).is_valid(codes).shape == (len(codes),)
    assert sum(translate(codes, "sandiao", "landuse_2023").untranslatable.values()) <= len(codes)
