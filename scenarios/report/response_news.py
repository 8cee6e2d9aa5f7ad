"""What the report of a response that was planned again shows of the news: what came, and what changes."""

from collections.abc import Callable
from typing import Any

from dss.language import Language
from scenarios.response.changes import change_rows

Say = Callable[..., str]
Number = Callable[[float | None], str]


def response_news_words(manifest: dict[str, Any], say: Say, number: Number) -> dict[str, Any]:
    """Return what the page says of the news; nothing where a response was planned once."""
    again = manifest["response"].get("again")
    if again is None:
        return {}
    language: Language = "zh" if say("html_lang").startswith("zh") else "en"
    rows = change_rows(again, language, whole=False)
    same = sum(row["what"] == "same" for row in again["units"])
    return {
        "resp_news": news_lines(manifest, say, number),
        "resp_changes": [[cell.split("\n") for cell in row] for row in rows],
        "resp_news_note": say("response.news_note", same=number(same)),
    }


def news_lines(manifest: dict[str, Any], say: Say, number: Number) -> list[str]:
    """Return the news, a line for each kind, and how much of the plan under way is kept."""
    again, joiner = manifest["response"]["again"], say("list_joiner")
    lines = [say("response.news_at", at=number(again["at_min"]), run=manifest["follows"]["run"])]
    names = again["new_incidents"] if say("html_lang").startswith("zh") else again["new_incidents_en"]
    told = {**again, "new_incidents": names}
    lines += [
        say(f"response.news_{key}", names=joiner.join(told[key]))
        for key in ("new_incidents", "over", "lost_units", "roads_closed", "hospitals_full")
        if told[key]
    ]
    counts = {key: number(again[key]) for key in ("at_work", "kept", "diverted", "recalled", "freed")}
    price = number(again["diversion_min"])
    return [*lines, say("response.news_kept", **counts), say("response.news_rule", price=price)]
