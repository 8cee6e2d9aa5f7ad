"""Take the pictures of the README from a demo run: python docs/images/take.py RUN_FOLDER (needs Chromium)."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent


def main() -> None:
    """Take the top of the report in both languages."""
    run = Path(sys.argv[1]).resolve()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for language in ("zh", "en"):
            page = browser.new_page(viewport={"width": 1180, "height": 1290})
            page.goto((run / f"report.{language}.html").as_uri())
            page.screenshot(path=HERE / f"report.{language}.png", type="png")
        browser.close()


if __name__ == "__main__":
    main()
