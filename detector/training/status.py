"""RunStatus: how far a run is. A value; reading and writing it is the run's."""

from dataclasses import dataclass

ACTIVE = ("starting", "running")
RESUMABLE = ("stopped", "interrupted", "failed")


@dataclass(frozen=True)
class RunStatus:
    """How far a run is. `state`: starting, running, finished, stopped, interrupted or failed; times in seconds."""

    state: str = "starting"
    phase: str = ""
    epoch: int = 0
    epochs: int = 0
    step: int = 0
    steps: int = 0
    seconds_left: float | None = None
    message: str = ""
    updated: float = 0.0

    @property
    def active(self) -> bool:
        """True while a worker is at it or about to be."""
        return self.state in ACTIVE

    @property
    def resumable(self) -> bool:
        """True when resuming makes sense."""
        return self.state in RESUMABLE

    @property
    def share(self) -> float:
        """Share of the training done, 0 to 1."""
        if self.state == "finished":
            return 1.0
        within = self.step / self.steps if self.steps else 0.0  # this epoch, or the svm's grid
        return min((self.epoch + within) / self.epochs, 1.0) if self.epochs else within
