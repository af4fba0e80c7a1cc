"""A study run from start to end over toy pictures: the plan's own experiments, made small by settings that a test gives."""

import dataclasses
import json
from pathlib import Path

import pytest

from detector.errors import DataError
from detector.studies.plan import Claim, Experiment, Plan, Reported
from detector.studies.plans import PLANS
from detector.studies.reproduce import StudyStopped, reproduce
from detector.studies.result import read_result, write_result
from detector.studies.roles import parse_roles
from detector.studies.words import HOLDS, OPEN, differences
from detector.training.runs import find_run, list_runs
from detector.training.status import RunStatus
from tests.studies.toys import TINY, make_pictures

TOY = Plan(
    "toy", "A toy", "Two questions.", "none",
    experiments=(
        Experiment("net", "A network", "quick", "web", (Reported("test", "accuracy", 1.0), Reported("other", "accuracy", 0.5)),
                   tests=("other",)),
        Experiment("castles", "Castles", "quick", "castle"),
    ),
    claims=(
        Claim("It tells them apart.", "above_chance", (("net",),)),
        Claim("It beats castles.", "better", (("net", "castles"),)),
    ),
)  # fmt: skip
LEARNS = {**TINY, "epochs": 8}


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DETECTOR_PRETRAINED", raising=False)
    make_pictures(tmp_path / "pictures" / "web", 60)
    make_pictures(tmp_path / "pictures" / "other", 24, seed=5, marked=False)
    return tmp_path / "pictures"


def words(pictures: Path, *roles: str) -> list[str]:
    return [f"{role}={pictures / role}" for role in roles]


def test_a_study_trains_ordinary_runs_and_sets_reported_beside_here(pictures: Path, tmp_path: Path) -> None:
    result = reproduce(TOY, "small", parse_roles(words(pictures, "web", "other")), overrides=LEARNS)
    run = find_run("toy-small-net")
    assert run.status().state == "finished" and run.predictions_file.exists()
    assert [(row.test, row.reported) for row in result.numbers] == [("test", 1.0), ("other", 0.5)]
    on_test, on_other = result.numbers
    assert on_test.here == pytest.approx(run.about()["result"]["test"]["accuracy"], abs=1e-3)
    assert on_other.n == 48 and on_other.low is not None and on_other.low < 0.5 < on_other.high, "unmarked pictures are noise"
    assert {claim.text: claim.verdict for claim in result.claims} == {"It tells them apart.": HOLDS, "It beats castles.": OPEN}
    assert result.skipped == {"castles": "Role castle is not filled."}
    assert set(result.outcome("net").scores) == {"train", "valid", "test", "other"}
    write_result(tmp_path / "result.json", result)
    assert read_result(tmp_path / "result.json") == result


def test_a_result_holds_no_place_on_this_machine(pictures: Path, tmp_path: Path) -> None:
    result = reproduce(TOY, "small", parse_roles(words(pictures, "web", "other")), overrides=TINY)
    text = json.dumps(result.to_dict())
    assert str(tmp_path) not in text and str(Path.home()) not in text
    assert "--role 'web=web'" in result.command


def test_what_is_finished_is_not_trained_again(pictures: Path) -> None:
    roles = parse_roles(words(pictures, "web", "other"))
    reproduce(TOY, "small", roles, overrides=TINY)
    before = (find_run("toy-small-net").folder / "metrics.jsonl").stat().st_mtime_ns
    again = reproduce(TOY, "small", roles, overrides=TINY)
    assert (find_run("toy-small-net").folder / "metrics.jsonl").stat().st_mtime_ns == before
    assert again.outcome("net").seconds == pytest.approx(find_run("toy-small-net").about()["study_seconds"], abs=0.1)


def test_other_settings_make_a_run_of_their_own(pictures: Path) -> None:
    roles = parse_roles(words(pictures, "web"))
    reproduce(TOY, "small", roles, overrides=TINY)
    result = reproduce(TOY, "small", roles, overrides={**TINY, "epochs": 1})
    assert result.outcome("net").run == "toy-small-net-2" and result.outcome("net").epochs == 1
    assert len(list_runs()) == 2


