"""athens: LeNet-5, an SVM on frozen features and an eleven-layer CNN on a small mixed set, then on another generator."""

from detector.studies.plan import Claim, Experiment, Plan, Reported

_SMALL = {"valid_fraction": 0.15, "test_fraction": 0.2}  # the report's 6.5 % would leave some 50 test images

ATHENS = Plan(
    name="athens",
    title="A small mixed set, and another generator",
    most=1000,  # none is trained on, and those that were seen are left out
    asked="How well do a tiny network, an SVM on a pretrained network's features and a custom CNN tell about 900 mixed pictures "
    "apart? And what is left of it on pictures of a generator that none of them has seen?",
    data="400 real and 469 generated training images (people, animals, portraits, scenery), 30 + 30 test images, and an own test "
    "of 35 + 35 from DALL·E.",
    experiments=(
        Experiment(
            "lenet5", "LeNet-5", "athens-lenet5", "web", small=_SMALL, tests=("other",),
            reported=(
                Reported("valid", "accuracy", 0.8756), Reported("valid", "loss", 0.51),
                Reported("valid", "precision_macro", 0.876), Reported("valid", "recall_macro", 0.875),
                Reported("valid", "f1_macro", 0.875),
                Reported("test", "accuracy", 0.62), Reported("other", "accuracy", 0.56),
            ),
            differs="the report does not say of which class precision, recall and F1 are; so alike, they are taken for means",
        ),
        Experiment(
            "cnn11", "CNN-11", "athens-cnn11", "web", tests=("other",),
            small={**_SMALL, "image_size": 64, "epochs": 15, "batch_size": 32},
            reported=(
                Reported("valid", "accuracy", 0.8976), Reported("valid", "loss", 0.294),
                Reported("valid", "precision_macro", 0.8976), Reported("valid", "recall_macro", 0.8974),
                Reported("valid", "f1_macro", 0.8974),
                Reported("test", "accuracy", 0.72), Reported("other", "accuracy", 0.50),
            ),
            differs="at 64 px the network has 14 million parameters, not 193 million",
        ),
        Experiment(
            "svm", "SVM on frozen features", "athens-svm", "web", small=_SMALL, tests=("other",),
            instead=("resnet50", "tf_efficientnet_lite0"),
            reported=(
                Reported("valid", "accuracy", 0.95), Reported("valid", "precision", 0.94), Reported("valid", "recall", 0.95),
                Reported("valid", "f1", 0.94), Reported("test", "accuracy", 0.80), Reported("test", "precision", 0.85),
                Reported("test", "recall", 0.73), Reported("test", "f1", 0.79), Reported("other", "accuracy", 0.54),
            ),
            differs="features of the plain pictures: an SVM is fitted once, so nothing is augmented",
        ),
    ),
    claims=(
        Claim("On validation images the SVM beats CNN-11, and CNN-11 beats LeNet-5.", "better",
              (("svm", "cnn11"), ("cnn11", "lenet5")), "valid"),
        Claim("On test images the SVM beats CNN-11, and CNN-11 beats LeNet-5.", "better",
              (("svm", "cnn11"), ("cnn11", "lenet5"))),
        Claim("LeNet-5 falls to chance on another generator.", "chance", (("lenet5",),), "other"),
        Claim("CNN-11 falls to chance on another generator.", "chance", (("cnn11",),), "other"),
        Claim("The SVM falls to chance on another generator.", "chance", (("svm",),), "other"),
    ),
)  # fmt: skip
