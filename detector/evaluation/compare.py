"""Compare: how far detectors differ on the same images, and how easily chance alone would make such a difference.

Differences of accuracy, balanced accuracy and AUC have paired intervals; McNemar's test counts the images on which one is right
and the other wrong; Cohen's kappa says how far verdicts agree beyond chance.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from detector.evaluation.curves import auc_of
from detector.evaluation.intervals import ranking_draws, weights
from detector.evaluation.joined import Joined
from detector.evaluation.metrics import Metrics, evaluate_sample
from detector.evaluation.rates import student
from detector.evaluation.sample import Floats, Ints, Sample
from detector.labels import AI, REAL

MEASURES = ("accuracy", "balanced_accuracy", "auc")
CHANCE = 0.05


@dataclass(frozen=True)
class Difference:
    """A number of the first detector minus that of the second, its 95 % interval, and the p-value of "no difference".

    `holm` is that p-value corrected for the number of pairs (Holm, Scandinavian Journal of Statistics 1979).
    """

    value: float
    low: float
    high: float
    p: float
    holm: float = 1.0

    @property
    def clear(self) -> bool:
        """Whether so large a difference would hardly come by chance, whatever pair is looked at."""
        return self.holm < CHANCE


@dataclass(frozen=True)
class Pair:
    """Two detectors, by their places. Counts are images; `groups_a` and `groups_b` are groups that speak for one of them.

    `p` is McNemar's exact test; with groups each group counts once, for the detector that is right on more of its images.
    `differences` lacks balanced accuracy and AUC where a class is missing; `kappa` is None where both always say the same.
    """

    a: int
    b: int
    both_right: int
    only_a: int
    only_b: int
    both_wrong: int
    groups_a: int
    groups_b: int
    p: float
    agreement: float
    kappa: float | None
    differences: dict[str, Difference]
    holm: float = 1.0


@dataclass(frozen=True, eq=False)
class Comparison:
    """Each detector's metrics on the joined images, and every pair."""

    joined: Joined
    metrics: tuple[Metrics, ...]
    pairs: tuple[Pair, ...]

    @property
    def grouped(self) -> bool:
        """Whether images of one group count as one draw."""
        return self.joined.samples[0].grouped

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; pairs name their detectors."""
        joined, names = self.joined, self.joined.names
        return {
            "n": len(joined.labels),
            "groups": joined.samples[0].n_groups,
            "matched_by": joined.by,
            "left_out": [asdict(note) for note in joined.left_out],
            "detectors": [
                {"name": name, "seen_in_training": seen, **metrics.to_dict()}
                for name, seen, metrics in zip(names, joined.seen, self.metrics, strict=True)
            ],
            "pairs": [asdict(pair) | {"a": names[pair.a], "b": names[pair.b]} for pair in self.pairs],
        }


def compare(joined: Joined) -> Comparison:
    """Every number of every pair of detectors."""
    metrics = tuple(
        evaluate_sample(sample, threshold) for sample, threshold in zip(joined.samples, joined.thresholds, strict=True)
    )
    draws = _draws(joined)
    pairs = [_pair(joined, a, b, draws) for a, b in combinations(range(len(joined.names)), 2)]
    for place, p in enumerate(holm([pair.p for pair in pairs])):
        pairs[place] = replace(pairs[place], holm=p)
    for name in draws:
        for place, p in enumerate(holm([pair.differences[name].p for pair in pairs])):
            pairs[place].differences[name] = replace(pairs[place].differences[name], holm=p)
    return Comparison(joined, metrics, tuple(pairs))


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values corrected for their number, in the same order (Holm 1979)."""
    order, found, worst = sorted(range(len(p_values)), key=p_values.__getitem__), [1.0] * len(p_values), 0.0
    for rank, place in enumerate(order):
        worst = max(worst, min(1.0, p_values[place] * (len(order) - rank)))
        found[place] = worst
    return found


def mcnemar(only_a: int, only_b: int) -> float:
    """The exact two-sided p-value of a split as uneven as this, were it as likely for each side (McNemar 1947)."""
    if not only_a + only_b:
        return 1.0
    from scipy.stats import binomtest

    return float(binomtest(only_a, only_a + only_b, 0.5).pvalue)


def kappa(first: Ints, second: Ints) -> float | None:
    """Cohen's kappa of two rows of verdicts (N,); None where chance alone would have them agree on every image."""
    agree = float((first == second).mean())
    ai_first, ai_second = float((first == AI).mean()), float((second == AI).mean())
    by_chance = ai_first * ai_second + (1 - ai_first) * (1 - ai_second)
    return (agree - by_chance) / (1 - by_chance) if by_chance < 1 else None


