"""A real browser for tests: Debian's Chromium with WebGL in software, driven by Playwright."""

import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, FloatRect, Page, Playwright

FLAGS = [
    "--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-quic", "--use-gl=angle", "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
]  # fmt: skip
SCREENSHOTS = Path(__file__).parents[1] / "console" / "screenshots"
IDLE_MS = 60_000

OFFSET = """([lon, lat, lat0, lon0, zoom]) => {
  const world = 512 * 2 ** zoom;
  const north = (degrees) => Math.log(Math.tan(Math.PI / 4 + (degrees * Math.PI) / 360));
  return [((lon - lon0) / 360) * world, (-(north(lat) - north(lat0)) / (2 * Math.PI)) * world];
}"""
"""Pixels from the middle of a map to a place."""
LAYOUT = (Path(__file__).parent / "layout.js").read_text(encoding="utf-8")


@dataclass
class Visit:
    """An open page, and what it asked for and complained about."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def foreign_requests(self, address: str = "file:") -> list[str]:
        """Return requests that went elsewhere than to the server, or to a file of this machine."""
        return [url for url in self.requests if not url.startswith((address, "data:", "blob:"))]

    def layout(self) -> dict[str, Any]:
        """Return texts that are cut and pairs that overlap."""
        return self.page.evaluate(LAYOUT)

    def wait_for_map(self) -> None:
        """Wait until every map has drawn all it has."""
        self.page.wait_for_function(
            "() => { const maps = [...document.querySelectorAll('.map')];"
            " return maps.length > 0 && maps.every(map => map.dataset.idle === 'true'"
            " && map.dataset.drawn.includes('base')); }",
            timeout=IDLE_MS,
        )

    def wait_for_drawn(self, name: str) -> None:
        """Wait until something is on a map, and the maps are at rest."""
        self.page.locator(f".map[data-drawn~='{name}']").first.wait_for()
        self.wait_for_map()

    def click_place(self, longitude: float, latitude: float) -> None:
        """Click a place on the first map, by Mercator from the view that the address states."""
        said = self.page.url.split("at=")[1].split("&")[0].replace("%2C", ",")
        box = self.page.locator(".map").first.bounding_box()
        assert box is not None
        x, y = self.page.evaluate(OFFSET, [longitude, latitude, *map(float, said.split(","))])
        self.page.mouse.click(box["x"] + box["width"] / 2 + x, box["y"] + box["height"] / 2 + y)

    def keep(self, name: str) -> list[int]:
        """Keep a screenshot for people to look at; returns how many colours each map on it shows.

        Colours are told apart by 16 steps a channel.
        """
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        taken = self.page.screenshot(path=SCREENSHOTS / f"{name}.png")
        pixels = np.asarray(Image.open(io.BytesIO(taken)).convert("RGB")) // 16
        boxes = [one.bounding_box() for one in self.page.locator(".map").all()]
        return [colours(pixels, box) for box in boxes if box is not None]


def colours(pixels: NDArray[np.uint8], box: FloatRect) -> int:
    """Return how many colours a part of a picture has."""
    top, left = round(box["y"]), round(box["x"])
    part = pixels[top : top + round(box["height"]), left : left + round(box["width"])]
    return len(np.unique(part.reshape(-1, 3), axis=0))


def launch(playwright: Playwright, environment: dict[str, str] | None = None) -> Browser:
    """Start a browser; with variables of its environment, in those too."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed (make system-parts)")
    return playwright.chromium.launch(
        executable_path=chromium, args=FLAGS, env={**os.environ, **(environment or {})}
    )


def told(message: ConsoleMessage) -> str:
    """Return what a page complained of, and where."""
    return f"{message.text} {message.location.get('url', '')}"


@contextmanager
def visit(opened: Browser, url: str, size: tuple[int, int] = (1280, 800)) -> Iterator[Visit]:
    """Open a page in a window of a size, with a memory of its own."""
    context = opened.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
    context.set_default_timeout(IDLE_MS)
    page = context.new_page()
    seen = Visit(page)
    page.on("request", lambda request: seen.requests.append(request.url))
    page.on("console", lambda message: message.type == "error" and seen.complaints.append(told(message)))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.goto(url)
    try:
        yield seen
    finally:
        context.close()
