"""WeightsConfig: what must be known about weights to use them again, and its place in config.json."""

import math
from dataclasses import MISSING, asdict, dataclass, fields
from pathlib import Path
from typing import Any, get_args

from detector.data.preprocess import MOST_CROPS, Preprocess, Resize
from detector.errors import UserError, WeightsError
from detector.files import read_json
from detector.labels import LABEL_NAMES
from detector.models.compact_kinds import KINDS


@dataclass(frozen=True)
class WeightsConfig:
    """The network, its preprocessing, its threshold and where it came from."""

    architecture: str
    num_outputs: int
    preprocess: Preprocess
    threshold: float = 0.5
    label_names: tuple[str, ...] = LABEL_NAMES
    image_size: int = 0  # what the network was created with; 0 is its own
    backbone: str = ""  # the frozen network of an svm or an encoder
    taps: str = ""  # of an encoder: after which blocks its backbone is read
    pool: str = ""  # of an encoder: what is kept of the places
    compact: str = "none"  # how the tensors are packed, see `models.compact`
    support_vectors: int = 0  # of an svm, or the centres of an encoder's curved head
    components: int = 0  # what an encoder's features are projected onto before a curved head; 0 where it is straight
    loss: str = ""
    dataset: str = ""
    data_fingerprint: str = ""
    run: str = ""
    seed: int = 0
    created: str = ""  # ISO date

    def __post_init__(self) -> None:
        for option in fields(self):
            value = getattr(self, option.name)
            kinds = (int, float) if option.type is float else option.type
            if option.type in (str, int, float) and (not isinstance(value, kinds) or isinstance(value, bool)):  # type: ignore[arg-type]
                raise WeightsError(f"In the weights' settings, {option.name} cannot be {value!r}.")
        if self.compact not in KINDS:
            raise WeightsError(f"The weights are packed in a way this version does not know: {self.compact!r}.")
        if self.num_outputs not in (1, 2):
            raise WeightsError(f"A detector has one or two outputs, not {self.num_outputs}.")
        if not (0 <= self.image_size <= 4096 and 0 <= self.support_vectors <= 1_000_000 and 0 <= self.components <= 4096):
            raise WeightsError(
                f"Image size {self.image_size} or number of support vectors {self.support_vectors} makes no sense."
            )
        if not 0 <= self.threshold <= 1:  # also refuses nan, which compares false
            raise WeightsError(f"The threshold should lie between 0 and 1, not {self.threshold}.")
        if self.label_names != LABEL_NAMES:
            raise WeightsError(f"The label names should be {', '.join(LABEL_NAMES)} in this order, not {self.label_names!r}.")

    def to_dict(self) -> dict[str, Any]:
        """Plain values for config.json."""
        return {**asdict(self), "label_names": list(self.label_names)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "WeightsConfig":
        """The inverse of `to_dict`; optional keys may be missing, unknown or wrong ones raise WeightsError."""
        unknown = sorted(set(values) - {option.name for option in fields(cls)})
        missing = sorted(option.name for option in fields(cls) if option.default is MISSING and option.name not in values)
        if unknown:
            raise WeightsError(f"The weights' settings hold what this version of the app does not know: {', '.join(unknown)}.")
        if missing:
            raise WeightsError(f"The weights' settings are incomplete; missing: {', '.join(missing)}.")
        names = values.get("label_names", LABEL_NAMES)
        changes = {
            "preprocess": _preprocess(values["preprocess"]),
            "label_names": tuple(names) if isinstance(names, list) else names,
        }
        return cls(**{**values, **changes})


def _preprocess(values: dict[str, Any]) -> Preprocess:
    """Preprocessing read from a file, where every value may be wrong; raises WeightsError."""
    try:
        look = Preprocess.from_dict(values)
        sound = (
            1 <= look.size <= 4096
            and look.resize in get_args(Resize)
            and 0.1 <= look.crop_pct <= 1
            and look.interpolation in ("bilinear", "bicubic")
            and all(len(three) == 3 and all(map(math.isfinite, three)) for three in (look.mean, look.std))
            and min(look.std) > 0
            and type(look.crops) is int
            and 1 <= look.crops <= MOST_CROPS
        )
    except (TypeError, KeyError, ValueError) as error:  # a ValueError is a DataError of the rule, or qualities that are no pair
        raise WeightsError(f"The weights' preprocessing does not fit this version of the app: {error}.") from error
    if not sound:
        raise WeightsError(f"The weights' preprocessing holds a value that makes no sense: {values}.")
    return look


def hub_config(config: WeightsConfig, timm_traits: dict[str, Any], model_args: dict[str, Any]) -> dict[str, Any]:
    """config.json in the layout of timm and the Hugging Face Hub, with our settings under the key "telltale".

    `timm_traits` are entries of a timm network's own pretrained_cfg (such as its classifier's name) and `model_args` what it
    was created with; both are empty for other networks.
    """
    look = config.preprocess
    return {
        "architecture": config.architecture,
        "num_classes": config.num_outputs,
        "label_names": list(LABEL_NAMES[-config.num_outputs :]),  # one output is the logit of "ai"
        **({"model_args": model_args} if model_args else {}),
        "pretrained_cfg": {
            **timm_traits,
            "num_classes": config.num_outputs,
            "input_size": [3, look.size, look.size],
            "mean": list(look.mean),
            "std": list(look.std),
            "interpolation": look.interpolation,
            "crop_pct": look.crop_pct,
            # timm knows no "native"; its nearest is the middle of the picture, scaled
            "crop_mode": "squash" if look.resize == "squash" else "center",
        },
        "telltale": config.to_dict(),
    }


def read_weights_config(folder: Path) -> WeightsConfig:
    """The settings in a weights folder's config.json; raises WeightsError when they are missing or damaged."""
    try:
        values = read_json(folder / "config.json").get("telltale")
    except UserError as error:
        raise WeightsError(str(error)) from error
    if not isinstance(values, dict):
        raise WeightsError(
            f'{folder / "config.json"} has no section "telltale": import its model.safetensors in the library instead.'
        )
    return WeightsConfig.from_dict(values)
