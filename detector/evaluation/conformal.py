"""Conformal: which labels a score is compatible with, each wrongly left out for at most a chosen share of its pictures.

Class-conditional split conformal prediction (Vovk, Machine Learning 2013): a label stays in the set while the score is not among
the most unusual alpha of that class's validation pictures. This holds for pictures like those, whatever the network; it does not
hold for generators that were not among them.
"""

import math
from dataclasses import dataclass
from typing import Any

from detector.errors import UserError
from detector.evaluation.sample import Values, checked
from detector.labels import AI, LABEL_NAMES, REAL

ALPHA = 0.1
ALPHAS = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3)
"""The shares one can choose from; the cut-offs of all of them travel with the weights."""


@dataclass(frozen=True)
class Conformal:
    """For each alpha: real pictures score at most the first number, AI-generated ones at least the second, but for that share.

    `n` counts the validation pictures of both classes. Where they are too few for an alpha, the cut-off lets every score through.
    """

    cuts: dict[float, tuple[float, float]]
    n: tuple[int, int]
    alpha: float = ALPHA

    def labels(self, probability: float) -> tuple[int, ...]:
        """The labels that this probability is compatible with: one, both, or none."""
        real_up_to, ai_from = self.cuts[self.alpha]
        return tuple(label for label, fits in ((REAL, probability <= real_up_to), (AI, probability >= ai_from)) if fits)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for calibration.json."""
        cuts = {f"{alpha:g}": list(pair) for alpha, pair in self.cuts.items()}
        return {"alpha": self.alpha, "n": dict(zip(LABEL_NAMES, self.n, strict=True)), "cuts": cuts}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Conformal":
        """The inverse of `to_dict`; raises UserError where it is damaged."""
        try:
            cuts = {float(alpha): (float(real), float(ai)) for alpha, (real, ai) in values["cuts"].items()}
            found = cls(cuts, (int(values["n"]["real"]), int(values["n"]["ai"])), float(values["alpha"]))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UserError("The cut-offs of the calibration are damaged: calibrate the detector again.") from error
        if found.alpha not in cuts or not all(0 <= cut <= 1 for pair in cuts.values() for cut in pair):
            raise UserError("The cut-offs of the calibration do not fit together: calibrate the detector again.")
        return found


def fit_conformal(labels: Values, probabilities: Values, alpha: float = ALPHA) -> Conformal:
    """The cut-offs of these validation pictures; raises UserError as `evaluate`, and for an alpha that is not on offer."""
    check_alpha(alpha)
    truth, scores = checked(labels, probabilities)
    real = sorted(scores[truth == REAL].tolist())
    ai = sorted((1 - scores[truth == AI]).tolist())
    cuts = {share: (_quantile(real, share), 1 - _quantile(ai, share)) for share in ALPHAS}
    return Conformal(cuts, (len(real), len(ai)), alpha)


def check_alpha(alpha: float) -> None:
    """Raise UserError for an alpha that is not on offer."""
    if alpha not in ALPHAS:
        raise UserError(f"alpha should be one of {', '.join(f'{each:g}' for each in ALPHAS)}, not {alpha:g}.")


def _quantile(strangeness: list[float], alpha: float) -> float:
    """The smallest value that at most alpha of new pictures of the class exceed, 1 where these are too few to say."""
    place = math.ceil((len(strangeness) + 1) * (1 - alpha) - 1e-9)
    return strangeness[place - 1] if place <= len(strangeness) else 1.0
