import contextlib
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect


@pytest.fixture
def classify(page: Page, app: str) -> Page:
    page.goto(f"{app}/classify?sample=flower&weights=stripes")
    expect(maps(page)).to_have_count(1, timeout=90_000)  # the first test waits for torch
    return page


def maps(page: Page) -> Locator:
    return page.get_by_alt_text("map of what speaks for")


def pixels(image: Locator) -> np.ndarray:
    """The picture as the page shows it, without toolbars that the mouse would bring."""
    image.page.mouse.move(0, 0)
    return np.asarray(Image.open(io.BytesIO(image.screenshot())).convert("RGB")).astype(int)


def changed(image: Locator, before: str | None) -> None:
    expect(image).not_to_have_attribute("src", before or "")


def test_for_and_against_is_one_map_of_both_classes_with_its_key(classify: Page) -> None:
    before = maps(classify).get_attribute("src")
    classify.locator(".st-key-signed label").first.click()
    expect(classify.get_by_alt_text("AI-generated and for real")).to_be_visible()
    changed(maps(classify), before)
    expect(classify.get_by_role("img", name="Colours from for real through for neither through for AI-generated")).to_be_visible()
    expect(classify.get_by_text("striped blue ones for real")).to_be_visible()


def test_two_methods_stand_side_by_side_at_the_same_height(classify: Page) -> None:
    classify.locator(".st-key-beside").get_by_text("Another method").click()
    expect(maps(classify)).to_have_count(2)
    first, second = (maps(classify).nth(number).bounding_box() for number in (0, 1))
    assert first and second
    assert first["y"] == pytest.approx(second["y"], abs=1)
    assert first["width"] == pytest.approx(second["width"], abs=1)
    assert first["x"] + first["width"] < second["x"]


def test_a_second_detector_is_asked_about_the_same_picture(classify: Page) -> None:
    classify.locator(".st-key-beside").get_by_text("Another detector").click()
    expect(maps(classify)).to_have_count(2)
    expect(classify.get_by_text("· score")).to_have_count(2)


def test_a_click_shows_the_overlay_in_full_size(classify: Page) -> None:
    small = maps(classify).bounding_box()
    maps(classify).hover()
    frame = classify.get_by_test_id("stFullScreenFrame").filter(has=maps(classify))
    close = frame.get_by_role("button", name="Close fullscreen")
    for _ in range(5):  # a picture that is drawn anew, as the check of its map comes in, is small again
        frame.get_by_role("button", name="Fullscreen").click()
        with contextlib.suppress(AssertionError):
            expect(close).to_be_visible(timeout=10_000)
            break
    expect(close).to_be_visible()
    large = maps(classify).bounding_box()
    assert small and large and large["height"] > 1.2 * small["height"]


def test_each_map_is_downloaded_under_a_name_of_its_own(classify: Page, tmp_path: Path) -> None:
    classify.locator(".st-key-beside").get_by_text("Another method").click()
    expect(maps(classify)).to_have_count(2)
    names = []
    for number in (1, 2):
        with classify.expect_download() as download:
            classify.locator(f".st-key-download-overlay-{number}").get_by_role("button").click()
        names.append(download.value.suggested_filename)
        download.value.save_as(tmp_path / names[-1])
        with Image.open(tmp_path / names[-1]) as image:
            assert image.format == "PNG" and image.height > image.width * 0.5
    assert len(set(names)) == 2


def test_no_opacity_shows_the_picture_itself(classify: Page) -> None:
    before = maps(classify).get_attribute("src")
    classify.locator(".st-key-opacity").get_by_role("slider").press("Home")
    changed(maps(classify), before)
    expect(classify.locator(".st-key-opacity")).to_contain_text("0 %")
    classify.wait_for_function("image => image.complete", arg=maps(classify).element_handle())
    original = classify.get_by_alt_text("The picture A flower")
    assert np.abs(pixels(maps(classify)) - pixels(original)).mean() < 3


def test_the_page_of_methods_shows_what_was_measured(page: Page, app: str) -> None:
    page.goto(f"{app}/methods")
    expect(page.get_by_role("heading", name="Which methods find what is there")).to_be_visible()
    chart = page.get_by_test_id("stPlotlyChart")
    expect(chart).to_be_visible()
    page.locator(".st-key-measure").get_by_text("Peak inside").click()
    expect(chart.get_by_text("Maps with their peak inside")).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
