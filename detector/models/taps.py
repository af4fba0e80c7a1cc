"""Taps: after which blocks or stages a frozen network is read, and what is kept of the places of each. Words and checks only."""

from dataclasses import dataclass

from detector.errors import UserError

LAST = "last"
POOLS = ("class", "mean", "std")
"""What is kept of a tap: the class token, or the mean or standard deviation of each channel over all places."""
POOL_CHOICES = ("class", "mean", "class+mean", "mean+std", "class+mean+std")


@dataclass(frozen=True)
class Taps:
    """Numbers of blocks (or stages of a convolutional network) counted from 1, in order; `last`: also the network's own end.

    The end is what the network's own last layer reads, after its last norm, which the output of its last block is not.
    """

    numbers: tuple[int, ...]
    last: bool
    pools: tuple[str, ...]

    @classmethod
    def of(cls, taps: str, pool: str) -> "Taps":
        """From "4,6,8" or "last" and "class+mean"; raises UserError for words that make no sense."""
        words = [word.strip() for word in taps.split(",") if word.strip()]
        numbers = sorted({int(word) for word in words if word.isascii() and word.isdigit()})
        if not words or any(word != LAST and not (word.isascii() and word.isdigit()) for word in words) or 0 in numbers:
            raise UserError(f"taps should be numbers of blocks from 1 on, or last, with commas between them, not {taps[:80]!r}.")
        pools = tuple(word.strip() for word in pool.split("+"))
        if not pools or len(set(pools)) < len(pools) or any(word not in POOLS for word in pools):
            raise UserError(f"pool should be one of {', '.join(POOL_CHOICES)}, not {pool[:80]!r}.")
        return cls(tuple(numbers), LAST in words, pools)
