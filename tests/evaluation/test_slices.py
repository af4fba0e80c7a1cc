"""Parts of a test: the recall of each generator and folder, with intervals that groups make wider."""

import numpy as np
import pandas as pd
import pytest

from detector.evaluation.metrics import wilson
from detector.evaluation.sample import sample_of
from detector.evaluation.slices import Parts, folder_names, slices
from detector.evaluation.tested import folders, generators
from detector.labels import AI, REAL


def _frame(*rows: tuple[str, int, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["path", "label", "generator", "probability"])


def test_each_generator_has_the_recall_of_its_own_images():
    frame = _frame(*[("a.png", 1, "sdxl", 0.9)] * 8, *[("a.png", 1, "sdxl", 0.2)] * 2, *[("a.png", 1, "flux", 0.4)] * 5)
    parts = generators(frame)
    found = slices(sample_of(frame["label"], frame["probability"]), parts, 0.5, AI)
    assert [(each.name, each.recall.value, each.recall.n) for each in found] == [("flux", 0.0, 5), ("sdxl", 0.8, 10)]
    assert found[1].recall.interval == pytest.approx(wilson(8, 10))


def test_real_images_belong_to_no_generator_even_where_a_table_names_one():
    frame = _frame(("a.png", 1, "sdxl", 0.9), ("b.png", 0, "camera", 0.1))
    parts = generators(frame)
    assert parts.names == ("sdxl",) and parts.codes.tolist() == [0, -1]


def test_a_table_that_names_no_generator_has_no_such_parts():
    assert generators(_frame(("a.png", 1, "", 0.9), ("b.png", 0, "", 0.1))) is None


def test_images_of_an_unnamed_generator_beside_named_ones_are_a_part_of_their_own():
    frame = _frame(("a.png", 1, "", 0.9), ("b.png", 1, "sdxl", 0.1))
    assert generators(frame).names == ("(no name)", "sdxl")


def test_a_folder_is_named_by_what_is_neither_class_nor_split():
    assert folder_names(["test/real/faces", "train/ai/faces/young", "real", ""]) == ("faces", "faces/young", "", "")


def test_folders_tell_both_classes_apart_and_are_none_where_all_are_the_same():
    rows = [(f"test/{'ai' if label else 'real'}/{genre}/1.png", label, "", 0.7) for label in (0, 1) for genre in ("art", "faces")]
    frame = _frame(*rows)
    sample, parts = sample_of(frame["label"], frame["probability"]), folders(frame)
    assert [(each.name, each.recall.value) for each in slices(sample, parts, 0.5, REAL)] == [("art", 0.0), ("faces", 0.0)]
    assert [(each.name, each.recall.value) for each in slices(sample, parts, 0.5, AI)] == [("art", 1.0), ("faces", 1.0)]
    assert folders(_frame(("real/1.png", 0, "", 0.1), ("ai/1.png", 1, "", 0.9))) is None


def test_a_part_made_of_few_groups_has_a_wider_interval_than_its_images_would_give():
    random = np.random.default_rng(0)
    groups = np.repeat(np.arange(20), 10)
    scores = np.clip(0.6 + 0.3 * random.normal(size=20)[groups], 0, 1)  # the images of a group score alike
    parts = Parts(np.zeros(200, int), ("sdxl",))
    grouped, single = (slices(sample_of(np.ones(200, int), scores, g), parts, 0.5, AI)[0].recall for g in (groups, None))
    assert grouped.value == single.value and grouped.n == single.n == 200
    assert grouped.high - grouped.low > 2.5 * (single.high - single.low)


def test_ten_copies_that_are_all_found_prove_no_more_than_one_image():
    found = slices(sample_of([1] * 10, [0.9] * 10, ["prompt"] * 10), Parts(np.zeros(10, int), ("sdxl",)), 0.5, AI)
    assert found[0].recall.interval == pytest.approx(wilson(1, 1))
