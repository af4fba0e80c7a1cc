import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.shell import PAGES, page_file

STEMS = sorted(file.stem for file in PAGES.glob("[!_]*.py"))
LIGHT = ("home", "tour", "data", "library", "methods", "runs", "evaluate", "present")


def test_the_app_opens_at_home(home: Path) -> None:
    app = AppTest.from_file(str(PAGES.parent / "app.py"), default_timeout=60).run()
    assert not app.exception
    assert app.title[0].value == "Telltale"


def test_every_page_can_be_reached_from_the_app(home: Path) -> None:
    app = AppTest.from_file(str(PAGES.parent / "app.py"), default_timeout=60).run()
    for stem in STEMS:
        app.switch_page(f"pages/{stem}.py").run()  # raises ValueError for a page that the navigation does not know
        assert not app.exception, stem


@pytest.mark.parametrize("stem", STEMS)
def test_a_page_opens_by_itself_in_an_empty_workspace(empty_home: Path, open_page, stem: str) -> None:
    page = open_page(stem)
    assert not page.exception
    assert len(page.title) == 1


@pytest.mark.parametrize("stem", LIGHT)
def test_a_page_that_lists_things_does_not_wait_for_torch(home: Path, stem: str) -> None:
    script = (
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        f"page = AppTest.from_file({str(page_file(stem))!r}, default_timeout=60).run()\n"
        "assert not page.exception and page.title\n"
        "sys.exit(', '.join(sorted({'torch', 'timm', 'sklearn', 'torchvision'} & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=PAGES.parent, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-500:]
