"""LeftOut: what became of the images of a generator that a detector had not learnt from. Knows no network and no file."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from detector.errors import UserError
from detector.evaluation.rates import Interval, wilson


@dataclass(frozen=True)
class LeftOut:
    """One generator left out of training: its `n` images by verdict, and how many had AI-generated in their conformal set.

    What is neither `found` (called AI-generated) nor `missed` (called real) was inconclusive. `auc` is against real images that
    were not learnt from either, None where there were none.
    """

    generator: str
    n: int
    found: int
    missed: int
    covered: int
    auc: float | None = None

    @property
    def undecided(self) -> int:
        """How many were inconclusive."""
        return self.n - self.found - self.missed


def rows_from(values: Sequence[Mapping[str, Any]]) -> tuple[LeftOut, ...]:
    """The rows of calibration.json; raises UserError for counts that do not fit together."""
    try:
        rows = tuple(
            LeftOut(
                str(row["generator"]), int(row["n"]), int(row["found"]), int(row["missed"]), int(row["covered"]), row.get("auc")
            )
            for row in values
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UserError(
            "The rows of left-out generators are damaged: each needs generator, n, found, missed and covered."
        ) from error
    for row in rows:
        if min(row.n - 1, row.found, row.missed, row.covered) < 0 or row.found + row.missed > row.n or row.covered > row.n:
            raise UserError(f"The counts of the left-out generator {row.generator} do not fit together.")
        if row.auc is not None and not (isinstance(row.auc, (int, float)) and 0 <= row.auc <= 1):
            raise UserError(f"The AUC of the left-out generator {row.generator} should lie between 0 and 1.")
    return rows


def rows_to(rows: Sequence[LeftOut]) -> list[dict[str, Any]]:
    """The inverse of `rows_from`."""
    return [asdict(row) for row in rows]


def found_share(rows: Sequence[LeftOut]) -> tuple[float, Interval, int]:
    """Share of the left-out generators' images that were called AI-generated, Wilson's interval, and how many images."""
    n, found = sum(row.n for row in rows), sum(row.found for row in rows)
    return (found / n if n else 0.0), wilson(found, n), n
