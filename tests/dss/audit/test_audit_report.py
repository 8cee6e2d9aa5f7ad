"""What an audit writes: scores, lists by department, pages and features, in both languages."""

import json
from datetime import date

import openpyxl
import pyogrio
import pytest
from audit_town import DAY, PLANTS, build_town, town_frames

from dss.onemap.audit import check_map, read_history, write_audit
from dss.onemap.audit.history import remember
from dss.onemap.audit.lists import responsibility
from dss.onemap.audit.report import report
from dss.onemap.audit.score import department_scores, layer_scores

TODAY = date.fromisoformat(DAY)


def check(folder, *codes):
    frames = town_frames()
    for code in codes:
        PLANTS[code](frames)
    return check_map(build_town(folder, frames), TODAY)


def test_a_score_takes_each_record_by_its_worst_fault(tmp_path):
    # row 11 has a fault of severity error twice, row 5 is repeated at the end: a warning among 352
    audit = check(tmp_path, "FLOORS_MISSING", "YEAR_IMPOSSIBLE", "GEOM_DUPLICATE")
    score = layer_scores(audit)["buildings"]
    assert score.score == pytest.approx(100 * (1 - 1.3 / 352))
    assert (score.records, score.faulty, score.errors, score.warnings) == (352, 2, 2, 1)


def test_a_department_scores_the_mean_of_its_layers_the_worst_first(tmp_path):
    audit = check(tmp_path, "CAPACITY_MISSING")
    scores = {name: score.score for name, (_, score) in department_scores(audit).items()}
    assert next(iter(scores)) == "应急局"
    assert scores["应急局"] == pytest.approx((50 + 100) / 2)
    assert scores["住建局"] == 100


def test_a_rule_that_cannot_run_says_so(tmp_path):
    frames = town_frames()
    del frames["roads"], frames["boundary"], frames["hospitals"]
    audit = check_map(build_town(tmp_path, frames), TODAY)
    not_run = {(one.code, one.layer): one.why for one in audit.not_run}
    assert not_run["OUTSIDE_BOUNDARY", "buildings"] == "role_missing"
    assert not_run["BEDS_MISSING", None] == "no_layer"
    pairs = {(one.code, one.layer) for one in audit.checked}
    assert not pairs & set(not_run)


def test_only_the_layers_asked_for_are_checked(tmp_path):
    frames = town_frames()
    PLANTS["FLOORS_MISSING"](frames)
    audit = check_map(build_town(tmp_path, frames), TODAY, layers=("hospitals",))
    assert len(audit.faults) == 0
    assert {one.layer for one in audit.checked} == {"hospitals"}


def test_a_check_of_one_layer_does_not_deny_the_layers_that_the_map_has(tmp_path):
    audit = check_map(build_town(tmp_path, town_frames()), TODAY, layers=("hospitals",))
    reasons = {one.code: one.why for one in audit.not_run if one.layer is None}
    assert {reasons["FLOORS_MISSING"], reasons["AREA_MISMATCH"], reasons["CODE_INVALID"]} == {"not_asked"}


def test_a_rule_about_areas_says_that_a_map_without_areas_has_none(tmp_path):
    frames = {"hospitals": town_frames()["hospitals"]}
    audit = check_map(build_town(tmp_path, frames), TODAY)
    reasons = {one.code: one.why for one in audit.not_run if one.layer is None}
    assert (reasons["AREA_MISMATCH"], reasons["FLOORS_MISSING"]) == ("no_kind", "no_layer")
    assert "()" not in str(report(audit, "en")["not_run"])


def test_both_languages_tell_the_same_numbers(tmp_path):
    audit = check(tmp_path, *PLANTS)
    zh, en = report(audit, "zh"), report(audit, "en")
    assert [(rule["code"], rule["count"]) for rule in zh["rules"]] == [
        (rule["code"], rule["count"]) for rule in en["rules"]
    ]
    assert zh["score"] == en["score"]
    assert zh["rules"][0]["title"] != en["rules"][0]["title"]


def test_every_planted_fault_is_told_in_words_without_a_gap(tmp_path):
    audit = check(tmp_path, *PLANTS)
    for language in ("zh", "en"):
        rows = responsibility(audit, language)
        assert len(rows) == len(audit.faults)
        assert not rows[["what", "how", "rule", "severity", "since", "owner"]].isna().to_numpy().any()
        assert not rows["what"].str.contains("{", regex=False).any()


def test_a_workbook_has_a_sheet_for_each_department_at_fault(tmp_path):
    audit = check(tmp_path / "map", "CAPACITY_MISSING", "FLOORS_MISSING", "STALE")
    write_audit(audit, tmp_path / "out", lambda _: "")
    book = openpyxl.load_workbook(tmp_path / "out" / "responsibility.zh.xlsx")
    assert set(book.sheetnames) == {"汇总", "应急局", "住建局", "卫健委"}
    heading, first = book["卫健委"].values
    assert heading[:4] == ("序号", "图层", "标识码", "行号")
    stale = dict(zip(heading, first, strict=True))
    # dated 2024-01-01 with a cycle of 365 days
    assert (stale["标识码"], stale["逾期自"]) == ("YY000002", "2024-12-31")


def test_a_formula_in_a_delivery_stays_a_text(tmp_path):
    frames = town_frames()
    frames["hospitals"] = frames["hospitals"].assign(QMC=["=HYPERLINK(1)", "西区"])
    audit = check_map(build_town(tmp_path / "map", frames), TODAY)
    rows = responsibility(audit, "en")
    assert rows["what"].str.contains("=HYPERLINK").any()
    write_audit(audit, tmp_path / "out", lambda _: "")
    book = openpyxl.load_workbook(tmp_path / "out" / "responsibility.en.xlsx")
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)


def test_features_at_fault_lie_in_a_layer_for_each_rule(tmp_path):
    audit = check(tmp_path / "map", "FLOORS_MISSING", "GAP", "GEOM_EMPTY")
    write_audit(audit, tmp_path / "out", lambda _: "")
    layers = {str(name) for name, _ in pyogrio.list_layers(tmp_path / "out" / "faults.gpkg")}
    assert layers == {"FLOORS_MISSING_area", "GAP_area", "without_place"}
    gap = pyogrio.read_dataframe(tmp_path / "out" / "faults.gpkg", layer="GAP_area")
    assert gap.geometry.area.iloc[0] == pytest.approx(600)  # 3 m of 200 m


def test_a_page_needs_nothing_beside_it(tmp_path):
    audit = check(tmp_path / "map", *PLANTS)
    write_audit(audit, tmp_path / "out", lambda characters: f"/* {len(characters)} */")
    for language in ("zh", "en"):
        page = (tmp_path / "out" / f"audit.{language}.html").read_text(encoding="utf-8")
        assert "/*fonts*/" not in page
        assert "http" not in page
        assert "data:image/png;base64," in page
    facts = json.loads((tmp_path / "out" / "audit.en.json").read_text(encoding="utf-8"))
    assert facts["failed"] is True


def test_each_check_is_remembered_and_a_fault_keeps_its_first_day(tmp_path):
    audit = check(tmp_path, "FLOORS_MISSING")
    remember(audit)
    later = check_map(audit.onemap, date(2026, 6, 8))
    remember(later)
    assert [check.day for check in read_history(audit.onemap.folder)] == [TODAY, date(2026, 6, 8)]
    rows = responsibility(later, "en")
    assert rows.loc[rows["code"] == "FLOORS_MISSING", "since"].tolist() == [DAY]
