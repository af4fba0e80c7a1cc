import numpy as np
import pytest

from detector.errors import DataError
from detector.models.linear_fit import fit_linear

RANDOM = np.random.default_rng(0)


def cloud(n: int, constant: bool = True) -> tuple[np.ndarray, np.ndarray]:
    labels = np.arange(n) % 2
    features = RANDOM.normal(size=(n, 5)).astype(np.float32) * 40 + 7
    features[:, 1] += 60 * labels
    if constant:
        features[:, 4] = 3
    return features, labels


def test_it_is_scikit_learn_s_regression_on_standardised_features():
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    features, labels = cloud(300)
    fit = fit_linear(features, labels, *cloud(100), [0.1])
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(C=0.1)).fit(features, labels)
    np.testing.assert_allclose(fit.logits(features), pipeline.decision_function(features), atol=5e-3)


def test_validation_pictures_choose_the_penalty():
    features, labels = cloud(40)
    noise = RANDOM.normal(size=(40, 60)).astype(np.float32)
    valid, truth = cloud(400)
    more = RANDOM.normal(size=(400, 60)).astype(np.float32)
    told: list[float] = []
    fit = fit_linear(
        np.hstack([features, noise]), labels, np.hstack([valid, more]), truth, [100, 0.01, 0.001],
        progress=lambda done, total, row: told.append(row["c"]),
    )  # fmt: skip
    assert told == [0.001, 0.01, 100]
    assert fit.c == min(fit.rows, key=lambda row: row["valid_loss"])["c"] < 100


def test_both_classes_count_alike_when_asked_to():
    features, labels = cloud(400)
    few = np.concatenate([np.flatnonzero(labels == 0), np.flatnonzero(labels == 1)[:20]])
    valid, truth = cloud(400)
    recalls = [
        (fit_linear(features[few], labels[few], valid, truth, [1], balanced=balanced).logits(valid)[truth == 1] >= 0).mean()
        for balanced in (False, True)
    ]
    assert recalls[1] > recalls[0] + 0.1


def test_features_that_cannot_be_learnt_from_are_refused():
    features, labels = cloud(20)
    with pytest.raises(DataError, match="no ai image"):
        fit_linear(features, labels * 0, features, labels, [1])
    features[3, 2] = np.nan
    with pytest.raises(DataError, match="not numbers"):
        fit_linear(features, labels, features, labels, [1])


def test_a_stop_leaves_at_once():
    class Enough(Exception):  # noqa: N818 - a request, not an error
        pass

    def stop(*_: object) -> None:
        raise Enough

    with pytest.raises(Enough):
        fit_linear(*cloud(20), *cloud(20), [1, 2], progress=stop)
