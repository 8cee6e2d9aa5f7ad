"""Damage becomes displaced people, blocked roads and lost facilities."""

import numpy as np
import pytest
import shapely
from grounds import EAST, NORTH, SOUTH, ground_of
from town import X0, Y0, BuildTown, at, town_layers

from dss.arrays import FloatArray
from dss.buildings import TYPES, BuildingStock, HousingMix, housing_mix
from dss.errors import ScenarioError
from dss.hazard import REASONS, Ground, Impact, Shaken, earthquake, earthquake_impact
from dss.hazard.earthquake import collapse_probability, damage_ratio, displaced_share, shake
from dss.hazard.rubble import block_probability, blocked_features, buried_points, find_reaches
from dss.onemap import OneMap
from dss.standards import StandardsReader


def stock_of(*houses: tuple[float, float, float]) -> BuildingStock:
    """Return old masonry houses as points: metres east and north of the town's middle, floors."""
    east, north, floors = np.array(houses, dtype=np.float64).T
    n = len(houses)
    return BuildingStock(
        footprint=np.asarray(shapely.points(X0 + east, Y0 + north), dtype=object),
        type_index=np.full(n, TYPES.index("masonry_old")),
        floors=floors,
        is_home=np.ones(n, dtype=np.bool_),
        height_m=floors * 3.0,
        assumed_floors=0,
        assumed_year=0,
    )


def all_old(n_cells: int) -> HousingMix:
    share = np.zeros((n_cells, len(TYPES)))
    share[:, TYPES.index("masonry_old")] = 1.0
    return HousingMix(share, 0)


def test_damage_is_interpolated_between_whole_degrees():
    # reinforced concrete: 0.005 at VII, 0.03 at VIII; half way 0.0175. Nothing below VI, X above X.
    standards = StandardsReader()
    ratio = damage_ratio(np.array([5.9, 7.0, 7.5, 11.0]), "heavy", standards)
    assert ratio[:, TYPES.index("rc_code")] == pytest.approx([0.0, 0.005, 0.0175, 0.35])


def test_who_is_displaced_follows_the_housing():
    # at VIII: half reinforced concrete 0.03, half adobe 0.45 heavily damaged, all of them displaced: 0.24
    share = np.array([[0.5, 0.0, 0.0, 0.5]])
    found = displaced_share(np.array([8.0]), HousingMix(share, 0), StandardsReader())
    assert found == pytest.approx([0.24])


def test_rubble_blocks_where_too_little_width_is_left(town: OneMap):
    # The arms: primary 40 m (north), secondary 30 m (east, south), tertiary 20 m (west). A house of 10
    # floors, 30 m, reaches 0.667 * 30 = 20.01 m. 12 m beside the middle of the west arm it takes
    # 20.01 - (12 - 10) = 18.01 m and leaves 1.99 m: less than 4 m for vehicles, enough for walkers. 18 m
    # beside the east arm it takes 20.01 - (18 - 15) = 17.01 m and leaves 12.99 m of the 7 m needed.
    ground = ground_of(town)
    reaches = find_reaches(stock_of((-300, 12, 10), (300, 18, 10)), ground.roads, StandardsReader())
    assert reaches.building.tolist() == [0]
    assert reaches.feature.tolist() == [3]
    assert (reaches.blocks_drive.tolist(), reaches.blocks_walk.tolist()) == ([True], [False])


def test_the_probability_of_a_block_is_one_minus_that_of_all_standing(town: OneMap):
    ground = ground_of(town)
    reaches = find_reaches(stock_of((-300, 12, 10), (-200, 12, 10)), ground.roads, StandardsReader())
    p = block_probability(reaches, np.array([0.1, 0.2]), 4)
    assert p == pytest.approx([0, 0, 0, 1 - 0.9 * 0.8])  # 0.28


def test_drawn_blocks_come_as_often_as_their_probability(town: OneMap):
    ground = ground_of(town)
    reaches = find_reaches(stock_of((-300, 12, 10), (-200, 12, 10)), ground.roads, StandardsReader())
    rng = np.random.default_rng(1)
    blocked = [blocked_features(reaches, rng.random(2) < [0.1, 0.2], 4)[0][3] for _ in range(4000)]
    # standard error sqrt(0.28 * 0.72 / 4000) = 0.0071
    assert np.mean(blocked) == pytest.approx(0.28, abs=0.03)


def test_rubble_does_not_reach_a_bridge(build_town: BuildTown):
    town = build_town(roads=town_layers()["roads"].assign(QL=[0, 0, 0, 1]))
    reaches = find_reaches(stock_of((-300, 12, 10)), ground_of(town).roads, StandardsReader())
    assert reaches.building.size == 0


def test_a_facility_beside_a_collapsed_building_is_buried():
    stock, standards = stock_of((0, 0, 10), (1000, 0, 10)), StandardsReader()
    points = np.array([at(20, 0), at(21, 0), at(1000, 5)])
    assert buried_points(stock, np.array([True, False]), points, standards).tolist() == [True, False, False]


