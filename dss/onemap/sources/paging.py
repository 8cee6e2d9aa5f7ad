"""Page through a service until everything is there, and not one page longer than it makes sense."""

import hashlib
from collections.abc import Hashable, Iterable
from typing import Final

import geopandas as gpd
import pandas as pd

from dss.errors import MapError
from dss.onemap.sources.columns import even_columns
from dss.onemap.sources.delivered import Tick
from dss.onemap.sources.web import WebLimits, shown_url

MOST_EMPTY_PAGES: Final = 2
"""Empty pages in a row that a service may send before one with features."""


class Pages:
    """The pages of one layer as they come in: what is there, and whether going on makes sense.

    Raises
    ------
    MapError
        From `add`, if a page comes twice, a feature comes twice, pages never end, or there are more features
        than the service said; from `finish`, if there are fewer.
    """

    def __init__(self, url: str, said: int | None, limits: WebLimits, on_progress: Tick) -> None:
        self.received = 0
        self._url, self._said, self._limits, self._on_progress = shown_url(url), said, limits, on_progress
        self._frames: list[gpd.GeoDataFrame] = []
        self._seen: set[Hashable] = set()
        self._pages = self._empty = 0

    def add(self, frame: gpd.GeoDataFrame, names: Iterable[Hashable]) -> None:
        """Take a page in; `names` are the features' own identifiers, as far as they have any."""
        self._pages += 1
        self._empty = 0 if len(frame) else self._empty + 1
        for name in list(names) or _prints(frame):
            if name in self._seen:
                raise MapError("import_service_loops", url=self._url, page=self._pages, feature=name)
            self._seen.add(name)
        self.received += len(frame)
        if len(frame):
            self._frames.append(frame)
        if self._said is not None and self.received > self._said:
            raise MapError("import_service_count", url=self._url, said=self._said, received=self.received)
        if self._pages >= self._limits.pages or self._empty > MOST_EMPTY_PAGES:
            raise MapError("import_service_endless", url=self._url, pages=self._pages, received=self.received)
        if self._said:
            self._on_progress(self.received / self._said)

    def expect_no_more(self, frame: gpd.GeoDataFrame, names: Iterable[Hashable]) -> None:
        """Look at one page more than was said; features that came before show a server that does not page.

        Raises
        ------
        MapError
            If it holds features that did not come yet.
        """
        new = [name for name in list(names) or _prints(frame) if name not in self._seen]
        if new:
            received = self.received + len(new)
            raise MapError("import_service_count", url=self._url, said=self._said, received=received)

    @property
    def complete(self) -> bool:
        """Whether as many features are there as the service said; False where it said nothing."""
        return self._said is not None and self.received == self._said

    def finish(self) -> gpd.GeoDataFrame:
        """Return all features as one frame; empty where the layer is."""
        if self._said is not None and self.received != self._said:
            raise MapError("import_service_count", url=self._url, said=self._said, received=self.received)
        if not self._frames:
            return gpd.GeoDataFrame(geometry=[])
        return even_columns(gpd.GeoDataFrame(pd.concat(self._frames, ignore_index=True)))


def _prints(frame: gpd.GeoDataFrame) -> list[Hashable]:
    """Return what stands for the identifiers of a page whose features have none: a hash of all of it."""
    if not len(frame):
        return []
    content = frame.to_wkb().to_csv(index=False)
    return [hashlib.sha256(str(content).encode()).hexdigest()]
