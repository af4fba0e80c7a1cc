"""A small run of the coverage simulation: intervals hold the truth about nineteen times in twenty, with groups too."""

import pytest

from benchmarks.coverage import covered, truth

DRAWS = 150


@pytest.mark.parametrize(("n", "size"), [(100, 1), (200, 4)])
def test_intervals_hold_the_truth_about_nineteen_times_in_twenty(n: int, size: int):
    hits = covered(n, size, truth(200_000), range(DRAWS))
    assert {name: count for name, count in hits.items() if count < 0.88 * DRAWS} == {}


def test_without_groups_grouped_images_would_look_surer_than_they_are():
    true = truth(200_000)
    assert covered(200, 4, true, range(DRAWS), groups=False)["accuracy"] < 0.88 * DRAWS
