import csv
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.waiting import settled
from tests.workspaces import picture

ODD_NAME = "*bold* [link](x) :smile: $a$ <b>.png"


@pytest.fixture
def classify(page: Page, app: str) -> Page:
    page.goto(f"{app}/classify?weights=sketch")
    expect(page.get_by_role("heading", name="Classify")).to_be_visible()
    return page


def files(count: int) -> list[FilePayload]:
    return [{"name": f"{number:03}.png", "mimeType": "image/png", "buffer": picture(number)} for number in range(count)]


def upload(page: Page, payloads: list[FilePayload]) -> None:
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(payloads)


def test_one_click_at_home_leads_to_a_verdict_and_an_address_that_can_be_shared(page: Page, app: str) -> None:
    page.goto(app)
    page.locator(".st-key-home-china").get_by_role("button").click()
    expect(page.get_by_role("heading", name="this detector")).to_be_visible()
    expect(page.get_by_alt_text("A temple in China", exact=False).last).to_be_visible()
    expect(page.get_by_alt_text("map of what speaks for")).to_be_visible()
    address = page.url
    assert address.startswith(f"{app}/classify?") and "sample=china" in address
    page.goto("about:blank")
    page.goto(address)
    expect(page.get_by_alt_text("map of what speaks for")).to_be_visible()


def test_pictures_are_walked_through_with_the_keyboard(classify: Page) -> None:
    upload(classify, files(3))
    expect(classify.get_by_text("1 of 3")).to_be_visible()
    expect(classify.get_by_alt_text("The picture 000.png")).to_be_visible()
    settled(classify)
    classify.keyboard.press("n")
    expect(classify.get_by_text("2 of 3")).to_be_visible()
    expect(classify.get_by_alt_text("The picture 001.png")).to_be_visible()
    settled(classify)
    classify.keyboard.press("p")
    expect(classify.get_by_text("1 of 3")).to_be_visible()


def test_a_bad_file_among_good_ones_is_one_line(classify: Page) -> None:
    upload(classify, [*files(2), {"name": "broken.png", "mimeType": "image/png", "buffer": picture(0)[:300]}])
    expect(classify.get_by_role("alert").filter(has_text="broken.png")).to_have_count(1)
    expect(classify.get_by_alt_text("map of what speaks for")).to_be_visible()


def test_a_name_reads_as_it_is_spelt(classify: Page) -> None:
    upload(classify, [{"name": ODD_NAME, "mimeType": "image/png", "buffer": picture(0)}])
    caption = classify.get_by_test_id("stCaptionContainer").filter(has_text="64 × 48")
    expect(caption).to_be_visible()
    assert caption.inner_text().replace("\u2060", "").startswith(ODD_NAME)


def test_the_overlay_is_downloaded_as_a_picture_with_its_caption_below(classify: Page, tmp_path: Path) -> None:
    upload(classify, files(1))
    with classify.expect_download() as download:
        classify.get_by_role("button", name="Download the overlay").click()
    target = tmp_path / download.value.suggested_filename
    download.value.save_as(target)
    assert target.name == "000-overlay.png"
    with Image.open(target) as image:
        assert image.format == "PNG"
        assert image.height > 48 and image.width >= 64


def test_the_table_is_downloaded_with_a_row_a_picture(classify: Page, tmp_path: Path) -> None:
    upload(classify, files(4))
    with classify.expect_download() as download:
        classify.get_by_test_id("stDownloadButton").get_by_role("button", name="Download as CSV").click()
    download.value.save_as(tmp_path / "verdicts.csv")
    with (tmp_path / "verdicts.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == ["000.png", "001.png", "002.png", "003.png"]
    assert all(row["weights"] == "sketch" and 0 <= float(row["score"]) <= 1 for row in rows)


def test_the_opacity_changes_the_overlay_and_not_the_original(classify: Page) -> None:
    upload(classify, files(1))
    laid, original = classify.get_by_alt_text("map of what speaks for"), classify.get_by_alt_text("The picture 000.png")
    expect(laid).to_be_visible()
    before, kept = laid.get_attribute("src"), original.get_attribute("src")
    classify.locator(".st-key-opacity").get_by_role("slider").press("ArrowRight")
    expect(laid).not_to_have_attribute("src", before or "")
    assert original.get_attribute("src") == kept


def test_two_tabs_keep_their_pictures_apart(classify: Page, app: str) -> None:
    upload(classify, files(2))
    expect(classify.get_by_text("1 of 2")).to_be_visible()
    other = classify.context.browser.new_context().new_page()
    other.goto(f"{app}/classify")
    expect(other.get_by_role("heading", name="Classify")).to_be_visible()
    expect(other.get_by_text("Samples at hand")).to_be_visible()
    expect(other.get_by_text("000.png")).to_have_count(0)
    other.context.close()


def test_clear_all_empties_the_page(classify: Page) -> None:
    upload(classify, files(2))
    expect(classify.get_by_text("1 of 2")).to_be_visible()
    classify.get_by_role("button", name="Clear all").click()
    expect(classify.get_by_text("1 of 2")).to_have_count(0)
    expect(classify.get_by_text("000.png")).to_have_count(0)


def test_on_a_phone_nothing_is_wider_than_the_screen(page: Page, app: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{app}/classify?sample=china&weights=sketch")
    expect(page.get_by_alt_text("map of what speaks for")).to_be_visible()
    right_edges = "[...document.querySelectorAll('img, button, h1, h3')].map(part => part.getBoundingClientRect().right)"
    widest = page.evaluate(f"Math.max(...{right_edges})")
    assert widest <= 390
