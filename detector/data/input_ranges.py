"""InputRanges: what the files were like that a detector learnt from; they travel with its weights. Judges nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from detector.data.images import open_image
from detector.data.input_facts import InputFacts, input_facts
from detector.data.manifest import Item, Manifest
from detector.data.parallel import in_order
from detector.errors import UserError

MEASURED = ("short_side", "aspect", "quality", "blocks", "spread", "flat", "colours", "bars")
MOST = 400  # pictures: the ranges leave out a half percent at either end, which is two of these
_LOW, _HIGH = 0.005, 0.995


@dataclass(frozen=True)
class InputRanges:
    """For each measurement of `InputFacts` the half percent and the 99.5 percent quantile of `n` training pictures."""

    n: int
    ranges: Mapping[str, tuple[float, float]]

    def low(self, name: str) -> float | None:
        """The lower end, None where it was not measured, such as the JPEG quality of other formats."""
        return self.ranges[name][0] if name in self.ranges else None

    def high(self, name: str) -> float | None:
        """The upper end, None as for `low`."""
        return self.ranges[name][1] if name in self.ranges else None

    def to_dict(self) -> dict[str, Any]:
        """Plain values for calibration.json."""
        return {"n": self.n, **{name: list(pair) for name, pair in self.ranges.items()}}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "InputRanges":
        """The inverse of `to_dict`; raises UserError where it is damaged."""
        try:
            ranges = {name: (float(values[name][0]), float(values[name][1])) for name in MEASURED if name in values}
            found = cls(int(values["n"]), ranges)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise UserError("What the calibration says of training files is damaged: calibrate the detector again.") from error
        if not all(isfinite(low) and isfinite(high) and low <= high for low, high in ranges.values()):
            raise UserError("What the calibration says of training files does not fit together: calibrate the detector again.")
        return found


def ranges_of(facts: Sequence[InputFacts]) -> InputRanges | None:
    """The ranges of these pictures; None without any."""
    if not facts:
        return None
    ranges = {}
    for name in MEASURED:
        values = [float(value) for each in facts if (value := getattr(each, name)) is not None]
        if len(values) > len(facts) / 2:  # few JPEGs among PNGs say nothing of the set
            low, high = np.quantile(values, (_LOW, _HIGH))
            ranges[name] = (round(float(low), 4), round(float(high), 4))
    return InputRanges(len(facts), ranges)


def measure_ranges(manifest: Manifest, items: Iterable[Item]) -> InputRanges | None:
    """The ranges of up to MOST of these pictures, chosen by their hash; raises ImageError for a file that has changed."""
    chosen = sorted({item.sha256: item for item in items}.values(), key=lambda item: item.sha256)[:MOST]
    return ranges_of(list(in_order(lambda item: _facts(manifest, item), chosen)))


def _facts(manifest: Manifest, item: Item) -> InputFacts:
    data = manifest.path(item).read_bytes()
    return input_facts(data, open_image(data, item.sha256))
