import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pages.parts.shell import page_title
from tests.browser.server import ROOT, running_app

PAGES = sorted(file.stem for file in (ROOT / "pages").glob("[!_]*.py"))


@pytest.mark.parametrize("stem", PAGES)
def test_a_deep_link_opens_its_page_with_the_navigation(page: Page, app: str, stem: str) -> None:
    page.goto(f"{app}/{'' if stem == 'home' else stem}")
    navigation = page.get_by_test_id("stSidebarNav")
    current = navigation.locator("a[aria-current=page]")
    expect(current).to_have_count(1)
    expect(current).to_contain_text(page_title(stem))
    expect(navigation.get_by_role("link")).to_have_count(len(PAGES))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_a_deep_link_is_the_first_thing_a_fresh_server_is_asked(page: Page, tmp_path: Path) -> None:
    with running_app(tmp_path) as address:
        page.goto(f"{address}/library")
        expect(page.get_by_role("heading", level=1)).to_have_text("Library")
        expect(page.get_by_test_id("stSidebarNav").get_by_role("link")).to_have_count(len(PAGES))
        expect(page).to_have_title("Library – Telltale")


def test_the_navigation_leads_to_every_page(page: Page, app: str) -> None:
    page.goto(app)
    for stem in PAGES:
        page.get_by_test_id("stSidebarNav").get_by_role("link", name=re.compile(f"{page_title(stem)}$")).click()
        expect(page).to_have_title(f"{page_title(stem)} – Telltale")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_test_id("stException")).to_have_count(0)


def test_the_tab_has_the_apps_own_icon(page: Page, app: str) -> None:
    page.goto(app)
    expect(page.locator("link[rel='shortcut icon']")).to_have_attribute("href", re.compile("^data:image/svg"))
