"""Intensities follow GB 18306-2015: worked points, ellipses, and refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dss.errors import ScenarioError
from dss.hazard import earthquake
from dss.hazard.intensity import Earthquake, Region
from dss.standards import StandardsReader

REGIONS: tuple[Region, ...] = ("east_strong", "medium_strong", "xinjiang", "qinghai_tibet")


def quake(magnitude: float = 6.5, region: Region = "medium_strong", strike_deg: float = 90.0) -> Earthquake:
    return earthquake((0.0, 0.0), magnitude, region, strike_deg, StandardsReader())


def felt(event: Earthquake, east_km: float, north_km: float) -> float:
    return float(event.value(np.array([east_km * 1000]), np.array([north_km * 1000]), 0.0)[0])


def test_intensity_along_the_axes_is_that_of_the_relation():
    # strike 90: the long axis points east. I = 5.8410 + 1.0710 * 6.5 - 3.6570 * log10(20 + 15)
    #         = 5.8410 + 6.9615 - 3.6570 * 1.544068 = 7.1558
    assert felt(quake(), 20, 0) == pytest.approx(7.1558, abs=0.001)
    # short axis: 3.9440 + 6.9615 - 2.8450 * log10(20 + 7) = 10.9055 - 2.8450 * 1.431364 = 6.8333
    assert felt(quake(), 0, 20) == pytest.approx(6.8333, abs=0.001)


def test_strike_turns_the_ellipse():
    northward = quake(strike_deg=0.0)
    assert felt(northward, 0, 20) == pytest.approx(felt(quake(), 20, 0), abs=1e-6)


@pytest.mark.parametrize("region", REGIONS)
def test_both_axes_agree_at_the_epicentre(region: Region):
    event = quake(region=region)
    zero = np.zeros(1)
    long, short = (axis.intensity(6.5, zero)[0] for axis in (event.long, event.short))
    assert long == pytest.approx(short, abs=0.01)
    assert felt(event, 0, 0) == pytest.approx(event.greatest, abs=0.01)


@given(
    intensity=st.floats(5.0, 7.9),
    angle=st.floats(0, 2 * np.pi),
    region=st.sampled_from(REGIONS),
    magnitude=st.floats(6.6, 8.5),
)
def test_a_point_on_an_ellipse_has_its_intensity(
    intensity: float, angle: float, region: Region, magnitude: float
):
    event = quake(magnitude, region)
    level = np.array([intensity])
    half_long = event.long.reach_km(magnitude, level)[0]
    half_short = event.short.reach_km(magnitude, level)[0]
    assert felt(event, half_long * np.cos(angle), half_short * np.sin(angle)) == pytest.approx(
        intensity, abs=0.001
    )


@given(east=st.floats(-80, 80), north=st.floats(-80, 80), farther=st.floats(1.0, 5.0))
def test_intensity_never_grows_with_distance(east: float, north: float, farther: float):
    event = quake()
    assert felt(event, east * farther, north * farther) <= felt(event, east, north) + 1e-6


def test_a_greater_magnitude_is_felt_more():
    assert felt(quake(7.5), 30, 10) == pytest.approx(felt(quake(6.5), 30, 10) + 1.071, abs=0.002)


@pytest.mark.parametrize("magnitude", [12.0, 3.0, -1.0, float("nan"), float("inf")])
def test_a_magnitude_beyond_the_relation_is_refused(magnitude: float):
    with pytest.raises(ScenarioError) as caught:
        quake(magnitude)
    assert caught.value.code == "hazard_magnitude"


@pytest.mark.parametrize("strike_deg", [-10.0, 400.0, float("nan")])
def test_a_strike_that_is_no_direction_is_refused(strike_deg: float):
    with pytest.raises(ScenarioError, match="strike_deg"):
        quake(strike_deg=strike_deg)


def test_an_unknown_region_is_refused():
    with pytest.raises(ScenarioError) as caught:
        earthquake((0.0, 0.0), 6.5, "atlantis", 0.0, StandardsReader())  # type: ignore[arg-type]
    assert caught.value.code == "hazard_region"
