import json
from pathlib import Path

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from detector.data.audit import Audit, run_audit
from detector.data.audit_store import audit_file, read_audit, write_audit
from detector.data.folders import open_data
from detector.figures.audit import audit_chart
from detector.home import REPOSITORY
from tests.shortcut import write_shortcut


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shortcut(tmp_path_factory.mktemp("mixed"), "**{}** a long name")


def part(folder: Path) -> AppTest:
    code = (
        "from detector.data.folders import open_data\n"
        "from pages.parts.data_audit import show_audit\n"
        f"show_audit(open_data({str(folder)!r}))"
    )
    return AppTest.from_string(code, default_timeout=120).run()


def text(test: AppTest) -> str:
    return "\n".join(each.value for kind in (test.markdown, test.error, test.info, test.success, test.caption) for each in kind)


def test_a_small_set_is_audited_at_once_and_kept(empty_home: Path, mixed: Path) -> None:
    test = part(mixed)
    assert not test.exception
    assert "A shortcut is there" in test.error[0].value and "never looks at the picture" in test.error[0].value
    assert test.get("plotly_chart") and len(test.expander) == 5
    opened = next(each for each in test.expander if each.label.startswith("How the file is stored"))
    assert any("PNG files" in each.value or "JPEG files" in each.value for each in opened.markdown)
    assert len(opened.image) == 6
    assert read_audit(open_data(str(mixed))) is not None
    (button,) = test.get("download_button")
    assert button.proto.label == "Download as JSON"


def test_what_is_kept_is_shown_and_run_again_makes_it_anew(empty_home: Path, mixed: Path) -> None:
    manifest = open_data(str(mixed))
    audit = run_audit(manifest)
    stale = Audit.from_dict(audit.to_dict() | {"total": 5000})
    write_audit(manifest, stale)
    test = part(mixed)
    assert "100 of 5,000 pictures" in text(test).replace("\\", "")
    test.button(key="audit-again").click().run()
    assert "all 100 pictures" in text(test)
    assert json.loads(audit_file(manifest).read_text())["total"] == 100


def test_a_picture_that_has_gone_since_the_audit_is_told_of(empty_home: Path, mixed: Path, tmp_path: Path) -> None:
    manifest = open_data(str(mixed))
    audit = run_audit(manifest)
    finding = audit.findings[0]
    gone = Audit.from_dict(audit.to_dict())
    write_audit(
        manifest, Audit((type(finding)(**{**vars(finding), "pairs": (("real/gone.jpg", "ai/gone.png"),)}),), gone.fingerprint)
    )
    test = part(mixed)
    assert not test.exception and "No longer there" in text(test)


def test_too_few_pictures_say_so_and_draw_nothing(empty_home: Path, tmp_path: Path) -> None:
    for name in ("real", "ai"):
        (tmp_path / "few" / name).mkdir(parents=True)
        for number in range(3):
            Image.new("RGB", (8, 8), (number, 9, 80 if name == "ai" else 0)).save(tmp_path / "few" / name / f"{number}.png")
    test = part(tmp_path / "few")
    assert not test.exception and "Too few" in test.info[0].value


def test_a_large_set_waits_for_a_click(empty_home: Path, mixed: Path) -> None:
    code = (
        "from detector.data.folders import open_data\n"
        "from pages.parts.data_audit import audit_of\n"
        f"audit_of(open_data({str(mixed)!r}), 'go', unasked=99)"
    )
    test = AppTest.from_string(code, default_timeout=120).run()
    assert "have not been audited" in test.info[0].value and read_audit(open_data(str(mixed))) is None
    test.button(key="go").click().run()
    assert read_audit(open_data(str(mixed))) is not None


def test_the_train_page_shows_what_a_cheater_scores_on_the_chosen_folder(empty_home: Path, mixed: Path) -> None:
    test = AppTest.from_file(str(REPOSITORY / "pages" / "train.py"), default_timeout=120)
    test.query_params["data"] = str(mixed)
    test.run()
    assert not test.exception
    assert test.text_input(key="data-folder").value == str(mixed)
    assert "A shortcut is there" in test.error[0].value


def test_the_figure_shows_two_audits_side_by_side(empty_home: Path, mixed: Path) -> None:
    audit = run_audit(open_data(str(mixed)))
    chart = audit_chart({"Before": audit, "After": audit})
    before, after = chart.data
    assert len(before.x) == 5 and list(before.x) == [finding.auc for finding in audit.findings]
    assert all(first != second for first, second in zip(before.y, after.y, strict=True))
    assert {shape.x0 for shape in chart.layout.shapes} == {0.5, 0.6}
