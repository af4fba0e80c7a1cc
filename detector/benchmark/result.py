"""Result: every number of a benchmark, under the goals they are held against."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from detector.benchmark.goals import goal_of
from detector.benchmark.numbers import Number, Trial
from detector.evaluation.left_out import LeftOut
from detector.labels import AI, REAL


@dataclass(frozen=True)
class Row:
    """The numbers of one place in a task; `n_real` and `n_ai` count different pictures over all seeds, `groups` their units."""

    task: str
    name: str
    n_real: int
    n_ai: int
    groups: int
    numbers: dict[str, Number]


@dataclass(frozen=True)
class Speed:
    """Images a second from the file to the verdict, and what was needed for it."""

    images: int
    images_per_second: float
    processor_ms_per_image: float
    threads: int
    device: str


@dataclass(frozen=True)
class Result:
    """A detector under the protocol. `sets` holds what they are and how their files were made alike.

    `left_out` tells what became of generators that were not learnt, in the first seed.
    """

    detector: str
    trained_here: bool
    sets: dict[str, dict[str, Any]]
    seeds: tuple[int, ...]
    version: int
    rows: tuple[Row, ...]
    left_out: tuple[LeftOut, ...] = ()
    speed: Speed | None = None
    notes: tuple[str, ...] = ()

    def row(self, task: str, name: str) -> Row | None:
        """The row of that task and name, if it was measured."""
        return next((row for row in self.rows if (row.task, row.name) == (task, name)), None)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, each goal beside its number."""
        plain = asdict(self)
        for row, values in zip(self.rows, plain["rows"], strict=True):
            for measure, number in row.numbers.items():
                if goal := goal_of(row.task, row.name, measure):
                    missed = round(goal.missed_by(number.value), 6)
                    values["numbers"][measure] |= {"goal": f"{goal.kind} {goal.value:g}", "missed_by": missed}
        return plain


def row_of(task: str, name: str, trials: Sequence[Trial], numbers: dict[str, Number]) -> Row:
    """A row that counts the pictures of these trials."""
    pictures = {picture.item.sha256: picture for trial in trials for picture in trial.pictures}.values()
    n_real, n_ai = (sum(picture.label == label for picture in pictures) for label in (REAL, AI))
    return Row(task, name, n_real, n_ai, len({picture.unit for picture in pictures}), numbers)
