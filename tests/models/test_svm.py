import numpy as np
import pytest
import torch
from sklearn.svm import SVC

from detector.errors import DataError
from detector.models.logits import probability_ai
from detector.models.svm import FeatureSVM, SvmFit, fit_svm, svm_from_fit
from detector.models.weights import load_weights, save_weights
from detector.models.weights_config import WeightsConfig
from detector.models.zoo import create_model, default_preprocess, pooled_features

SIZE = 32


def rings(n: int, features: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """AI around real, so that no straight border parts them; they overlap a little, and the features' scales differ."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 2
    direction = rng.normal(size=(n, 2))
    direction *= (np.where(labels, 2.0, 0.8) / np.linalg.norm(direction, axis=1))[:, None]
    x = np.hstack([direction + rng.normal(scale=0.45, size=(n, 2)), rng.normal(scale=0.2, size=(n, features - 2))])
    return x * np.linspace(1, 50, features) + 7, labels


@pytest.fixture(scope="module")
def backbone():
    torch.manual_seed(0)
    return create_model("lenet5", num_outputs=2).eval()


@pytest.fixture(scope="module")
def fit(backbone) -> SvmFit:
    x, y = rings(160, 84, seed=0)
    return fit_svm(x, y, [1.7], [0.5, 1.0], folds=4, seed=0)


@pytest.fixture(scope="module")
def pictures() -> torch.Tensor:
    return torch.randn(6, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(1))


@pytest.fixture(scope="module")
def of_pictures(backbone, pictures) -> FeatureSVM:
    """A machine fitted to the backbone's own features of pictures, so that these lie among its support vectors."""
    noise = torch.randn(40, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(2))
    noise[1::2] *= 1.5
    with torch.no_grad():
        x = pooled_features(backbone, torch.cat([noise, pictures])).numpy()
    return svm_from_fit(backbone, fit_svm(x, np.arange(46) % 2, [1.7], [1.0], folds=3, seed=0))


def test_the_decision_in_torch_is_that_of_scikit_learn(backbone, fit):
    x, y = rings(160, 84, seed=0)
    unseen, _ = rings(50, 84, seed=5)
    standardised, mean, scale = (x - x.mean(0)) / x.std(0), x.mean(0), x.std(0)
    reference = SVC(C=fit.c, gamma=fit.gamma).fit(standardised, y).decision_function((unseen - mean) / scale)
    decision = svm_from_fit(backbone, fit).decision(torch.tensor(unseen, dtype=torch.float32))
    np.testing.assert_allclose(decision.numpy(), reference, atol=1e-4)


def test_probabilities_rise_with_the_decision_and_mean_what_they_say():
    x, y = rings(300, 4, seed=1)
    unseen, truth = rings(2000, 4, seed=2)
    model = svm_from_fit(torch.nn.Identity(), fit_svm(x, y, [1.7], [1.0], folds=5, seed=0))
    features = torch.tensor(unseen, dtype=torch.float32)
    probability, order = probability_ai(model.decide(features)).numpy(), model.decision(features).argsort().numpy()
    assert (np.diff(probability[order]) >= 0).all()
    assert ((probability >= 0.5) == truth).mean() > 0.9
    for low, high in ((0.05, 0.35), (0.35, 0.65), (0.65, 0.95)):
        inside = (probability >= low) & (probability < high)
        assert inside.sum() > 30
        assert abs(probability[inside].mean() - truth[inside].mean()) < 0.2


def test_the_grid_finds_the_better_candidate():
    x, y = rings(200, 4, seed=3)
    fit = fit_svm(x, y, [1.0], [1000.0, 1.0], folds=5, seed=0)
    assert fit.gamma == 1.0 / 4
    good, bad = sorted(fit.grid, key=lambda row: row["gamma"])
    assert good["mean_accuracy"] > bad["mean_accuracy"] + 0.1
    assert good["c"] == bad["c"] == 1.0
    assert good["sd"] > 0


def test_equally_good_candidates_leave_the_smoother_border():
    y = np.arange(40) % 2
    x = y[:, None] * 10.0 + np.random.default_rng(0).normal(size=(40, 3))
    fit = fit_svm(x, y, [10.0, 1.0], [2.0, 0.5], folds=4, seed=0)
    assert {row["mean_accuracy"] for row in fit.grid} == {1.0}
    assert (fit.c, fit.gamma) == (1.0, 0.5 / 3)
    assert np.isfinite([fit.platt_a, fit.platt_b]).all()


def test_the_same_seed_gives_the_same_fit():
    x, y = rings(80, 4, seed=4)
    first, second = (fit_svm(x, y, [1.0], [1.0, 2.0], folds=4, seed=9) for _ in range(2))
    assert first.grid == second.grid
    assert (first.platt_a, first.platt_b) == (second.platt_a, second.platt_b)


def test_features_that_say_nothing_never_turn_the_answers_round():
    y = np.arange(20) % 2
    assert fit_svm(np.ones((20, 3)), y, [1.0], [1.0], folds=5, seed=0).platt_a > 0
    noise = np.random.default_rng(6).normal(size=(20, 3))
    assert fit_svm(noise, y, [1.0], [1.0], folds=10, seed=0).platt_a > 0


def test_each_candidate_is_reported_and_the_search_can_be_stopped():
    x, y = rings(40, 4, seed=0)
    seen = []
    fit = fit_svm(x, y, [1.0, 2.0], [1.0, 3.0], folds=4, seed=0, progress=lambda *step: seen.append(step))
    assert [(done, total) for done, total, _ in seen] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert tuple(row for *_, row in seen) == fit.grid

    def stop(done: int, total: int, row: dict[str, float]) -> None:
        seen.append((done, total, row))
        raise KeyboardInterrupt

    seen.clear()
    with pytest.raises(KeyboardInterrupt):
        fit_svm(x, y, [1.0, 2.0], [1.0, 3.0], folds=4, seed=0, progress=stop)
    assert len(seen) == 1


def test_the_logit_is_that_of_the_features_and_has_one_column(backbone, of_pictures, pictures):
    logits = of_pictures(pictures)
    assert logits.shape == (6, 1)
    assert torch.allclose(logits, of_pictures.forward_head(of_pictures.forward_features(pictures)))
    assert torch.allclose(logits, of_pictures.decide(pooled_features(backbone, pictures)), atol=1e-6)
    assert logits.std() > 0.01


def test_the_gradient_reaches_the_last_feature_map_even_on_a_support_vector(of_pictures, pictures):
    with torch.no_grad():
        features = of_pictures.forward_features(pictures)
    features.requires_grad_()
    (gradient,) = torch.autograd.grad(of_pictures.forward_head(features).sum(), features)
    assert torch.isfinite(gradient).all()
    assert (gradient.flatten(1).abs().sum(1) > 0).all()


def test_the_backbone_stays_frozen_in_training_mode(of_pictures, pictures):
    before = of_pictures(pictures)
    of_pictures.train()
    assert torch.equal(of_pictures(pictures), before)
    assert not any(parameter.requires_grad for parameter in of_pictures.parameters())
    of_pictures.eval()


def test_a_saved_machine_gives_identical_probabilities(tmp_path, of_pictures, pictures):
    look = default_preprocess("svm", of_pictures)
    config = WeightsConfig("svm", 1, look, backbone="lenet5", support_vectors=len(of_pictures.support_vectors))
    save_weights(tmp_path / "w", of_pictures, config, "")
    loaded, loaded_config = load_weights(tmp_path / "w")
    assert loaded_config.backbone == "lenet5"
    assert torch.equal(probability_ai(loaded(pictures)), probability_ai(of_pictures(pictures)))


@pytest.mark.parametrize(
    ("features", "labels", "words"),
    [
        (np.zeros((10, 2)), [0] * 8 + [1] * 2, "3 ai images at least, and there are 2"),
        (np.zeros((10, 2)), [0] * 10, "there are 0"),
        (np.full((10, 2), np.nan), [0, 1] * 5, "not numbers"),
        (np.zeros((9, 2)), [0, 1] * 5, "one row of features"),
    ],
)
def test_unusable_features_give_one_clear_line(features, labels, words):
    with pytest.raises(DataError, match=words):
        fit_svm(features, labels, [1.0], [1.0], folds=3, seed=0)
