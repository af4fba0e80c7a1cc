"""The page Data as a whole: what the address names is opened, each view draws, and nothing heavy is loaded for looking."""

import subprocess
import sys
from pathlib import Path

import pytest

from detector.data.audit import run_audit
from detector.data.audit_store import write_audit
from detector.data.audit_words import LIGHT_WORDS, headline
from detector.data.edits import Edit, add_edits
from detector.data.folders import open_data
from pages.parts.shell import page_file
from pages.parts.widgets import plain
from tests.workspaces import write_set

VIEWS = ("Overview", "Audit", "Copies", "Cleaning", "Equalise", "Splits", "Pictures")


@pytest.fixture
def root(empty_home: Path, tmp_path: Path) -> Path:
    return write_set(tmp_path / "set")


def texts(page) -> str:
    assert not page.exception
    return "\n".join(element.value for kind in ("markdown", "caption", "error", "warning") for element in page.get(kind))


def test_an_empty_workspace_asks_for_a_set(empty_home: Path, open_page) -> None:
    page = open_page("data")
    assert not page.exception and page.selectbox(key="data-set").value is None


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_opens_from_its_address(root: Path, open_page, view: str) -> None:
    page = open_page("data", data=str(root), view=view)
    assert "**61 images** · 31 real · 30 AI-generated · 2 generators" in texts(page)
    assert next(control for control in page.get("button_group") if control.key == "view").value == view


def test_a_set_that_is_not_there_is_one_line(empty_home: Path, open_page) -> None:
    page = open_page("data", data="/no/such/folder")
    assert not page.exception and len(page.error) == 1


def test_the_light_of_a_stored_audit_stands_above_every_view(root: Path, open_page) -> None:
    assert "Not audited yet" in texts(open_page("data", data=str(root)))
    manifest = open_data(str(root))
    audit = run_audit(manifest)
    write_audit(manifest, audit)
    said = texts(open_page("data", data=str(root), view="Splits"))
    assert "Not audited yet" not in said
    assert LIGHT_WORDS[audit.light] in said and plain(headline(audit)) in said


def test_an_audit_made_in_its_view_is_shown_above_it_at_once(root: Path, open_page) -> None:
    assert "Not audited yet" not in texts(open_page("data", data=str(root), view="Audit"))


def test_a_set_whose_every_picture_was_left_out_can_be_brought_back(root: Path, open_page) -> None:
    items = open_data(str(root)).items
    add_edits(root, [Edit("drop", item.path, item.sha256) for item in items])
    page = open_page("data", data=str(root), view="Overview")
    assert "bring some back" in texts(page)
    next(control for control in page.get("button_group") if control.key == "shown").set_value("out").run()
    next(button for button in page.button if button.label.startswith("Bring all 61")).click().run()
    assert "**61 images**" in texts(page)


@pytest.mark.parametrize("view", ["Overview", "Copies", "Splits", "Pictures"])
def test_looking_at_a_set_does_not_wait_for_torch(root: Path, view: str) -> None:
    script = (
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        f"page = AppTest.from_file({str(page_file('data'))!r}, default_timeout=60)\n"
        f"page.query_params['data'], page.query_params['view'] = {str(root)!r}, {view!r}\n"
        "assert not page.run().exception and page.title\n"
        "sys.exit(', '.join(sorted({'torch', 'timm', 'sklearn', 'torchvision'} & set(sys.modules))) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=page_file("data").parents[1], capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr[-500:]
