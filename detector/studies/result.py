"""StudyResult: what a study gave here, beside what its report says. Plain values: no image, and no place on this machine."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from detector.errors import UserError
from detector.files import read_json, write_json
from detector.home import REPOSITORY

SHIPPED = REPOSITORY / "docs" / "studies"
"""Results of the small runs that come with the app."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Scored:
    """One test of one detector: n, rates in 0 … 1, their 95 % intervals, the confusion matrix (rows true), the ROC's corners."""

    n: int
    values: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    confusion_matrix: tuple[tuple[int, int], tuple[int, int]] | None = None
    roc: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Outcome:
    """One experiment as it was run. `scores` by test; `curves` a row an epoch, or a row a candidate of the svm's grid."""

    name: str
    title: str
    role: str
    run: str
    model: str
    settings: dict[str, Any]
    differs: tuple[str, ...]
    parameters: int
    counts: dict[str, dict[str, int]]
    epochs: int
    best_epoch: int | None
    seconds: float
    scores: dict[str, Scored]
    curves: tuple[Row, ...]


@dataclass(frozen=True)
class Beside:
    """A reported number beside the one measured here. `verdict`: holds, fails or open; `words` say why."""

    experiment: str
    test: str
    measure: str
    reported: float
    about: bool
    here: float
    low: float | None
    high: float | None
    n: int
    verdict: str
    words: str


@dataclass(frozen=True)
class Judged:
    """A claim of the report with its verdict: holds, fails or open, and why."""

    text: str
    verdict: str
    words: str


@dataclass(frozen=True)
class RoleFacts:
    """What filled a role: how it was given, its images, and what the audit says of its shortcuts ("" without one).

    `left_out` counts files that are in both classes.
    """

    given: str
    images: dict[str, int]
    generators: tuple[str, ...]
    sides: str
    left_out: int = 0
    audit: str = ""


@dataclass(frozen=True)
class StudyResult:
    """A study's result. `skipped`: experiments that were not run, with the reason; `seconds` of all that was computed."""

    study: str
    scale: str
    made: str
    command: str
    seconds: float
    versions: dict[str, str]
    roles: dict[str, RoleFacts]
    outcomes: tuple[Outcome, ...]
    numbers: tuple[Beside, ...]
    claims: tuple[Judged, ...]
    skipped: dict[str, str] = field(default_factory=dict)

    def outcome(self, name: str) -> Outcome:
        """The experiment of that name; raises KeyError when it was not run."""
        return {each.name: each for each in self.outcomes}[name]

    def reasons(self) -> dict[str, list[str]]:
        """Why experiments were not run, and which."""
        found: dict[str, list[str]] = {}
        for name, reason in self.skipped.items():
            found.setdefault(reason, []).append(name)
        return found

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "StudyResult":
        """The inverse of `to_dict`; raises KeyError, TypeError or ValueError for other values."""
        roles = {name: RoleFacts(**{**each, "generators": tuple(each["generators"])}) for name, each in values["roles"].items()}
        return cls(
            **{
                **values,
                "roles": roles,
                "outcomes": tuple(_outcome(each) for each in values["outcomes"]),
                "numbers": tuple(Beside(**each) for each in values["numbers"]),
                "claims": tuple(Judged(**each) for each in values["claims"]),
            }
        )


def write_result(path: Path, result: StudyResult) -> None:
    """Replace the file by this result."""
    write_json(path, result.to_dict())


def read_result(path: Path) -> StudyResult:
    """A result on disk; raises UserError when it is missing, damaged or something else."""
    values = read_json(path)
    try:
        return StudyResult.from_dict(values)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UserError(f"{path} holds no result of a study ({error}): run the study again.") from error


def _outcome(values: Mapping[str, Any]) -> Outcome:
    scores = {test: _scored(each) for test, each in values["scores"].items()}
    return Outcome(**{**values, "differs": tuple(values["differs"]), "scores": scores, "curves": tuple(values["curves"])})


def _scored(values: Mapping[str, Any]) -> Scored:
    matrix = values["confusion_matrix"]
    return Scored(
        n=int(values["n"]),
        values={name: float(value) for name, value in values["values"].items()},
        intervals={name: (float(low), float(high)) for name, (low, high) in values["intervals"].items()},
        confusion_matrix=None if matrix is None else ((matrix[0][0], matrix[0][1]), (matrix[1][0], matrix[1][1])),
        roc=tuple((float(x), float(y)) for x, y in values["roc"]),
    )
