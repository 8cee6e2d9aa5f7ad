"""Give data its CRS: as declared, as told, or guessed by rules that need an anchor and say what they took.

Rules (default, from the ranges in standards, crs.guess_rules): coordinates in degrees; eastings of 13 to 46
million have a zone number in front; others lie on the one meridian that puts them where the map is; the same
with x and y exchanged. Where two candidates fit, or none, the data is refused.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from pyproj import CRS

from dss.errors import MapError
from dss.onemap.guesses import Guess, guess
from dss.onemap.sources.crs_names import (
    MERIDIANS_DEG,
    SERIES,
    ZONES,
    crs_name,
    datum_of,
    parse_crs,
)  # fmt: skip
from dss.onemap.sources.places import CHINA, Anchor, Bounds, box_in_degrees

MILLION: Final = 1_000_000
NEAR_DEG: Final = 16
"""Degrees of longitude within which a meridian can lie: 1,000 km of easting are 15.3 degrees at 54 N."""
UTM_ZONES: Final = range(43, 54)


@dataclass(frozen=True, slots=True)
class Declared:
    """What is known before looking: the source's own CRS, what the person or the profile says."""

    source: CRS | None
    told: str | None = None
    """From the command line: stands above what the source says."""
    profile: str | None = None
    """From the city profile: only where the source says nothing."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The CRS of data, whether its x and y have to change places, and what was guessed."""

    crs: CRS
    swapped: bool = False
    guesses: tuple[Guess, ...] = ()


def settle_crs(bounds: Bounds, declared: Declared, anchor: Anchor, *, layer: str, file: str) -> Settled:
    """Give data its CRS.

    Parameters
    ----------
    bounds
        Of the data as it lies in the source.
    anchor
        Where the data ought to lie.
    layer, file
        For messages.

    Raises
    ------
    MapError
        If no CRS is named and none can be told for sure, or the coordinates cannot be of the one named.
    """
    if declared.told is not None:
        crs = parse_crs(declared.told)
        over: tuple[Guess, ...] = ()
        if declared.source is not None and declared.source != crs:
            over = (guess("crs_told", source=crs_name(declared.source)[:60], crs=crs_name(crs)),)
        settled = _check(bounds, crs, anchor, layer, file)
        return Settled(settled.crs, settled.swapped, over + settled.guesses)
    named = declared.source or (parse_crs(declared.profile) if declared.profile else None)
    return (
        _guess(bounds, anchor, layer, file) if named is None else _check(bounds, named, anchor, layer, file)
    )


def _check(bounds: Bounds, crs: CRS, anchor: Anchor, layer: str, file: str) -> Settled:
    """Hold coordinates against the CRS they are said to be in; mend a zone number and an exchange of axes."""
    zone = _other_zoning(bounds, crs)
    if zone is not None:
        told = guess("crs_zone_number", source=crs_name(crs), crs=crs_name(zone), x=round(bounds[0]))
        return Settled(zone, False, (told, *_datum_note(zone)))
    box, turned = box_in_degrees(bounds, crs), box_in_degrees(_turn(bounds), crs)
    fits = box is not None and _plausible(bounds, crs)
    astray = not fits or (box is not None and not anchor.admits(box))
    if astray and turned is not None and _plausible(_turn(bounds), crs) and anchor.admits(turned):
        told = guess("axes_exchanged", crs=crs_name(crs)[:60], anchor=anchor.named(), bounds=_named(bounds))
        return Settled(crs, True, (told, *_datum_note(crs)))
    if not fits:
        raise MapError(
            "import_crs_contradicted", layer=layer, file=file, crs=crs_name(crs)[:60], bounds=_named(bounds)
        )
    return Settled(crs, False, _datum_note(crs))


