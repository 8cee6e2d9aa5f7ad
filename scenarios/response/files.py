"""A response as files: numbers of every problem and plan, and who they stand for.

response/facts.json     units, incidents, hospitals, roads, routes; how each solve ended
response/NAME.npz       arrays of a problem (``problem.``) and its plan (``decision.``)
response/where.npz      where units are, who is at work, and every way edge by edge
response/ground.npz, roads.parquet    the roads as the hazard leaves them, and where people live
response/orders/        what units are told
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

import numpy as np

from dss.errors import InputError
from models import Plan, SolveReport, Termination
from models.dispatch import (
    Clearing,
    ClearingDecision,
    Patients,
    PatientsDecision,
    Relocation,
    RelocationDecision,
    Shuttles,
    ShuttlesDecision,
    Teams,
    TeamsDecision,
)
from scenarios.response.ground import read_ground, write_ground
from scenarios.response.record import AtWork, Driven, Facts, Posts, Record, Solved
from scenarios.stored import readable_proof

FOLDER: Final = "response"
COVER: Final = "cover_"
T = TypeVar("T")


def write_record(folder: Path, record: Record) -> None:
    """Write a response into a run folder."""
    home = folder / FOLDER
    home.mkdir(parents=True, exist_ok=True)
    write_ground(home, record.ground)
    where = [_flat(name, getattr(record, name)) for name in ("posts", "at_work", "driven")]
    np.savez_compressed(home / "where.npz", **{key: one for part in where for key, one in part.items()})
    reports = {}
    for name, solved in _parts(record):
        arrays = {**_flat("problem", solved.problem), **_flat("decision", solved.decision)}
        np.savez_compressed(home / f"{name}.npz", **arrays)
        reports[name] = {**asdict(solved.plan.report), "termination": solved.plan.report.termination.value}
    content = {"facts": asdict(record.facts), "reports": reports}
    (home / "facts.json").write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def read_record(folder: Path) -> Record:
    """Read the response of a run.

    Raises
    ------
    InputError
        If the run has no response, or a file is missing or broken.
    """
    home = folder / FOLDER
    if not (home / "facts.json").is_file():
        raise InputError("response_missing", folder=folder)
    with readable_proof(home):
        return read_home(home, home)


def read_home(home: Path, lines: Path) -> Record:
    """Read a response from the folder of its proof; ``lines`` is the folder that has the lines of the roads.

    Raises
    ------
    OSError, LookupError, ValueError, TypeError
        If a file is missing or broken.
    """
    content = json.loads((home / "facts.json").read_text(encoding="utf-8"))
    reports = content["reports"]
    with np.load(home / "where.npz", allow_pickle=False) as packed:
        where = dict(packed)

    def part(name: str, problem: type[Any], decision: type[Any]) -> Solved[Any, Any] | None:
        return _read(home, name, reports, problem, decision) if name in reports else None

    return Record(
        facts=Facts(**content["facts"]),
        ground=read_ground(home, lines),
        posts=_built(home, "posts", Posts, where),
        at_work=_built(home, "at_work", AtWork, where),
        driven=_built(home, "driven", Driven, where),
        teams=_read(home, "teams", reports, Teams, TeamsDecision),
        patients=part("patients", Patients, PatientsDecision),
        shuttles=part("shuttles", Shuttles, ShuttlesDecision),
        cover={
            name.removeprefix(COVER): _read(home, name, reports, Relocation, RelocationDecision)
            for name in reports
            if name.startswith(COVER)
        },
        clearing=part("clearing", Clearing, ClearingDecision),
    )


def _parts(record: Record) -> Iterator[tuple[str, Solved[Any, Any]]]:
    yield "teams", record.teams
    if record.patients is not None:
        yield "patients", record.patients
    if record.shuttles is not None:
        yield "shuttles", record.shuttles
    for kind, solved in record.cover.items():
        yield f"{COVER}{kind}", solved
    if record.clearing is not None:
        yield "clearing", record.clearing


def _flat(prefix: str, value: Any) -> dict[str, Any]:
    """Return the fields of a dataclass as arrays, those of dataclasses inside it by their path."""
    found: dict[str, Any] = {}
    for field in fields(value):
        name, content = f"{prefix}.{field.name}", getattr(value, field.name)
        if is_dataclass(content):
            found |= _flat(name, content)
        elif content is not None:
            found[name] = np.asarray(content)
    return found


def _read(
    home: Path, name: str, reports: Mapping[str, Any], problem: type[Any], decision: type[Any]
) -> Solved[Any, Any]:
    with np.load(home / f"{name}.npz", allow_pickle=False) as packed:
        arrays = dict(packed)
    stated = {**reports[name], "termination": Termination(reports[name]["termination"])}
    plan = Plan(_built(home, "decision", decision, arrays), SolveReport(**stated))
    return Solved(_built(home, "problem", problem, arrays), plan)


def _built(home: Path, prefix: str, kind: type[T], arrays: Mapping[str, Any]) -> T:
    """Return a dataclass from the arrays of its fields."""
    values: dict[str, Any] = {}
    for name, hint in get_type_hints(kind).items():
        path = f"{prefix}.{name}"
        inner = [
            one for one in (get_args(hint) if get_origin(hint) is UnionType else (hint,)) if is_dataclass(one)
        ]
        if inner:
            given = any(key.startswith(f"{path}.") for key in arrays)
            if not given and get_origin(hint) is not UnionType:
                raise InputError("proof_older", folder=home, field=path)
            values[name] = _built(home, path, inner[0], arrays) if given else None  # type: ignore[arg-type]
        elif path not in arrays and type(None) in get_args(hint):
            values[name] = None
        elif path not in arrays:
            raise InputError("proof_older", folder=home, field=path)
        else:
            value = arrays[path]
            values[name] = value.item() if value.ndim == 0 else value
    return kind(**values)
