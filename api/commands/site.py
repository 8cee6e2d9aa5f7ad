"""`dss site`: where to build, by a ready preset; or a finished study proven again."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from api.commands.live import show_progress
from api.commands.maps import Json
from api.commands.say import answer_json, say
from api.commands.verified import FAILED, answer_verification
from dss.errors import InputError
from dss.language import current_language
from dss.onemap import OneMap, open_map
from dss.workspace import default_workspace
from scenarios.siting import StudyOptions, find_preset
from scenarios.siting.cases import load_scenarios
from scenarios.siting.demand import WHO, Who
from scenarios.siting.making import MadeStudy, Question, make_study, new_study_name
from scenarios.siting.preset import Model
from scenarios.siting.report import figure_rows, unit_of
from scenarios.siting.spending import Budget
from scenarios.siting.study import MODELS
from scenarios.siting.verifying import verify_study

CANCELLED = 130


def site(
    preset: Annotated[str | None, typer.Argument(metavar="PRESET", help=say("arg_preset"))] = None,
    *,
    name: Annotated[str | None, typer.Option("--map", metavar="MAP", help=say("arg_map"))] = None,
    sites: Annotated[int, typer.Option("--sites", help=say("opt_sites"))] = 10,
    radius: Annotated[float | None, typer.Option("--radius", help=say("opt_radius"))] = None,
    model: Annotated[str | None, typer.Option("--model", help=say("opt_model"))] = None,
    people: Annotated[str | None, typer.Option("--people", help=say("opt_people"))] = None,
    planned: Annotated[bool, typer.Option("--planned", help=say("opt_planned"))] = False,
    from_nothing: Annotated[bool, typer.Option("--from-nothing", help=say("opt_from_nothing"))] = False,
    without_rule: Annotated[list[str] | None, typer.Option("--without-rule", help=say("opt_rule"))] = None,
    exclude: Annotated[list[str] | None, typer.Option("--exclude", help=say("opt_exclude"))] = None,
    budget: Annotated[float | None, typer.Option("--budget", help=say("opt_budget"))] = None,
    site_costs: Annotated[Path | None, typer.Option("--site-costs", help=say("opt_site_costs"))] = None,
    resolution: Annotated[
        int | None, typer.Option("--resolution", min=7, max=11, help=say("opt_resolution"))
    ] = None,
    scenario: Annotated[list[str] | None, typer.Option("--scenario", help=say("opt_site_scenario"))] = None,
    chance: Annotated[list[float] | None, typer.Option("--chance", help=say("opt_chance"))] = None,
    cases: Annotated[int, typer.Option("--cases", min=0, help=say("opt_cases"))] = 0,
    with_frontier: Annotated[bool, typer.Option("--frontier/--no-frontier", help=say("opt_frontier"))] = True,
    time_limit_s: Annotated[float, typer.Option("--time-limit-s", help=say("opt_time_limit"))] = 60.0,
    seed: Annotated[int, typer.Option("--seed", help=say("opt_site_seed"))] = 1,
    out: Annotated[Path | None, typer.Option("--out", help=say("opt_site_out"))] = None,
    verify: Annotated[
        str | None, typer.Option("--verify", metavar="STUDY", help=say("opt_site_verify"))
    ] = None,
    as_json: Json = False,
) -> None:
    """Choose sites, explain them and write the study; exit 4 where nothing can be built or proven."""
    workspace = default_workspace()
    if verify is not None:
        _verify(workspace.study_folder(verify), as_json=as_json)
        return
    if preset is None or name is None:
        raise InputError("siting_what")
    found = find_preset(preset)
    options = StudyOptions(
        sites,
        limit=radius,
        model=chosen_model(model),
        planned=planned,
        keep_existing=not from_nothing,
        without_rules=tuple(without_rule or ()),
        excluding=tuple(exclude or ()),
        who=chosen_people(people),
        budget=_budget(budget, site_costs),
        resolution=resolution,
        time_limit_s=time_limit_s,
        seed=seed,
    )
    scenarios = load_scenarios(scenario or [])
    question = Question(found, options, with_frontier, cases, scenarios, tuple(chance or ()))
    folder = out or workspace.studies / new_study_name(preset, datetime.now())
    onemap = open_map(workspace.map_folder(name))
    made = _make(onemap, question, folder)
    if made.folder is None:
        _refuse(made, as_json=as_json)
    _show(made, as_json=as_json)


def _make(onemap: OneMap, question: Question, folder: Path) -> MadeStudy:
    """Make a study with progress on stderr; where it is cancelled say what is left and leave with 130."""
    try:
        with show_progress() as listener:
            return make_study(onemap, question, folder, [listener])
    except KeyboardInterrupt:
        typer.echo(say("site_cancelled", folder=f"{folder}.partial"), err=True)
        raise typer.Exit(CANCELLED) from None


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


def chosen_people(name: str | None) -> Who | None:
    """Return the people of a name; None leaves them to the preset.

    Raises
    ------
    InputError
        If there are none of that name.
    """
    if name is None:
        return None
    for who in WHO:
        if who == name:
            return who
    raise InputError("siting_people", value=name, known=", ".join(WHO))


def _budget(amount: float | None, table: Path | None) -> Budget | None:
    """Return the budget; an amount and a table of costs come together."""
    if amount is None and table is None:
        return None
    if amount is None or table is None:
        raise InputError("siting_budget_costs")
    return Budget(amount, table)


def _show(made: MadeStudy, *, as_json: bool) -> None:
    """Print the figures of a study and where its files lie."""
    language, figures = current_language(), made.figures
    assert made.folder is not None
    report = made.folder / f"report.{language}.html"
    if as_json:
        answer_json({**figures, "folder": str(made.folder), "report": str(report)})
        return
    for title, value in figure_rows(figures, unit_of(made.study, language), language):
        typer.echo(f"{title}: {value}")
    for gain in figures["sites"]:
        typer.echo(say("site_line", **gain))
    typer.echo(f"{say('report')}: {report}")
    typer.echo(f"{say('plan')}: {made.folder / 'plan.gpkg'}")


def _refuse(made: MadeStudy, *, as_json: bool) -> None:
    """Say why nothing can be built and leave with exit code 4."""
    if as_json:
        answer_json(made.figures)
    else:
        typer.echo(say("site_none"), err=True)
        for cause in made.refusals:
            typer.echo(say(f"siting.refused_{cause.kind}", **cause.values), err=True)
        for rule in made.figures["rules"]:
            if rule["broken"]:
                typer.echo(say("site_rules", **{**rule, "rule": _rule_name(rule)}), err=True)
    raise typer.Exit(FAILED)


def _rule_name(rule: dict[str, Any]) -> str:
    return say(f"siting.rule_{rule['rule']}")


def _verify(folder: Path, *, as_json: bool) -> None:
    """Prove a finished study again and say what was found; exit 4 when something is wrong."""
    found = verify_study(folder)
    verified = say("site_verified", folder=folder, bound=say(f"site_bound_{found.bound}"))
    answer_verification(found, folder, verified, {"bound": found.bound}, as_json=as_json)