def _guess(bounds: Bounds, anchor: Anchor, layer: str, file: str) -> Settled:
    fitting = [
        Settled(crs, swapped)
        for swapped, box in ((False, bounds), (True, _turn(bounds)))
        for crs in _candidates(box, anchor)
        if (place := box_in_degrees(box, crs)) is not None and _plausible(box, crs) and anchor.admits(place)
    ]
    if not fitting:
        raise MapError("crs_missing", layer=layer, file=file, bounds=_named(bounds))
    if len(fitting) > 1:
        names = ", ".join(dict.fromkeys(f"{crs_name(one.crs)} ({one.crs.name})" for one in fitting))
        raise MapError(
            "import_crs_ambiguous", layer=layer, file=file, bounds=_named(bounds), candidates=names
        )
    found = fitting[0]
    facts = {"crs": crs_name(found.crs), "name": found.crs.name, "bounds": _named(bounds)}
    if anchor.what == "china":
        told = guess("crs_from_china", **facts)
    else:
        told = guess("crs_from_place", anchor=anchor.named(), **facts)
    turned = (guess("axes_of_guess", crs=crs_name(found.crs)),) if found.swapped else ()
    return Settled(found.crs, found.swapped, (told, *turned))


def _candidates(bounds: Bounds, anchor: Anchor) -> list[CRS]:
    x_low, _, x_high, _ = bounds
    if max(map(abs, bounds)) <= 180:
        box = anchor.box
        chinese = CHINA.admits(bounds) and CHINA.admits((box[0], box[1], box[0], box[1]))
        return [_epsg(4490 if chinese else 4326)]
    zone = int(x_low // MILLION)
    found = [_epsg(3857)]
    if zone in ZONES and zone == int(x_high // MILLION):
        found.append(_epsg(SERIES["CGCS2000"].with_zone(zone)))
    if x_high < MILLION:
        near = range(int(anchor.box[0]) - NEAR_DEG, int(anchor.box[2]) + NEAR_DEG)
        found += [_epsg(SERIES["CGCS2000"].on_meridian(one)) for one in MERIDIANS_DEG if one in near]
        found += [_epsg(32600 + zone) for zone in UTM_ZONES if 6 * zone - 183 in near]
    return found


def _other_zoning(bounds: Bounds, crs: CRS) -> CRS | None:
    """Return the CRS of the same meridian with, or without, a zone number, where the eastings ask for it."""
    datum, x, values = datum_of(crs), (bounds[0] + bounds[2]) / 2, _parameters(crs)
    meridian, offset = values.get("Longitude of natural origin"), values.get("False easting")
    if datum is None or meridian is None or offset is None:
        return None
    zone, series = int(x // MILLION), SERIES[datum]
    if offset < MILLION and zone in ZONES and _meridian_of(zone) == meridian:
        return _epsg(series.with_zone(zone))
    if offset >= MILLION and 0 < x < MILLION and meridian in MERIDIANS_DEG:
        return _epsg(series.on_meridian(int(meridian)))
    return None


def _meridian_of(zone: int) -> int:
    return 3 * zone if zone >= 25 else 6 * zone - 3


def _plausible(bounds: Bounds, crs: CRS) -> bool:
    """Tell whether coordinates can be of a CRS: within the circle, or within 10 degrees of a meridian."""
    if crs.is_geographic:
        return max(abs(bounds[0]), abs(bounds[2])) <= 180 and max(abs(bounds[1]), abs(bounds[3])) <= 90
    if datum_of(crs) is None:
        return True
    offset = _parameters(crs).get("False easting", 500_000.0)
    return max(abs(bounds[0] - offset), abs(bounds[2] - offset)) < MILLION


def _parameters(crs: CRS) -> dict[str, float]:
    """Return the numbers of a projection by name; empty for a geographic CRS."""
    operation = crs.coordinate_operation
    return {one.name: float(one.value) for one in operation.params} if operation else {}


def _datum_note(crs: CRS) -> tuple[Guess, ...]:
    datum = datum_of(crs)
    return () if datum in (None, "CGCS2000") else (guess("datum_without_parameters", datum=str(datum)),)


def _turn(bounds: Bounds) -> Bounds:
    return bounds[1], bounds[0], bounds[3], bounds[2]


def _named(bounds: Bounds) -> str:
    return f"x {bounds[0]:.6g}–{bounds[2]:.6g}, y {bounds[1]:.6g}–{bounds[3]:.6g}"


@cache
def _epsg(code: int) -> CRS:
    return CRS.from_epsg(code)
