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


PLAIN = TrainConfig(pretrained=False, horizontal_flip=False, schedule="constant")
"""What the studies share: no augmentation and no schedule unless the report names one."""

RICE = PLAIN.but(
    epochs=300, batch_size=100, optimizer="sgd", learning_rate=1e-3, valid_fraction=0.1, test_fraction=1 / 3
)  # 200 training and 100 test images a genre
RICE_NOTES = "Momentum is not stated: 0.9 here. The test share of one third is the report's 100 of 300 images a genre."

BOSTON = PLAIN.but(optimizer="sgd", learning_rate=0.01)

ATHENS = PLAIN.but(
    optimizer="adam",
    learning_rate=1e-3,
    valid_fraction=0.187,  # 20 % of what is left after the test images
    test_fraction=0.065,  # 30 of 430 and 30 of 499 images
    vertical_flip=True,
    rotation=15.0,
    random_crop=0.5,
    noise=0.02,
)
ATHENS_NOTES = "The noise's strength and the smallest crop are not stated: 2 % of full brightness and half of the area here."

ALLAHABAD = PLAIN.but(loss="binary_cross_entropy", optimizer="adam")

UNSEEN = TrainConfig(
    model="encoder",
    equalise="resize",
    equalise_side=256,
    augmented_views=1,
    jpeg=True,
    blur=1.5,
    random_crop=0.5,
    noise=0.015,
    head="rbf",
    head_c="1,3,10,30",
    false_alarms=0.05,
)
"""What held up best on generators left out of training, see docs/experiments.md."""

