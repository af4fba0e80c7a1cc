"""PinResult: what one detector says of the pinned images; and what it mended and broke against the one before it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from detector.errors import UserError
from detector.evaluation.pins import Pin, pins_folder
from detector.files import read_json, write_json
from detector.labels import AI


@dataclass(frozen=True)
class PinResult:
    """The scores of a detector by the pins' sha256. `weights` is the hash of its tensors, `created` when it was made.

    `seen` are pins that it was trained or chosen on: being right on those is no merit, so they count for nothing.
    """

    weights: str
    name: str
    dataset: str
    created: str
    checked: float
    threshold: float
    scores: Mapping[str, float]
    seen: frozenset[str] = field(default_factory=frozenset)

    def right(self, pin: Pin) -> bool | None:
        """Whether it calls the pin rightly; None where it was not asked or has learnt from it."""
        if pin.sha256 not in self.scores or pin.sha256 in self.seen:
            return None
        return (self.scores[pin.sha256] >= self.threshold) == (pin.label == AI)


@dataclass(frozen=True)
class Standing:
    """A detector in the ledger: how many pins it gets right of those it can be judged by, and what changed.

    `before` is the last detector of the same data that was made before it, "" for the first; `fixed` pins the earlier one got
    wrong and this one gets right, `broke` the other way round.
    """

    result: PinResult
    right: int
    judged: int
    before: str
    fixed: tuple[Pin, ...]
    broke: tuple[Pin, ...]


def results_folder() -> Path:
    """One file a detector."""
    return pins_folder() / "results"


def read_result(weights: str) -> PinResult | None:
    """What is known of the detector whose tensors have this hash; None for nothing, or a damaged file."""
    return _read(results_folder() / f"{weights}.json")


def list_results() -> list[PinResult]:
    """All detectors that were shown pins, the oldest first; damaged files are left out."""
    found = [result for file in results_folder().glob("*.json") if (result := _read(file))]
    return sorted(found, key=lambda result: (_when(result), result.checked, result.name))


def write_result(result: PinResult) -> None:
    """Keep it; an earlier state of the same run, which went on to train, is dropped."""
    for other in list_results():
        if (other.name, other.created) == (result.name, result.created) and other.weights != result.weights:
            (results_folder() / f"{other.weights}.json").unlink(missing_ok=True)
    values = asdict(result) | {"scores": dict(result.scores), "seen": sorted(result.seen)}
    write_json(results_folder() / f"{result.weights}.json", values)


def ledger(pins: Iterable[Pin], results: Sequence[PinResult]) -> list[Standing]:
    """Each detector's standing, in the order of the results: each is held against the one before it on the same data."""
    pins, found = list(pins), []
    for place, result in enumerate(results):
        earlier = [each for each in results[:place] if each.dataset == result.dataset]
        before = earlier[-1] if earlier else None
        judged = {pin: right for pin in pins if (right := result.right(pin)) is not None}
        changed = [(pin, right) for pin, right in judged.items() if before and before.right(pin) is (not right)]
        found.append(
            Standing(
                result,
                sum(judged.values()),
                len(judged),
                before.name if before else "",
                tuple(pin for pin, right in changed if right),
                tuple(pin for pin, right in changed if not right),
            )
        )
    return found


def standing_words(standing: Standing) -> str:
    """A line like "fixed 3, broke 1 against first; 17 of 20 right"."""
    unsaid = len(standing.result.seen)
    learnt = f" ({unsaid} not counted, since it learnt from {'it' if unsaid == 1 else 'them'})" if unsaid else ""
    count = f"{standing.right} of {standing.judged} right{learnt}"
    if not standing.before:
        return f"{count}; the first on its data"
    return f"fixed {len(standing.fixed)}, broke {len(standing.broke)} against {standing.before}; {count}"


def _when(result: PinResult) -> float:
    """When the detector was made, or, where that is not known, when it was first shown the pins."""
    try:
        return datetime.fromisoformat(result.created).timestamp()
    except ValueError:
        return result.checked


def _read(file: Path) -> PinResult | None:
    try:
        values: dict[str, Any] = read_json(file)
        values["scores"] = {str(pin): float(score) for pin, score in values["scores"].items()}
        return PinResult(**values | {"seen": frozenset(values["seen"])})
    except (UserError, TypeError, KeyError, ValueError, AttributeError):
        return None
