"""How a file of OpenStreetMap roads is bound: its columns already bear our names."""

from datetime import date
from pathlib import Path

from dss import columns as col
from dss.onemap.catalogue import LayerProfile
from dss.onemap.osm.ways import COLUMNS
from dss.onemap.roles import ROLES

ROLE = "roads"


def bind_osm(file: Path, key: str | None, entry: LayerProfile | None) -> LayerProfile:
    """Return the binding of an OpenStreetMap file: the profile's layer, or else a layer of its own.

    Fields, recoding and assumed values of the profile belong to the city's own road layer; they are replaced.
    """
    known = (*COLUMNS, col.FROM_NODE, col.TO_NODE)
    own = {name: name for name in ROLES[ROLE].fields if name in known}
    if entry is not None:
        return entry.model_copy(update={"role": ROLE, "fields": own, "recode": {}, "assumed": {}})
    contributors = {"zh": "OpenStreetMap 贡献者", "en": "OpenStreetMap contributors"}
    return LayerProfile.model_validate(
        {
            "key": key or ROLE,
            "class": "现状",
            "role": ROLE,
            "title": {"zh": f"道路（{file.name}）", "en": f"Roads ({file.name})"},
            "file": file.name,
            "owner": contributors,
            "date": date.fromtimestamp(file.stat().st_mtime) if file.exists() else date.today(),
            "source": "OpenStreetMap",
            "licence": "ODbL 1.0",
            "fields": own,
        }
    )
