"""Nobody takes out more than their right, and every try leaves a line."""

import itertools
from pathlib import Path

import pytest

from dss.errors import InputError
from dss.language import LANGUAGES
from dss.onemap.rights import AccessLog, reader_right, require_right
from dss.onemap.terms import SENSITIVITIES


def test_the_right_is_as_stated_then_of_the_environment_then_internal(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("DSS_RIGHT", raising=False)
    assert reader_right(None) == "internal"
    monkeypatch.setenv("DSS_RIGHT", "secret")
    assert reader_right(None) == "secret"
    assert reader_right("public") == "public"
    with pytest.raises(InputError) as caught:
        reader_right("cosmic")
    assert caught.value.code == "rights_unknown"


@pytest.mark.parametrize(("level", "right"), list(itertools.product(SENSITIVITIES, repeat=2)))
def test_a_level_above_the_right_is_refused_and_both_are_logged(level, right, tmp_path: Path):
    log = AccessLog(tmp_path / "home" / "access.jsonl")
    allowed = SENSITIVITIES.index(level) <= SENSITIVITIES.index(right)
    if allowed:
        require_right(log, "map export", "city/dem", level, right)
    else:
        with pytest.raises(InputError) as caught:
            require_right(log, "map export", "city/dem", level, right)
        for language in LANGUAGES:
            assert "city/dem" in caught.value.message(language)
    (record,) = log.records()
    assert record["outcome"] == ("allowed" if allowed else "refused")
    assert (record["what"], record["level"], record["right"]) == ("city/dem", level, right)
    assert record["user"]
    assert record["time"].endswith("+00:00")


def test_lines_are_only_ever_added(tmp_path: Path):
    log = AccessLog(tmp_path / "access.jsonl")
    assert log.records() == ()
    for name in ("a", "b", "换行\n"):
        require_right(log, "map export", name, "public", "public")
    assert [record["what"] for record in log.records()] == ["a", "b", "换行\n"]


def test_without_a_log_nothing_is_allowed(tmp_path: Path):
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        require_right(AccessLog(blocked / "access.jsonl"), "map export", "a", "public", "secret")
    assert caught.value.code == "rights_log"
