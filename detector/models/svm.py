"""A support vector machine on the features of a frozen network: fitted by scikit-learn, then run by torch."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from detector.errors import DataError
from detector.labels import AI, LABEL_NAMES, REAL

Floats = NDArray[np.floating[Any]]
Row = dict[str, float]
Progress = Callable[[int, int, Row], None]
"""Candidates done, candidates in all, the last row of the grid; raise from it to stop the search."""


@dataclass(frozen=True, eq=False)
class SvmFit:
    """A fitted machine. With F features and S support vectors: mean, scale (F,), support_vectors (S, F), dual_coef (S,).

    The decision is sum_i dual_coef_i exp(-gamma |z - support_vector_i|^2) + intercept for z = (features - mean) / scale;
    platt_a * decision + platt_b is the logit of "AI-generated" (Platt, 1999, "Probabilistic outputs for SVMs").
    """

    c: float
    gamma: float
    mean: Floats
    scale: Floats
    support_vectors: Floats
    dual_coef: Floats
    intercept: float
    platt_a: float
    platt_b: float
    grid: tuple[Row, ...] = field(default=())
    """One row a candidate: c, gamma, mean_accuracy and sd over the folds."""


class FeatureSVM(nn.Module):
    """A frozen network's pooled features, standardised, an RBF decision and Platt's scaling: one logit a picture.

    `backbone` comes from `create_model`; its own last layer is not used. Differentiable with respect to its last feature map.
    """

    backbone: Any
    mean: Tensor
    scale: Tensor
    support_vectors: Tensor
    dual_coef: Tensor
    intercept: Tensor
    gamma: Tensor
    platt_a: Tensor
    platt_b: Tensor

    def __init__(self, backbone: nn.Module, features: int, support_vectors: int) -> None:
        super().__init__()
        self.backbone = backbone.requires_grad_(False)
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("scale", torch.ones(features))
        self.register_buffer("support_vectors", torch.zeros(support_vectors, features))
        self.register_buffer("dual_coef", torch.zeros(support_vectors))
        for name in ("intercept", "gamma", "platt_a", "platt_b"):
            self.register_buffer(name, torch.zeros(()))

    def train(self, mode: bool = True) -> "FeatureSVM":
        """Set the mode; the backbone stays in eval mode, or its batch statistics would drift away from the fit."""
        super().train(mode)
        self.backbone.eval()
        return self

    def decide(self, features: Tensor) -> Tensor:
        """Logits (N, 1) of pooled features (N, F)."""
        return (self.platt_a * self.decision(features) + self.platt_b).unsqueeze(1)

    def decision(self, features: Tensor) -> Tensor:
        """The margin (N,) of pooled features (N, F), as scikit-learn's decision_function."""
        standardised = (features - self.mean) / self.scale
        # the usual shortcut through a matrix product loses the digits of small distances
        distance = torch.cdist(standardised, self.support_vectors, compute_mode="donot_use_mm_for_euclid_dist")
        return torch.exp(-self.gamma * distance.square()) @ self.dual_coef + self.intercept

    def forward_features(self, x: Tensor) -> Tensor:
        """The backbone's last feature map of normalised pictures (N, 3, S, S)."""
        return self.backbone.forward_features(x)

    def forward_head(self, features: Tensor) -> Tensor:
        """Logits (N, 1) of a feature map."""
        pooled = self.backbone.forward_head(features, pre_logits=True)
        return self.decide(pooled.mean(dim=(2, 3)) if pooled.ndim == 4 else pooled)  # timm's VGG pools after its hidden layers

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, 1) of normalised pictures (N, 3, S, S)."""
        return self.forward_head(self.forward_features(x))


def fit_svm(
    features: Floats,
    labels: Sequence[int] | NDArray[np.integer[Any]],
    c_values: Iterable[float],
    gamma_multiples: Iterable[float],
    folds: int,
    seed: int,
    progress: Progress | None = None,
) -> SvmFit:
    """Grid search by stratified k-fold cross-validation over C and gamma, then a fit on all of features (N, F).

    gamma is a multiple of 1/F. The best mean accuracy wins; among equals the smallest C, then the smallest gamma, for the
    smoothest border. Raises DataError when the features or the folds are unusable.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    x, y = np.asarray(features, dtype=np.float64), np.asarray(labels)
    _check(x, y, folds)
    parts = [
        _Part.of(x, train, held_out) for train, held_out in StratifiedKFold(folds, shuffle=True, random_state=seed).split(x, y)
    ]
    candidates = [(c, multiple / x.shape[1]) for c in sorted(set(c_values)) for multiple in sorted(set(gamma_multiples))]
    grid: list[Row] = []
    best_accuracy, best, best_decision = -1.0, candidates[0], np.zeros(len(y))
    for c, gamma in candidates:
        decision = np.empty(len(y))
        for part in parts:
            decision[part.held_out] = part.decision(y, c, gamma)
        correct = (decision > 0) == (y == AI)
        accuracies = [float(correct[part.held_out].mean()) for part in parts]
        row = {"c": c, "gamma": gamma, "mean_accuracy": float(np.mean(accuracies)), "sd": float(np.std(accuracies, ddof=1))}
        grid.append(row)
        if row["mean_accuracy"] > best_accuracy:
            best_accuracy, best, best_decision = row["mean_accuracy"], (c, gamma), decision
        if progress:
            progress(len(grid), len(candidates), row)

    # held-out decisions, since those of the pictures it was fitted on are too sure; the penalty keeps separable classes finite
    platt = LogisticRegression().fit(best_decision[:, None], y)
    scaler = StandardScaler().fit(x)
    machine = SVC(C=best[0], gamma=best[1]).fit(scaler.transform(x), y)
    return SvmFit(
        c=best[0],
        gamma=best[1],
        mean=scaler.mean_,
        scale=scaler.scale_,
        support_vectors=machine.support_vectors_,
        dual_coef=machine.dual_coef_[0],
        intercept=float(machine.intercept_[0]),
        # on pure chance the folds can come out below one half, and a negative slope would turn every answer round
        platt_a=max(float(platt.coef_[0, 0]), 1e-3),
        platt_b=float(platt.intercept_[0]),
        grid=tuple(grid),
    )


