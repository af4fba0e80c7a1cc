"""Ledger: for each region of a face its share of the map, and whether changing it moves the score more than chance would."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from detector.data.preprocess import Box
from detector.explain.faces import Face
from detector.explain.ledger_words import row_sentence
from detector.explain.overlay import resize_map
from detector.explain.perturb import inside, log_odds, mirrored, network_input, smoothed, soft
from detector.explain.random_regions import overlap, random_regions
from detector.explain.regions import Mask, face_regions

if TYPE_CHECKING:  # it is made above this layer
    from detector.predict import Predictor  # noqa: TID251 - a type only

SMOOTHING = 0.08
"""Standard deviation of the blur in distances between the eyes: wrinkles and pores go, features stay."""
SMALLEST_AREA = 0.003
"""A region of which the network sees less than this share of its view is left out."""
DRAWS = 199
"""Random regions at most: with eight regions, fewer than 159 could not bring a corrected p to 0.05."""
FEWEST_DRAWS, ENOUGH = 20, 10
"""Drawing stops early, but not before the former, once the latter many random regions did at least as much."""

Progress = Callable[[float, int], None]


@dataclass(frozen=True)
class LedgerRow:
    """One region. Effects: change of the evidence for the label, in logits. p: against random regions, corrected by Holm.

    `share` of the map, `area_share` of what the network saw, `ratio` of the two; `overlap` is how much of itself the random
    regions cover on average, `draws` how many there were for smoothing and for swapping.
    """

    name: str
    share: float
    area_share: float
    ratio: float
    effect_smooth: float
    p_smooth: float
    effect_swap: float
    p_swap: float
    overlap: float
    draws: tuple[int, int]
    sentence: str


@dataclass(frozen=True)
class Ledger:
    """All regions of a face that the network sees; `score` is the evidence for `label` before any change, in logits."""

    label: int
    score: float
    rows: tuple[LedgerRow, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self)


def face_ledger(
    predictor: "Predictor",
    image: Image.Image,
    face: Face,
    heat: NDArray[np.float32],
    box: Box,
    label: int,
    *,
    draws: int = DRAWS,
    seed: int = 0,
    progress: Progress | None = None,
) -> Ledger:
    """The ledger of a face in an RGB picture, for a map (h, w) that covers `box`, the part which the network saw.

    Each region is smoothed, and swapped with its mirror image, and so are up to `draws` random regions of the same shape and
    area. p = (1 + those that moved the score at least as much) / (1 + all of them); drawing stops early where p is plainly large
    (Besag and Clifford 1991). The same seed gives the same ledger. `progress` is told how many tests are done, the one in work
    by its share.
    """
    x = network_input(predictor, image)
    size = int(x.shape[-1])
    masks = seen_regions(face.within(box, size), size)
    shares = map_shares(heat, masks)
    (score,) = log_odds(predictor.model, x, label)

    def change(changed: Tensor) -> NDArray[np.float64]:
        return log_odds(predictor.model, changed, label) - score

    blurred = smoothed(x, blur_width(face.within(box, size)))
    kinds = (lambda moved: smooth_inside(x, blurred, moved), lambda moved: swap_inside(x, moved))
    jobs = [(name, kind) for name in masks for kind in kinds]
    tests: dict[str, list[_Test]] = {name: [] for name in masks}
    for number, (name, kind) in enumerate(jobs):
        tell = partial(_within, progress, number, len(jobs))
        tests[name].append(_test(masks[name], change, kind, draws, seed, tell))
    p_smooth, p_swap = (holm([found[kind].p for found in tests.values()]) for kind in (0, 1))
    rows = []
    for index, (name, (smooth, swap)) in enumerate(tests.items()):
        area = float(masks[name].mean())
        values = (shares[name], area, shares[name] / area, smooth.effect, p_smooth[index], swap.effect, p_swap[index])
        sentence = row_sentence(name, shares[name] / area, p_smooth[index], p_swap[index], empty=not heat.any())
        rows.append(LedgerRow(name, *values, smooth.overlap, (smooth.draws, swap.draws), sentence))
    return Ledger(label, float(score), tuple(rows))


def seen_regions(face: Face, size: int) -> dict[str, Mask]:
    """The regions of a face in a network's view of size × size pixels, without those that it hardly sees."""
    return {name: mask for name, mask in face_regions(face, (size, size)).items() if mask.mean() >= SMALLEST_AREA}


def blur_width(face: Face) -> float:
    """The standard deviation of the blur that smooths this face, in the pixels its points are in."""
    return max(1.0, SMOOTHING * face.eye_distance)


def map_shares(heat: NDArray[np.float32], masks: Mapping[str, Mask]) -> dict[str, float]:
    """The share of a map (h, w), its positive part, that lies in each region; all zero for an empty map."""
    height, width = next(iter(masks.values())).shape
    spread = resize_map(np.maximum(heat, 0), (width, height)).astype(np.float64)
    total = spread.sum()
    return {name: float(spread[mask].sum() / total) if total > 0 else 0.0 for name, mask in masks.items()}


def smooth_inside(x: Tensor, blurred: Tensor, masks: Sequence[Mask]) -> Tensor:
    """The input once for each region, smoothed within it: (N, 3, S, S)."""
    return inside(x, blurred, soft(list(masks), x))


def swap_inside(x: Tensor, masks: Sequence[Mask]) -> Tensor:
    """The input once for each region, which is swapped with its mirror image: (N, 3, S, S)."""
    return inside(x, x.new_tensor(np.stack([mirrored(x, mask)[0].cpu().numpy() for mask in masks])), soft(list(masks), x))


def holm(p_values: Sequence[float]) -> list[float]:
    """p values corrected for being several (Holm 1979), in their order."""
    order = np.argsort(p_values, kind="stable")
    steps = np.asarray(p_values, float)[order] * np.arange(len(p_values), 0, -1)
    corrected = np.empty(len(p_values))
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return [float(value) for value in corrected]


def _within(progress: Progress | None, number: int, total: int, share: float) -> None:
    if progress:
        progress(number + share, total)


@dataclass(frozen=True)
class _Test:
    effect: float
    p: float
    draws: int
    overlap: float


def _test(
    mask: Mask,
    change: Callable[[Tensor], NDArray[np.float64]],
    kind: Callable[[Sequence[Mask]], Tensor],
    draws: int,
    seed: int,
    tell: Callable[[float], None],
) -> _Test:
    """The effect of one kind of change in a region, against the same in random regions."""
    effect = float(change(kind([mask]))[0])
    regions: Iterator[Mask] = random_regions(mask, np.random.default_rng(seed))
    done = reached = 0
    overlaps: list[float] = []
    while done < draws and (done < FEWEST_DRAWS or reached < ENOUGH):
        moved = list(islice(regions, min(FEWEST_DRAWS, draws - done)))
        reached += int((np.abs(change(kind(moved))) >= abs(effect) - 1e-6).sum())  # equal effects are no evidence either
        done += len(moved)
        tell(done / draws)
        overlaps += [overlap(mask, other) for other in moved]
    return _Test(effect, (1 + reached) / (1 + done), done, float(np.mean(overlaps)))
