"""The built wheel holds everything, and the notebooks run on it, not on the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import jupytext
import pytest
from kernels import share_kernels

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.first
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(ROOT)], check=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_the_four_packages_and_their_data(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {
        "dss",
        "models",
        "scenarios",
        "api",
    }
    wanted = {
        "dss/language/zh/error.json", "dss/onemap/profiles/wuhan.yaml", "dss/sample/profile.yaml",
        "dss/standards/roads.yaml", "scenarios/library/sample_flood.yaml", "scenarios/report/page.html",
        "api/start.html",
    }  # fmt: skip
    assert wanted <= set(names)
    if not os.environ.get("DSS_SKIP_FONTS"):
        fonts = {"scenarios/report/fonts/NotoSansSC-Regular.ttf", "scenarios/report/fonts/OFL.txt"}
        assert fonts <= set(names)
    if not os.environ.get("DSS_SKIP_CONSOLE"):
        assert names.count("api/static/index.html") == 1
        assert any(name.startswith("api/static/assets/NotoSansSC-Regular") for name in names)


@pytest.mark.parametrize("source", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_and_its_source_say_the_same(source: Path):
    notebook = jupytext.read(source.with_suffix(".ipynb"))
    assert [cell.source for cell in notebook.cells] == [cell.source for cell in jupytext.read(source).cells]
    assert not any(cell.get("outputs") for cell in notebook.cells)


def test_the_notebooks_run_on_the_wheel(wheel: Path, tmp_path: Path):
    site = tmp_path / "site"
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--target",
        str(site),
        str(wheel),
    ]
    subprocess.run(install, check=True)
    assert share_kernels(ROOT, site) > 0
    notebooks = [str(path.with_suffix(".ipynb")) for path in NOTEBOOKS]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--nbmake", "--nbmake-timeout=300", "-q", "-p", "no:cacheprovider",
         "-c", os.devnull, "--rootdir", str(ROOT / "notebooks"), *notebooks],
        # modules themselves are compiled apart: only kernels are shared with the checkout
        env={**os.environ, "PYTHONPATH": str(site), "PYTHONPYCACHEPREFIX": str(tmp_path / "modules")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
