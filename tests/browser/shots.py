"""Screenshots of every page, light, dark and on a phone, empty and full: `python -m tests.browser.shots`."""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import MISSING, find_chromium, open_chromium
from tests.browser.server import ROOT, running_app
from tests.workspaces import RUN, fill, picture

FOLDER = ROOT / "workspace" / "shots"
LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 1400}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 1400}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 1800}, "color_scheme": "light", "has_touch": True},
}
PAGES = sorted(file.stem for file in (ROOT / "pages").glob("[!_]*.py"))
RESULTS = ("Curves", "Generators", "Base rate", "Robustness", "Training")
VIEWS = ("Overview", "Audit", "Copies", "Cleaning", "Equalise", "Splits", "Pictures")
MORE = {
    "classify-many": "classify",
    "classify-sample": "classify?sample=china",
    "train-run": f"train?run={RUN}",
    **{f"evaluate-{view.lower().replace(' ', '-')}": f"evaluate?run={RUN}&view={view}" for view in RESULTS},
    **{f"data-{view.lower()}": f"data?data=blots&view={view}" for view in VIEWS},
}
"""Further states of pages, in a full workspace only."""


def main() -> int:
    """Take them all; returns the process's exit status."""
    if find_chromium() is None:
        print(MISSING, file=sys.stderr)  # noqa: T201
        return 1
    shutil.rmtree(FOLDER, ignore_errors=True)
    with open_chromium() as browser, tempfile.TemporaryDirectory() as temporary:
        for state in ("empty", "full"):
            home = Path(temporary, state)
            if state == "full":
                fill(home)
            with running_app(home) as address:
                views = {stem: "" if stem == "home" else stem for stem in PAGES} | (MORE if state == "full" else {})
                for name, path in views.items():
                    for look in LOOKS:
                        shoot(browser, f"{address}/{path}", look, FOLDER / f"{name}-{state}-{look}.png")
    return 0


def shoot(browser: Browser, address: str, look: str, file: Path) -> None:
    """One page in one look."""
    context = browser.new_context(**LOOKS[look])
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=60_000)
    if file.name.startswith("classify-many"):
        upload_many(page)
    settle(page)
    page.screenshot(path=file)
    context.close()


def upload_many(page: Page) -> None:
    """Seven pictures and a file that is none."""
    files = [{"name": f"picture {i}.jpg", "mimeType": "image/jpeg", "buffer": picture(i, (320, 240), "JPEG")} for i in range(7)]
    files.append({"name": "broken.png", "mimeType": "image/png", "buffer": b"no picture"})
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(files)
    expect(page.get_by_text("8 pictures")).to_be_visible(timeout=60_000)


def settle(page: Page) -> None:
    """Wait until the script has run and charts and images are drawn."""
    expect(page.locator("[data-testid=stApp][data-test-script-state=running]")).to_have_count(0, timeout=60_000)
    expect(page.get_by_test_id("stSpinner")).to_have_count(0, timeout=60_000)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=60_000)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")


if __name__ == "__main__":
    sys.exit(main())
