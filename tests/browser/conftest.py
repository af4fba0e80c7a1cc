from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import MISSING, find_chromium, open_chromium
from tests.browser.server import running_app
from tests.workspaces import fill

PATIENCE = 90_000  # milliseconds: the first picture waits for torch, on a busy machine too
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if find_chromium() is None:
                item.add_marker(pytest.mark.skip(reason=MISSING))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if find_chromium() is None:
        terminalreporter.write_line(MISSING, yellow=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an app whose workspace holds two detectors and a finished run."""
    home = tmp_path_factory.mktemp("home")
    fill(home)
    with running_app(home) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab of its own; a request to any other machine fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    strangers: list[str] = []
    tab = context.new_page()
    tab.set_default_timeout(PATIENCE)
    tab.on("request", lambda request: strangers.append(request.url) if _leaves(request.url) else None)
    yield tab
    context.close()
    assert not strangers, f"the page asked other machines: {strangers}"


def _leaves(url: str) -> bool:
    return url.startswith(("http", "ws")) and "//localhost" not in url
