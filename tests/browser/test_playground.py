"""The playground and the tour with mouse and keyboard: what no test without a browser can do."""

from playwright.sync_api import Page, expect

from tests.browser.test_classify import files


def test_a_stroke_of_the_brush_changes_picture_and_address_and_can_be_undone(page: Page, app: str) -> None:
    page.goto(f"{app}/playground?sample=lab-checkerboard&weights=stripes&tool=brush")
    canvas = page.locator("canvas").first
    expect(canvas).to_be_visible()
    box = canvas.bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.4 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.6 * box["height"], steps=6)
    page.mouse.up()
    page.get_by_role("button", name="Take it away").click()
    expect(page.get_by_text("1. Brushed away")).to_be_visible()
    assert "steps=" in page.url
    page.reload()
    expect(page.get_by_text("1. Brushed away")).to_be_visible()
    page.locator(".st-key-step-undo").get_by_role("button").click()
    expect(page.get_by_text("1. Brushed away")).to_have_count(0)


def test_the_slider_and_the_line_between_before_and_after_move_by_keyboard(page: Page, app: str) -> None:
    page.goto(f"{app}/playground?weights=stripes&tool=change&change=blur")
    after = page.get_by_alt_text("checkerboard, after", exact=False).first
    expect(after).to_be_visible()
    seen = after.get_attribute("src")
    page.locator(".st-key-at-blur").get_by_role("slider").press("End")
    expect(after).not_to_have_attribute("src", seen or "")
    line = page.get_by_label("Line between before and after").first
    line.press("Home")
    assert line.input_value() == "0"
    page.get_by_role("button", name="Another picture").click()
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(files(1))
    expect(page.get_by_text("000.png")).to_be_visible()