def svm_from_fit(backbone: nn.Module, fit: SvmFit) -> FeatureSVM:
    """The fitted machine on top of the network whose features it was fitted on, in eval mode."""
    model = FeatureSVM(backbone, features=fit.support_vectors.shape[1], support_vectors=fit.support_vectors.shape[0])
    for name, buffer in model.named_buffers(recurse=False):
        buffer.copy_(torch.as_tensor(getattr(fit, name), dtype=torch.float32))
    return model.eval()


@dataclass(frozen=True, eq=False)
class _Part:
    """One fold: its pictures' squared distances, computed once for all candidates, which makes the search six times faster."""

    train: NDArray[np.intp]
    held_out: NDArray[np.intp]
    among_train: Floats
    to_train: Floats

    @classmethod
    def of(cls, x: Floats, train: NDArray[np.intp], held_out: NDArray[np.intp]) -> "_Part":
        from sklearn.metrics.pairwise import euclidean_distances
        from sklearn.preprocessing import StandardScaler

        scaler = StandardScaler().fit(x[train])  # not on the held-out pictures, which must stay unseen
        z, z_held_out = scaler.transform(x[train]), scaler.transform(x[held_out])
        among_train, to_train = (euclidean_distances(rows, z, squared=True).astype(np.float32) for rows in (z, z_held_out))
        return cls(train, held_out, among_train, to_train)

    def decision(self, y: NDArray[Any], c: float, gamma: float) -> Floats:
        from sklearn.svm import SVC

        machine = SVC(C=c, kernel="precomputed").fit(np.exp(-gamma * self.among_train), y[self.train])
        return machine.decision_function(np.exp(-gamma * self.to_train))


def _check(x: Floats, y: NDArray[Any], folds: int) -> None:
    if x.ndim != 2 or x.shape[0] != y.shape[0]:
        raise DataError(f"The svm needs one row of features a picture, not {x.shape} for {y.shape[0]} labels.")
    if not np.isfinite(x).all():
        raise DataError("Some features are not numbers: choose another backbone or its pretrained weights.")
    for label in (REAL, AI):
        count = int((y == label).sum())
        if count < folds:
            raise DataError(f"The svm's {folds} folds need {folds} {LABEL_NAMES[label]} images at least, and there are {count}.")
