"""Write a study's folder: study.json, plan.gpkg, map and report in both languages."""

import base64
import json
from pathlib import Path
from typing import Any, Final, get_args

from jinja2 import Environment, PackageLoader, StrictUndefined

from dss.language import LANGUAGES, Language, text
from dss.standards.reader import Status
from scenarios.report.fonts import embedded_fonts
from scenarios.siting.explaining import Explanation
from scenarios.siting.frontier import Point
from scenarios.siting.layers import study_layers, write_study_layers
from scenarios.siting.picture import draw_study
from scenarios.siting.study import Study

STATUSES: Final[tuple[Status, ...]] = get_args(Status)


def write_study(
    folder: Path, study: Study, explanation: Explanation, figures: dict[str, Any], points: tuple[Point, ...]
) -> None:
    """Write a study that has a plan into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    told = json.dumps(figures, ensure_ascii=False, indent=1, default=str)
    (folder / "study.json").write_text(told, encoding="utf-8")
    geopackage = folder / "plan.gpkg"
    geopackage.unlink(missing_ok=True)
    write_study_layers(str(geopackage), study_layers(study, explanation, points))
    pages = {}
    for language in LANGUAGES:
        picture = draw_study(study, explanation, language)
        (folder / f"map.{language}.png").write_bytes(picture)
        pages[language] = _page(study, figures, picture, language)
    fonts = embedded_fonts("".join(sorted(set("".join(pages.values())))))
    for language, page in pages.items():
        (folder / f"report.{language}.html").write_text(page.replace("/*fonts*/", fonts), encoding="utf-8")


def _page(study: Study, figures: dict[str, Any], picture: bytes, language: Language) -> str:
    def t(key: str, **values: object) -> str:
        return text(f"siting.{key}", language, **values)

    profile = study.ground.preset.profile
    unit = t("unit_m") if profile.measure.endswith("_m") else t("unit_s")
    robust, catalogue = figures["robust"], study.ground.onemap.catalogue
    page = Environment(
        loader=PackageLoader("scenarios.siting", "."), undefined=StrictUndefined, autoescape=True
    )
    clauses = {e.rule: (e.source, e.status) for e in study.ground.candidates.exclusions}
    return page.get_template("page.html").render(
        t=t,
        language=language,
        title=t("title", preset=profile.title.of(language), map=catalogue.title.of(language)),
        generated=catalogue.generated,
        lead=_lead(study, figures, unit, language),
        picture=base64.b64encode(picture).decode(),
        rows=figure_rows(figures, unit, language),
        sites=figures["sites"],
        titles={layer.key: layer.title.of(language) for layer in study.ground.onemap.layers},
        statuses={status: text(f"word.{status}", language) for status in STATUSES},
        left_out=figures["left_out"],
        exclusions=[
            {"name": name, "count": count, "clause": clauses[name][0], "status": clauses[name][1]}
            for name, count in figures["excluded_by"].items()
        ],
        unexamined=[rule["rule"] for rule in figures["unexamined"]],
        frontier=[point for point in figures["frontier"] if point["efficient"]],
        robust=robust,
        robust_note="" if robust is None else _robust_note(robust, language),
        standards=[
            {
                "title": v.title_zh if language == "zh" else v.title_en,
                "value": v.value if isinstance(v.value, float) else "…",
                "unit": v.unit,
                "source": v.source,
                "status": v.status,
            }
            for v in study.ground.standards.used
        ],
        layers=[
            {"title": layer.title.of(language), "owner": layer.owner.of(language), "date": layer.date}
            for layer in study.ground.onemap.layers
        ],
    )


def _robust_note(robust: dict[str, Any], language: Language) -> str:
    chance = f"{robust['chance']:.0%}"
    return text(
        "siting.robust_note", language, cases=robust["cases"], bridges=robust["bridges"], chance=chance
    )


def _lead(study: Study, figures: dict[str, Any], unit: str, language: Language) -> str:
    clause = study.ground.standards.value(study.ground.preset.profile.limit.standard)
    return text(
        "siting.lead",
        language,
        sites=len(figures["sites"]),
        covered=f"{figures['covered']:,}",
        persons=f"{figures['persons']:,}",
        limit=f"{study.limit:,.0f}",
        unit=unit,
        before=f"{figures['covered_before']:,}",
        clause=clause.source,
        status=clause.status,
    )


def figure_rows(figures: dict[str, Any], unit: str, language: Language) -> list[tuple[str, str]]:
    """Return the figures of a study by name, in the reader's words."""

    def t(key: str) -> str:
        return text(f"siting.{key}", language)

    def proven(answer: dict[str, Any]) -> str:
        if answer["value"] is None:
            return t("none")
        value, bound = answer["value"], answer["bound"]
        return f"{value:,.0f}" if value == bound else f"{value:,.0f} (≥ {bound:,.0f})"

    gap = "" if figures["gap"] is None else f"{figures['gap']:.2%}"
    return [
        (t("persons_all"), f"{figures['persons']:,}"),
        (t("covered_before"), f"{figures['covered_before']:,}"),
        (t("covered_now"), f"{figures['covered']:,} ({figures['covered_share']:.1%})"),
        (f"{t('mean')} ({unit})", f"{figures['mean']:,.0f}"),
        (f"{t('longest')} ({unit})", f"{figures['longest']:,.0f}"),
        (t("candidates"), f"{figures['candidates']:,}"),
        (t("admitted"), f"{figures['admitted']:,}"),
        (t("objective"), f"{figures['objective']:,.1f}"),
        (t("bound"), f"{figures['bound']:,.1f}"),
        (t("gap"), gap),
        (t("bound_by"), t(f"bound_by_{figures['bound_by']}")),
        (f"{t('radius_for_all')} ({unit})", proven(figures["radius_for_all"])),
        (t("number_for_all"), proven(figures["number_for_all"])),
    ]
