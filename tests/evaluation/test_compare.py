from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, chi2
from sklearn.metrics import balanced_accuracy_score, cohen_kappa_score, roc_auc_score

from detector.errors import UserError
from detector.evaluation.compare import best, compare, holm, kappa, mcnemar
from detector.evaluation.compare_words import p_words, pair_sentence, warnings
from detector.evaluation.joined import CONTENT, PATH, Scored, join


def scored(name: str, labels, scores, groups=None, paths=None, **known) -> Scored:
    paths = [f"{i}.png" for i in range(len(labels))] if paths is None else paths
    frame = pd.DataFrame({"path": paths, "label": labels, "generator": "", "split": "test", "group": groups or ""})
    return Scored(name, 0.5, frame.assign(probability=scores), **known)


def simulated(seed: int, n: int, size: int = 1, gap: float = 0.4) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """Labels, the scores of a better and a worse detector that mostly err on the same images, and groups."""
    random, group = np.random.default_rng([seed, n, size]), np.arange(n) // size
    labels = random.integers(0, 2, group[-1] + 1)[group]
    common = 0.6 * random.normal(size=group[-1] + 1)[group] + 0.6 * random.normal(size=n)
    first, second = (1 / (1 + np.exp(-(d * (labels - 0.5) + common + 0.5 * random.normal(size=n)))) for d in (1.6, 1.6 - gap))
    return labels, first, second, [f"g{g}" for g in group]


def pair_of(labels, first, second, groups=None):
    return compare(join([scored("a", labels, first, groups), scored("b", labels, second, groups)])).pairs[0]


def test_differences_are_those_of_scikit_learn():
    labels, first, second, _ = simulated(1, 200)
    found = pair_of(labels, first, second).differences
    right = [((scores >= 0.5) == labels).mean() for scores in (first, second)]
    balanced = [balanced_accuracy_score(labels, scores >= 0.5) for scores in (first, second)]
    areas = [roc_auc_score(labels, scores) for scores in (first, second)]
    for name, (a, b) in {"accuracy": right, "balanced_accuracy": balanced, "auc": areas}.items():
        assert found[name].value == pytest.approx(a - b)
        assert found[name].low < a - b < found[name].high


def delong_error(labels, first, second) -> float:
    """Standard error of a difference of two AUCs by DeLong's placement values, straight from the paper."""
    ai, real = labels == 1, labels == 0
    above = [(s[ai][:, None] > s[real]) + 0.5 * (s[ai][:, None] == s[real]) for s in (first, second)]
    of_ai, of_real = above[0].mean(1) - above[1].mean(1), above[0].mean(0) - above[1].mean(0)
    return float((of_ai.var(ddof=1) / ai.sum() + of_real.var(ddof=1) / real.sum()) ** 0.5)


def test_the_interval_of_a_difference_of_aucs_agrees_with_delong():
    labels, first, second, _ = simulated(2, 500)
    found = pair_of(labels, first, second).differences["auc"]
    assert (found.high - found.low) / 2 / 1.96 == pytest.approx(delong_error(labels, first, second), rel=0.08)


@pytest.mark.parametrize(("only_a", "only_b"), [(12, 5), (0, 7), (3, 3), (40, 12)])
def test_mcnemar_is_the_exact_binomial_test(only_a: int, only_b: int):
    n = only_a + only_b
    assert mcnemar(only_a, only_b) == pytest.approx(binomtest(only_a, n, 0.5).pvalue)
    corrected = chi2.sf((abs(only_a - only_b) - 1) ** 2 / n, 1)  # the usual approximation lies near it
    assert mcnemar(only_a, only_b) == pytest.approx(min(corrected, 1.0), abs=0.33)


def test_two_detectors_without_a_difference_have_a_p_of_one():
    assert mcnemar(0, 0) == 1.0


def test_kappa_is_that_of_scikit_learn_and_none_where_nothing_can_be_said():
    random = np.random.default_rng(0)
    first, second = random.integers(0, 2, (2, 100))
    assert kappa(first, second) == pytest.approx(cohen_kappa_score(first, second))
    assert kappa(np.ones(5, int), np.ones(5, int)) is None


def test_holm_corrects_as_r_does():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])  # p.adjust(p, "holm")


