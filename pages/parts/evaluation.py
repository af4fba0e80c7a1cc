"""Evaluation: what every view of the page Evaluate is given."""

from dataclasses import dataclass

from detector.evaluation.metrics import Metrics
from detector.evaluation.tested import Tested
from pages.parts.tested_table import Table


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A table's images of one split, and their numbers at the threshold."""

    table: Table
    split: str
    images: Tested
    threshold: float
    metrics: Metrics

    @property
    def share_ai(self) -> float:
        """Share of AI-generated images: the precision of a detector that guesses."""
        return sum(self.metrics.confusion_matrix[1]) / self.metrics.n
