import io
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from detector.files import write_json
from detector.models.library import rename
from detector.samples import LAB_WEIGHTS
from detector.training.config import TrainConfig
from detector.training.runs import Run, list_runs
from detector.training.status import RunStatus
from tests.conftest import flat
from tests.workspaces import RUN


def marks(page: AppTest) -> list[str]:
    """What each step's title says of it: done, skipped, or nothing."""
    return [step.label.partition(" · ")[2] for step in page.expander]


def press(page: AppTest, label: str) -> AppTest:
    return next(button for button in page.button if button.label == label).click().run()


def said(page: AppTest) -> str:
    return "\n".join(element.value for element in (*page.markdown, *page.caption)).replace("\\", "").replace("\u2060", "")


@pytest.fixture
def lab_run(home: Path) -> Run:
    """The finished run of the workspace, as if it had learnt from the lab pictures."""
    run = Run(home / "runs" / RUN)
    write_json(run.folder / "config.json", TrainConfig(model="lenet5", epochs=8, data="lab").to_dict())
    return run


def test_a_new_tour_has_six_steps_and_none_is_done(home: Path, open_page) -> None:
    page = open_page("tour")
    assert not page.exception
    assert marks(page) == [""] * 6  # the run there is learnt from other pictures
    assert [step.proto.expanded for step in page.expander] == [True, *[False] * 5]


def test_a_finished_run_on_the_lab_pictures_checks_its_step(lab_run: Run, open_page) -> None:
    assert marks(open_page("tour"))[1] == "done"
    lab_run.write_status(RunStatus(state="failed"))
    assert marks(open_page("tour"))[1] == ""


def test_classifying_a_sample_checks_the_step_only_for_the_right_detector(lab_run: Run, home: Path, open_page) -> None:
    page = open_page("classify", sample="lab-checkerboard", weights="stripes")
    tour = open_page("tour")
    tour.session_state["judged"] = page.session_state["judged"]
    assert marks(tour.run()) == ["done", "done", "", "", "", ""]
    page = open_page("classify", sample="lab-checkerboard", weights=f"run:{RUN}")
    tour.session_state["judged"] = page.session_state["judged"]
    assert marks(tour.run()) == ["done", "done", "done", "", "", ""]


def test_leading_a_detector_across_its_line_in_the_playground_checks_the_step(bright: Path, open_page) -> None:
    page = open_page("playground", weights="bright", tool="change", change="darker")
    lamp = io.BytesIO()
    flat(210, (60, 40)).save(lamp, "PNG")
    page.file_uploader[0].set_value(("lamp.png", lamp.getvalue(), "image/png")).run()
    assert "fooled" not in page.session_state
    page.select_slider(key="at-darker").set_value("0.30").run()
    assert "It crossed the detector's line: from AI" in said(page)
    tour = open_page("tour")
    assert marks(tour)[3] == ""
    tour.session_state["fooled"] = page.session_state["fooled"]
    assert marks(tour.run())[3] == "done"


def test_what_is_known_of_the_marks_is_measured_and_shown(home: Path, open_page) -> None:
    rename("sketch", LAB_WEIGHTS)
    page = press(open_page("tour"), "Take the marks away and ask again")
    assert not page.exception
    assert marks(page)[4] == "done"
    assert "was asked about 20 new lab pictures" in said(page)


def test_a_step_can_be_skipped_and_the_tour_started_again(lab_run: Run, open_page) -> None:
    page = press(open_page("tour"), "Skip this step")
    assert marks(page)[:2] == ["skipped", "done"]
    page = press(page, "Start the tour again")
    assert marks(page) == [""] * 6
    assert lab_run.best_weights.is_dir()  # nothing was deleted


def test_the_button_really_starts_a_run(empty_home: Path, open_page, monkeypatch: pytest.MonkeyPatch) -> None:
    page = press(open_page("tour"), "Start training")
    assert not page.exception
    (run,) = list_runs()
    try:
        assert run.config().data == "lab" and run.config().preset == "quick"
        assert run.status().active
        assert marks(page)[1] == "" and "Start training" not in [button.label for button in page.button]
    finally:
        run.stop()
        run.lock().acquire(timeout=60, poll_interval=0.2)


def test_a_damaged_run_does_not_end_the_tour(home: Path, open_page) -> None:
    (home / "runs" / RUN / "config.json").write_text("{")
    assert not open_page("tour").exception
