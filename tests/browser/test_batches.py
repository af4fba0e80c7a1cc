"""Batches by mouse and keyboard: started from the page, watched to its end, looked through, opened and downloaded."""

import csv
import io
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.waiting import settled
from tests.workspaces import write_set


def test_a_folder_is_classified_watched_filtered_opened_and_downloaded(page: Page, app: str, tmp_path: Path) -> None:
    folder = write_set(tmp_path / "my pictures", 35)  # 71 pictures, and one that is damaged
    page.goto(f"{app}/batches")
    page.locator(".st-key-batch-folder input").fill(str(folder))
    page.keyboard.press("Tab")
    expect(page.get_by_text("72 pictures.")).to_be_visible()
    page.locator(".st-key-batch-start").get_by_role("button").click()
    expect(page.locator(".st-key-batch-state")).to_contain_text("Finished", timeout=300_000)  # the page noticed by itself
    tiles = page.locator("[class*=st-key-batch-tile-]")
    expect(tiles).to_have_count(60)
    page.locator(".st-key-batch-sheet-page-next").get_by_role("button").click()
    expect(tiles).to_have_count(12)
    page.locator(".st-key-batch-find input").fill("sd__")
    page.keyboard.press("Enter")
    expect(tiles).to_have_count(18)
    tiles.first.locator("[class*=st-key-batch-open-]").get_by_role("button").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 of 18")
    settled(page)
    page.keyboard.press("n")
    expect(dialog).to_contain_text("2 of 18")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Download 18 rows").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV, for spreadsheets").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8"))))
    assert len(rows) == 18 and {row["generator"] for row in rows} == {"sd"} and all(row["sha256"] for row in rows)
    tiles.first.locator("[class*=st-key-batch-open-]").get_by_role("button").click()
    dialog.get_by_text("See where the detector looked").click()
    expect(page.locator("[class*=st-key-download-overlay]").first).to_be_visible()
    page.reload()
    expect(page.get_by_text("of 72").first).to_be_visible()
