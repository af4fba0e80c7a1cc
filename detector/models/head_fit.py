"""Fitting a head by its kind: a straight border, or a curved one for sets that differ much among themselves."""

from dataclasses import dataclass

from detector.models.linear_fit import Floats, Ints, LinearFit, Progress, fit_linear
from detector.models.rbf_fit import COMPONENTS, RbfFit, fit_rbf


@dataclass(frozen=True)
class HeadFitter:
    """How a head is fitted on features (N, F): its kind, and the values of C that validation pictures choose from.

    `balanced` lets both classes weigh alike, as `rbf` always does; `components` is how many main components `rbf` keeps.
    """

    kind: str
    c_values: tuple[float, ...]
    balanced: bool = False
    components: int = COMPONENTS

    def fit(
        self,
        features: Floats,
        labels: Ints,
        valid_features: Floats,
        valid_labels: Ints,
        progress: Progress | None = None,
    ) -> LinearFit | RbfFit:
        """The fitted head; raises DataError as the fits do."""
        rows = features, labels, valid_features, valid_labels
        if self.kind == "rbf":
            return fit_rbf(*rows, self.c_values, progress, self.components)
        return fit_linear(*rows, self.c_values, self.balanced, progress)