def strike(ground: Ground, stock: BuildingStock, *, magnitude: float = 7.5, seed: int = 1) -> Impact:
    standards = StandardsReader()
    event = earthquake((X0, Y0), magnitude, "medium_strong", 0.0, standards)
    mix = all_old(ground.cells.cell.size)
    return earthquake_impact(event, ground, shake(event, stock, mix, standards, seed=seed), standards)


def test_an_earthquake_displaces_some_of_each_cell(town: OneMap):
    # people live 0.35 km from the epicentre, on the diagonal. Long axis: 5.841 + 1.071 * 7.5 - 3.657 *
    # log10(15.35) = 9.536, short axis: 3.944 + 8.0325 - 2.845 * log10(7.35) = 9.512; between: 9.52, that is
    # 0.52 of the way from IX (0.50) to X (0.80)
    ground = ground_of(town)
    impact = strike(ground, stock_of((0, 900, 3)))
    expected = 1000 * (0.5 + 0.3 * 0.52)
    assert impact.cells.persons.sum() == pytest.approx(expected, rel=0.01)
    assert (impact.cells.persons <= ground.cells.persons).all()
    assert {REASONS[code] for code in impact.cells.reason} <= {"none", "earthquake_displaced"}


def test_a_bridge_is_closed_until_inspected(build_town: BuildTown):
    town = build_town(roads=town_layers()["roads"].assign(QL=[1, 0, 0, 0]))
    impact = strike(ground_of(town), stock_of((0, 900, 3)))
    assert REASONS[impact.roads.reason[NORTH]] == "earthquake_inspection"
    assert impact.roads.close_s["drive"][:2].tolist() == [0.0, 0.0]
    assert np.isfinite(impact.roads.edge_s["drive"][2 * EAST : 2 * SOUTH]).all()


def test_collapse_and_rubble_are_the_seed_s(town: OneMap):
    ground = ground_of(town)
    stock = stock_of(*[(-100.0 - 10 * k, 12.0, 10.0) for k in range(30)])
    first, again, other = (strike(ground, stock, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.roads.reason, again.roads.reason)
    collapsed = [shaken_by(ground, stock, seed) for seed in (1, 2)]
    assert not np.array_equal(*collapsed)
    assert REASONS[other.roads.reason[3]] == "earthquake_debris"


def shaken_by(ground: Ground, stock: BuildingStock, seed: int) -> FloatArray:
    standards = StandardsReader()
    event = earthquake((X0, Y0), 7.5, "medium_strong", 0.0, standards)
    shaken: Shaken = shake(event, stock, all_old(ground.cells.cell.size), standards, seed=seed)
    return shaken.collapsed.astype(np.float64)


def test_the_chance_of_collapse_is_a_part_of_heavy_damage():
    event = earthquake((X0, Y0), 6.5, "medium_strong", 0.0, StandardsReader())
    far = stock_of((0, 0, 3), (0, 100_000, 3))
    chance = collapse_probability(event, far, StandardsReader())
    # 8.50 at the epicentre: between VIII 0.22 and IX 0.50, times 0.3
    level = 5.841 + 1.071 * 6.5 - 3.657 * np.log10(15)
    assert chance == pytest.approx([0.3 * (0.22 + 0.28 * (level - 8)), 0.0], abs=1e-3)


def test_an_earthquake_too_far_away_is_refused(town: OneMap):
    standards = StandardsReader()
    event = earthquake((X0 + 500_000, Y0), 5.0, "medium_strong", 0.0, standards)
    ground = ground_of(town)
    shaken = shake(event, stock_of((0, 0, 3)), all_old(ground.cells.cell.size), standards, seed=1)
    with pytest.raises(ScenarioError) as caught:
        earthquake_impact(event, ground, shaken, standards)
    assert caught.value.code == "hazard_weak"


def test_a_map_without_buildings_still_displaces_people(town: OneMap):
    ground, standards = ground_of(town), StandardsReader()
    nothing = BuildingStock(
        footprint=np.zeros(0, dtype=object),
        type_index=np.zeros(0, dtype=np.int64),
        floors=np.zeros(0),
        is_home=np.zeros(0, dtype=np.bool_),
        height_m=np.zeros(0),
        assumed_floors=0,
        assumed_year=0,
    )
    mix = housing_mix(nothing, ground.cells)
    assert mix.share[0].tolist() == [0.0, 1.0, 0.0, 0.0]  # masonry built to code
    assert mix.assumed == (ground.cells.persons > 0).sum()
    event = earthquake((X0, Y0), 7.5, "medium_strong", 0.0, standards)
    impact = earthquake_impact(event, ground, shake(event, nothing, mix, standards, seed=1), standards)
    assert impact.cells.persons.sum() > 0
    assert not impact.roads.reason.any()
