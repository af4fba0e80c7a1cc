"""The confusion matrix by mouse: a click on a cell brings its images."""

import contextlib

from playwright.sync_api import Page, expect

from tests.workspaces import RUN


def test_a_click_on_a_cell_shows_its_images_and_another_click_those_of_another(page: Page, app: str) -> None:
    page.goto(f"{app}/evaluate?run={RUN}")
    cells = page.locator(".js-plotly-plot").first.locator(".scatterlayer .points path")  # real-real, real-AI, AI-real, AI-AI
    expect(cells).to_have_count(4)
    titles = {2: "AI-generated images called real", 3: "AI-generated images called AI-generated", 0: "Real images called real"}
    for index, title in titles.items():
        wanted = page.get_by_role("heading", name=title, exact=True)
        for _ in range(5):  # a click is lost while the figure is being drawn anew, and a person clicks again
            cells.nth(index).click(force=True)  # the figure's own layer on top of the cell takes the click
            with contextlib.suppress(AssertionError):
                expect(wanted).to_be_visible(timeout=10_000)
                break
        expect(wanted).to_be_visible()
        expect(page.get_by_test_id("stImage").first).to_be_visible()


def test_the_list_below_the_matrix_does_the_same_by_keyboard(page: Page, app: str) -> None:
    page.goto(f"{app}/evaluate?run={RUN}")
    page.get_by_role("radio", name="AI-generated called real").press(" ")
    expect(page.get_by_role("heading", name="AI-generated images called real", exact=True)).to_be_visible()


def test_the_threshold_moves_matrix_and_numbers_together(page: Page, app: str) -> None:
    page.goto(f"{app}/evaluate?run={RUN}")
    shown = page.get_by_test_id("stMetric").filter(has_text="AI called AI").get_by_test_id("stMetricValue")
    before = shown.inner_text()
    slider = page.get_by_role("slider", name="Threshold")
    for _ in range(30):
        slider.press("ArrowRight")
    expect(shown).not_to_have_text(before)
