"""`dss map roads` and `dss map critical`: what the road network is worth, and where it is weak."""

from pathlib import Path
from typing import Annotated, Any, get_args

import geopandas as gpd
import pyogrio
import typer
from rich.console import Console
from rich.table import Table

from api.commands.say import answer_json, say
from dss.criticality import Study, StudyRequest, study_roads
from dss.criticality.closures import Losses
from dss.criticality.sampling import Interval, LossEstimate
from dss.criticality.study import Kind, Mode
from dss.errors import InputError
from dss.onemap import open_map
from dss.onemap.roles import ROLES
from dss.roads import RepairReport, RepairRules, Roads, build_roads, connectivity
from dss.standards import StandardsReader
from dss.workspace import default_workspace

MapArgument = Annotated[str, typer.Argument(metavar="MAP", help=say("arg_map"))]
Json = Annotated[bool, typer.Option("--json", help=say("opt_json"))]
Out = Annotated[Path | None, typer.Option("--out", help=say("roads_opt_out"))]
PARTS_SHOWN = 10


def roads(
    name: MapArgument,
    *,
    repair: Annotated[bool, typer.Option("--repair", help=say("roads_opt_repair"))] = False,
    dangle_m: Annotated[float, typer.Option("--dangle-m", help=say("roads_opt_dangle"))] = 2.0,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Build the network of a map and tell what was assumed, repaired, and how it hangs together."""
    onemap = open_map(default_workspace().map_folder(name))
    rules = RepairRules(dangle_m=dangle_m) if repair else None
    built = build_roads(onemap, StandardsReader(), rules)
    facts = _network_facts(built)
    if out is not None and built.repair is not None:
        _write(out, {"repair": built.repair.places(onemap.crs)}, "roads.gpkg")
    if as_json:
        answer_json(facts)
        return
    table = Table(show_header=False, box=None)
    for key, value in _flat(facts):
        table.add_row(say(f"roads_{key}"), value)
    Console().print(table)


def critical(
    name: MapArgument,
    *,
    sites: Annotated[str, typer.Option("--sites", help=say("critical_opt_sites"))] = "shelters",
    mode: Annotated[str, typer.Option("--mode", help=say("critical_opt_mode"))] = "drive",
    kind: Annotated[str, typer.Option("--roads", help=say("critical_opt_roads"))] = "all",
    within: Annotated[str | None, typer.Option("--within", help=say("critical_opt_within"))] = None,
    draws: Annotated[int | None, typer.Option("--draws", help=say("critical_opt_draws"))] = None,
    seed: Annotated[int, typer.Option("--seed", help=say("opt_seed"))] = 1,
    cut_off_s: Annotated[float, typer.Option("--cut-off-s", help=say("critical_opt_cut_off"))] = 7200.0,
    top: Annotated[int, typer.Option("--top", help=say("critical_opt_top"))] = 20,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Close roads one at a time and rank them by what it costs people on their way to the nearest site."""
    request = StudyRequest(
        sites=_one_of(sites, tuple(ROLES), "--sites"),
        mode=_one_of(mode, get_args(Mode), "--mode"),  # type: ignore[arg-type]
        roads=_one_of(kind, get_args(Kind), "--roads"),  # type: ignore[arg-type]
        within=within,
        cut_off_s=cut_off_s,
    )
    study = study_roads(open_map(default_workspace().map_folder(name)), StandardsReader(), request)
    if draws is not None:
        _show_estimate(study.estimate(draws, seed), as_json)
        return
    losses = study.losses()
    ranked, cells = study.road_layer(losses), study.cell_layer(losses)
    if out is not None:
        _write(out, {"roads": ranked, "cells": cells}, "critical.gpkg")
        ranked.drop(columns="geometry").to_csv(out / "critical.csv", index=False, encoding="utf-8-sig")
    facts = _loss_facts(study, losses)
    if as_json:
        answer_json({**facts, "roads": _rows(ranked.head(top))})
        return
    _show_ranking(facts, ranked.head(top))


def _one_of(value: str, known: tuple[str, ...], option: str) -> str:
    if value not in known:
        raise InputError("option_value", option=option, value=value, known=", ".join(known))
    return value


def _network_facts(roads: Roads) -> dict[str, Any]:
    parts = connectivity(roads.network, roads.drive_s)
    return {
        "features": len(roads.features),
        "nodes": roads.network.n_nodes,
        "edges": roads.network.n_edges,
        "bridges": int(roads.features["bridge"].sum()),
        "tunnels": int(roads.features["tunnel"].sum()),
        "without_geometry": roads.without_geometry,
        "unknown_class": roads.unknown_class,
        "assumed_two_way": roads.assumed_two_way,
        "assumed_speed": roads.assumed_speed,
        "assumed_lanes": roads.assumed_lanes,
        "assumed_width": roads.assumed_width,
        "repair": _repair_facts(roads.repair),
        "connectivity": {
            "nodes": parts.nodes,
            "edges": parts.edges,
            "node_share": round(parts.node_share, 4),
            "edge_share": round(parts.edge_share, 4),
            "part_count": len(parts.parts),
            "parts": [
                {"nodes": part.nodes, "edges": part.edges, "length_m": part.length_m}
                for part in parts.parts[:PARTS_SHOWN]
            ],
        },
    }


def _repair_facts(report: RepairReport | None) -> dict[str, int] | None:
    return None if report is None else {str(kind): count for kind, count in report.counts().items()}


def _flat(facts: dict[str, Any]) -> list[tuple[str, str]]:
    rows = [(key, f"{value:,}") for key, value in facts.items() if isinstance(value, int)]
    rows += [(f"repair_{kind}", f"{count:,}") for kind, count in (facts["repair"] or {}).items()]
    found = facts["connectivity"]
    shares = [("node_share", f"{found['node_share']:.1%}"), ("edge_share", f"{found['edge_share']:.1%}")]
    return [*rows, *shares, ("part_count", f"{found['part_count']:,}")]


def _loss_facts(study: Study, losses: Losses) -> dict[str, Any]:
    persons, one_way_out = study.cells.persons, losses.cuts > 0
    return {
        "closures": int(study.rows.size),
        "cost_anything": int((losses.lost_person_s(study.request.cut_off_s) > 0).sum()),
        "cells": int(persons.size),
        "persons": int(persons.sum()),
        "cells_without_site": int(study.outside.sum()),
        "persons_without_site": int(persons[study.outside].sum()),
        "cells_one_way_out": int(one_way_out.sum()),
        "persons_one_way_out": int(persons[one_way_out].sum()),
        "cut_off_s": study.request.cut_off_s,
    }


def _rows(frame: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    plain = frame.drop(columns="geometry").astype(object)
    records: list[dict[str, Any]] = plain.where(plain.notna(), None).to_dict("records")
    return records


def _show_ranking(facts: dict[str, Any], ranked: gpd.GeoDataFrame) -> None:
    console = Console()
    for key, value in facts.items():
        console.print(f"{say(f'critical_{key}')}: {value:,}", highlight=False)
    columns = ("rank", "name", "road_class", "lost_person_hours", "persons_delayed", "persons_cut_off")
    table = Table(*[say(f"critical_head_{column}") for column in columns])
    for row in _rows(ranked):
        table.add_row(*["" if row[column] is None else str(row[column]) for column in columns])
    console.print(table)


def _show_estimate(found: LossEstimate, as_json: bool) -> None:
    hours = Interval(
        *(
            value / 3600
            for value in (found.lost_person_s.estimate, found.lost_person_s.low, found.lost_person_s.high)
        )
    )
    if as_json:
        answer_json(
            {
                "closures": found.closures,
                "on_a_way": found.on_a_way,
                "draws": found.draws,
                "lost_person_hours": _interval(hours),
                "cutting_share": _interval(found.cutting_share),
            }
        )
        return
    share = found.cutting_share
    typer.echo(say("critical_sample", draws=found.draws, on_a_way=found.on_a_way, closures=found.closures))
    typer.echo(
        say(
            "critical_mean",
            value=f"{hours.estimate:,.2f}",
            low=f"{hours.low:,.2f}",
            high=f"{hours.high:,.2f}",
        )
    )
    typer.echo(
        say("critical_share", value=f"{share.estimate:.2%}", low=f"{share.low:.2%}", high=f"{share.high:.2%}")
    )


def _interval(found: Interval) -> dict[str, float]:
    return {"estimate": found.estimate, "low": found.low, "high": found.high}


def _write(folder: Path, layers: dict[str, gpd.GeoDataFrame], file: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / file
    target.unlink(missing_ok=True)
    for name, layer in layers.items():
        pyogrio.write_dataframe(layer, target, layer=name, append=target.exists())
