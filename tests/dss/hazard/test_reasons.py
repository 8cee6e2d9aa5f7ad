"""Every reason and every class of every measure has its text; every mode its times."""

import numpy as np
import pytest
import shapely
from grounds import ground_of
from town import at

from dss.hazard import MODES, REASONS, PolygonHazard, PolygonRules, Zone, polygon_impact
from dss.hazard.cyclone import GUST
from dss.hazard.fire import FIRE
from dss.hazard.flood import DEPTH
from dss.hazard.hazard import Measure, regular_steps, step_of, worst_value
from dss.hazard.intensity import INTENSITY
from dss.hazard.polygon import ZONE
from dss.language import has_text
from dss.onemap import OneMap
from scenarios.report.danger import class_colours, class_labels

CONCENTRATION = Measure("concentration", "mg/m³", (1.45, 5.8, 58.0))
MEASURES = (DEPTH, INTENSITY, CONCENTRATION, FIRE, GUST, ZONE)


def test_every_reason_has_a_text():
    assert [name for name in REASONS if not has_text(f"reason.{name}")] == []


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.key)
def test_every_class_has_a_colour_and_a_label_of_its_own(measure: Measure):
    assert has_text(f"measure.{measure.key}")
    assert len(class_colours(measure)) == len(measure.limits)
    for language in ("zh", "en"):
        labels = class_labels(measure, language)
        assert len(set(labels)) == len(measure.limits)
        assert not any("{" in label for label in labels)


def test_classes_without_names_are_labelled_by_their_limits():
    assert class_labels(DEPTH, "en") == ["0.05–0.3 m", "0.3–0.6 m", "0.6–1 m", "> 1 m"]


def test_every_mode_has_times_and_closings_for_every_edge(town: OneMap):
    ground = ground_of(town)
    zone = Zone(60.0, shapely.box(*at(-100, -100), *at(100, 100)))
    impact = polygon_impact(PolygonHazard((zone,)), ground, PolygonRules("closed", "leave", 0.5, 0.2))
    for mode in MODES:
        assert impact.roads.edge_s[mode].shape == (8,)
        assert impact.roads.close_s[mode].tolist() == [60.0] * 8


def test_steps_hold_from_their_beginning():
    assert [step_of((0.0, 60.0), time_s) for time_s in (-1, 0, 59.9, 60, 1e9)] == [None, 0, 0, 1, 1]
    assert regular_steps(60, 60) == (0.0,)


def test_the_worst_value_is_over_all_steps():
    near, far = shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6)
    zones = PolygonHazard((Zone(0.0, near), Zone(60.0, far)))
    x_m = np.array([0.5, 5.5, 9.0])
    assert worst_value(zones, x_m, x_m, None).tolist() == [1.0, 1.0, 0.0]
    assert worst_value(zones, x_m, x_m, 0.0).tolist() == [1.0, 0.0, 0.0]
