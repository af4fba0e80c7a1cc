"""Dose: how the score moves as skin is smoothed, against the same energy taken from the background."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.explain.intervals import Interval, mean_interval

if TYPE_CHECKING:
    from torch import Tensor, nn

    from detector.explain.regions import Mask

DOSES = (0.1, 0.25, 0.5, 1.0)
"""Parts of the energy that smoothing takes away at most. One is the lesser of what skin and background can give in full."""
SMALLEST_AREA = 0.03
"""Less skin or background than this share of the view gives no comparison."""
FEWEST = 10
HARDLY = 0.1
"""Both effects below this part of the usual score count as none."""


@dataclass(frozen=True)
class FaceDose:
    """One face: change of the evidence for its verdict at each of DOSES, in logits; `matched` is dose 1 over skin in full."""

    skin: tuple[float, ...]
    background: tuple[float, ...]
    matched: float


@dataclass(frozen=True)
class DoseCurve:
    """Means over n faces at each of `doses`. Sizes are at the largest dose; `difference` is that of skin less the background's.

    `usual` is the mean size of the scores themselves, in logits. `matched`: see FaceDose.
    """

    n: int
    doses: tuple[float, ...]
    skin: tuple[Interval, ...]
    background: tuple[Interval, ...]
    skin_size: Interval
    background_size: Interval
    difference: Interval
    usual: float
    matched: float

    @property
    def conclusion(self) -> str:
        """What the two curves say together, by rule."""
        if self.n < FEWEST:
            return f"Only {self.n} faces show enough skin and background to compare the two: too few to conclude anything."
        least = HARDLY * self.usual
        sizes = (
            f"smoothing skin moves the score by {self.skin_size} logits, the same energy taken from the background by "
            f"{self.background_size}, the difference is {self.difference}, n = {self.n}"
        )
        if max(self.skin_size.mean, self.background_size.mean) < least:
            return f"Neither moves the score much: this network hardly reads fine texture, wrinkles included ({sizes})."
        if self.difference.low <= 0 <= self.difference.high:
            return (
                "Both move the score alike, as far as these faces can tell: the network reads global texture, not wrinkles "
                f"({sizes})."
            )
        if self.difference.low > 0:
            return (
                "Skin moves the score more: the network reads texture on the face beyond what it reads everywhere. Wrinkles are "
                f"a part of that, and so are pores, beards and makeup ({sizes})."
            )
        return f"The background moves the score more: the network reads texture, and less so on skin than elsewhere ({sizes})."

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, the conclusion with it."""
        return {**asdict(self), "conclusion": self.conclusion}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "DoseCurve":
        """The inverse of `to_dict`."""
        skin, background = (tuple(Interval(**each) for each in values[name]) for name in ("skin", "background"))
        one, two, less = (Interval(**values[name]) for name in ("skin_size", "background_size", "difference"))
        return cls(values["n"], tuple(values["doses"]), skin, background, one, two, less, values["usual"], values["matched"])


def face_dose(
    model: "nn.Module", x: "Tensor", blurred: "Tensor", skin: "Mask", background: "Mask", label: int
) -> FaceDose | None:
    """The score of one input x (1, 3, S, S) as skin, or background, is mixed with its blurred self; None without enough of both.

    Both lose exactly the same energy: the sum of squared changes over all pixels and channels.
    """
    import torch

    from detector.explain.perturb import log_odds, soft

    if min(skin.mean(), background.mean()) < SMALLEST_AREA:
        return None
    changes = soft([skin, background], x) * (blurred - x)
    energies = changes.square().sum(dim=(1, 2, 3))
    common = energies.min()
    if common <= 0:
        return None
    strengths = torch.sqrt(common * torch.tensor(DOSES).to(x)[:, None] / energies)  # (doses, 2)
    mixed = x + strengths.T.reshape(-1, 1, 1, 1) * changes.repeat_interleave(len(DOSES), dim=0)
    base, *found = log_odds(model, torch.cat([x, mixed]), label)
    moved = [float(score - base) for score in found]
    return FaceDose(tuple(moved[: len(DOSES)]), tuple(moved[len(DOSES) :]), float(common / energies[0]))


def dose_curve(faces: Sequence[FaceDose], scores: Sequence[float], seed: int = 0) -> DoseCurve:
    """The mean of several faces' curves; `scores` are their log-odds before any change."""
    skin = np.array([face.skin for face in faces]).reshape(len(faces), len(DOSES))
    background = np.array([face.background for face in faces]).reshape(len(faces), len(DOSES))
    sizes = np.abs(skin[:, -1]), np.abs(background[:, -1])
    return DoseCurve(
        n=len(faces),
        doses=DOSES,
        skin=tuple(mean_interval(column, seed) for column in skin.T),
        background=tuple(mean_interval(column, seed) for column in background.T),
        skin_size=mean_interval(sizes[0], seed),
        background_size=mean_interval(sizes[1], seed),
        difference=mean_interval(sizes[0] - sizes[1], seed),
        usual=float(np.abs(scores).mean()) if len(scores) else 0.0,
        matched=float(np.mean([face.matched for face in faces])) if faces else 0.0,
    )
