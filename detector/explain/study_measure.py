"""One face of the study: shares, effects and doses of a single picture. Knows nothing of the folder it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from detector.explain.dose import FaceDose, face_dose
from detector.explain.face_mean import aligned
from detector.explain.faces import Face
from detector.explain.ledger import blur_width, map_shares, seen_regions, smooth_inside, swap_inside
from detector.explain.perturb import log_odds, network_input, smoothed
from detector.explain.random_regions import random_regions
from detector.explain.regions import Mask, skin
from detector.labels import label_of

if TYPE_CHECKING:  # it is made above this layer
    from detector.predict import Predictor  # noqa: TID251 - a type only

RANDOM = 3
"""Random regions for each region and face. Their mean over faces is what counts, so a few a face are enough."""


@dataclass(frozen=True)
class RegionMeasure:
    """A region of one face: its share of the map and of the view, and its effects on the evidence for the verdict, in logits.

    Excess: the size of the effect less the mean size in random regions of the same shape and area.
    """

    share: float
    area: float
    smooth: float
    smooth_excess: float
    swap: float
    swap_excess: float


@dataclass(frozen=True, eq=False)
class FaceMeasure:
    """One face: truth, verdict, log-odds of the verdict, its regions, its dose curve, and its map on the mean face."""

    label: int
    predicted: int
    score: float
    regions: dict[str, RegionMeasure]
    dose: FaceDose | None
    map: NDArray[np.float64]


def measure_face(predictor: "Predictor", image: Image.Image, found: Face, label: int, method: str, seed: int) -> FaceMeasure:
    """Everything the study wants of one RGB picture and the face found in it; the evidence measured is that for the verdict."""
    told = predictor.explain(image, method=method)
    predicted = label_of(told.verdict.label)
    x = network_input(predictor, image)
    size = int(x.shape[-1])
    face = found.within(told.box, size)
    masks = seen_regions(face, size)
    shares = map_shares(told.heat, masks)
    blurred = smoothed(x, blur_width(face))
    random = np.random.default_rng(seed)
    tried = {name: [mask, *islice(random_regions(mask, random), RANDOM)] for name, mask in masks.items()}
    changed = [part for each in tried.values() for part in (smooth_inside(x, blurred, each), swap_inside(x, each))]
    base, *scores = log_odds(predictor.model, torch.cat([x, *changed]), predicted)
    moved = np.reshape(np.subtract(scores, base), (len(masks), 2, 1 + RANDOM))
    regions = {name: _measure(shares[name], masks[name], each) for name, each in zip(masks, moved, strict=True)}
    empty = np.zeros((size, size), bool)
    dose = face_dose(predictor.model, x, blurred, skin(face, (size, size)), masks.get("background", empty), predicted)
    return FaceMeasure(label, predicted, float(base), regions, dose, aligned(told.heat, face, size))


def _measure(share: float, mask: Mask, moved: Sequence[NDArray[np.float64]]) -> RegionMeasure:
    """From the changes by smoothing and by swapping; in each the region's own comes first, then the random ones'."""
    values = [value for own, *others in moved for value in (float(own), float(abs(own) - np.abs(others).mean()))]
    return RegionMeasure(share, float(mask.mean()), *values)
