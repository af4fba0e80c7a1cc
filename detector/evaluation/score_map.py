"""ScoreMap: from a network's own score to a calibrated probability, in the same order. Fitted by scikit-learn, run in numpy.

A network's score orders pictures well and says little of how often it is right. Below a thousand validation pictures two numbers
are fitted (Platt 1999), from there on a step function (isotonic regression) whose steps are joined at their middles, so that
scores that differed still differ ("centered isotonic regression", Oron and Flournoy, Stat. Biopharm. Research 2017).
"""

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from detector.errors import UserError
from detector.evaluation.sample import Floats, Ints, Values, checked
from detector.labels import AI, REAL

FEWEST = 10  # pictures of each class: from fewer nothing is fitted
ISOTONIC_FROM = 1000  # pictures: below, a step function fits their noise (Niculescu-Mizil and Caruana, ICML 2005)
LOWEST_SLOPE = 1e-3  # of a detector that is no better than chance: a negative one would turn every answer round
_SMALLEST, _LARGEST = 1e-38, 1 - 2.0**-25  # within them lie all 32-bit scores but 0 and 1

Kind = Literal["platt", "isotonic"]


@dataclass(frozen=True)
class ScoreMap:
    """A rising function from scores to probabilities, both 0 … 1.

    Platt's is sigmoid(slope · logit + shift); the isotonic one joins the points (x, y), both rising from 0 to 1. `n` pictures
    fitted it.
    """

    kind: Kind
    n: int
    slope: float = 1.0
    shift: float = 0.0
    x: tuple[float, ...] = ()
    y: tuple[float, ...] = ()

    def apply(self, scores: Values) -> Floats:
        """The probabilities of these scores, (N,)."""
        raw = np.asarray(scores, dtype=np.float64)
        if self.kind == "isotonic":
            return np.interp(raw, self.x, self.y)
        return _sigmoid(self.slope * _logit(raw) + self.shift)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for calibration.json."""
        if self.kind == "isotonic":
            return {"kind": self.kind, "n": self.n, "x": list(self.x), "y": list(self.y)}
        return {"kind": self.kind, "n": self.n, "slope": self.slope, "shift": self.shift}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "ScoreMap":
        """The inverse of `to_dict`; raises UserError for what would not keep the order of scores."""
        try:
            numbers = {name: tuple(map(float, values.get(name, ()))) for name in ("x", "y")}
            slope, shift = float(values.get("slope", 1.0)), float(values.get("shift", 0.0))
            found = cls(values["kind"], int(values["n"]), slope, shift, **numbers)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UserError("The map of scores is damaged: calibrate the detector again.") from error
        sound = found.kind in ("platt", "isotonic") and slope > 0 and math.isfinite(slope) and math.isfinite(shift)
        if found.kind == "isotonic":
            sound = len(found.x) == len(found.y) >= 2 and all(_rises(each) for each in numbers.values())
        if not sound:
            raise UserError("The map of scores does not keep their order: calibrate the detector again.")
        return found


def fit_map(labels: Values, scores: Values) -> ScoreMap | None:
    """The map that validation pictures support; None where one class has fewer than ten. Never give it test pictures."""
    truth, raw = checked(labels, scores)
    if min((truth == label).sum() for label in (REAL, AI)) < FEWEST:
        return None
    return _isotonic(truth, raw) if truth.size >= ISOTONIC_FROM else _platt(truth, raw)


def _platt(truth: Ints, raw: Floats) -> ScoreMap:
    """Logistic regression on the logit, with Platt's targets: a class told apart perfectly still gets no certainty."""
    from sklearn.linear_model import LogisticRegression

    n_ai, n_real = int((truth == AI).sum()), int((truth == REAL).sum())
    target = np.where(truth == AI, (n_ai + 1) / (n_ai + 2), 1 / (n_real + 2))
    z = _logit(raw)
    both, kinds = np.concatenate([z, z])[:, None], np.repeat([AI, REAL], truth.size)
    fit = LogisticRegression(C=np.inf, max_iter=1000).fit(both, kinds, sample_weight=np.concatenate([target, 1 - target]))
    slope, shift = float(fit.coef_[0, 0]), float(fit.intercept_[0])
    if slope < LOWEST_SLOPE:
        slope, shift = LOWEST_SLOPE, math.log(n_ai / n_real)
    return ScoreMap("platt", truth.size, slope, shift)


def _isotonic(truth: Ints, raw: Floats) -> ScoreMap:
    """Steps joined at their middles; no probability is nearer to 0 or 1 than half a picture."""
    from sklearn.isotonic import IsotonicRegression

    steps = IsotonicRegression(out_of_bounds="clip").fit(raw, truth == AI).predict(raw)
    levels, place = np.unique(steps, return_inverse=True)
    middles = np.bincount(place, raw) / np.bincount(place)
    edge = 0.5 / truth.size
    y = np.clip(levels, edge, 1 - edge)
    inside = (middles > 0) & (middles < 1)
    x, y = np.concatenate([[0.0], middles[inside], [1.0]]), np.concatenate([[0.0], y[inside], [1.0]])
    return ScoreMap("isotonic", truth.size, x=tuple(x.tolist()), y=tuple(y.tolist()))


def _logit(scores: Floats) -> Floats:
    clipped = np.clip(scores, _SMALLEST, _LARGEST)
    return np.asarray(np.log(clipped) - np.log1p(-clipped))


def _sigmoid(z: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(z, -700, 700))))


def _rises(values: tuple[float, ...]) -> bool:
    steps = np.diff(values)
    return bool(values[0] == 0 and values[-1] == 1 and (steps > 0).all())  # nan compares false
