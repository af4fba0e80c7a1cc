"""Audit: how far models that never look at the picture itself can tell the classes of a data set apart."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Light = Literal["green", "amber", "red", "grey"]

WARN, ALARM = 0.60, 0.75
"""AUC from which a probe is warned of, and from which its shortcut is plain."""
FEWEST = 50
"""Groups of pictures in the smaller class below which nothing is said: chance alone reaches 0.60 too often."""
MOST = 2000
"""Pictures of a class that are looked at, chosen by their hash."""


@dataclass(frozen=True)
class Finding:
    """What one probe found: AUC of its out-of-fold scores with the 95 % interval, over n pictures; None where n is too small.

    `drivers` are sentences about the features that differ most. `pairs` are the most telling pictures, a real and an AI-generated
    path each, given from an AUC of 0.60.
    """

    probe: str
    auc: float | None
    low: float | None
    high: float | None
    n: int
    drivers: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()

    @property
    def light(self) -> Light:
        """Green below 0.60, amber from there, red from 0.75; grey when there are too few pictures to say."""
        if self.auc is None:
            return "grey"
        return "red" if self.auc >= ALARM else "amber" if self.auc >= WARN else "green"


@dataclass(frozen=True)
class Audit:
    """The findings of every probe on one data set, as it is or (`equalise` not "") as it would be under that rule.

    `looked_at` counts the pictures of each label name, `total` those of the data set; `left_out` could not be read.
    """

    findings: tuple[Finding, ...]
    fingerprint: str
    equalise: str = ""
    looked_at: Mapping[str, int] | None = None
    total: int = 0
    left_out: int = 0
    seconds: float = 0.0
    created: str = ""

    @property
    def worst(self) -> Finding | None:
        """The finding with the highest AUC; None when there were too few pictures for any."""
        return max((finding for finding in self.findings if finding.auc is not None), key=lambda one: one.auc or 0, default=None)

    @property
    def light(self) -> Light:
        """The light of the worst finding."""
        return self.worst.light if self.worst else "grey"

    def to_dict(self) -> dict[str, Any]:
        """Plain values for a JSON file, with the light."""
        return asdict(self) | {"light": self.light}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Audit":
        """The inverse of `to_dict`; raises KeyError, TypeError or ValueError for other values."""
        known = {key: value for key, value in values.items() if key != "light"}
        return cls(**{**known, "findings": tuple(_finding(each) for each in values["findings"])})


def _finding(values: Mapping[str, Any]) -> Finding:
    pairs = tuple((str(real), str(ai)) for real, ai in values["pairs"])
    return Finding(**{**values, "drivers": tuple(values["drivers"]), "pairs": pairs})
