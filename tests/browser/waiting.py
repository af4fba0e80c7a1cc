"""Waiting as a person does, who presses the next key when the page has stopped moving."""

from playwright.sync_api import Page, expect


def settled(page: Page) -> None:
    """Wait until the page is drawn: a key or a click that comes while it still is may be lost."""
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached()
