"""Maps with as many layers as a city has: each of the 80 middle classes with one tiny file."""

from datetime import date
from pathlib import Path

from dss.onemap import Title
from dss.onemap.catalogue import Catalogue, Layer, write_catalogue
from dss.onemap.template import template


def write_full_map(folder: Path) -> None:
    """Write a map in which every middle class has a layer; the files hold nothing."""
    (folder / "layers").mkdir(parents=True)
    layers = []
    for entry in template().middle_classes.values():
        (folder / "layers" / f"{entry.key}.parquet").write_bytes(b"")
        layers.append(
            Layer(
                key=entry.key,
                layer_class=entry.layer_class,
                middle_class=entry.key,
                role=entry.role,
                title=entry.title,
                file=f"{entry.key}.gpkg",
                owner=entry.owner,
                date=date(2024, 1, 1),
                cycle_days=entry.cycle_days,
                sensitivity=entry.sensitivity,
                fields={"name": "MC", "record_id": "BSM"},
                path=f"layers/{entry.key}.parquet",
                kind="polygon",
                stored_crs="EPSG:4490",
                records=12345,
                sha256="0" * 64,
                source_sha256="0" * 64,
            )
        )
    title = Title(zh="八十层", en="Eighty layers")
    write_catalogue(folder, Catalogue(title=title, crs="EPSG:4547", layers=tuple(layers)))
