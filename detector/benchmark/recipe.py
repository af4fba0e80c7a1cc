"""What the protocol asks of a detector: to be fitted to pictures, and then to answer about others."""

from collections.abc import Callable, Sequence
from typing import Protocol

from PIL import Image

from detector.benchmark.answers import Answers
from detector.benchmark.judged import Judged
from detector.benchmark.pictures import Picture
from detector.scored import Change

Tell = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


class Scorer(Protocol):
    """A fitted detector."""

    def answers(self, pictures: Sequence[Picture], change: Change) -> Answers:
        """Its answers about pictures, equalised and then changed."""

    def look(self, images: Sequence[Image.Image]) -> Answers | None:
        """Its answers about decoded pictures, by which its speed is measured; None where it cannot look at any."""


class Recipe(Protocol):
    """How a detector is made from pictures."""

    @property
    def name(self) -> str:
        """What tables call it."""

    @property
    def key(self) -> str:
        """Names everything that its answers depend on besides the pictures."""

    def knows(self) -> Callable[[Picture], bool] | None:
        """For a detector that is trained already, which pictures it was trained or chosen on; None for one that `fit` trains."""

    def prepare(self, pictures: Sequence[Picture], changes: Sequence[Change], tell: Tell) -> None:
        """Whatever can be computed once for all rounds."""

    def fit(self, train: Sequence[Picture], valid: Sequence[Picture], seed: int, tell: Tell) -> Scorer:
        """The detector learnt from `train` and chosen, calibrated and given its threshold on `valid`."""


class Trainable(Recipe, Protocol):
    """A recipe whose fit gives logits, so that the protocol's judge can be set over them, or over their average."""

    def fit(self, train: Sequence[Picture], valid: Sequence[Picture], seed: int, tell: Tell) -> Judged:
        """As above."""