_ALL = (
    Preset(
        "quick",
        "Quick start: LeNet-5 from scratch",
        "",
        "A minute on a laptop with the lab pictures. A small network on small pictures: for learning how things work.",
        TrainConfig(model="lenet5", pretrained=False, epochs=15),
    ),
    Preset(
        "transfer",
        "Frozen EfficientNet-Lite0, new last layer",
        "",
        "Features are computed once, so even many epochs take seconds. A good first try on any data.",
        TrainConfig(freeze_backbone=True, epochs=60, patience=10, learning_rate=1e-2, weight_decay=0.01, horizontal_flip=False),
    ),
    Preset(
        "fine-tune",
        "EfficientNet-Lite0, fine-tuned on native pixels",
        "",
        "Cuts pictures and never shrinks them, so that the traces of a generator stay readable. The strongest small recipe.",
        TrainConfig(resize="native", epochs=20, patience=6, weight_decay=0.02, warmup_epochs=1.0, clip_gradient=1.0),
    ),
    Preset(
        "frozen-encoder",
        "Frozen encoder, one linear layer",
        "",
        "Reads EfficientNet-Lite0 after three of its stages. Where CLIP ViT-B/16's weights are at hand it can take its place, "
        "with taps such as 4,6,8 and pool class+mean. Two altered views of each image teach it to look past JPEG and blur.",
        TrainConfig(
            model="encoder", taps="2,3,5", pool="mean+std", augmented_views=2, jpeg=True, blur=1.5, noise=0.02, class_weights=True
        ),
    ),
    Preset(
        "strong",
        "CLIP ViT-B/16 after blocks 6 and 10, curved border",
        "",
        "How the shipped detector strong was made, from four sets at once. Needs CLIP's weights; features take a third of a "
        "second an image on two cores, once.",
        UNSEEN.but(backbone="vit_base_patch16_clip_quickgelu_224", taps="6,10", pool="class+mean", compact="lossless"),
    ),
    Preset(
        "light",
        "EfficientNet-Lite0 at four depths, curved border",
        "",
        "How the shipped detector light was made: the same recipe on a small network that is always at hand.",
        UNSEEN.but(taps="2,3,4,5", pool="mean+std", head_components=192, compact="float16"),
    ),
    Preset(
        "native-residual",
        "NPR residual network on native pixels",
        "",
        "Sees only how neighbouring pixels differ, in crops that are never scaled down; five of them judge a picture. Small, and "
        "from scratch; median, wavelet, srm and patches can take its place.",
        TrainConfig(
            model="npr",
            pretrained=False,
            epochs=30,
            patience=8,
            weight_decay=0.02,
            warmup_epochs=1.0,
            clip_gradient=1.0,
            jpeg=True,
        ),
    ),
    Preset(
        "tiny-pictures",
        "ResNet-20 for pictures of 32 pixels",
        "",
        "For sets such as CIFAKE: parts of 28 pixels to learn from, five of which judge a picture. Larger pictures show only "
        "their middle.",
        TrainConfig(
            model="resnet20",
            pretrained=False,
            image_size=28,
            resize="native",
            crops=5,
            epochs=60,
            batch_size=64,
            learning_rate=3e-3,
            weight_decay=0.05,
            warmup_epochs=5.0,
        ),
    ),
    Preset(
        "dct-statistics",
        "DCT statistics, logistic regression",
        "",
        "No network: strengths of frequencies and a linear rule. Quick, and a yardstick for what networks add.",
        TrainConfig(model="dct", pretrained=False, augmented_views=1, jpeg=True, class_weights=True),
    ),
    Preset("rice-resnet50", "rice: ResNet-50 from scratch", "rice", RICE_NOTES, RICE.but(model="resnet50")),
    Preset(
        "rice-googlenet",
        "rice: GoogLeNet, ImageNet weights",
        "rice",
        f"{RICE_NOTES} This is the original GoogLeNet; torchvision's has batch normalisation.",
        RICE.but(model="googlenet_bvlc", pretrained=True),
    ),
    Preset(
        "rice-vit",
        "rice: ViT-B/16 from scratch",
        "rice",
        f"{RICE_NOTES} The ViT's variant is not stated, nor that it was pretrained: B/16 from scratch here.",
        RICE.but(model="vit_base_patch16_224"),
    ),
    Preset(
        "boston-cnn3",
        "boston: CNN-3",
        "boston",
        "Input size, epochs and dropout are not stated: 64 px, 20 epochs and 0.5 here. The report's grid is batch size "
        "32, 64, 128 × learning rate 0.01, 0.001, 0.0001.",
        BOSTON.but(model="cnn3", epochs=20, batch_size=64),
    ),
    Preset(
        "boston-vit",
        "boston: ViT-B/16, fine-tuned",
        "boston",
        "Epochs are not stated: 5 here. The report starts from weights made for this very task; CLIP's stand in for them.",
        BOSTON.but(model="vit_base_patch16_clip_quickgelu_224", pretrained=True, epochs=5, batch_size=32, learning_rate=1e-3),
    ),
    Preset("athens-lenet5", "athens: LeNet-5", "athens", ATHENS_NOTES, ATHENS.but(model="lenet5", epochs=30, batch_size=32)),
    Preset(
        "athens-cnn11",
        "athens: CNN-11",
        "athens",
        f"{ATHENS_NOTES} A very large last part makes it slow without a GPU.",
        ATHENS.but(model="cnn11", epochs=200, batch_size=64, patience=10),
    ),
    Preset(
        "athens-svm",
        "athens: RBF SVM on ResNet-18 features",
        "athens",
        "The grid holds the report's C = 1.7 and gamma = 1 / number of features. ResNet-18's ImageNet weights are downloaded "
        "on first use; choose another backbone where there is no connection.",
        ATHENS.but(model="svm", backbone="resnet18", pretrained=True),
    ),
    Preset(
        "allahabad-resnet50",
        "allahabad: ResNet-50, ImageNet weights, one logit",
        "allahabad",
        "Optimiser, learning rate, batch size and epochs are not stated: Adam, 0.0001, 32 and 10 here.",
        ALLAHABAD.but(model="resnet50", pretrained=True, learning_rate=1e-4, epochs=10),
    ),
    Preset(
        "allahabad-cnn",
        "allahabad: a CNN, one logit",
        "allahabad",
        "The report gives no layers for its CNN: boston's CNN-3 stands in, at 32 px as on the benchmark it points to.",
        ALLAHABAD.but(model="cnn3", image_size=32, epochs=20),
    ),
)

PRESETS: dict[str, Preset] = {
    preset.name: Preset(preset.name, preset.title, preset.study, preset.notes, preset.config.but(preset=preset.name))
    for preset in _ALL
}


def preset_config(name: str) -> TrainConfig:
    """The settings of a preset; raises UserError naming the known ones."""
    if name not in PRESETS:
        raise UserError(f"There is no preset {name!r}. Known presets: {', '.join(PRESETS)}.")
    return PRESETS[name].config
