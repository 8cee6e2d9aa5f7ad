"""Take the pictures of the README from the page: python docs/images/take.py ADDRESS (needs Chromium).

ADDRESS is where `make serve` says that the page is, after `make demo`.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
SOFTWARE_WEBGL = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--no-sandbox"]
DRAWN = (
    "() => !/读取中|Loading|正在生成|Making/.test(document.body.innerText)"
    " && [...document.querySelectorAll('.map')].every(map => map.dataset.idle === 'true')"
)


def main() -> None:
    """Take the screen of the latest run in both languages."""
    address = sys.argv[1].rstrip("/")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=SOFTWARE_WEBGL)
        for language, theme in (("zh", "dark"), ("en", "light")):
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(f"{address}/#/run?lang={language}&theme={theme}")
            page.locator(".map").first.wait_for()
            page.wait_for_timeout(2000)
            page.wait_for_function(DRAWN, timeout=120_000)
            page.screenshot(path=HERE / f"page.{language}.png", type="png")
        browser.close()


if __name__ == "__main__":
    main()
