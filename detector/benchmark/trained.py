"""A recipe that is a preset of the Train page: each round is an ordinary run, trained on the equalised files of its pictures."""

import csv
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from detector.benchmark.answers import Answers, Floats
from detector.benchmark.fixed import WeightsScorer
from detector.benchmark.judged import Judged, judged
from detector.benchmark.pictures import Picture, remade
from detector.benchmark.recipe import Tell
from detector.data.parallel import in_order
from detector.files import atomic_path, write_text
from detector.home import cache_folder
from detector.labels import LABEL_NAMES
from detector.predict import Predictor
from detector.scored import Change
from detector.training.config import TrainConfig
from detector.training.named import finish, run_of
from detector.training.status import RunStatus

_EDGE = 1e-12  # keeps the logit of a certain answer finite


@dataclass(frozen=True)
class TrainedRecipe:
    """The settings of a run, but for its data, splits and seed. With `operators` real training pictures are also made anew."""

    name: str
    config: TrainConfig
    operators: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Names the settings."""
        return f"train {json.dumps(asdict(self.config), sort_keys=True)} {self.operators}"

    def knows(self) -> None:
        """It knows nothing before it is trained."""

    def prepare(self, pictures: Sequence[Picture], changes: Sequence[Change], tell: Tell) -> None:
        """Write the equalised files that are not there yet."""
        wanted = [*pictures, *remade(pictures, self.operators)]
        missing = [picture for picture in wanted if not _file(picture).is_file()]
        for done, _ in enumerate(in_order(_write, missing), 1):
            tell("Equalising pictures", done, len(missing))

    def fit(self, train: Sequence[Picture], valid: Sequence[Picture], seed: int, tell: Tell) -> Judged:
        """Train a run to its end, unless it is finished; raises what training raises."""
        table = _table([("train", [*train, *remade(train, self.operators)]), ("valid", valid)])
        config = self.config.but(data=str(table), test_fraction=0.0, leave_out="", equalise="off", seed=seed)
        run = run_of(f"benchmark-{self.config.preset or self.config.model}-{table.stem}-{seed}", config)

        def listen(status: RunStatus) -> None:
            tell(f"Training {run.name}", round(1000 * status.share), 1000)

        finish(run, listen)
        scorer = WeightsScorer(Predictor.load(run.best_weights, self.config.device), tell)
        return judged(
            lambda pictures, change: _logits(scorer.answers(pictures, change)),
            lambda images: _logits(scorer.look(images)),
            valid,
        )


def _logits(answers: Answers) -> Floats:
    clipped = np.clip(answers.probabilities, _EDGE, 1 - _EDGE)
    return np.asarray(np.log(clipped) - np.log1p(-clipped))


def _file(picture: Picture) -> Path:
    return cache_folder() / "benchmark" / "pictures" / f"{picture.data}-{picture.rule.key()}" / f"{picture.sha256}.jpg"


def _write(picture: Picture) -> None:
    with atomic_path(_file(picture)) as temporary:
        temporary.write_bytes(picture.encoded())


def _table(parts: Sequence[tuple[str, Sequence[Picture]]]) -> Path:
    """A table of the pictures with their splits, named after its content."""
    buffer = io.StringIO()
    lines = csv.writer(buffer, lineterminator="\n")
    lines.writerow(("path", "label", "generator", "split", "group"))
    for split, pictures in parts:
        for picture in pictures:
            lines.writerow((_file(picture), LABEL_NAMES[picture.label], picture.generator, split, picture.unit))
    name = hashlib.sha256(buffer.getvalue().encode()).hexdigest()[:12]
    path = cache_folder() / "benchmark" / "tables" / f"{name}.csv"
    write_text(path, buffer.getvalue())
    return path
