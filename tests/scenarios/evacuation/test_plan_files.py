from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from evacuation_plans import village, with_streets

from dss.errors import InputError
from dss.onemap import OneMap
from dss.roads import build_roads
from dss.standards import StandardsReader
from models.evacuation import Evacuation
from scenarios.evacuation.plan_files import plan_folders, read_plan, write_plan
from scenarios.evacuation.streets import streets_of


def same(one: object, other: object) -> bool:
    """Compare dataclasses of arrays."""
    pairs = [(getattr(one, field.name), getattr(other, field.name)) for field in fields(one)]  # type: ignore[arg-type]
    return all((a is None and b is None) or np.array_equal(a, b) for a, b in pairs)


def test_a_plan_is_read_as_it_was_written(tmp_path: Path) -> None:
    plan = village()
    write_plan(tmp_path, plan)
    back = read_plan(tmp_path)
    assert back.facts == plan.facts
    for part in ("problem", "groups", "streets", "homes"):
        assert same(getattr(back, part), getattr(plan, part)), part


def test_closings_are_kept_and_stay_none_where_there_are_none(tmp_path: Path) -> None:
    plan, k = village(), 10
    closing = np.where(np.arange(k) == 2, 4.0, np.inf)
    p = plan.problem
    closed = Evacuation(
        p.tail, p.head, p.travel_steps, p.capacity, p.supply, p.shelter_capacity, closing_step=closing
    )
    write_plan(tmp_path, replace(plan, problem=closed, facts=replace(plan.facts, start=None)))
    back = read_plan(tmp_path)
    assert back.problem.closing_step is not None
    assert back.problem.closing_step.tolist() == closing.tolist()
    assert back.problem.opening_step is None
    assert back.facts.start is None


@pytest.mark.parametrize("name", ["plan.json", "nodes.parquet", "groups.parquet", "roads.parquet"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    write_plan(tmp_path, village())
    (tmp_path / name).unlink()
    with pytest.raises(InputError, match=name) as error:
        read_plan(tmp_path)
    assert error.value.code == "proof_unreadable"


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    write_plan(tmp_path, village())
    table = pq.read_table(tmp_path / "arcs.parquet")
    pq.write_table(table.drop_columns("capacity"), tmp_path / "arcs.parquet")
    with pytest.raises(InputError, match="capacity"):
        read_plan(tmp_path)


def test_plans_are_found_by_their_way_of_travelling(tmp_path: Path) -> None:
    for mode in ("walk", "drive"):
        write_plan(tmp_path / "evacuation" / mode, village())
    assert list(plan_folders(tmp_path)) == ["drive", "walk"]
    with pytest.raises(InputError) as error:
        plan_folders(tmp_path / "evacuation")
    assert error.value.code == "evacuation_plan_missing"


def test_a_road_index_outside_is_refused() -> None:
    plan = village()
    with pytest.raises(InputError) as error:
        with_streets(plan, road=plan.streets.road + 1)
    assert error.value.code == "streets_index"
    with pytest.raises(InputError) as error:
        with_streets(plan, turned=plan.streets.turned[1:])
    assert error.value.code == "streets_shape"


def test_streets_of_a_map_run_as_their_edges(town: OneMap) -> None:
    roads = build_roads(town, StandardsReader())
    network = roads.network
    k = network.n_edges
    node = np.arange(network.n_nodes)
    names = np.array([""] * network.n_nodes, dtype=object)
    streets = streets_of(roads, (np.arange(k + 1), np.arange(k)), node, shelter=names)
    for e in range(k):
        path = streets.path_of(e)
        assert path[0] == pytest.approx([streets.x_m[network.tail[e]], streets.y_m[network.tail[e]]])
        assert path[-1] == pytest.approx([streets.x_m[network.head[e]], streets.y_m[network.head[e]]])
    assert streets.length_m() == pytest.approx(network.length_m)
