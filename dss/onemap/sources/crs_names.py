"""Names of China's coordinate reference systems: as people write them, and as series of EPSG codes.

Codes of the series: EPSG registry, checked against pyproj in the tests; CGCS2000 also in the standards (crs).
"""

import re
from dataclasses import dataclass
from typing import Final

from pyproj import CRS
from pyproj.exceptions import CRSError

from dss.errors import MapError


@dataclass(frozen=True, slots=True)
class Series:
    """The Gauss-Krüger codes of a datum: first code of each kind, zones of 3 and of 6 degrees."""

    geographic: int
    zone_3: int
    """Zone 25, number in front of the easting."""
    meridian_3: int
    """Central meridian 75 degrees east, no number."""
    zone_6: int
    """Zone 13, number in front."""
    meridian_6: int

    def with_zone(self, zone: int) -> int:
        """Return the code with the zone's number in front: 25 to 45 of 3 degrees, 13 to 23 of 6 degrees."""
        return self.zone_3 + zone - 25 if zone >= 25 else self.zone_6 + zone - 13

    def on_meridian(self, meridian_deg: int) -> int:
        """Return the code without number on a meridian of 3 degrees, 75 to 135."""
        return self.meridian_3 + (meridian_deg - 75) // 3


SERIES: Final = {
    "CGCS2000": Series(4490, 4513, 4534, 4491, 4502),
    "Xian80": Series(4610, 2349, 2370, 2327, 2338),
    "Beijing54": Series(4214, 2401, 2422, 21413, 21453),
}
ZONES: Final = (*range(13, 24), *range(25, 46))
MERIDIANS_DEG: Final = range(75, 136, 3)

_DATUM: Final = {
    "Xian80": re.compile(r"西安\s*80|80\s*西安|西安坐标|xi'?an[ _]*(19)?80", re.IGNORECASE),
    "Beijing54": re.compile(r"北京\s*54|54\s*北京|beijing[ _]*(19)?54", re.IGNORECASE),
    "CGCS2000": re.compile(r"国家\s*2000|2000\s*国家|大地\s*2000|cgcs[ _]*2000", re.IGNORECASE),
}
_MERIDIAN: Final = re.compile(
    r"(?:CM|中央经线|中央子午线|经线)[ _:：]*(\d{2,3})|(\d{2,3})\s*[°度]?\s*E\b", re.IGNORECASE
)
_ZONE: Final = re.compile(r"(?:zone|带号)[ _:：]*(\d{2})|第?(\d{2})带", re.IGNORECASE)


def parse_crs(written: str) -> CRS:
    """Return the CRS that a person wrote: a code, WKT, an EPSG or ESRI name, or a Chinese name.

    Raises
    ------
    MapError
        If nothing is known under that name.
    """
    try:
        return CRS.from_user_input(written)
    except CRSError:
        code = _chinese_code(written)
    if code is None:
        raise MapError("import_crs_unknown", crs=written)
    return CRS.from_epsg(code)


def _chinese_code(written: str) -> int | None:
    datum = next((name for name, pattern in _DATUM.items() if pattern.search(written)), None)
    if datum is None:
        return None
    series, rest = SERIES[datum], _DATUM[datum].sub(" ", written)
    meridian, zone = _number(_MERIDIAN, rest), _number(_ZONE, rest)
    if meridian is not None:
        return series.on_meridian(meridian) if meridian in MERIDIANS_DEG else None
    if zone is not None:
        return series.with_zone(zone) if zone in ZONES else None
    return series.geographic


def datum_of(crs: CRS) -> str | None:
    """Return the name of the series that a CRS belongs to; None for others."""
    geographic = crs.geodetic_crs.to_epsg(min_confidence=20) if crs.geodetic_crs else None
    return next((name for name, series in SERIES.items() if series.geographic == geographic), None)


def crs_name(crs: CRS) -> str:
    """Return a CRS as its code, such as EPSG:4547, or as WKT where it has none."""
    authority = crs.to_authority()
    return ":".join(authority) if authority else str(crs.to_wkt())


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return int(found.group(1) or found.group(2)) if found else None
