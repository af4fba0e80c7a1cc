"""ScoreTable: what images that scored alike turned out to be, and which labels this supports."""

from bisect import bisect_right
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from detector.errors import UserError
from detector.evaluation.rates import wilson
from detector.evaluation.sample import Values, checked
from detector.labels import AI

BINS = 10
MIN_IMAGES = 10  # fewer images at a score support no verdict


@dataclass(frozen=True)
class ScoreBin:
    """The test images with low <= probability < high (the last bin includes 1), and how many of them are AI-generated."""

    low: float
    high: float
    n: int
    ai: int

    @property
    def rate(self) -> float:
        """Share of AI-generated images, 0 … 1; it holds for test images mixed as those were."""
        return self.ai / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of `rate`."""
        return wilson(self.ai, self.n)

    def supports(self, label: int) -> bool:
        """Whether enough images are here and their interval lies wholly on this label's side of one half."""
        low, high = self.interval
        return self.n >= MIN_IMAGES and (low > 0.5 if label == AI else high < 0.5)


@dataclass(frozen=True)
class ScoreTable:
    """Ten score bins of equal width from 0 to 1, in order."""

    bins: tuple[ScoreBin, ...]

    def bin_of(self, probability: float) -> ScoreBin:
        """The bin a probability falls into; raises UserError outside 0 … 1."""
        if not 0 <= probability <= 1:
            raise UserError(f"A probability lies between 0 and 1, not at {probability}.")
        return self.bins[min(bisect_right(self.bins, probability, key=lambda a_bin: a_bin.low), len(self.bins)) - 1]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for calibration.json."""
        return {"bins": [asdict(a_bin) for a_bin in self.bins]}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "ScoreTable":
        """The inverse of `to_dict`; raises UserError where the table is damaged."""
        try:
            table = cls(tuple(ScoreBin(float(b["low"]), float(b["high"]), int(b["n"]), int(b["ai"])) for b in values["bins"]))
        except (KeyError, TypeError, ValueError) as error:
            raise UserError("The calibration table is damaged: calibrate the detector again to rebuild it.") from error
        edges = [(a_bin.low, a_bin.high) for a_bin in table.bins]
        if edges != _edges() or any(not 0 <= a_bin.ai <= a_bin.n for a_bin in table.bins):
            raise UserError("The calibration table does not fit together: calibrate the detector again to rebuild it.")
        return table


def score_table(labels: Values, probabilities: Values) -> ScoreTable:
    """The table of these test images; raises UserError as `evaluate` does."""
    truth, scores = checked(labels, probabilities)
    lows = [low for low, _ in _edges()]
    index = np.searchsorted(lows, scores, side="right") - 1
    n, ai = np.bincount(index, minlength=BINS).tolist(), np.bincount(index[truth == AI], minlength=BINS).tolist()
    return ScoreTable(tuple(ScoreBin(*edges, n=n[i], ai=ai[i]) for i, edges in enumerate(_edges())))


def _edges() -> list[tuple[float, float]]:
    return [(i / BINS, (i + 1) / BINS) for i in range(BINS)]
