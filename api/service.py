"""What routes work with: the workspace, the rows of jobs, opened layers, and what is made once."""

from dataclasses import dataclass
from typing import Final, cast

from fastapi import Request

from api.builds import Builder
from api.cells import Cells, cells_name, make_cells
from api.jobs import JobPool, JobStore
from api.layers import FeatureTable
from api.maps import MapShelf
from api.memory import Memory
from api.once import Once
from api.settings import Settings
from api.shelf import Shelf
from api.single import SingleServer
from api.tiles.archive import TileArchive, open_archive
from api.tiles.base_map import base_name, make_base
from api.tiles.layer_tiles import layer_tiles_name, make_layer_tiles
from api.token import Guard
from dss.onemap import Layer, OneMap

USUAL_RESOLUTION: Final = 9
ARCHIVE_MEMORY_BYTES: Final = 16_000_000
"""For the directories of files of tiles."""


@dataclass(frozen=True, slots=True)
class Service:
    """One server's parts.

    Parameters
    ----------
    jobs
        Takes jobs and computes them.
    maps, layers, cells
        Opened maps, their layers and those of plans, and figures on cells, ready to be cut and sent.
    builder
        Makes in a process of its own what is made once for a map.
    tiles, archives, cutting
        Built tiles and pages; files of tiles made once for a layer; tiles that are being cut.
    guard
        Knows the token.
    """

    settings: Settings
    jobs: JobPool
    maps: MapShelf
    layers: Shelf[FeatureTable]
    cells: Shelf[Cells]
    builder: Builder
    tiles: Memory
    archives: Shelf[TileArchive]
    cutting: Once
    guard: Guard
    single: SingleServer

    @property
    def store(self) -> JobStore:
        """The rows of jobs."""
        return self.jobs.store

    def start(self) -> None:
        """Begin to take jobs.

        Raises
        ------
        InputError
            If another server works on the same workspace.
        """
        self.single.take()
        self.jobs.start()

    def prepare(self, map_name: str) -> None:
        """Have the base map, the cells and the tiles of a map made before anyone asks for them.

        Raises
        ------
        NotFound
            If there is no such map.
        """
        onemap = self.maps.open(map_name)
        self.builder.begin(base_name(onemap), make_base, onemap.folder)
        self.builder.begin(cells_name(onemap, USUAL_RESOLUTION), make_cells, onemap.folder, USUAL_RESOLUTION)
        for layer in onemap.layers:
            if layer.kind != "raster":
                self.archive(onemap, layer)

    def archive(self, onemap: OneMap, layer: Layer) -> TileArchive | None:
        """Return the file of a layer's tiles; begins to make it, and returns None, where there is none."""
        name = layer_tiles_name(onemap, layer)
        file = self.builder.found(name)
        if file is None:
            self.builder.begin(name, make_layer_tiles, onemap.folder, layer.key)
            return None
        return self.archives.get(name, lambda: open_archive(file))

    def stop(self) -> None:
        """End what computes and let go of the workspace."""
        self.jobs.stop()
        self.builder.stop()
        self.single.leave()


def make_service(settings: Settings) -> Service:
    """Return the parts of a server; nothing computes yet."""
    store = JobStore(settings.folder)
    maps = MapShelf(settings.workspace)
    return Service(
        settings=settings,
        jobs=JobPool(settings, store),
        maps=maps,
        layers=Shelf(settings.layer_memory_mb * 1_000_000),
        cells=Shelf(settings.layer_memory_mb * 1_000_000 // 4),
        builder=Builder(settings.folder / "built", settings.build_wait_s, settings.jobs_nice),
        tiles=Memory(settings.tile_memory_mb * 1_000_000),
        archives=Shelf(ARCHIVE_MEMORY_BYTES),
        cutting=Once(),
        guard=Guard(settings),
        single=SingleServer(settings.folder),
    )


async def service_of(request: Request) -> Service:
    """Return the parts of the server that a request came to; in the loop, as a thread would cost more."""
    return cast(Service, request.app.state.service)
