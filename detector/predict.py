"""Predictor: from a picture to a verdict and a map. The one way there for pages, command line and evaluation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from detector.data.preprocess import Box
from detector.errors import UserError
from detector.evaluation.calibration import ScoreTable, decide
from detector.explain.cam import explain_with_logits
from detector.files import read_json
from detector.labels import LABEL_NAMES, label_of
from detector.models.crops import Views, picture_logits
from detector.models.inputs import normalise
from detector.models.library import find_weights
from detector.models.logits import probability_ai
from detector.models.weights import load_weights
from detector.models.weights_config import WeightsConfig


@dataclass(frozen=True)
class Verdict:
    """What a detector says of one picture.

    `label` (real, ai) is the threshold's; `verdict` (real, ai, inconclusive) is what the detector's validation images support.
    """

    label: str
    verdict: str
    probability: float
    threshold: float


@dataclass(frozen=True, eq=False)
class Explanation:
    """A map (h, w) ≥ 0 of what spoke for `label`, the part of the picture that it covers, and the verdict.

    A signed map also has negative values, where something spoke against `label`.
    """

    heat: NDArray[np.float32]
    box: Box
    label: int
    verdict: Verdict


@dataclass(frozen=True, eq=False)
class Predictor:
    """A network in eval mode with its preprocessing, threshold and score tables ("valid", "test"). Threads can share it."""

    model: nn.Module
    config: WeightsConfig
    calibration: Mapping[str, ScoreTable] = field(default_factory=dict)
    name: str = ""
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))

    @classmethod
    def load(cls, spec: str | Path, device: str = "auto") -> "Predictor":
        """The detector of that name, weights folder or run; raises WeightsError when it is missing or damaged.

        `device` is auto (cuda where there is one), cpu or cuda.
        """
        folder = find_weights(str(spec))
        model, config = load_weights(folder)
        place = choose_device(device)
        name = config.run if folder.name in ("best", "last") and config.run else folder.name
        return cls(model.to(place).eval(), config, read_calibration(folder), name, place)

    def predict(self, images: Sequence[Image.Image], batch_size: int = 16) -> list[Verdict]:
        """A verdict for each RGB picture, in their order, whatever their sizes."""
        return self.verdicts([self.config.preprocess.arrays(image) for image in images], batch_size)

    def verdicts(self, views: Sequence[Views], batch_size: int = 16) -> list[Verdict]:
        """A verdict for each picture, from what `config.preprocess.arrays` made of it; views are small, where it may be huge.

        The logits of a picture's crops (k, S, S, 3) are averaged; a single view (S, S, 3) is a picture of its own.
        """
        if not views:
            return []
        return self.judged(picture_logits(self.model, views, self.config.preprocess, self.device, batch_size))

    def judged(self, logits: Tensor) -> list[Verdict]:
        """A verdict for each picture's logits (N, 1 or 2), for those who ran the network themselves."""
        return [self._verdict(probability) for probability in probability_ai(logits).tolist()]

    def explain(
        self,
        image: Image.Image,
        label: int | None = None,
        method: str = "gradcam",
        layer: str | None = None,
        *,
        signed: bool = False,
    ) -> Explanation:
        """The map of what in an RGB picture speaks for `label`, without one for the predicted label; raises as `cam.explain`.

        Verdict and map come from the same run of the network; where several crops are scored, the verdict is that of all of them
        and the map that of the middle one. With `signed`, the map is that of `cam.explain_signed`.
        """
        look = self.config.preprocess
        whole = self.predict([image])[0] if look.crops > 1 else None

        def verdict_of(logits: Tensor) -> Verdict:
            return whole or self._verdict(probability_ai(logits).item())

        def choose(logits: Tensor) -> int:
            return label_of(verdict_of(logits).label) if label is None else label

        x = normalise(torch.from_numpy(look.array(image)[None].copy()).to(self.device), look)
        heat, logits = explain_with_logits(self.model, x, choose, method, layer, signed=signed)
        return Explanation(heat, look.box(*image.size), choose(logits), verdict_of(logits))

    def _verdict(self, probability: float) -> Verdict:
        threshold = self.config.threshold
        label = LABEL_NAMES[probability >= threshold]
        return Verdict(label, decide(probability, threshold, self.calibration.get("valid")), probability, threshold)


def choose_device(device: str) -> torch.device:
    """The device named auto, cpu or cuda; raises UserError for cuda where there is none."""
    if device == "cuda" and not torch.cuda.is_available():
        raise UserError("There is no CUDA device here: choose auto or cpu.")
    return torch.device("cuda" if device != "cpu" and torch.cuda.is_available() else "cpu")


def read_calibration(folder: Path) -> dict[str, ScoreTable]:
    """The score tables in a weights folder by split; none where it has no calibration.json. Raises UserError when damaged."""
    path = folder / "calibration.json"
    return {split: ScoreTable.from_dict(values) for split, values in read_json(path).items()} if path.is_file() else {}
