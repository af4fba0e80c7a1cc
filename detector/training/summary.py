"""Summary: what a table of runs shows of one, read once from its files. Knows no image and no weights."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from detector.errors import UserError
from detector.training.runs import Run
from detector.training.status import RunStatus

FILES = ("config.json", "status.json", "about.json", "metrics.jsonl")
DAMAGED = "damaged"


@dataclass(frozen=True)
class Summary:
    """One run. `valid` and `test` are metrics as `Metrics.to_dict` gives them, `valid` of the best epoch; empty before."""

    name: str
    state: str
    share: float = 0.0
    settings: Mapping[str, Any] = field(default_factory=dict)
    epoch: int = 0
    best: Mapping[str, Any] = field(default_factory=dict)
    valid: Mapping[str, Any] = field(default_factory=dict)
    test: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    parameters: int | None = None
    created: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""
    sweep: str = ""
    point: int | None = None

    @property
    def data(self) -> str:
        """The data set's own name, without the folders above it."""
        return str(self.settings.get("data", "")).rsplit("/", 1)[-1]


def stamp(run: Run) -> tuple[int, ...]:
    """When its files last changed (nanoseconds), so that a cache notices."""
    return tuple(_changed(run, name) for name in FILES)


def summarise(run: Run) -> Summary:
    """Read a run's files; one that cannot be read is listed as damaged."""
    try:
        status, settings, about, rows = run.status(), run.config().to_dict(), run.about(), run.metrics()
        return _summary(run, status, settings, about, rows)
    except (UserError, OSError, ValueError, TypeError, AttributeError):  # someone edited a file by hand
        return Summary(run.name, DAMAGED)


def _summary(run: Run, status: RunStatus, settings: dict[str, Any], about: dict[str, Any], rows: list[dict[str, Any]]) -> Summary:
    epochs = [row for row in rows if row.get("valid_loss") is not None]
    result = about.get("result", {})
    return Summary(
        name=run.name,
        state=status.state,
        share=status.share,
        settings=settings,
        epoch=status.epoch,
        best=min(epochs, key=lambda row: float(row["valid_loss"]), default={}),
        valid=result.get("valid", {}),
        test=result.get("test", {}),
        seconds=sum(float(row.get("seconds") or 0) for row in rows),
        parameters=about.get("parameters"),
        created=str(about.get("created", "")),
        tags=tuple(str(tag) for tag in about.get("tags", ())),
        note=str(about.get("note", "")),
        sweep=str(about.get("sweep", "")),
        point=about.get("point"),
    )


def _changed(run: Run, name: str) -> int:
    try:
        return (run.folder / name).stat().st_mtime_ns
    except FileNotFoundError:
        return 0