def test_counts_add_up_and_the_sentence_says_them():
    labels = np.array([0, 0, 0, 1, 1, 1])
    found = compare(
        join([scored("A", labels, [0.1, 0.1, 0.9, 0.9, 0.9, 0.9]), scored("B", labels, [0.1, 0.9, 0.1, 0.2, 0.2, 0.9])])
    )
    pair = found.pairs[0]
    assert (pair.both_right, pair.only_a, pair.only_b, pair.both_wrong) == (2, 3, 1, 0)
    said = f"A is right on 3 images that B gets wrong, B on 1 that A gets wrong: {p_words(0.625)}, which can well be chance."
    assert pair_sentence(found, pair) == said
    assert any("Only 6 images" in line for line in warnings(found))


def test_images_of_a_group_count_once_in_the_test():
    labels, groups = np.zeros(12, int), ["x"] * 6 + ["y"] * 6
    found = pair_of(labels, np.full(12, 0.1), np.r_[np.full(6, 0.9), np.full(6, 0.1)], groups)
    assert (found.only_a, found.groups_a, found.p) == (6, 1, 1.0)
    assert set(found.differences) == {"accuracy"}  # one class alone has no AUC


def test_files_are_matched_by_content_whatever_their_names():
    labels, scores = [0, 1, 1], [0.1, 0.9, 0.8]
    first = scored("a", labels, scores, paths=["x", "y", "z"], hashes={"x": "1" * 64, "y": "2" * 64, "z": "2" * 64})
    second = scored("b", labels, scores, paths=["p", "q", "r"], hashes={"p": "3" * 64, "q": "2" * 64, "r": "1" * 64},
                    root=Path("/other"), seen=frozenset({"2" * 16}))  # fmt: skip
    joined = join([first, second])
    assert joined.by == CONTENT and joined.frame["path"].tolist() == ["y"]  # "1" is real for one and AI for the other
    assert {(note.name, note.why.split()[-1], note.n) for note in joined.left_out} == {
        ("a", "others", 1), ("a", "class", 1), ("b", "them", 1), ("b", "class", 1),
    }  # fmt: skip
    assert joined.seen == (0, 1)


def test_without_hashes_paths_tell_but_only_below_one_folder():
    labels, scores = [0, 1], [0.1, 0.9]
    one, other = scored("a", labels, scores, root=Path("/x")), scored("b", labels, scores, root=Path("/y"))
    assert join([one, scored("b", labels, scores, root=Path("/x"))]).by == PATH
    with pytest.raises(UserError, match="different folders"):
        join([one, other])


@pytest.mark.parametrize(
    ("models", "words"),
    [
        ([scored("a", [0], [0.1])], "two detectors or more"),
        ([scored("a", [0], [0.1]), scored("a", [0], [0.1])], "named twice"),
        ([scored("a", [0], [0.1], paths=["x"]), scored("b", [0], [0.1], paths=["y"])], "no image in common"),
    ],
)
def test_what_cannot_be_compared_is_one_clear_line(models, words):
    with pytest.raises(UserError, match=words):
        join(models)


def test_the_best_is_named_only_where_it_is_clear():
    labels, first, second, _ = simulated(3, 60, gap=0.05)
    assert best(compare(join([scored("a", labels, first), scored("b", labels, second)])), "accuracy") is None
    perfect, guess = labels * 0.8 + 0.1, np.random.default_rng(1).random(60)
    assert best(compare(join([scored("a", labels, guess), scored("b", labels, perfect)])), "accuracy") == 1


def test_detectors_that_always_agree_are_not_said_to_differ_nor_to_be_surely_equal():
    labels, first, _, _ = simulated(4, 80)
    found = pair_of(labels, first, first)
    assert found.differences["accuracy"].value == 0 and found.p == 1.0
    assert -0.1 < found.differences["accuracy"].low < 0 < found.differences["accuracy"].high < 0.1


@pytest.mark.parametrize("size", [1, 4])
def test_the_interval_of_a_difference_holds_the_truth_as_often_as_it_says(size: int):
    labels, first, second, _ = simulated(0, 400_000)
    true = {"accuracy": ((first >= 0.5) == labels).mean() - ((second >= 0.5) == labels).mean(),
            "auc": roc_auc_score(labels, first) - roc_auc_score(labels, second)}  # fmt: skip
    held, tests = dict.fromkeys(true, 0), 120
    for seed in range(1, tests + 1):
        found = pair_of(*simulated(seed, 120, size)).differences
        for name, value in true.items():
            held[name] += found[name].low <= value <= found[name].high
    assert all(0.90 <= count / tests <= 1.0 for count in held.values()), held


def test_p_values_are_written_as_papers_do():
    written = [p_words(p).replace("\u00a0", " ") for p in (0.14, 0.0321, 0.00001, 1.0)]
    assert written == ["p = .14", "p = .032", "p < .001", "p = 1.00"]
