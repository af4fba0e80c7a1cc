from typing import Any

import pytest
from huggingface_hub import ModelCard

from detector.data.audit import Audit, Finding
from detector.evaluation.metrics import evaluate
from detector.models.card import make_card
from detector.models.pretrained import hub_repository
from detector.training.config import TrainConfig

COUNTS = {"train": {"real": 700, "ai": 690}, "valid": {"real": 50, "ai": 60}, "test": {"real": 40, "ai": 20}}


@pytest.fixture
def metrics() -> dict:
    labels = [0] * 40 + [1] * 20
    return evaluate(labels, [0.1] * 36 + [0.8] * 4 + [0.9] * 15 + [0.3] * 5).to_dict()


def card(metrics: dict, config: TrainConfig | None = None, **more: Any) -> str:
    config = config or TrainConfig(data="/home/somebody/pictures/faces")
    return make_card("faces-small", config.to_dict(), metrics, COUNTS, "python -m detector train --data faces", **more)


def test_the_front_matter_is_what_the_hub_reads(metrics):
    data = ModelCard(card(metrics, licence="cc-by-4.0", base_model="timm/resnet18.a1_in1k"), ignore_metadata_errors=False).data
    assert (data.license, data.library_name, data.pipeline_tag) == ("cc-by-4.0", "timm", "image-classification")
    assert data.base_model == "timm/resnet18.a1_in1k" and "telltale" in data.tags
    assert data.metrics == ["accuracy", "recall", "precision", "f1", "roc_auc"]


def test_the_hub_finds_the_results_with_task_data_and_interval(metrics):
    data = ModelCard(card({"split": "valid", **metrics})).data
    assert data.model_name == "faces-small"
    found = {result.metric_type: result for result in data.eval_results}
    low, high = metrics["intervals"]["accuracy"]
    assert found["accuracy"].metric_value == 0.85
    assert found["accuracy"].metric_name == f"Accuracy, 95 % interval {low:.3f}–{high:.3f}, n = 60"
    assert found["recall"].metric_value == 0.75 and found["roc_auc"].metric_value == round(metrics["auc"], 6)
    assert all(each.task_type == "image-classification" and each.dataset_name == "faces" for each in data.eval_results)
    assert {each.dataset_split for each in data.eval_results} == {"validation"}


def test_names_that_would_break_yaml_come_back_as_they_were(metrics):
    odd = 'a: "b" #c\n---\nlicense: mit'
    data = ModelCard(card(metrics, TrainConfig(data=f"/pictures/{odd}"))).data
    assert {each.dataset_name for each in data.eval_results} == {odd}
    assert data.license == "other"


def test_weights_that_only_telltale_builds_do_not_claim_to_be_timms(metrics):
    assert ModelCard(card(metrics, TrainConfig(model="lenet5"))).data.library_name == "telltale"
    assert ModelCard(card(metrics, TrainConfig(model="svm"))).data.library_name == "telltale"
    assert ModelCard(card(metrics, TrainConfig(model="resnet18"))).data.library_name == "timm"


def test_the_base_model_is_named_only_where_the_weights_come_from_the_hub(tmp_path, monkeypatch):
    monkeypatch.setenv("DETECTOR_PRETRAINED", str(tmp_path))
    assert hub_repository("resnet18").startswith("timm/resnet18.")
    assert hub_repository("tf_efficientnet_lite0") == hub_repository("googlenet") == hub_repository("lenet5") == ""
    (tmp_path / "resnet18.safetensors").touch()
    assert hub_repository("resnet18") == ""


def test_numbers_come_with_their_interval_and_the_number_of_images(metrics):
    text = card(metrics)
    assert "test split, n = 60 images" in text
    low, high = metrics["intervals"]["accuracy"]
    assert low < 51 / 60 < high
    assert f"| Accuracy | 0.850 ({low:.3f}–{high:.3f}) |" in text
    assert "| Real | 36 | 4 |" in text
    assert "| AI-generated | 5 | 15 |" in text


def test_numbers_on_validation_images_are_marked_as_flattering(metrics):
    text = card({"split": "valid", **metrics})
    assert "valid split, n = 60" in text
    assert "expect less on others" in text
    assert "expect less on others" not in card({"split": "test", **metrics})


def test_without_a_measurement_the_card_says_that_nothing_is_known():
    assert "nothing is known about its accuracy" in card({})
    assert ModelCard(card({})).data.eval_results is None


def test_one_class_alone_has_no_roc_and_the_card_leaves_it_out():
    text = card(evaluate([1, 1], [0.9, 0.2]).to_dict())
    assert "ROC AUC" not in text
    assert "| Accuracy | 0.500" in text


def test_the_recipe_the_data_and_the_command_are_there_but_no_path_of_the_author(metrics):
    text = card(metrics)
    assert "| train | 700 | 690 |" in text
    assert "python -m detector train --data faces" in text
    assert "| `learning_rate` | 0.001 |" in text
    assert "| `horizontal_flip` | yes |" in text
    assert "/home/somebody" not in text
    assert "From `faces`" in text


def test_the_network_is_named_with_its_origin(metrics):
    assert "lenet5, trained from scratch" in card(metrics, TrainConfig(model="lenet5", pretrained=False))
    assert "cnn11, fine-tuned" in card(metrics, TrainConfig(model="cnn11"))
    assert "on the features of resnet18" in card(metrics, TrainConfig(model="svm", backbone="resnet18"))
    read = card(metrics, TrainConfig(model="encoder", backbone="resnet18", taps="2,3", pool="mean+std"))
    assert "one linear layer on what resnet18, which stays frozen, sees after its blocks 2,3 (pool: mean+std)" in read
    assert "no network" in card(metrics, TrainConfig(model="dct"))


def test_known_failures_are_told_and_their_absence_too(metrics):
    assert "Blurred faces read as real." in card(metrics, known_failures="Blurred faces read as real.")
    assert "None recorded yet" in card(metrics)
    assert "It is not proof." in card(metrics)


def test_the_card_says_what_a_cheater_scores_on_the_data(metrics):
    findings = (Finding("metadata", 0.97, 0.95, 0.99, 900), Finding("colour", 0.55, 0.51, 0.59, 900))
    audit = Audit(findings, "ab12", looked_at={"real": 450, "ai": 450}, total=900)
    text = card(metrics, audit=audit.to_dict())
    assert "## Shortcuts in the data" in text
    assert "never looks at the picture, only at how its file is stored, gets 0.97" in text
    assert "| Colours | AUC 0.55 (95 %: 0.51–0.59, n = 900) | No cheap shortcut |" in text
    assert "all 900 pictures" in text


def test_a_card_without_an_audit_says_that_nobody_knows_of_shortcuts(metrics):
    assert "No audit was made" in card(metrics)
