"""A response that was planned again after news, as answers show it: what came, and what changes for whom."""

from typing import Any

from api.ambulances import unit_kind_words
from api.texts import words
from dss.language import LANGUAGES
from scenarios.response.changes import change_rows

Row = dict[str, Any]


def response_news_answer(manifest: Row, sentences: list[dict[str, str]]) -> Row:
    """Return the news, who is at work, and what every unit was to do and is to do."""
    again = manifest["response"]["again"]
    told = zip(*(change_rows(again, language) for language in LANGUAGES), strict=True)
    units = [_unit(row, both) for row, both in zip(again["units"], told, strict=True)]
    return {
        "follows": manifest["follows"]["run"],
        "at_min": again["at_min"],
        "sentences": sentences,
        **{key: again[key] for key in ("kept", "diverted", "recalled", "freed", "changed")},
        "at_work": [
            {
                **_who(row),
                "incident": {"zh": row["after"]["incident"], "en": row["after"]["incident_en"]},
                "arrived_min": row["after"]["arrive_min"],
            }
            for row in again["units"]
            if row["after"]["there"] and not row["after"]["out"]
        ],
        "units": units,
    }


def _who(row: Row) -> Row:
    return {
        "kind": row["kind"],
        "kind_title": unit_kind_words(row["kind"]),
        "number": row["number"],
        "home": row["home"],
    }


def _unit(row: Row, told: tuple[tuple[str, ...], ...]) -> Row:
    """Return a unit with what it was told and is told; the words are those of the report."""
    before, after = ({one: line[at] for one, line in zip(LANGUAGES, told, strict=True)} for at in (-2, -1))
    return {
        **_who(row),
        "what": row["what"],
        "what_title": words(f"response.change_{row['what']}"),
        "before": before,
        "after": after,
    }
