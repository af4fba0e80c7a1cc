import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from detector.home import REPOSITORY
from detector.training.config import TrainConfig
from detector.training.runs import Run, create_run, list_runs
from detector.training.status import RunStatus
from tests.workspaces import RUN, fill

PAGE = str(REPOSITORY / "pages" / "train.py")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder: twelve pictures a class and a damaged file."""
    random = np.random.default_rng(0)
    for name, low in (("real", 0), ("fake", 120)):
        (tmp_path / "data" / name).mkdir(parents=True)
        for number in range(12):
            pixels = random.integers(low, low + 100, (24, 24, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "data" / name / f"sd__{number}.png")
    (tmp_path / "data" / "real" / "broken.jpg").write_bytes(b"no picture")
    return tmp_path / "data"


def opened(**query: str) -> AppTest:
    test = AppTest.from_file(PAGE, default_timeout=60)
    for key, value in query.items():
        test.query_params[key] = value
    return test.run()


def shown(test: AppTest) -> str:
    return "\n".join(
        element.value for kind in (test.markdown, test.caption, test.success, test.error, test.info) for element in kind
    )


def test_an_empty_workspace_says_what_a_first_run_takes(empty_home: Path) -> None:
    test = opened()
    assert not test.exception
    assert "No runs yet" in shown(test) and "about a minute" in shown(test)


def test_choosing_a_preset_fills_the_form_with_its_recipe(empty_home: Path) -> None:
    test = opened()
    test.selectbox(key="preset").set_value("athens-lenet5").run()
    assert test.number_input(key="athens-lenet5-epochs").value == 30
    assert test.selectbox(key="athens-lenet5-optimizer").value == "adam"
    assert test.toggle(key="athens-lenet5-vertical_flip").value is True


def test_a_folder_is_checked_and_counted_before_anything_starts(empty_home: Path, folder: Path) -> None:
    test = opened()
    test.segmented_control(key="data-kind").set_value("A folder").run()
    assert test.button[0].disabled
    test.text_input(key="data-folder").set_value(str(folder)).run()
    assert "24 images: 12 real, 12 AI" in shown(test)
    assert "broken" in shown(test) and not test.button[0].disabled


@pytest.mark.parametrize("wrong", ["/no/such/folder", ""])
def test_a_folder_that_cannot_be_trained_on_gives_one_line_and_no_start(empty_home: Path, tmp_path: Path, wrong: str) -> None:
    (tmp_path / "empty").mkdir()
    test = opened()
    test.segmented_control(key="data-kind").set_value("A folder").run()
    test.text_input(key="data-folder").set_value(wrong or str(tmp_path / "empty")).run()
    assert len(test.error) == 1 and test.button[0].disabled and not test.exception


def test_starting_makes_a_run_whose_worker_goes_on_without_the_page(empty_home: Path, folder: Path) -> None:
    test = opened()
    test.segmented_control(key="data-kind").set_value("A folder").run()
    test.text_input(key="data-folder").set_value(str(folder)).run()
    test.number_input(key="quick-epochs").set_value(2)
    test.text_input(key="run-name").set_value("from-the-page")
    test.button[0].click().run()
    assert not test.exception and test.query_params["run"] == "from-the-page"
    (run,) = list_runs()
    assert run.config() == TrainConfig(model="lenet5", pretrained=False, epochs=2, preset="quick", data=str(folder))
    end = time.monotonic() + 90
    while run.status().active and time.monotonic() < end:
        time.sleep(0.1)
    assert run.status().state == "finished", run.log_tail()
    test.run()
    assert "Epoch 2 of 2" in shown(test) and "Finished" in shown(test)


def test_a_name_that_is_taken_is_refused_and_nothing_is_lost(empty_home: Path) -> None:
    create_run(TrainConfig(model="lenet5"), "taken")
    test = opened()
    test.text_input(key="run-name").set_value("taken")
    test.number_input(key="quick-epochs").set_value(7)
    test.button[0].click().run()
    assert "already" in test.error[0].value and len(list_runs()) == 1
    assert test.number_input(key="quick-epochs").value == 7


def test_a_link_to_a_run_shows_it(empty_home: Path) -> None:
    fill(empty_home)
    test = opened(run=RUN)
    assert "Finished" in shown(test) and "Epoch 8 of 8" in shown(test)
    assert test.get("plotly_chart")


def test_a_fitted_run_shows_the_rules_that_were_tried(empty_home: Path) -> None:
    run = create_run(TrainConfig(model="encoder"), "fitted")
    run.write_metrics([{"candidate": n + 1, "c": c, "valid_loss": 0.3, "valid_accuracy": 0.9} for n, c in enumerate((0.01, 1))])
    run.write_status(RunStatus(state="finished"))
    test = opened(run="fitted")
    assert not test.exception
    assert test.get("plotly_chart")


def test_a_link_to_a_run_that_is_gone_says_so(empty_home: Path) -> None:
    test = opened(run="gone")
    assert "There is no run called gone" in test.error[0].value.replace("\\", "")


def test_a_running_run_can_be_stopped_and_a_stopped_one_resumed(empty_home: Path) -> None:
    run = create_run(TrainConfig(model="lenet5", epochs=5), "busy")
    run.write_status(RunStatus(state="running", epoch=2, epochs=5, step=3, steps=10, seconds_left=130))
    with run.lock():
        test = opened(run="busy")
        assert "about 2 min left" in shown(test) and "Epoch 3 of 5" in shown(test)
        test.button(key="stop").click().run()
        assert run.stop_file.exists() and test.button(key="stop").disabled
    run.write_status(RunStatus(state="stopped", epoch=2, epochs=5))
    assert "resume" in [button.key for button in opened(run="busy").button]


def test_a_failed_run_shows_its_reason_and_the_workers_log(empty_home: Path) -> None:
    run = create_run(TrainConfig(model="lenet5"), "failed")
    run.write_status(RunStatus(state="failed", message="The disk is full."))
    run.log_file.write_text("Traceback: something\n")
    test = opened(run="failed")
    assert "The disk is full" in test.error[0].value and "Traceback" in test.code[-1].value


def test_the_page_lists_runs_without_loading_torch(empty_home: Path) -> None:
    create_run(TrainConfig(model="lenet5"), "listed")
    code = (
        "import sys; from streamlit.testing.v1 import AppTest; "
        f"test = AppTest.from_file({PAGE!r}, default_timeout=60).run(); assert not test.exception; "
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=False).returncode == 0


def test_a_run_with_markup_in_its_files_shows_as_text(empty_home: Path) -> None:
    run: Run = create_run(TrainConfig(model="lenet5"), "markup")
    run.write_status(RunStatus(state="failed", message="**bold** <script>alert(1)</script>"))
    assert "**bold**" not in opened(run="markup").error[0].value
