"""What is said of a set before training: only what is there, and the gravest first."""

import pytest

from detector.data.contents import UNNAMED, Caution, cautions, contents, counted, overlap, sizes
from detector.data.manifest import Item


def items(count: int, label: int, generator: str = "", size: tuple[int, int] = (64, 48), kind: str = "JPEG") -> list[Item]:
    return [Item(f"{label}/{generator}{i}{size}{kind}", label, generator, "", *size, kind, str(i)) for i in range(count)]


def said(*groups: list[Item]) -> list[Caution]:
    return cautions(contents([item for group in groups for item in group]))


GOOD = (items(200, 0), items(100, 1, "sd"), items(100, 1, "dalle"))


def test_a_balanced_set_of_one_size_and_format_with_two_generators_needs_no_caution() -> None:
    assert said(*GOOD) == []


def test_one_format_a_class_is_serious_and_names_both() -> None:
    (found,) = said(items(200, 0), items(100, 1, "sd", kind="PNG"), items(100, 1, "dalle", kind="PNG"))
    assert found.serious and found.what == "Real images are all JPEG; AI-generated images are all PNG."


def test_mostly_other_formats_are_told_with_their_share_and_never_rounded_to_all() -> None:
    (found,) = said(items(199, 0), items(1, 0, kind="PNG"), items(100, 1, "sd", kind="PNG"), items(100, 1, "dalle", kind="PNG"))
    assert found.what.startswith("Real images are 99 % JPEG")


def test_sizes_that_never_meet_are_serious_and_near_ones_are_not() -> None:
    (found,) = said(items(200, 0, size=(500, 500)), items(100, 1, "sd", (1024, 1024)), items(100, 1, "dalle", (1024, 1024)))
    assert found.serious and found.what == "No size occurs in both classes."
    varied = [item for side in range(400, 600) for item in items(1, 0, size=(side, side))]
    other = [item for side in range(400, 600) for item in items(1, 1, "sd" if side % 2 else "dalle", (side, side))]
    assert said(varied, other) == []


def test_a_class_many_times_as_large_says_what_always_guessing_it_would_get() -> None:
    (found,) = said(items(1000, 0), items(100, 1, "sd"), items(100, 1, "dalle"))
    assert "5 times as many real images" in found.what and "83 %" in found.why


def test_few_images_and_one_or_no_generator_are_told_after_what_is_serious() -> None:
    found = said(items(200, 0), items(40, 1, "sd", kind="PNG"))
    assert [caution.serious for caution in found] == [True, False, False, False]
    assert any("only 40 AI-generated" in caution.what for caution in found)
    assert any("one generator" in caution.what for caution in found)
    assert any("No generator is named" in caution.what for caution in said(items(200, 0), items(200, 1)))


def test_counts_go_by_class_and_put_the_most_frequent_first() -> None:
    table = contents([*items(2, 0), *items(5, 1), *items(1, 1, "sd")])
    counts = counted(table, "source")
    assert counts.index.tolist() == [UNNAMED, "real", "sd"]
    assert counts.loc["real"].tolist() == [2, 0] and counts.loc[UNNAMED].tolist() == [0, 5]
    assert sizes(table).index.tolist() == ["64 × 48"]


def test_overlap_is_one_for_equal_and_none_for_strange_distributions() -> None:
    assert overlap([1, 2], [1, 1, 2, 2]) == pytest.approx(1)
    assert overlap([1, 1], [2]) == overlap([], [1]) == 0
    assert overlap([1, 1, 1, 2], [2, 2, 2, 1]) == pytest.approx(0.5)


def test_a_set_of_which_one_class_was_left_out_says_that_it_cannot_train() -> None:
    (found,) = said(items(200, 0))
    assert found.serious and found.what == "No AI-generated image is left."
