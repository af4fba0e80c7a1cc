import argparse

import pytest

from detector.errors import UserError
from detector.training.config import TrainConfig
from detector.training.flags import add_flags, command_of, config_from
from detector.training.presets import PRESETS, preset_config


def parsed(*words: str, base: TrainConfig | None = None) -> TrainConfig:
    parser = argparse.ArgumentParser()
    add_flags(parser)
    return config_from(parser.parse_args(words), base or TrainConfig())


def test_settings_survive_a_round_trip_through_plain_values() -> None:
    config = TrainConfig(model="cnn3", rotation=15.0, jpeg=True)
    assert TrainConfig.from_dict(config.to_dict()) == config


@pytest.mark.parametrize(
    "wrong",
    [
        {"epochs": 0},
        {"learning_rate": float("nan")},
        {"optimizer": "magic"},
        {"jpeg": "yes"},
        {"batch_size": 1.5},
        {"svm_c": "1,two"},
        {"svm_gamma": "0"},
        {"valid_fraction": 0.5, "test_fraction": 0.5},
        {"no_such_field": 1},
    ],
)
def test_a_setting_that_cannot_work_is_refused_by_name(wrong: dict[str, object]) -> None:
    with pytest.raises(UserError):
        TrainConfig.from_dict(wrong)


def test_a_flag_changes_the_preset_and_the_rest_of_the_preset_stays() -> None:
    config = parsed("--epochs", "2", "--no-vertical-flip", base=preset_config("athens-lenet5"))
    assert (config.epochs, config.vertical_flip) == (2, False)
    assert (config.rotation, config.optimizer, config.batch_size) == (15.0, "adam", 32)


def test_the_printed_command_makes_the_same_settings_again() -> None:
    config = TrainConfig(model="cnn3", pretrained=False, learning_rate=3e-4, horizontal_flip=False, jpeg=True, resize="native")
    words = command_of(config).split()
    assert words[:4] == ["python", "-m", "detector", "train"]
    assert parsed(*words[4:]) == config


def test_the_printed_command_tells_the_data_folders_name_but_not_its_path() -> None:
    assert "--data faces " in command_of(TrainConfig(data="/home/somebody/secret/faces"))


def test_the_presets_hold_the_hyperparameters_that_the_studies_report() -> None:
    rice = PRESETS["rice-resnet50"].config
    assert (rice.epochs, rice.batch_size, rice.optimizer, rice.learning_rate, rice.pretrained) == (300, 100, "sgd", 1e-3, False)
    assert PRESETS["rice-googlenet"].config.pretrained
    lenet = PRESETS["athens-lenet5"].config
    assert (lenet.optimizer, lenet.learning_rate, lenet.batch_size, lenet.epochs) == ("adam", 1e-3, 32, 30)
    cnn11 = PRESETS["athens-cnn11"].config
    assert (cnn11.batch_size, cnn11.epochs, cnn11.patience) == (64, 200, 10)
    assert (lenet.vertical_flip, lenet.rotation, lenet.random_crop > 0, lenet.noise > 0) == (True, 15.0, True, True)
    assert PRESETS["boston-cnn3"].config.optimizer == "sgd"
    assert PRESETS["boston-vit"].config.batch_size == 32
    allahabad = PRESETS["allahabad-resnet50"].config
    assert (allahabad.num_outputs, allahabad.pretrained) == (1, True)
    svm = PRESETS["athens-svm"].config
    assert "1.7" in svm.svm_c.split(",") and "1" in svm.svm_gamma.split(",")


def test_an_unknown_preset_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UserError, match="athens-lenet5"):
        preset_config("sparta")
