"""TrainConfig: every choice of a training run. Its fields are the flags, the form's widgets and config.json."""

from dataclasses import Field, asdict, dataclass, field, fields, replace
from typing import Any

from detector.data.preprocess import MOST_CROPS
from detector.errors import UserError
from detector.models.compact_kinds import KINDS
from detector.models.head_kinds import HEADS
from detector.models.names import FITTED
from detector.models.taps import POOL_CHOICES, Taps


def _option(default: Any, group: str, help: str, **more: Any) -> Any:
    return field(default=default, metadata={"group": group, "help": help, **more})


@dataclass(frozen=True)
class TrainConfig:
    """One training run. The defaults train `tf_efficientnet_lite0` from its ImageNet weights in a few minutes on two cores."""

    # data
    data: str = _option("lab", "data", "folders with a sub-folder a class, commas between them, or lab: pictures made by code")
    test_fraction: float = _option(0.15, "data", "share of images kept for the final test", low=0.0, high=0.8)
    valid_fraction: float = _option(0.15, "data", "share of images for choosing epochs and thresholds", low=0.01, high=0.8)
    max_images: int = _option(0, "data", "at most so many images a class; 0 takes all", low=0, high=10_000_000)
    leave_out: str = _option("", "data", "generators, with commas between them, that are only tested on and never learnt from")
    equalise: str = _option(
        "off",
        "data",
        "bring both classes to one size and one JPEG compression, so that neither gives them away; "
        "crop keeps pixels as they are, resize the whole picture",
        choices=("off", "crop", "resize"),
    )
    equalise_side: int = _option(0, "data", "side in pixels that equalise brings pictures to; 0 fits the data", low=0, high=2048)
    # model
    model: str = _option("tf_efficientnet_lite0", "model", "a network of the zoo, any timm name, svm or encoder")
    pretrained: bool = _option(True, "model", "start from pretrained weights where there are any, not from scratch")
    freeze_backbone: bool = _option(False, "model", "train the last layer only; the features are computed once")
    backbone: str = _option("tf_efficientnet_lite0", "model", "the frozen network whose features an svm or encoder reads")
    loss: str = _option(
        "cross_entropy",
        "model",
        "cross_entropy (two logits) or binary_cross_entropy (one logit)",
        choices=("cross_entropy", "binary_cross_entropy"),
    )
    # picture
    image_size: int = _option(0, "picture", "side of the network's input in pixels; 0 takes the network's own", low=0, high=1024)
    resize: str = _option(
        "auto",
        "picture",
        "squash: the whole picture; shorter: its middle; native: its middle, never shrunk; auto: the network's own",
        choices=("auto", "squash", "shorter", "native"),
    )
    crops: int = _option(
        0,
        "picture",
        "views of a picture whose scores are averaged in a test: middle, corners, edges; 0 takes the network's own number",
        low=0,
        high=MOST_CROPS,
    )
    # augmentation, on training images only
    horizontal_flip: bool = _option(True, "augmentation", "mirror left and right, half of the time")
    vertical_flip: bool = _option(False, "augmentation", "mirror top and bottom, half of the time")
    rotation: float = _option(0.0, "augmentation", "rotate by up to so many degrees either way", low=0.0, high=180.0)
    random_crop: float = _option(
        0.0, "augmentation", "cut out a random part of at least this share of the area, then resize; 0 is off", low=0.0, high=1.0
    )
    noise: float = _option(
        0.0, "augmentation", "Gaussian noise with this standard deviation, in shares of full brightness", low=0.0, high=0.5
    )
    jpeg: bool = _option(False, "augmentation", "re-save as JPEG at a random quality from 50 to 95, half of the time")
    blur: float = _option(
        0.0, "augmentation", "Gaussian blur with a sigma of up to so many pixels, half of the time", low=0.0, high=5.0
    )
    # recipe
    epochs: int = _option(10, "recipe", "how often every training image is seen", low=1, high=10_000)
    batch_size: int = _option(32, "recipe", "images a step", low=1, high=4096)
    optimizer: str = _option("adamw", "recipe", "sgd, adam or adamw", choices=("sgd", "adam", "adamw"))
    learning_rate: float = _option(1e-3, "recipe", "step size of the optimiser", low=1e-8, high=10.0)
    momentum: float = _option(0.9, "recipe", "momentum of sgd", low=0.0, high=0.999)
    weight_decay: float = _option(0.0, "recipe", "pull of the weights towards zero", low=0.0, high=1.0)
    schedule: str = _option(
        "cosine", "recipe", "how the learning rate changes: constant, cosine or step", choices=("constant", "cosine", "step")
    )
    warmup_epochs: float = _option(0.0, "recipe", "epochs in which the learning rate rises from zero", low=0.0, high=1000.0)
    patience: int = _option(
        0, "recipe", "stop after so many epochs without a better validation loss; 0 never stops early", low=0, high=1000
    )
    false_alarms: float = _option(
        0.0,
        "recipe",
        "choose the threshold on validation so that at most this share of real images is called AI-generated; 0 keeps 0.5",
        low=0.0,
        high=0.5,
    )
    class_weights: bool = _option(False, "recipe", "weigh the classes alike when one has more images")
    clip_gradient: float = _option(0.0, "recipe", "largest norm of the gradient; 0 is off", low=0.0, high=1000.0)
    seed: int = _option(0, "recipe", "makes splits, first weights and order repeatable", low=0, high=2**31 - 1)
    # svm
    svm_folds: int = _option(5, "svm", "parts of the k-fold cross-validation", low=2, high=20)
    svm_c: str = _option("0.5,1,1.7,3,10", "svm", "values of C to try, with commas")
    svm_gamma: str = _option("0.25,0.5,1,2,4", "svm", "values of gamma to try, as multiples of 1 / number of features")
    # encoder
    taps: str = _option("last", "encoder", "after which blocks of the backbone to read, such as 4,6,8; last is its own end")
    pool: str = _option(
        "mean",
        "encoder",
        "what is kept of the places: class token (vision transformers), mean or standard deviation of each channel",
        choices=POOL_CHOICES,
    )
    augmented_views: int = _option(
        0, "encoder", "so many augmented views of each training image are learnt from beside the plain one", low=0, high=50
    )
    head: str = _option(
        "linear",
        "encoder",
        "the border between the classes: linear (logistic regression), or rbf, a curved one by support vectors",
        choices=HEADS,
    )
    head_c: str = _option("0.0001,0.001,0.01,0.1,1", "encoder", "values of C of the head; validation images choose one")
    head_components: int = _option(
        256, "encoder", "main components of the features that an rbf head keeps; fewer make it smaller", low=2, high=4096
    )
    # bookkeeping
    compact: str = _option(
        "none",
        "run",
        "how the weights are kept: none, lossless (small where not a bit is lost), int8 or float16 (small, slightly rounded)",
        choices=KINDS,
    )
    time_machine: bool = _option(True, "run", "after every epoch, keep score and heat map of a few pictures, to be replayed")
    preset: str = _option("", "run", "the preset it started from")
    device: str = _option("auto", "run", "auto, cpu or cuda", choices=("auto", "cpu", "cuda"))

    def __post_init__(self) -> None:
        for option in fields(self):
            _check(option, getattr(self, option.name))
        if self.valid_fraction + self.test_fraction >= 0.95:
            raise UserError("Validation and test together take 95 % or more of the images: leave some for training.")
        if 0 < self.equalise_side < 8:
            raise UserError(f"equalise_side should be 8 pixels or more, or 0 to fit the data, not {self.equalise_side}.")
        for name in ("svm_c", "svm_gamma", "head_c"):
            svm_values(getattr(self, name), name)
        Taps.of(self.taps, self.pool)

    @property
    def num_outputs(self) -> int:
        """Logits a picture: one for binary cross-entropy and what is fitted in one go, otherwise two."""
        return 1 if self.loss == "binary_cross_entropy" or self.model in FITTED else 2

    @property
    def planned_epochs(self) -> int:
        """Epochs at most; none for what is fitted in one go."""
        return 0 if self.model in FITTED else self.epochs

    def to_dict(self) -> dict[str, Any]:
        """Plain values for config.json."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "TrainConfig":
        """The inverse of `to_dict`; raises UserError for a field that does not exist."""
        unknown = sorted(set(values) - {option.name for option in fields(cls)})
        if unknown:
            raise UserError(f"Unknown settings: {', '.join(unknown)}.")
        return cls(**values)

    def but(self, **changes: Any) -> "TrainConfig":
        """A copy with some fields changed."""
        return replace(self, **changes)


def svm_values(text: str, name: str) -> tuple[float, ...]:
    """The numbers in "0.5,1,2"; raises UserError when there are none or one is not positive."""
    try:
        values = tuple(float(part) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise UserError(f"{name} should be numbers with commas between them, like 0.5,1,2 (it is {text!r}).") from error
    if not values or min(values) <= 0:
        raise UserError(f"{name} needs at least one number, all of them above zero.")
    return values


def _check(option: "Field[Any]", value: Any) -> None:
    """One field against its type, choices and bounds; raises UserError."""
    default: Any = option.default
    name, kind = option.name, type(default)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not kind:
        raise UserError(f"{name} should be {'yes or no' if kind is bool else f'of type {kind.__name__}'}, not {value!r}.")
    choices = option.metadata.get("choices")
    if choices and value not in choices:
        raise UserError(f"{name} should be one of {', '.join(choices)}, not {value!r}.")
    low, high = option.metadata.get("low"), option.metadata.get("high")
    if low is not None and not low <= value <= high:  # also refuses nan, which compares false
        raise UserError(f"{name} should lie between {low} and {high}, not {value}.")
