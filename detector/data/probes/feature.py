"""Feature: one number that a probe reads off a picture, and the words for it. NaN stands for "does not apply"."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Row = NDArray[np.float32]


@dataclass(frozen=True)
class Feature:
    """A number's words: "are PNG files" for a yes or no (`share`), "bytes a pixel" for an amount, "the top left" for a `place`.

    Features of one `family` say much the same, so that only one of them is told. Amounts are shown with `digits` decimals.
    """

    words: str
    kind: Literal["share", "amount", "place"]
    family: str
    digits: int = 2
