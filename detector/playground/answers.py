"""Answers: what a detector says of many views at once, each with its map, and never twice of the same view."""

import hashlib
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from detector.data.preprocess import Box
from detector.errors import UserError
from detector.explain.cam import margin
from detector.explain.features import as_grid, base, see
from detector.explain.formulas import FORMULAS
from detector.labels import AI
from detector.models.crops import picture_logits
from detector.models.inputs import normalise
from detector.predict import Predictor, Verdict

Views = NDArray[np.uint8]
Heat = NDArray[np.float32]

BATCH = 16
MOST_KEPT = 1024


@dataclass(frozen=True, eq=False)
class Answer:
    """A detector's verdict on a picture, and its map of evidence for AI-generated (positive) and for real (negative).

    `logit` is the log-odds of AI-generated as the network gave them; they do not flatten where a score is near 0 or 1. `heat` is
    None, with the reason in `no_map`, for networks whose features belong to no place; `box` is the part that it covers.
    """

    verdict: Verdict
    logit: float
    heat: Heat | None
    no_map: str
    box: Box


Said = tuple[Verdict, float, Heat | None, str]
Known = MutableMapping[str, Said]
"""What was said before, by the content of the views: all of an answer but its box. It belongs to one detector."""


def answers(predictor: Predictor, images: Sequence[Image.Image], known: Known) -> list[Answer]:
    """An answer for each RGB picture, in order; only views that are not among the `known` ones go through the network."""
    look = predictor.config.preprocess
    views = [look.arrays(image) for image in images]
    keys = [hashlib.sha256(view.tobytes()).hexdigest() for view in views]
    fresh = list({key: view for key, view in zip(keys, views, strict=True) if key not in known}.items())
    for start in range(0, len(fresh), BATCH):
        part = fresh[start : start + BATCH]
        known.update(zip((key for key, _ in part), _ask(predictor, [view for _, view in part]), strict=True))
    found = [Answer(*known[key], look.box(*image.size)) for key, image in zip(keys, images, strict=True)]
    for old in list(known)[: max(len(known) - MOST_KEPT, 0)]:
        del known[old]
    return found


def _ask(predictor: Predictor, views: Sequence[Views]) -> list[Said]:
    """The network's one run on the views of each picture, and Grad-CAM's way back through its head for the middle ones."""
    model, look = predictor.model, predictor.config.preprocess
    x = normalise(torch.from_numpy(np.stack([own[0] for own in views])).to(predictor.device), look)
    heats: list[Heat | None] = [None] * len(views)
    why = ""
    try:
        maps, logits = signed_maps(model, x)
        heats = [heat.float().cpu().numpy() for heat in maps]
    except UserError as error:
        why = str(error)
        with torch.no_grad():
            logits = model(x)
    logits = logits.float().cpu()
    for place, own in enumerate(views):
        if len(own) > 1:
            others = picture_logits(model, [own[1:]], look, predictor.device, BATCH)[0]
            logits[place] += (others - logits[place]) * (len(own) - 1) / len(own)
    log_odds = margin(logits, AI).double().tolist()
    return [(*three, why) for three in zip(predictor.judged(logits), log_odds, heats, strict=True)]


def signed_maps(model: torch.nn.Module, x: Tensor) -> tuple[Tensor, Tensor]:
    """Grad-CAM's evidence for AI-generated and against it (N, h, w), and the logits, of x (N, 3, S, S), in one run.

    Each picture's map is the one that `cam.explain_signed` draws of it alone: nothing in the networks mixes pictures. Raises
    UserError for a network whose features belong to no place.
    """
    seen = see(model, x)
    with torch.enable_grad():
        (gradients,) = torch.autograd.grad(margin(seen.logits, AI).sum(), seen.features)
    network, features = base(model), seen.features.detach()
    maps = FORMULAS["gradcam"](as_grid(network, features, x), as_grid(network, gradients, x))
    return maps, seen.logits.detach()
