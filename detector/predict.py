"""Predictor: from a picture to a verdict and a map. The one way there for pages, command line and evaluation."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from detector.data.preprocess import Box
from detector.errors import UserError
from detector.evaluation.calibration import Calibration, read_calibration
from detector.evaluation.novelty import Neighbour, NoveltyBank, read_bank
from detector.explain.cam import explain_with_logits
from detector.labels import INCONCLUSIVE, LABEL_NAMES, label_of
from detector.models.crops import Views, picture_logits
from detector.models.inputs import normalise
from detector.models.library import find_weights
from detector.models.logits import probability_ai
from detector.models.pooled import logits_and_features
from detector.models.weights import load_weights
from detector.models.weights_config import WeightsConfig

UNLIKE = "it is unlike the pictures this detector learnt from, farther away than 99 of 100 of its validation images"


@dataclass(frozen=True)
class Verdict:
    """What a detector says of one picture.

    `label` (real, ai) is the threshold's; `verdict` (real, ai, inconclusive) is what the detector's validation images support.
    `probability` is calibrated, if the detector is. `reasons` say why a verdict is inconclusive.
    """

    label: str
    verdict: str
    probability: float
    threshold: float
    reasons: tuple[str, ...] = ()


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
    """A network in eval mode with its preprocessing, threshold, calibration and training features. Threads can share it."""

    model: nn.Module
    config: WeightsConfig
    calibration: Calibration = field(default_factory=Calibration)
    name: str = ""
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    bank: NoveltyBank | None = None

    @classmethod
    def load(cls, spec: str | Path, device: str = "auto") -> "Predictor":
        """The detector of that name, weights folder or run; raises WeightsError when it is missing or damaged.

        `device` is auto (cuda where there is one), cpu or cuda.
        """
        folder = find_weights(str(spec))
        model, config = load_weights(folder)
        place = choose_device(device)
        name = config.run if folder.name in ("best", "last") and config.run else folder.name
        return cls(model.to(place).eval(), config, read_calibration(folder), name, place, read_bank(folder))

    def predict(self, images: Sequence[Image.Image], batch_size: int = 16) -> list[Verdict]:
        """A verdict for each RGB picture, in their order, whatever their sizes."""
        return self.verdicts([self.config.preprocess.arrays(image) for image in images], batch_size)

    def verdicts(self, views: Sequence[Views], batch_size: int = 16) -> list[Verdict]:
        """A verdict for each picture, from what `config.preprocess.arrays` made of it; views are small, where it may be huge.

        The logits of a picture's crops (k, S, S, 3) are averaged; a single view (S, S, 3) is a picture of its own.
        """
        if not views:
            return []
        if self.bank is None:
            return self.judged(picture_logits(self.model, views, self.config.preprocess, self.device, batch_size))
        return [verdict for verdict, _ in self.compared(views, batch_size)]

    def compared(self, views: Sequence[Views], batch_size: int = 16) -> list[tuple[Verdict, list[Neighbour]]]:
        """As `verdicts`, each with the training pictures that look most like it to this detector; none where none are known."""
        if self.bank is None or not views:
            return [(verdict, []) for verdict in self.verdicts(views, batch_size)]
        logits, features = logits_and_features(self.model, views, self.config.preprocess, self.device, batch_size)
        near = self.bank.nearest(features.numpy())
        novel = [(UNLIKE,) if self.bank.is_novel(own) else () for own in near]
        found = [self._verdict(each, why) for each, why in zip(self.probabilities(logits), novel, strict=True)]
        return list(zip(found, near, strict=True))

    def judged(self, logits: Tensor) -> list[Verdict]:
        """A verdict for each picture's logits (N, 1 or 2), for those who ran the network themselves; novelty is not looked at."""
        return [self._verdict(probability) for probability in self.probabilities(logits)]

    def probabilities(self, logits: Tensor) -> list[float]:
        """The calibrated probability of AI-generated of each picture's logits (N, 1 or 2)."""
        found: list[float] = self.calibration.probabilities(probability_ai(logits).cpu().numpy()).tolist()
        return found

    def objected(self, verdict: Verdict, objections: tuple[str, ...]) -> Verdict:
        """The verdict after what was found in the file itself (`detector.data.input_checks.objections`)."""
        if not objections:
            return verdict
        return replace(verdict, verdict=INCONCLUSIVE, reasons=(*verdict.reasons, *objections))

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
        whole = self.predict([image])[0] if look.crops > 1 or self.bank else None

        def verdict_of(logits: Tensor) -> Verdict:
            return whole or self.judged(logits)[0]

        def choose(logits: Tensor) -> int:
            return label_of(verdict_of(logits).label) if label is None else label

        x = normalise(torch.from_numpy(look.array(image)[None].copy()).to(self.device), look)
        heat, logits = explain_with_logits(self.model, x, choose, method, layer, signed=signed)
        return Explanation(heat, look.box(*image.size), choose(logits), verdict_of(logits))

    def _verdict(self, probability: float, objections: tuple[str, ...] = ()) -> Verdict:
        threshold = self.config.threshold
        verdict, reasons = self.calibration.judge(probability, threshold, objections)
        return Verdict(LABEL_NAMES[probability >= threshold], verdict, probability, threshold, reasons)


def choose_device(device: str) -> torch.device:
    """The device named auto, cpu or cuda; raises UserError for cuda where there is none."""
    if device == "cuda" and not torch.cuda.is_available():
        raise UserError("There is no CUDA device here: choose auto or cpu.")
    return torch.device("cuda" if device != "cpu" and torch.cuda.is_available() else "cpu")
