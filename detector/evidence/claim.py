"""Claim: one thing that a file says about itself, in words. It is said, not known."""

from dataclasses import dataclass
from typing import Literal

PointsTo = Literal["ai", "camera", "edited", ""]
LONGEST = 600  # characters of a value that are kept


@dataclass(frozen=True)
class Claim:
    """`source` is where it stands in the file, `says` a sentence, `points_to` its direction ("" for none), `details` pairs."""

    source: str
    says: str
    points_to: PointsTo = ""
    details: tuple[tuple[str, str], ...] = ()


def pairs(*values: tuple[str, object]) -> tuple[tuple[str, str], ...]:
    """Details with something in them, as short text."""
    return tuple((name, short(value)) for name, value in values if value not in (None, "", [], {}))


def short(value: object) -> str:
    """A value on one line, printable, and cut where it is long."""
    text = "".join(letter if letter.isprintable() else " " for letter in str(value)[: 4 * LONGEST])
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
