"""Screenshots of every page, light, dark and on a phone, empty and full: `python -m tests.browser.shots`."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from detector.__main__ import main as command
from detector.labels import AI, REAL
from detector.models.digests import weights_hash
from detector.predict import Predictor
from detector.review.answers import answer
from detector.review.desk import items
from detector.stage.deck import create_deck, read_deck
from detector.stage.pictures import add_picture
from detector.stage.prepare import get_ready
from detector.stage.rounds import begin
from tests.browser.chromium import MISSING, find_chromium, open_chromium
from tests.browser.server import ROOT, running_app
from tests.workspaces import RUN, fill, picture, scene

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
    "batches-one": "batches?batch=blots",
    "present-deck": "present?deck=open-day",
    **{f"review-{view.lower()}": f"review?queue=doubtful&who=Ada&view={view}" for view in ("Desk", "Grid", "Results")},
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
            home, views = Path(temporary, state), {stem: "" if stem == "home" else stem for stem in PAGES}
            if state == "full":
                fill(home)
                views |= MORE | {"present-stage": f"present?deck=open-day&stage={at_work(home)}"}
            with running_app(home) as address:
                for name, path in views.items():
                    for look in LOOKS:
                        shoot(browser, f"{address}/{path}", look, FOLDER / f"{name}-{state}-{look}.png")
    return 0


def at_work(home: Path) -> str:
    """A finished batch, a queue that two people are half through, a deck made ready: returns the round that was begun on it."""
    os.environ["DETECTOR_HOME"] = str(home)
    blots = str(home / "data" / "blots")
    command(["predict", blots, "--weights", "stripes", "--batch", "blots"])
    command(["review", "create", "doubtful", "--data", blots, "--weights", "stripes", "--answers", "2", "--blind"])
    waiting, _ = items("doubtful", per=60)
    for number, item in enumerate(waiting):
        answer(item.id, "Ada", ("real", "ai", "unsure")[number % 3], ms=1500 + 40 * number)
        answer(item.id, "Grace", ("real", "ai")[number % 2], ms=2500)
    name = create_deck("Open day").name
    for number in range(4):
        add_picture(name, scene(number, (400, 300), "JPEG"), f"blots {number}.jpg", (REAL, AI)[number % 2])
    deck, weights = read_deck(name), home / "weights" / "stripes"
    get_ready(deck, weights, Predictor.load("stripes"), lambda done, total: None)
    return begin(deck, weights_hash(weights), [each.sha256 for each in deck.pictures]).id


def shoot(browser: Browser, address: str, look: str, file: Path) -> None:
    """One page in one look."""
    context = browser.new_context(**LOOKS[look])
    page = context.new_page()
    page.goto(address)
    expect(page.locator(".stage").or_(page.get_by_role("heading", level=1)).first).to_be_visible(timeout=60_000)
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
