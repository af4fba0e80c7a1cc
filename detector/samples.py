"""Sample pictures to try a detector on: photos that installed packages bring along, and lab pictures drawn on the spot."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from detector.data.images import open_image
from detector.data.lab import LAB_MARKS, draw_lab
from detector.labels import AI, REAL

LAB_WEIGHTS = "lab"
"""The shipped weights that lab pictures suit."""

_SEED = 20_000  # far from the seeds of lab sets, so that no detector was trained on these very pictures


@dataclass(frozen=True)
class Sample:
    """A picture that may be shown freely. `suggests` names the weights it suits, or is empty; `credit` says whose it is.

    `source` is a photo's place in an installed package, or a lab picture's mark, empty for a real one.
    """

    name: str
    title: str
    kind: Literal["photo", "lab"]
    credit: str
    source: str = ""
    suggests: str = ""

    def image(self) -> Image.Image:
        """The picture, RGB; the same at every call. Raises ImageError for a photo whose file is gone."""
        if self.kind == "photo":
            return open_image(_installed(self.source))
        label = AI if self.source else REAL
        return draw_lab(label, self.source or LAB_MARKS[0], np.random.default_rng([_SEED, label]))[0]

    def at_hand(self) -> bool:
        """Whether it can be shown here: photos go with their package."""
        return self.kind == "lab" or _installed(self.source).is_file()


def _installed(place: str) -> Path:
    """A file in a package, found without importing it; a path that does not exist where the package is missing."""
    package, _, inside = place.partition("/")
    spec = find_spec(package)
    return Path(spec.origin).parent / inside if spec and spec.origin else Path(place)


def _lab(mark: str, title: str) -> Sample:
    credit = "Drawn by code for Telltale; it shows nothing real."
    return Sample(f"lab-{mark or 'real'}", title, "lab", credit, mark, LAB_WEIGHTS)


_ALL = (
    Sample(
        "china",
        "A temple in China",
        "photo",
        "Photo: danielbuechele, CC BY 2.0, by way of scikit-learn",
        "sklearn/datasets/images/china.jpg",
    ),
    Sample(
        "flower", "A flower", "photo", "Photo: vultilion, CC BY 2.0, by way of scikit-learn", "sklearn/datasets/images/flower.jpg"
    ),
    Sample(
        "grace-hopper",
        "A portrait of Grace Hopper",
        "photo",
        "Photo: US Navy, public domain, by way of matplotlib",
        "matplotlib/mpl-data/sample_data/grace_hopper.jpg",
    ),
    _lab("", "Lab picture without a mark"),
    *(_lab(mark, f"Lab picture with a planted mark: {mark}") for mark in LAB_MARKS),
)

SAMPLES = tuple(sample for sample in _ALL if sample.at_hand())
"""Samples that are at hand here, without any network."""
