import numpy as np
import pytest

from detector.review.agreement import cohen, fleiss, table_of, words

sklearn_kappa = pytest.importorskip("sklearn.metrics").cohen_kappa_score


@pytest.mark.parametrize("answers", [2, 3, 5])
def test_cohens_kappa_is_that_of_scikit_learn(answers: int):
    for seed in range(30):
        random = np.random.default_rng(seed)
        first = random.integers(0, answers, 80)
        second = np.where(random.random(80) < seed / 30, first, random.integers(0, answers, 80))
        assert cohen(first, second) == pytest.approx(sklearn_kappa(first, second), abs=1e-12)


def test_only_images_that_both_answered_count():
    first, second = np.array([0, 1, -1, 0, 1, 1]), np.array([0, 1, 1, -1, 0, 1])
    both = (first >= 0) & (second >= 0)
    assert cohen(first, second) == pytest.approx(sklearn_kappa(first[both], second[both]))
    assert cohen(np.array([-1, 0]), np.array([0, -1])) is None and cohen(np.array([1, 1]), np.array([1, 1])) is None


def by_the_book(counts: np.ndarray) -> float:
    """Fleiss 1971 written out: P of each image, P bar, P bar e."""
    images, people = len(counts), int(counts[0].sum())
    agree = [sum(int(c) * (int(c) - 1) for c in row) / (people * (people - 1)) for row in counts]
    shares = [counts[:, j].sum() / (images * people) for j in range(counts.shape[1])]
    by_chance = sum(share**2 for share in shares)
    return (sum(agree) / images - by_chance) / (1 - by_chance)


def test_fleiss_kappa_is_the_published_one():
    table = np.array(  # the ten subjects and fourteen raters of the usual worked example, kappa 0.210
        [[0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
         [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7]]
    )  # fmt: skip
    assert fleiss(table) == pytest.approx(0.20993, abs=1e-5)
    for seed in range(20):
        counts = np.random.default_rng(seed).multinomial(5, [0.5, 0.3, 0.2], 60)
        assert fleiss(counts) == pytest.approx(by_the_book(counts), abs=1e-12)
        moved = fleiss(np.vstack([counts, [[1, 0, 0]] * 7]))  # images with a single answer tell nothing
        assert moved == pytest.approx(by_the_book(counts), abs=1e-12)


def test_fleiss_kappa_of_all_pairs_agreeing_is_one_and_of_nothing_is_none():
    assert fleiss(np.array([[3, 0], [0, 2], [4, 0]])) == pytest.approx(1.0)
    assert fleiss(np.array([[3, 0], [2, 0]])) is None and fleiss(np.array([[1, 0]])) is None


def test_answers_are_counted_by_image():
    codes = np.array([[0, 1, -1], [0, 2, -1]])
    assert table_of(codes, 3).tolist() == [[2, 0, 0], [0, 1, 1], [0, 0, 0]]
    assert words(0.7) == "0.70 (substantial)" and words(-0.1).endswith("(poor)") and "not defined" in words(None)
