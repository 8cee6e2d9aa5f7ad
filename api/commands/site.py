"""`dss site`: where to build, by a ready preset."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands.maps import Json
from api.commands.say import answer_json, say
from dss.errors import InputError
from dss.language import current_language
from dss.onemap import open_map
from dss.workspace import default_workspace
from scenarios.siting import Study, StudyOptions, find_preset, run_study
from scenarios.siting.explaining import explain
from scenarios.siting.figures import study_figures
from scenarios.siting.frontier import frontier
from scenarios.siting.preset import Model
from scenarios.siting.report import figure_rows, write_study
from scenarios.siting.robust import draw_cases, robust_study
from scenarios.siting.study import MODELS

INFEASIBLE = 4


def site(
    preset: Annotated[str, typer.Argument(metavar="PRESET", help=say("arg_preset"))],
    *,
    name: Annotated[str, typer.Option("--map", metavar="MAP", help=say("arg_map"))],
    sites: Annotated[int, typer.Option("--sites", help=say("opt_sites"))] = 10,
    radius: Annotated[float | None, typer.Option("--radius", help=say("opt_radius"))] = None,
    model: Annotated[str | None, typer.Option("--model", help=say("opt_model"))] = None,
    planned: Annotated[bool, typer.Option("--planned", help=say("opt_planned"))] = False,
    from_nothing: Annotated[bool, typer.Option("--from-nothing", help=say("opt_from_nothing"))] = False,
    without_rule: Annotated[list[str] | None, typer.Option("--without-rule", help=say("opt_rule"))] = None,
    resolution: Annotated[int | None, typer.Option("--resolution", help=say("opt_resolution"))] = None,
    cases: Annotated[int, typer.Option("--cases", min=0, help=say("opt_cases"))] = 0,
    with_frontier: Annotated[bool, typer.Option("--frontier", help=say("opt_frontier"))] = False,
    time_limit_s: Annotated[float, typer.Option("--time-limit-s", help=say("opt_time_limit"))] = 60.0,
    seed: Annotated[int, typer.Option("--seed", help=say("opt_site_seed"))] = 1,
    out: Annotated[Path | None, typer.Option("--out", help=say("opt_site_out"))] = None,
    as_json: Json = False,
) -> None:
    """Choose sites, explain them, and write the study where asked; exit 4 without a sound plan."""
    options = StudyOptions(
        sites,
        limit=radius,
        model=chosen_model(model),
        planned=planned,
        keep_existing=not from_nothing,
        without_rules=tuple(without_rule or ()),
        resolution=resolution,
        time_limit_s=time_limit_s,
        seed=seed,
    )
    onemap = open_map(default_workspace().map_folder(name))
    study = run_study(onemap, find_preset(preset), options, _told)
    if study.plan.decision is None or study.violations:
        _refuse(study, as_json=as_json)
    _told("explain")
    explanation = explain(study, study.ground.costs())
    points = frontier(study) if with_frontier else ()
    robust = robust_study(study, draw_cases(study.ground, cases, seed)) if cases else None
    figures = study_figures(study, explanation, points, robust)
    if out is not None:
        _told("write")
        write_study(out, study, explanation, figures, points)
    if as_json:
        answer_json(figures)
        return
    language = current_language()
    unit = say("siting.unit_m" if study.ground.preset.profile.measure.endswith("_m") else "siting.unit_s")
    for title, value in figure_rows(figures, unit, language):
        typer.echo(f"{title}: {value}")
    for gain in figures["sites"]:
        typer.echo(say("site_line", **gain))


def chosen_model(name: str | None) -> Model | None:
    """Return the model of a name; None leaves it to the preset.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    if name is None:
        return None
    for model in MODELS:
        if model == name:
            return model
    raise InputError("siting_model", value=name, models=", ".join(MODELS))


def _told(step: str) -> None:
    typer.echo(say(f"site_step_{step}"), err=True)


def _refuse(study: Study, *, as_json: bool) -> None:
    """Say why there is no sound plan and leave with exit code 4."""
    figures = study_figures(study, None)
    if as_json:
        answer_json(figures)
    else:
        typer.echo(say("site_none", termination=figures["termination"]), err=True)
        for cause in [*figures["causes"], *figures["violations"]]:
            typer.echo(say("site_cause", **cause), err=True)
    raise typer.Exit(INFEASIBLE)
