"""The curved head: support vectors on main components."""

import numpy as np
import pytest
import torch

from detector.errors import DataError
from detector.models.fitted_head import head_logits, set_head
from detector.models.linear_fit import fit_linear
from detector.models.rbf_fit import fit_rbf
from detector.models.weights import load_weights, save_weights
from detector.models.weights_config import WeightsConfig
from detector.models.zoo import create_model, default_preprocess


def rings(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A class inside a ring of the other, in the first two of twelve features: no straight border parts them."""
    draw = np.random.default_rng(seed)
    labels = np.arange(n) % 2
    angle, radius = draw.uniform(0, 2 * np.pi, n), np.where(labels, 3.0, 0.5) + draw.normal(0, 0.2, n)
    plane = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return np.concatenate([plane, draw.normal(0, 0.1, (n, 10))], axis=1).astype(np.float32), labels


def accuracy(logits: np.ndarray, labels: np.ndarray) -> float:
    return float(((logits >= 0) == (labels == 1)).mean())


def test_a_curved_border_is_found_where_a_straight_one_fails() -> None:
    train, valid, test = rings(200, 0), rings(80, 1), rings(80, 2)
    curved = fit_rbf(*train, *valid, [1, 10])
    straight = fit_linear(*train, *valid, [1, 10])
    assert accuracy(curved.logits(test[0]), test[1]) > 0.95 > 0.75 > accuracy(straight.logits(test[0]), test[1])


def test_a_head_of_few_main_components_is_smaller() -> None:
    train, valid = rings(200, 0), rings(80, 1)
    small = fit_rbf(*train, *valid, [1, 10], components=3)
    assert small.centres.shape[1] == 3 and small.projection.shape == (3, 12)
    assert fit_rbf(*train, *valid, [1]).centres.shape[1] == 12  # there are no more


def test_torch_runs_what_scikit_learn_fitted() -> None:
    fit = fit_rbf(*rings(120, 0), *rings(60, 1), [1])
    model = torch.nn.Module()
    set_head(model, fit)
    features = rings(50, 3)[0]
    assert np.allclose(head_logits(model, torch.from_numpy(features))[:, 0].detach().numpy(), fit.logits(features), atol=1e-3)


def test_weights_with_a_curved_head_come_back_as_they_were(tmp_path) -> None:
    torch.manual_seed(0)
    model = create_model("dct")
    draw = np.random.default_rng(0)
    features = draw.normal(size=(60, 416)).astype(np.float32)
    labels = np.arange(60) % 2
    fit = fit_rbf(features, labels, features, labels, [1])
    set_head(model, fit)
    config = WeightsConfig(
        "dct", 1, default_preprocess("dct", model), support_vectors=len(fit.centres), components=fit.centres.shape[1]
    )
    save_weights(tmp_path / "w", model, config, "# w\n")
    again, _ = load_weights(tmp_path / "w")
    x = torch.rand(2, 3, 128, 128)
    assert torch.equal(again(x), model.eval()(x))


def test_fewer_pictures_than_features_are_no_trouble() -> None:
    draw = np.random.default_rng(0)
    labels = np.arange(40) % 2
    features = (draw.normal(size=(40, 300)) + labels[:, None]).astype(np.float32)
    assert accuracy(fit_rbf(features, labels, features, labels, [1]).logits(features), labels) > 0.9


def test_a_missing_class_and_features_that_are_not_numbers_are_refused() -> None:
    features, labels = rings(20, 0)
    with pytest.raises(DataError, match="both classes"):
        fit_rbf(features, labels * 0, features, labels, [1])
    with pytest.raises(DataError, match="not numbers"):
        fit_rbf(features * np.nan, labels, features, labels, [1])


def test_the_search_can_be_stopped() -> None:
    def stop(done: int, total: int, row: dict[str, float]) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit_rbf(*rings(20, 0), *rings(20, 1), [1], stop)
