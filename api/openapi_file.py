"""Write `api/openapi.json`, from which the page generates its types: ``python -m api.openapi_file``."""

import tempfile
from pathlib import Path

from api.app import create_app
from api.description import FILE, as_text
from api.settings import Settings
from dss.workspace import Workspace


def current_description() -> str:
    """Return the description of the application as the file should hold it."""
    with tempfile.TemporaryDirectory() as folder:
        return as_text(create_app(Settings(Workspace(Path(folder)))).openapi())


if __name__ == "__main__":
    FILE.write_text(current_description(), encoding="utf-8")
