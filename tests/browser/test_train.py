"""Training as a person does it: in a tab that is closed, reloaded and opened twice while the worker goes on."""

import re

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.waiting import settled


def start(page: Page, app: str, name: str, epochs: int) -> None:
    """Start a run on the lab pictures from the Train page."""
    page.goto(f"{app}/train")
    field = page.get_by_label("Epochs", exact=True)
    field.fill(str(epochs))
    field.press("Tab")
    page.get_by_label("Name of the run").fill(name)
    settled(page)
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def state(page: Page) -> Locator:
    """The line with the run's state and its epoch."""
    return page.locator(".st-key-run-state")


def epochs_done(page: Page) -> int:
    """The epoch that the page says it is at."""
    found = re.search(r"Epoch (\d+) of", state(page).inner_text())
    return int(found[1]) if found else 0


def test_a_run_is_the_same_after_a_reload_and_in_a_second_tab_and_ends_by_itself(page: Page, browser: Browser, app: str) -> None:
    start(page, app, "reloaded", epochs=12)
    page.reload()
    expect(page.get_by_role("heading", name="reloaded")).to_be_visible()
    second = browser.new_page()
    second.goto(page.url)
    for tab in (page, second):
        expect(state(tab)).to_contain_text("Finished", timeout=90_000)
        expect(state(tab)).to_contain_text("Epoch 12 of 12")
        expect(tab.locator(".js-plotly-plot")).to_have_count(2)
    second.close()


def test_a_stopped_run_goes_on_where_it_was(page: Page, app: str) -> None:
    start(page, app, "stopped-once", epochs=400)
    expect(state(page)).to_contain_text(re.compile(r"Epoch ([3-9]|\d\d+) of 400"), timeout=90_000)
    page.get_by_role("button", name="Stop").click()
    expect(state(page)).to_contain_text("Stopped", timeout=60_000)
    before = epochs_done(page)
    assert before >= 2
    page.get_by_role("button", name="Resume").click()
    expect(state(page)).to_contain_text("Running", timeout=60_000)
    later = "|".join(str(epoch) for epoch in range(before + 2, 401))
    expect(state(page)).to_contain_text(re.compile(rf"Epoch ({later}) of 400"), timeout=90_000)
    page.get_by_role("button", name="Stop").click()
    expect(state(page)).to_contain_text("Stopped", timeout=60_000)


def test_a_finished_run_leads_to_its_evaluation(page: Page, app: str) -> None:
    start(page, app, "followed", epochs=2)
    page.get_by_role("link", name="Evaluate it").click(timeout=90_000)
    expect(page.get_by_role("heading", name="Evaluate")).to_be_visible()
    expect(page.get_by_role("combobox", name="Run")).to_have_value("followed")
    expect(page.get_by_role("heading", name="What was taken for what?")).to_be_visible()
