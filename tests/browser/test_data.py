"""Data by mouse and keyboard: a folder is opened, its pictures are paged, one is left out and comes back, one copy is kept."""

import re
from pathlib import Path

import pytest
from PIL import Image, ImageOps
from playwright.sync_api import Page, expect

from tests.browser.waiting import settled
from tests.workspaces import write_set


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_set(tmp_path / "a set of pictures")


def opened(page: Page, app: str, root: Path, view: str) -> None:
    page.goto(f"{app}/data?data={root}&view={view}")
    expect(page.locator("[class*=st-key-summary]")).to_contain_text("61 images", timeout=60_000)


def test_an_address_opens_the_set_in_its_view_and_a_reload_stays_there(page: Page, app: str, root: Path) -> None:
    opened(page, app, root, "Splits")
    expect(page.get_by_text("belong together in 1 group")).to_be_visible()
    page.get_by_test_id("stButtonGroup").get_by_text("Overview", exact=True).click()
    expect(page.get_by_text("No size occurs in both classes")).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(3)
    page.reload()
    expect(page.get_by_text("No size occurs in both classes")).to_be_visible(timeout=60_000)


def test_pictures_are_paged_opened_left_out_and_brought_back(page: Page, app: str, root: Path) -> None:
    opened(page, app, root, "Pictures")
    tiles = page.locator("[class*=st-key-tile-]")
    expect(tiles).to_have_count(48)
    page.locator(".st-key-sheet-page-next").get_by_role("button").click()
    expect(tiles).to_have_count(13)
    tiles.first.locator("[class*=st-key-open-]").get_by_role("button").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("49 of 61")
    settled(page)
    page.keyboard.press("n")
    expect(dialog).to_contain_text("50 of 61")
    dialog.get_by_role("button", name="Leave out").click()
    expect(dialog.get_by_role("button", name="Bring back")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[class*=st-key-summary]")).to_contain_text("60 images")
    page.get_by_text("Left out (1)").click()
    page.get_by_role("button", name="Bring back").click()
    expect(page.locator("[class*=st-key-summary]")).to_contain_text("61 images")
    assert not list(root.rglob("*.tmp")) and (root / "real" / "000.jpeg").is_file()


def test_one_of_two_copies_is_kept_and_the_other_can_come_back(page: Page, app: str, root: Path) -> None:
    opened(page, app, root, "Copies")
    expect(page.get_by_text("2 exact copies")).to_be_visible()
    page.get_by_role("button", name="Keep this").first.click()
    expect(page.locator("[class*=st-key-summary]")).to_contain_text("60 images")
    expect(page.get_by_text("2 exact copies")).to_have_count(0)
    assert (root / "real" / "copy.jpeg").is_file() and (root / "real" / "000.jpeg").is_file()


def test_a_crop_is_accepted_by_key_and_the_cleaned_copy_opens_under_its_name(page: Page, app: str, root: Path) -> None:
    ImageOps.expand(Image.open(root / "real" / "003.jpeg"), 12, "black").save(root / "real" / "003.jpeg")
    opened(page, app, root, "Cleaning")
    page.get_by_role("button", name="Look for problems").click()
    expect(page.locator("[class*=st-key-clean-card-border]")).to_have_count(1)
    page.get_by_test_id("stButtonGroup").get_by_text("Border (1)").click()
    expect(page.locator("[class*=st-key-clean-card-]")).to_have_count(1)
    settled(page)
    page.keyboard.press("a")
    expect(page.get_by_text("Decided (1)")).to_be_visible()
    page.get_by_role("button", name="Write the copy").click()
    page.get_by_role("button", name="Open the copy").click()
    expect(page).to_have_url(re.compile(r"data=a-set-of-pictures-clean(&|$)"))
    page.locator(".st-key-view-next").get_by_role("button", name="Next: Equalise").click()
    expect(page.get_by_role("heading", name="Before and after")).to_be_visible()
    expect(page).to_have_url(re.compile(r"data=a-set-of-pictures-clean(&|$)"))


def test_the_light_of_the_audit_is_red_where_the_format_tells_the_classes_apart(page: Page, app: str) -> None:
    page.goto(f"{app}/data?data=blots&view=Audit")
    expect(page.locator(".st-key-audit-chart")).to_be_visible(timeout=90_000)
    expect(page.locator("[class*=st-key-summary]")).to_contain_text("A shortcut is there")


def test_on_a_phone_no_view_is_wider_than_the_screen(page: Page, app: str, root: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for view, sign in (("Overview", "No size occurs"), ("Splits", "belong together"), ("Pictures", "1 to 48 of 61")):
        opened(page, app, root, view)
        expect(page.get_by_text(sign).first).to_be_visible()
        right_edges = "[...document.querySelectorAll('img, button, h1, h3')].map(part => part.getBoundingClientRect().right)"
        assert page.evaluate(f"Math.max(...{right_edges})") <= 390, view
