"""Pages run by AppTest, each test in a workspace of its own and with nothing shipped."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.workspaces import fill

PAGES = Path(__file__).resolve().parents[2] / "pages"
OpenPage = Callable[..., AppTest]


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("detector.home.SHIPPED_WEIGHTS", tmp_path / "shipped")
    yield tmp_path / "home"
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def home(empty_home: Path) -> Path:
    fill(empty_home)
    return empty_home


@pytest.fixture
def open_page() -> OpenPage:
    """Open a page by its file's stem, with query parameters."""

    def _open(stem: str, **query: str) -> AppTest:
        page = AppTest.from_file(str(PAGES / f"{stem}.py"), default_timeout=60)
        for name, value in query.items():
            page.query_params[name] = value
        return page.run()

    return _open
