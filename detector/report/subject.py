"""Subject: what a report is about. The images of one split with their scores, and the run they come from. Draws nothing."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from detector.compare import run_root
from detector.errors import UserError
from detector.evaluation.metrics import Metrics, evaluate_sample
from detector.evaluation.predictions import read_predictions
from detector.evaluation.tested import Tested, tested
from detector.models.weights_config import read_weights_config
from detector.training.runs import Run

THRESHOLD = 0.5


@dataclass(frozen=True, eq=False)
class Subject:
    """A named test. `images` is None for a run that nothing was measured of, `run` for a table of somebody's own.

    `root` is where the images lie, as far as known.
    """

    name: str
    split: str
    threshold: float
    images: Tested | None
    run: Run | None = None
    root: Path | None = None

    @cached_property
    def metrics(self) -> Metrics | None:
        """Its numbers at the threshold."""
        return evaluate_sample(self.images.sample, self.threshold, self.images.numbers) if self.images else None


def subject_of(run: Run, split: str = "", threshold: float | None = None) -> Subject:
    """A run's predictions of one split: of "test", or of "valid" where no test images were kept, unless one is asked for.

    Without a threshold it is that of the run's weights.
    Raises UserError for files that cannot be read, and for a split that was asked for and holds nothing.
    """
    if threshold is None:
        has_weights = (run.best_weights / "config.json").is_file()
        threshold = read_weights_config(run.best_weights).threshold if has_weights else THRESHOLD
    if not run.predictions_file.exists():
        if split:
            raise UserError(f"{run.name} has scored no images yet: a report on its {split} images needs a finished run.")
        return Subject(run.name, "", threshold, None, run, run_root(run))
    frame = read_predictions(run.predictions_file)
    there = set(frame["split"])
    chosen = split or next((name for name in ("test", "valid") if name in there), min(there))
    return Subject(run.name, chosen, threshold, tested(frame, chosen), run, run_root(run))