def test_a_study_that_is_stopped_goes_on_where_it_was(pictures: Path) -> None:
    asked = False

    def tell(status: RunStatus) -> None:
        nonlocal asked
        asked = asked or status.step > 400

    roles = parse_roles(words(pictures, "web"))
    with pytest.raises(StudyStopped):
        reproduce(TOY, "small", roles, tell, lambda: asked, overrides=LEARNS)
    stopped = find_run("toy-small-net")
    assert stopped.status().state == "stopped" and 0 < stopped.finished_epochs() < 8
    result = reproduce(TOY, "small", roles, overrides=LEARNS)
    assert result.outcome("net").run == "toy-small-net" and result.outcome("net").epochs == 8


def test_one_experiment_that_fails_does_not_take_the_others_along(pictures: Path) -> None:
    broken = dataclasses.replace(TOY.experiments[0], name="broken", changes={"model": "no-such-network"})
    plan = dataclasses.replace(TOY, experiments=(broken, *TOY.experiments))
    quick = {name: value for name, value in TINY.items() if name != "model"}
    result = reproduce(plan, "small", parse_roles(words(pictures, "web")), overrides=quick)
    assert "no network named" in result.skipped["broken"]
    assert result.outcome("net").scores["test"].n > 0


def test_without_a_role_it_says_what_is_needed(pictures: Path) -> None:
    with pytest.raises(DataError, match="--role NAME=FOLDER: web"):
        reproduce(TOY, "small", parse_roles(words(pictures, "other")))


def test_a_network_whose_weights_cannot_be_had_makes_way_for_another(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    svm = next(each for each in PLANS["athens"].experiments if each.name == "svm")
    plan = dataclasses.replace(TOY, experiments=(dataclasses.replace(svm, tests=()),), claims=())
    small = {"device": "cpu", "image_size": 64, "svm_folds": 2, "svm_c": "1", "svm_gamma": "1", "batch_size": 16}
    outcome = reproduce(plan, "small", parse_roles(words(pictures, "web")), overrides=small).outcome("svm")
    assert outcome.settings["backbone"] == "tf_efficientnet_lite0"
    assert any("EfficientNet-Lite0 instead of ResNet-18" in line for line in outcome.differs)
    assert outcome.curves[0]["mean_accuracy"] > 0 and outcome.epochs == 0


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_every_plan_is_sound(plan: Plan) -> None:
    names = [each.name for each in plan.experiments]
    assert len(set(names)) == len(names)
    for each in plan.experiments:
        assert each.config("small").preset == each.config("full").preset == each.preset
        assert all(number.test in ("train", "valid", "test", *each.tests) for number in each.reported)
    for claim in plan.claims:
        assert {name for group in claim.about for name in group} <= set(names)


def test_full_scale_is_the_reports_own() -> None:
    rice, athens = PLANS["rice"], PLANS["athens"]
    assert {(each.config("full").epochs, each.config("full").batch_size) for each in rice.experiments} == {(300, 100)}
    assert [each.config("full").planned_epochs for each in athens.experiments] == [30, 200, 0]
    assert athens.experiments[1].config("full").image_size in (0, 256) and athens.experiments[1].config("full").patience == 10
    grid = {(each.config("full").batch_size, each.config("full").learning_rate) for each in PLANS["boston"].experiments[:9]}
    assert grid == {(batch, rate) for batch in (32, 64, 128) for rate in (0.01, 0.001, 0.0001)}


def test_what_the_report_leaves_open_is_not_called_a_difference() -> None:
    cnn = PLANS["boston"].experiments[0]
    said = differences(cnn, cnn.config("small"), "800 images")
    assert "40 epochs, which the report does not state" in said
    assert not any("instead of 20" in line for line in said)
