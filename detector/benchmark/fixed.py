"""Detectors that are trained already: shipped or saved weights, and the scores of a program that is not ours."""

import csv
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from detector.benchmark.answers import Answers
from detector.benchmark.pictures import Picture
from detector.benchmark.recipe import Tell
from detector.data.parallel import in_order
from detector.errors import UserError
from detector.labels import INCONCLUSIVE, LABEL_NAMES
from detector.models.digests import HASH_DIGITS, WEIGHTS_FILE, seen_hashes, weights_hash
from detector.models.library import find_weights
from detector.predict import Predictor, Verdict
from detector.scored import AS_IS, Change

BATCH = 16
THRESHOLD = 0.5  # of scores from elsewhere, which come without one


@dataclass(frozen=True, eq=False)
class WeightsRecipe:
    """Weights as they are, with their own calibration, threshold and rule for giving no verdict."""

    name: str
    folder: Path
    predictor: Predictor

    @classmethod
    def load(cls, spec: str, device: str = "auto") -> "WeightsRecipe":
        """Those of that name, folder or run; raises WeightsError where there are none."""
        folder = find_weights(spec)
        predictor = Predictor.load(str(folder), device=device)
        return cls(predictor.name, folder, predictor)

    @property
    def key(self) -> str:
        """Names tensors, settings, calibration and whatever else lies beside them but words."""
        others = [
            file
            for file in sorted(self.folder.iterdir())
            if file.suffix in (".json", ".safetensors") and file.name != WEIGHTS_FILE
        ]
        digests = [hashlib.sha256(file.read_bytes()).hexdigest() for file in others]
        return f"weights {weights_hash(self.folder)} {digests}"

    def knows(self) -> Callable[[Picture], bool]:
        """By the hashes that travel with the weights; those that tell none know nothing."""
        hashes = seen_hashes(self.folder)
        return lambda picture: picture.item.sha256[:HASH_DIGITS] in hashes

    def prepare(self, pictures: Sequence[Picture], changes: Sequence[Change], tell: Tell) -> None:
        """Nothing can be computed beforehand."""

    def fit(self, train: Sequence[Picture], valid: Sequence[Picture], seed: int, tell: Tell) -> "WeightsScorer":
        """The weights themselves."""
        return WeightsScorer(self.predictor, tell)


@dataclass(frozen=True, eq=False)
class WeightsScorer:
    """A predictor as a scorer."""

    predictor: Predictor
    tell: Tell

    def answers(self, pictures: Sequence[Picture], change: Change) -> Answers:
        """Its verdicts of the changed pictures, each decoded once."""
        verdicts: list[Verdict] = []
        for start in range(0, len(pictures), BATCH):
            batch = pictures[start : start + BATCH]
            verdicts += self.predictor.predict(list(in_order(lambda picture: picture.image(change), batch)))
            self.tell("Scoring", start + len(batch), len(pictures))
        return answers_of(verdicts)

    def look(self, images: Sequence[Image.Image]) -> Answers:
        """Its verdicts of decoded pictures."""
        return answers_of(self.predictor.predict(images))


def answers_of(verdicts: Sequence[Verdict]) -> Answers:
    """Verdicts as answers; AI-generated counts as possible unless the verdict is real."""
    names = np.array([verdict.verdict for verdict in verdicts], dtype=object)
    return Answers(
        np.array([verdict.probability for verdict in verdicts], dtype=np.float64),
        np.array([verdict.label == LABEL_NAMES[1] for verdict in verdicts], dtype=bool),
        np.asarray(names != INCONCLUSIVE, dtype=bool),
        np.asarray(names != LABEL_NAMES[0], dtype=bool),
    )


@dataclass(frozen=True, eq=False)
class ScoresRecipe:
    """Probabilities from elsewhere by `file_name`; called AI from 0.5 on, always decided.

    With `known`, of some weights, the pictures that these know are not tested, so that both are compared on the same ones.
    """

    name: str
    scores: dict[str, float]
    key: str
    known: Callable[[Picture], bool] | None = None

    def knows(self) -> Callable[[Picture], bool]:
        """Nothing is known of its training; pictures that other weights know count as known."""
        return self.known or (lambda picture: False)

    def prepare(self, pictures: Sequence[Picture], changes: Sequence[Change], tell: Tell) -> None:
        """There is nothing to compute."""

    def fit(self, train: Sequence[Picture], valid: Sequence[Picture], seed: int, tell: Tell) -> "ScoresRecipe":
        """The table itself."""
        return self

    def answers(self, pictures: Sequence[Picture], change: Change) -> Answers:
        """What the table says; raises UserError naming the first picture that it lacks."""
        names = [file_name(picture, change) for picture in pictures]
        missing = [name for name in names if name not in self.scores]
        if missing:
            raise UserError(
                f"The scores lack {len(missing)} of {len(names)} pictures, the first is {missing[0]}. Write the pictures with "
                "--write-pictures FOLDER and score every file in it."
            )
        found = np.array([self.scores[name] for name in names])
        everything = np.ones(len(names), bool)
        return Answers(found, found >= THRESHOLD, everything, found >= THRESHOLD)

    def look(self, images: Sequence[Image.Image]) -> None:
        """It cannot look at pictures."""


def file_name(picture: Picture, change: Change) -> str:
    """Where a picture lies in the folder of pictures, such as art/jpeg-60/0123456789abcdef.png: its name tells no label."""
    return f"{picture.data}/{change_folder(change)}/{picture.item.sha256[:16]}.png"


def change_folder(change: Change) -> str:
    """A change as a folder's name."""
    return "untouched" if change == AS_IS else f"{change[0]}-{change[1]:g}"


def read_scores(file: Path) -> dict[str, float]:
    """Probabilities of AI by the last three parts of each path: set, change and file, as `file_name` gives them.

    Raises UserError for a table that cannot be read, or a line without a number from 0 to 1.
    """
    found: dict[str, float] = {}
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            for number, row in enumerate(csv.DictReader(lines), 2):
                name = "/".join(row["path"].replace("\\", "/").split("/")[-3:])
                found[name] = _probability(row["probability"], number, file)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{file} cannot be read as a table: give a CSV file with the columns path and probability.") from error
    except (KeyError, AttributeError) as error:
        raise UserError(f"{file} lacks the column path or probability: its first line should name both.") from error
    if not found:
        raise UserError(f"{file} holds no scores.")
    return found


def _probability(text: str, number: int, file: Path) -> float:
    try:
        value = float(text)
    except (TypeError, ValueError):
        value = -1.0
    if not 0 <= value <= 1:
        raise UserError(f"{file}, line {number}: the probability should be a number from 0 to 1, not {text!r}.")
    return value
