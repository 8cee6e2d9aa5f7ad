"""Write what people look at in a study's folder: plan.gpkg, map and report in both languages."""

import base64
from pathlib import Path
from typing import Any, Final, get_args

from jinja2 import Environment, PackageLoader, StrictUndefined

from dss.language import LANGUAGES, Language, catalogue, text
from dss.onemap.terms import SENSITIVITIES
from dss.standards.reader import StandardValue, Status
from scenarios.report.fonts import embedded_fonts
from scenarios.siting.figures import Extras, used_standards
from scenarios.siting.layers import study_layers, write_study_layers
from scenarios.siting.picture import draw_study, persons_beyond
from scenarios.siting.sketches import Sketcher
from scenarios.siting.study import Study

STATUSES: Final[tuple[Status, ...]] = get_args(Status)
# What the tables say of a value that no standard gives.
ASSUMPTIONS: Final = ("engineering assumption", "engineering default")
# Tables of this many cases are shown; of more, such as many draws, only their summary.
CASES_SHOWN: Final = 12


def write_plan(folder: Path, study: Study, extras: Extras) -> None:
    """Write the layers as one new GeoPackage and as a GeoParquet file each; needs an explanation."""
    geopackage = folder / "plan.gpkg"
    geopackage.unlink(missing_ok=True)
    layers = study_layers(study, extras)
    write_study_layers(str(geopackage), layers)
    for name, layer in layers.items():
        layer.to_parquet(folder / f"{name}.parquet", compression="zstd")


def write_reports(folder: Path, study: Study, figures: dict[str, Any], extras: Extras) -> None:
    """Write map and report in both languages; needs an explanation."""
    assert extras.explanation is not None
    drawn = _sketches(study, extras)
    pages = {}
    for language in LANGUAGES:
        picture = draw_study(study, extras.explanation, language)
        (folder / f"map.{language}.png").write_bytes(picture)
        page = _Page(study, figures, extras, language)
        pages[language] = page.render(base64.b64encode(picture).decode(), drawn)
    fonts = embedded_fonts("".join(sorted(set("".join(pages.values())))))
    for language, page_text in pages.items():
        whole = page_text.replace("/*fonts*/", fonts)
        (folder / f"report.{language}.html").write_text(whole, encoding="utf-8")


def _sketches(study: Study, extras: Extras) -> dict[str, Any]:
    """Draw the sites of every efficient point and of every choice that lasts."""
    if not (extras.points or extras.robust):
        return {"symbol": "", "points": [], "choices": []}
    sketcher = Sketcher(study)
    choices = () if extras.robust is None else extras.robust.choices
    return {
        "symbol": sketcher.symbol(),
        "points": [sketcher.draw(point.candidates) for point in extras.points if point.efficient],
        "choices": [sketcher.draw(choice.candidates) for choice in choices],
    }


