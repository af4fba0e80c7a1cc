"""Calibration: all that validation images taught about a detector's scores, and the verdict that this supports.

It travels with the weights as calibration.json. Older files hold score tables alone and are read as such.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from detector.data.input_ranges import InputRanges
from detector.errors import UserError
from detector.evaluation.conformal import ALPHA, Conformal, fit_conformal
from detector.evaluation.curves import threshold_for_fpr
from detector.evaluation.left_out import LeftOut, rows_from, rows_to
from detector.evaluation.sample import Floats, Values, predicted_labels
from detector.evaluation.score_map import ScoreMap, fit_map
from detector.evaluation.score_table import MIN_IMAGES, ScoreTable, score_table
from detector.files import read_json
from detector.labels import INCONCLUSIVE, LABEL_NAMES, LABEL_WORDS

__all__ = ["MIN_IMAGES", "Calibration", "ScoreTable", "calibrate", "read_calibration", "score_table"]

FILE = "calibration.json"
VERSION = 2
SPLITS = ("valid", "test")


@dataclass(frozen=True)
class Calibration:
    """Score tables by split ("valid" decides, "test" is quoted), and what newer weights know besides; all may be missing.

    `score_map` makes probabilities of the network's scores, `conformal` says which labels a probability is compatible with,
    `inputs` what the files learnt from were like, `left_out` what became of generators kept out of training, and
    `fitted_on` is a hash of the images it was fitted on, where a command fitted it after training.
    """

    tables: Mapping[str, ScoreTable] = field(default_factory=dict)
    score_map: ScoreMap | None = None
    conformal: Conformal | None = None
    inputs: InputRanges | None = None
    left_out: tuple[LeftOut, ...] = ()
    fitted_on: str = ""

    def probabilities(self, scores: Values) -> Floats:
        """Calibrated probabilities of the network's own scores, (N,), in the same order of size."""
        return self.score_map.apply(scores) if self.score_map else np.asarray(scores, dtype=np.float64)

    def judge(self, probability: float, threshold: float, objections: tuple[str, ...] = ()) -> tuple[str, tuple[str, ...]]:
        """The verdict real, ai or inconclusive of a calibrated probability, and the reasons where it is inconclusive.

        The threshold proposes a label. It stands unless something objects: the validation images at this score, the conformal
        set, or one of `objections`, which others found in the picture itself.
        """
        label = int(predicted_labels([probability], threshold)[0])
        reasons = (*self._objections(probability, label), *objections)
        return (INCONCLUSIVE if reasons else LABEL_NAMES[label]), reasons

    def _objections(self, probability: float, label: int) -> Iterator[str]:
        if self.conformal:
            labels, share = self.conformal.labels(probability), f"{100 * self.conformal.alpha:g} %"
            if len(labels) == 2:
                yield "such a score is usual for real and for AI-generated images alike"
            elif not labels:
                yield f"fewer than {share} of real images score so high, and fewer than {share} of AI-generated ones so low"
            elif labels[0] != label:
                yield f"the score is more usual for {LABEL_WORDS[labels[0]]} images, but lies on the other side of the threshold"
        if table := self.tables.get("valid"):
            alike = table.bin_of(probability)
            if alike.n < MIN_IMAGES:
                yield f"only {alike.n} of its validation images scored like this, too few to tell"
            elif not alike.supports(label):
                yield f"of {alike.n} validation images that scored like this, {alike.ai} were AI-generated: no clear majority"

    def to_dict(self) -> dict[str, Any]:
        """Plain values for calibration.json."""
        parts = {"score_map": self.score_map, "conformal": self.conformal, "inputs": self.inputs}
        return {
            "version": VERSION,
            **{name: part.to_dict() for name, part in parts.items() if part},
            **({"left_out": rows_to(self.left_out)} if self.left_out else {}),
            **({"fitted_on": self.fitted_on} if self.fitted_on else {}),
            **{split: table.to_dict() for split, table in self.tables.items()},
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Calibration":
        """The inverse of `to_dict`, also of files from before there was a version; raises UserError for damaged ones."""
        if values.get("version", 1) not in (1, VERSION):
            raise UserError("The calibration was made by a newer version of the app: update the app, or calibrate again.")
        return cls(
            {split: ScoreTable.from_dict(values[split]) for split in SPLITS if split in values},
            ScoreMap.from_dict(values["score_map"]) if "score_map" in values else None,
            Conformal.from_dict(values["conformal"]) if "conformal" in values else None,
            InputRanges.from_dict(values["inputs"]) if "inputs" in values else None,
            rows_from(values.get("left_out", ())),
            str(values.get("fitted_on", "")),
        )


def calibrate(
    labels: Values, scores: Values, alpha: float = ALPHA, false_alarms: float = 0.0
) -> tuple[Calibration, Floats, float]:
    """What validation images teach: the calibration, their calibrated probabilities, and a threshold in those units.

    The threshold is 0.5, or where `false_alarms` is above 0 one that calls at most that share of their real images AI-generated.
    """
    score_map = fit_map(labels, scores)
    found = score_map.apply(scores) if score_map else np.asarray(scores, dtype=np.float64)
    tables = {"valid": score_table(labels, found)}
    strict = threshold_for_fpr(labels, found, false_alarms) if false_alarms else None
    return Calibration(tables, score_map, fit_conformal(labels, found, alpha)), found, 0.5 if strict is None else strict


def read_calibration(folder: Path) -> Calibration:
    """The calibration in a weights folder, an empty one where it has none. Raises UserError when it is damaged."""
    path = folder / FILE
    return Calibration.from_dict(read_json(path)) if path.is_file() else Calibration()
