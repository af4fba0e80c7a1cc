"""Presets: the studies' recipes by name, and a few of our own to start from.

A preset fixes recipe and network, never the data: that is the user's. Where a report is silent, `notes` says what was chosen.
"""

from dataclasses import dataclass

from detector.errors import UserError
from detector.training.config import TrainConfig


@dataclass(frozen=True)
class Preset:
    """A named TrainConfig. `study` is rice, boston, athens or allahabad, or empty; `notes` tells what a report leaves open."""

    name: str
    title: str
    study: str
    notes: str
    config: TrainConfig


def _preset(name: str, title: str, notes: str, study: str = "", **settings: object) -> Preset:
    return Preset(name, title, study, notes, TrainConfig.from_dict({"preset": name, **settings}))


_SCRATCH: dict[str, object] = {"pretrained": False, "horizontal_flip": False, "schedule": "constant"}
_RICE: dict[str, object] = {
    **_SCRATCH,
    "epochs": 300,
    "batch_size": 100,
    "optimizer": "sgd",
    "learning_rate": 1e-3,
    "valid_fraction": 0.1,
    "test_fraction": 1 / 3,
}
_RICE_NOTES = (
    "Momentum is not stated: 0.9 here. The report's 200 training and 100 test images a genre are the test share of one third."
)
_BOSTON: dict[str, object] = {"horizontal_flip": False, "schedule": "constant", "optimizer": "sgd"}
_ATHENS: dict[str, object] = {
    **_SCRATCH,
    "optimizer": "adam",
    "learning_rate": 1e-3,
    "valid_fraction": 0.187,
    "test_fraction": 0.065,
    "vertical_flip": True,
    "rotation": 15.0,
    "random_crop": 0.5,
    "noise": 0.02,
}
_ATHENS_NOTES = (
    "The strength of the noise and the smallest crop are not stated: 2 % of full brightness and half of the area here."
)

_ALL = (
    _preset(
        "quick",
        "Quick start: LeNet-5 from scratch",
        "A minute on a laptop with the lab data. Small pictures, small network: for learning how things work.",
        **{**_SCRATCH, "model": "lenet5", "epochs": 15, "horizontal_flip": True, "schedule": "cosine"},
    ),
    _preset(
        "transfer",
        "Frozen EfficientNet-Lite0, new last layer",
        "Features are computed once, so even long trainings take seconds. A good first try on any data.",
        **{
            "freeze_backbone": True,
            "epochs": 60,
            "patience": 10,
            "learning_rate": 1e-2,
            "horizontal_flip": False,
            "weight_decay": 0.01,
        },
    ),
    _preset(
        "fine-tune",
        "EfficientNet-Lite0, fine-tuned on native pixels",
        "Cuts, never shrinks, so that the traces a generator leaves stay readable; the strongest of the small recipes.",
        **{
            "resize": "native",
            "epochs": 20,
            "patience": 6,
            "learning_rate": 1e-3,
            "weight_decay": 0.02,
            "warmup_epochs": 1.0,
            "clip_gradient": 1.0,
        },
    ),
    _preset("rice-resnet50", "rice: ResNet-50 from scratch", _RICE_NOTES, "rice", **{**_RICE, "model": "resnet50"}),
    _preset(
        "rice-googlenet",
        "rice: GoogLeNet, ImageNet weights",
        _RICE_NOTES + " The original GoogLeNet is used, whose weights need no download.",
        "rice",
        **{**_RICE, "model": "googlenet_bvlc", "pretrained": True},
    ),
    _preset(
        "rice-vit",
        "rice: ViT-B/16 from scratch",
        _RICE_NOTES + " The ViT's variant is not stated: B/16 here, not pretrained.",
        "rice",
        **{**_RICE, "model": "vit_base_patch16_224"},
    ),
    _preset(
        "boston-cnn3",
        "boston: CNN-3",
        "Input size, epochs and dropout are not stated: 64 px, 20 epochs, 0.25 here. "
        "The report's grid is batch size 32, 64, 128 × learning rate 0.01, 0.001, 0.0001.",
        "boston",
        **{**_BOSTON, "model": "cnn3", "pretrained": False, "epochs": 20, "batch_size": 64, "learning_rate": 0.01},
    ),
    _preset(
        "boston-vit",
        "boston: ViT-B/16, fine-tuned",
        "Epochs are not stated: 5 here. The report starts from weights made for this very task; "
        "here they are CLIP's, since those can be had without a download.",
        "boston",
        **{**_BOSTON, "model": "vit_base_patch16_clip_quickgelu_224", "epochs": 5, "batch_size": 32, "learning_rate": 1e-3},
    ),
    _preset(
        "athens-lenet5",
        "athens: LeNet-5",
        _ATHENS_NOTES,
        "athens",
        **{**_ATHENS, "model": "lenet5", "epochs": 30, "batch_size": 32},
    ),
    _preset(
        "athens-cnn11",
        "athens: CNN-11",
        _ATHENS_NOTES + " 216 million parameters: slow without a GPU.",
        "athens",
        **{**_ATHENS, "model": "cnn11", "epochs": 200, "batch_size": 64, "patience": 10},
    ),
    _preset(
        "athens-svm",
        "athens: RBF SVM on ResNet-18 features",
        "The grid holds the report's C = 1.7 and gamma = 1 / number of features. "
        "The features need ResNet-18's ImageNet weights; choose another backbone where they cannot be had.",
        "athens",
        **{**_SCRATCH, "model": "svm", "backbone": "resnet18", "valid_fraction": 0.187, "test_fraction": 0.065},
    ),
    _preset(
        "allahabad-resnet50",
        "allahabad: ResNet-50, ImageNet weights, one logit",
        "Optimiser, batch size and epochs are not stated: Adam 0.0001, 32 and 10 here.",
        "allahabad",
        **{
            **_SCRATCH,
            "model": "resnet50",
            "pretrained": True,
            "loss": "binary_cross_entropy",
            "optimizer": "adam",
            "learning_rate": 1e-4,
            "epochs": 10,
        },
    ),
    _preset(
        "allahabad-cnn",
        "allahabad: a CNN, one logit",
        "The report gives no layers for its CNN: boston's CNN-3 stands in, at 32 px, as on the benchmark it points to.",
        "allahabad",
        **{
            **_SCRATCH,
            "model": "cnn3",
            "image_size": 32,
            "loss": "binary_cross_entropy",
            "optimizer": "adam",
            "learning_rate": 1e-3,
            "epochs": 20,
        },
    ),
)

PRESETS: dict[str, Preset] = {preset.name: preset for preset in _ALL}


def preset_config(name: str) -> TrainConfig:
    """The settings of a preset; raises UserError naming the known ones."""
    if name not in PRESETS:
        raise UserError(f"There is no preset {name!r}. Known presets: {', '.join(PRESETS)}.")
    return PRESETS[name].config
