"""Showing the pinned images to a detector: each is scored once by each set of weights, and the score kept."""

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from detector.data.images import open_image
from detector.data.preprocess import Preprocess
from detector.errors import UserError
from detector.evaluation.calibration import Calibration, read_calibration
from detector.evaluation.pin_results import PinResult, read_result, write_result
from detector.evaluation.pins import Pin, any_pins, list_pins
from detector.models.digests import seen_hashes, weights_hash

if TYPE_CHECKING:
    from torch import nn

BATCH = 16

log = logging.getLogger(__name__)


def check_pins(folder: Path, name: str, progress: Callable[[int, int], None] | None = None) -> PinResult:
    """The detector in a weights folder on every pin; only those it was never shown are scored.

    Raises UserError when there are no pins, WeightsError when the weights cannot be used.
    """
    from detector.models.weights import load_weights

    pins = list_pins()
    if not pins:
        raise UserError("No image is pinned yet: pin one first (python -m detector pins add PICTURE --label real).")
    digest = weights_hash(folder)
    known = read_result(digest)
    scores = dict(known.scores) if known else {}
    new = [pin for pin in pins if pin.sha256 not in scores]
    model, config = load_weights(folder)
    calibration = read_calibration(folder)
    for start in range(0, len(new), BATCH):
        scores |= _scores(model, config.preprocess, calibration, new[start : start + BATCH])
        if progress:
            progress(min(start + BATCH, len(new)), len(new))
    seen = seen_hashes(folder)
    result = PinResult(
        digest,
        name,
        config.dataset,
        config.created,
        known.checked if known else time.time(),
        config.threshold,
        {pin.sha256: scores[pin.sha256] for pin in pins if pin.sha256 in scores},
        frozenset(pin.sha256 for pin in pins if pin.sha256[:16] in seen),
    )
    write_result(result)
    return result


def check_new_weights(folder: Path, name: str) -> None:
    """Show the pins, if there are any, to weights that were just trained; whatever goes wrong is only noted in the log."""
    if not any_pins():
        return
    try:
        check_pins(folder, name)
    except Exception as error:  # a run of hours is not to fail for what can be done again with one command
        log.warning("the pinned images could not be shown to %s: %s", name, error)


def _scores(model: "nn.Module", preprocess: Preprocess, calibration: Calibration, pins: Sequence[Pin]) -> dict[str, float]:
    """The probability of AI by sha256, of those pins that can still be read."""
    from detector.models.crops import picture_logits
    from detector.models.logits import probability_ai

    views = {}
    for pin in pins:
        try:
            views[pin.sha256] = preprocess.arrays(open_image(pin.file, pin.sha256))
        except UserError as error:
            log.warning("a pinned image is left out: %s", error)
    if not views:
        return {}
    found = probability_ai(picture_logits(model, list(views.values()), preprocess)).numpy()
    return dict(zip(views, calibration.probabilities(found).tolist(), strict=True))