def best(comparison: Comparison, name: str) -> int | None:
    """The detector that is clearly better than every other by a measure, if there is one."""
    for place in range(len(comparison.joined.names)):
        own = [pair for pair in comparison.pairs if place in (pair.a, pair.b)]
        found = [(pair.differences.get(name), 1 if pair.a == place else -1) for pair in own]
        if all(each is not None and each.clear and each.value * sign > 0 for each, sign in found):
            return place
    return None


def _draws(joined: Joined) -> dict[str, Floats]:
    """Each measure of each detector: (M, 1 + draws), of the sample and of draws that are the same for all detectors."""
    first = joined.samples[0]
    units, size = first.units, first.n_units
    place = units * 2 + joined.labels
    columns = [np.bincount(place, minlength=2 * size).reshape(size, 2)]
    columns += [np.bincount(place[right], minlength=2 * size).reshape(size, 2) for right in joined.right]
    sums = np.hstack(columns).astype(np.float64)
    drawn = np.vstack([sums.sum(axis=0), weights(size) @ sums])
    n, hits = drawn[:, :2], drawn[:, 2:].reshape(len(drawn), -1, 2).transpose(1, 0, 2)
    found: dict[str, Floats] = {"accuracy": hits.sum(axis=2) / n.sum(axis=1)}
    if first.both:
        with np.errstate(divide="ignore", invalid="ignore"):  # a draw may miss a class
            found["balanced_accuracy"] = (hits / n).mean(axis=2)
        found["auc"] = np.stack([_area_draws(sample) for sample in joined.samples])
    return found


def _area_draws(sample: Sample) -> Floats:
    draws = ranking_draws(sample)["auc"]
    draws[0] = auc_of(sample)[0]  # exact, where the draws were counted in bins
    return draws


def _pair(joined: Joined, a: int, b: int, draws: dict[str, Floats]) -> Pair:
    first, second = joined.right[a], joined.right[b]
    only_a, only_b = int((first & ~second).sum()), int((second & ~first).sum())
    groups_a, groups_b = _votes(joined.samples[0], first, second)
    return Pair(
        a,
        b,
        int((first & second).sum()),
        only_a,
        only_b,
        int((~first & ~second).sum()),
        groups_a,
        groups_b,
        mcnemar(groups_a, groups_b),
        float((joined.called[a] == joined.called[b]).mean()),
        kappa(joined.called[a], joined.called[b]),
        {name: _difference(joined.samples[0], name, values[a] - values[b]) for name, values in draws.items()},
    )


def _votes(sample: Sample, first: npt.NDArray[np.bool_], second: npt.NDArray[np.bool_]) -> tuple[int, int]:
    """Groups in which the first is right on more images than the second, and the other way round."""
    lead = np.bincount(sample.groups, weights=first.astype(np.float64) - second, minlength=sample.n_groups)
    return int((lead > 0).sum()), int((lead < 0).sum())


def _difference(sample: Sample, name: str, values: Floats) -> Difference:
    """From a difference and its draws (1 + draws,): normal by the draws' standard error, with Student's t for few units."""
    from scipy.stats import t

    units, value = sample.n_units, float(values[0])
    drawn = values[1:][np.isfinite(values[1:])]
    if units < 2 or drawn.size < 2:
        return Difference(value, -1.0, 1.0, 1.0)
    error = (float(drawn.var()) * units / (units - 1) + _of_two_more(sample, name)) ** 0.5
    half = student(units - 1) * error
    p = float(2 * t.sf(abs(value) / error, units - 1))
    return Difference(value, max(-1.0, value - half), min(1.0, value + half), p)


def _of_two_more(sample: Sample, name: str) -> float:
    """The variance of one more won and one more lost (Bonett and Price, JEBS 2012): few differing images claim too much.

    Where images come in groups that is between one image and a whole group. For the AUC these are images that move by a quarter
    of the other class's ranks.
    """
    if name == "accuracy":
        return 2 / (sample.n * sample.n_groups)
    moved = 1.0 if name == "balanced_accuracy" else 0.25
    sizes = ((int((sample.labels == label).sum()), sample.draws_of(label)) for label in (REAL, AI))
    return moved * sum(2 / (images * groups) for images, groups in sizes) / 4
