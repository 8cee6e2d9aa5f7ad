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
from api.settings import Settings
from api.shelf import Shelf
from api.single import SingleServer
from api.tiles.base_map import base_name, make_base
from api.token import Guard

USUAL_RESOLUTION: Final = 9


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
    tiles
        Built tiles and pages.
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
        """Have the base map and the cells of a map made before anyone asks for them.

        Raises
        ------
        NotFound
            If there is no such map.
        """
        onemap = self.maps.open(map_name)
        self.builder.begin(base_name(onemap), make_base, onemap.folder)
        self.builder.begin(cells_name(onemap, USUAL_RESOLUTION), make_cells, onemap.folder, USUAL_RESOLUTION)

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
        builder=Builder(settings.folder / "built", settings.build_wait_s),
        tiles=Memory(settings.tile_memory_mb * 1_000_000),
        guard=Guard(settings),
        single=SingleServer(settings.folder),
    )


def service_of(request: Request) -> Service:
    """Return the parts of the server that a request came to."""
    return cast(Service, request.app.state.service)