class _Page:
    """One report in one language."""

    def __init__(self, study: Study, figures: dict[str, Any], extras: Extras, language: Language) -> None:
        self._study, self._figures, self._extras, self._language = study, figures, extras, language

    def t(self, key: str, **values: object) -> str:
        return text(f"siting.{key}", self._language, **values)

    def render(self, picture: str, drawn: dict[str, Any]) -> str:
        study, figures, language = self._study, self._figures, self._language
        onemap, profile = study.ground.onemap, study.ground.preset.profile
        known = onemap.catalogue
        page = Environment(
            loader=PackageLoader("scenarios.siting", "."), undefined=StrictUndefined, autoescape=True
        )
        points = [point for point in figures["frontier"] if point["efficient"]]
        level = max((layer.sensitivity for layer in onemap.used), key=SENSITIVITIES.index)
        return page.get_template("page.html").render(
            t=self.t,
            say=lambda key, **values: text(key, language, **values),
            language=language,
            title=self.t("title", preset=profile.title.of(language), map=known.title.of(language)),
            generated=known.generated,
            level=level,
            note=None if known.note is None else known.note.of(language),
            lead=self._lead(),
            unit=unit_of(study, language),
            picture=picture,
            beyond=round(persons_beyond(study)),
            symbol=drawn["symbol"],
            rows=figure_rows(figures, unit_of(study, language), language),
            figures=figures,
            enough=self._enough(),
            titles={layer.key: layer.title.of(language) for layer in onemap.layers},
            statuses={status: text(f"word.{status}", language) for status in STATUSES},
            rules=[self._rule(rule) for rule in figures["rules"]],
            points=list(zip(points, drawn["points"], strict=True)),
            robust=self._robust(drawn["choices"]),
            standards=[self._standard(value) for value in used_standards(study, self._extras)],
            layers=[
                {"title": layer.title.of(language), "owner": layer.owner.of(language), "date": layer.date}
                for layer in onemap.used
            ],
        )

    def _lead(self) -> str:
        figures, study = self._figures, self._study
        clause = study.ground.standards.value(study.ground.preset.profile.limit.standard)
        own = study.options.limit is not None
        is_sized = study.ground.preset.profile.room is not None and not figures["sites_without_area"]
        placed = self.t("lead_place") if is_sized else ""
        return self.t(
            "lead_own" if own else "lead",
            placed=placed,
            sites=len(figures["sites"]),
            covered=f"{figures['covered']:,}",
            persons=f"{figures['persons']:,}",
            who=self.t(f"who_{figures['people']}"),
            limit=f"{study.limit:,.0f}",
            unit=unit_of(study, self._language),
            before=f"{figures['covered_before']:,}",
            clause=self._source(clause.source),
            status=text(f"word.{clause.status}", self._language),
        )

    def _enough(self) -> str | None:
        """Say that fewer sites reach as many, where they do."""
        number = self._figures["number_for_all"]["value"]
        asked, capacity = len(self._figures["sites"]), self._study.ground.preset.profile.room
        if capacity is not None or number is None or number >= asked:
            return None
        return self.t("enough", number=f"{number:.0f}", asked=asked)

    def _rule(self, rule: dict[str, Any]) -> dict[str, Any]:
        limit = "" if rule["limit"] is None else f"{rule['limit']:,g} {self._unit(rule['unit'])}".strip()
        return {**rule, "limit": limit, "source": self._source(rule["source"])}

    def _robust(self, sketches: list[str]) -> dict[str, Any] | None:
        robust = self._figures["robust"]
        if robust is None:
            return None
        return {
            **robust,
            "choices": [
                {**choice, "sketch": sketch}
                for choice, sketch in zip(robust["choices"], sketches, strict=True)
            ],
            "shown": len(robust["cases"]) <= CASES_SHOWN,
        }

    def _standard(self, value: StandardValue) -> dict[str, str]:
        number = f"{value.value:g}" if isinstance(value.value, float) else self.t("table", n=len(value.value))
        return {
            "title": value.title_zh if self._language == "zh" else value.title_en,
            "value": number,
            "unit": self._unit(value.unit),
            "source": self._source(value.source),
            "status": value.status,
        }

    def _unit(self, unit: str) -> str:
        """Return a unit in words where it is one."""
        return catalogue(self._language).get(f"siting.unit_{unit}", unit)

    def _source(self, source: str) -> str:
        """Return a source in the reader's language where it is an assumption."""
        for words in ASSUMPTIONS:
            source = source.replace(words, self.t("assumption"))
        return source


def unit_of(study: Study, language: Language) -> str:
    """Return the unit of a study's limit."""
    metres = study.ground.preset.profile.measure.endswith("_m")
    return text("siting.unit_m" if metres else "siting.unit_s", language)


def figure_rows(figures: dict[str, Any], unit: str, language: Language) -> list[tuple[str, str]]:
    """Return the figures of a study by name, in the reader's words."""

    def t(key: str) -> str:
        return text(f"siting.{key}", language)

    def proven(answer: dict[str, Any]) -> str:
        if answer["value"] is None:
            return t("none")
        value, bound = answer["value"], answer["bound"]
        return f"{value:,.0f}" if value == bound else f"{value:,.0f} (≥ {bound:,.0f})"

    def number(value: float | None) -> str:
        return t("none") if value is None else f"{value:,.0f}"

    money = (
        [] if figures["spent"] is None else [(t("spent"), f"{figures['spent']:,g} / {figures['budget']:,g}")]
    )
    gap = "" if figures["gap"] is None else f"{figures['gap']:.2%}"
    return [
        (f"{t('persons_all')} ({t('who_' + figures['people'])})", f"{figures['persons']:,}"),
        (t("covered_before"), f"{figures['covered_before']:,}"),
        (t("covered_now"), f"{figures['covered']:,} ({figures['covered_share']:.1%})"),
        (f"{t('mean')} ({unit})", number(figures["mean"])),
        (f"{t('longest')} ({unit})", number(figures["longest"])),
        (t("candidates"), f"{figures['candidates']:,}"),
        (t("admitted"), f"{figures['admitted']:,}"),
        *money,
        (t(f"objective_{figures['model']}"), f"{figures['objective']:,.1f}"),
        (t("bound"), f"{figures['bound']:,.1f}"),
        (t("gap"), gap),
        (t("bound_by"), t(f"bound_by_{figures['bound_by']}")),
        (f"{t('radius_for_all')} ({unit})", proven(figures["radius_for_all"])),
        (t("number_for_all"), proven(figures["number_for_all"])),
    ]
