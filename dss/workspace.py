"""Where maps, runs and studies live: `maps/`, `runs/`, `studies/` in `workspace`, or where DSS_HOME says."""

import os
from dataclasses import dataclass
from pathlib import Path

from dss.errors import InputError


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder that holds maps and runs."""

    root: Path

    @property
    def maps(self) -> Path:
        """Folder of the maps, one folder each."""
        return self.root / "maps"

    @property
    def runs(self) -> Path:
        """Folder of the runs, one folder each."""
        return self.root / "runs"

    @property
    def studies(self) -> Path:
        """Folder of the siting studies, one folder each."""
        return self.root / "studies"

    def map_folder(self, name: str) -> Path:
        """Return the folder of a map given as a path or by its name in the workspace."""
        return _place(name, self.maps)

    def run_folder(self, name: str) -> Path:
        """Return the folder of a run given as a path or by its name in the workspace."""
        return _place(name, self.runs)

    def study_folder(self, name: str) -> Path:
        """Return the folder of a siting study given as a path or by its name in the workspace."""
        return _place(name, self.studies)

    def map_names(self) -> list[str]:
        """Return the names of the workspace's maps."""
        return sorted(path.parent.name for path in self.maps.glob("*/map.yaml"))


def default_workspace() -> Workspace:
    """Return the workspace of this process: DSS_HOME, or `workspace` in the current folder."""
    return Workspace(Path(os.environ.get("DSS_HOME", "workspace")))


def _place(name: str, folder: Path) -> Path:
    if not name.strip():
        raise InputError("name_empty", folder=folder)
    path = Path(name)
    is_path = path.is_absolute() or len(path.parts) > 1 or name in (".", "..") or path.is_dir()
    return path if is_path else folder / name
