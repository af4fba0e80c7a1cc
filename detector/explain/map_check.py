"""MapCheck: what was found out about one heat map, the badge that follows from it, and what is said of it."""

from dataclasses import dataclass

import numpy as np

BETTER, UNCLEAR, NO_BETTER = BADGES = ("better", "unclear", "no better")
"""The badges, best first."""

BADGE_WORDS = {
    BETTER: "Better than random on this image",
    UNCLEAR: "Unclear whether better than random",
    NO_BETTER: "No better than random: do not read it",
}

SIGNIFICANT = 0.05
HINT = 0.25
SAME = 0.7
"""Rank correlation from which two maps count as the same."""


@dataclass(frozen=True)
class Curves:
    """Log-odds of the label at the shares 0 … 1 of the picture's area, hottest places first: taken away, and brought back."""

    deletion: tuple[float, ...]
    insertion: tuple[float, ...]

    @property
    def deletion_auc(self) -> float:
        """Mean height of the deletion curve: the lower, the better the map."""
        return _mean_height(self.deletion)

    @property
    def insertion_auc(self) -> float:
        """Mean height of the insertion curve: the higher, the better the map."""
        return _mean_height(self.insertion)

    @property
    def gain(self) -> float:
        """Both in one number, in log-odds: the higher, the better."""
        return self.insertion_auc - self.deletion_auc


@dataclass(frozen=True)
class MapCheck:
    """A map against maps that know nothing of the detector, and against its own repetition.

    `randomised` holds (layers replaced, rank correlation with the map) from the classifier down to all; `flip` and `jpeg` are
    rank correlations; these three are None or empty where the map was not drawn again. `road` is half of what
    least-relevant-first leaves beyond most-relevant-first, in log-odds: above 0 for a map that ranks places well.

    The badge is a rule, not a matter of taste. With p the rank of the map among the random maps (of 19 at best 0.05):
    "better" when p ≤ 0.05 for deletion and for insertion, and a network of random weights does not give the same map;
    "unclear" when p ≤ 0.05 for one of them, or ≤ 0.25 for both, or all is well but for the random weights; else "no better".
    """

    curves: Curves
    random: tuple[Curves, ...]
    edges: Curves
    baseline: str
    flat: bool = False
    randomised: tuple[tuple[str, float], ...] = ()
    flip: float | None = None
    jpeg: float | None = None
    road: float | None = None

    @property
    def p_deletion(self) -> float:
        """The share of maps, this one among them, whose deletion curve is at least as low."""
        return _rank([-one.deletion_auc for one in self.random], -self.curves.deletion_auc)

    @property
    def p_insertion(self) -> float:
        """The share of maps, this one among them, whose insertion curve is at least as high."""
        return _rank([one.insertion_auc for one in self.random], self.curves.insertion_auc)

    @property
    def advantage(self) -> float:
        """The map's gain over the mean of the random maps', in log-odds."""
        return self.curves.gain - float(np.mean([one.gain for one in self.random]))

    @property
    def edges_as_good(self) -> bool:
        """Whether a map of the picture's edges alone does as well."""
        return self.edges.gain >= self.curves.gain

    @property
    def same_without_training(self) -> bool:
        """Whether the network with random weights throughout gives nearly the same map (Adebayo et al. 2018)."""
        return bool(self.randomised) and self.randomised[-1][1] >= SAME

    @property
    def badge(self) -> str:
        """One of BADGES, by the rule above."""
        if self.flat:
            return NO_BETTER
        both = (self.p_deletion, self.p_insertion)
        if max(both) <= SIGNIFICANT:
            return UNCLEAR if self.same_without_training else BETTER
        return UNCLEAR if min(both) <= SIGNIFICANT or max(both) <= HINT else NO_BETTER

    @property
    def sentence(self) -> str:
        """What was found, in plain words, whichever way it fell."""
        if self.flat:
            return "The map is the same everywhere: it points at no place, so there is nothing to check."
        return " ".join(filter(None, (self._against_random(), self._against_edges(), self._without_training(), *self._again())))

    def _against_random(self) -> str:
        n = len(self.random)
        deletion, insertion = (round(n - (p * (n + 1) - 1)) for p in (self.p_deletion, self.p_insertion))
        said = (
            f"Taking the bright places away lowers the score more than {deletion} of {n} random maps do, "
            f"and bringing them back raises it more than {insertion} of {n}."
        )
        if self.curves.deletion[-1] >= self.curves.deletion[0]:
            said += " Removing the whole picture does not lower this score, so there is little that a map could point at."
        return said

    def _against_edges(self) -> str:
        return "A map of the picture's edges, which knows nothing of the detector, does as well." if self.edges_as_good else ""

    def _without_training(self) -> str:
        if not self.randomised:
            return ""
        value = self.randomised[-1][1]
        if self.same_without_training:
            return (
                f"The same network with random weights gives nearly the same map (rank correlation {value:.2f}): "
                "it says more about the picture than about what the detector learnt."
            )
        return f"With random weights the network gives another map (rank correlation {value:.2f}), as it should."

    def _again(self) -> list[str]:
        pairs = (("in a mirror", self.flip), ("after a slight JPEG", self.jpeg))
        moved = [f"{words} ({value:.2f})" for words, value in pairs if value is not None and value < SAME]
        return [f"The map changes {' and '.join(moved)}: small details of it mean little."] if moved else []


def _mean_height(curve: tuple[float, ...]) -> float:
    return float(np.trapezoid(curve, dx=1 / (len(curve) - 1)))


def _rank(random: list[float], value: float) -> float:
    return (1 + sum(other >= value for other in random)) / (len(random) + 1)
