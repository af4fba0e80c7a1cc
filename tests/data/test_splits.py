import hashlib
from collections import Counter
from dataclasses import replace

import pytest

from detector.data.manifest import Item
from detector.data.splits import assign_splits, straddling
from detector.errors import DataError
from detector.labels import AI, REAL


def items(count: int, split: str = "", start: int = 0) -> list[Item]:
    """`count` different pictures a class."""
    return [
        Item(f"{label}/{number}", label, "", split, 8, 8, "PNG", hashlib.sha256(f"{label} {number}".encode()).hexdigest())
        for label in (REAL, AI)
        for number in range(start, start + count)
    ]


def shares(divided) -> Counter:
    return Counter((item.label, item.split) for item in divided)


def test_the_shares_come_out_about_as_asked():
    count = shares(assign_splits(items(2000), 0.15, 0.25, seed=0))
    for label in (REAL, AI):
        assert abs(count[label, "valid"] - 300) < 60
        assert abs(count[label, "test"] - 500) < 75
        assert sum(count[label, split] for split in ("train", "valid", "test")) == 2000


def test_order_does_not_matter_and_is_kept():
    pictures = items(50)
    forwards = assign_splits(pictures, 0.2, 0.2, seed=3)
    assert [item.path for item in forwards] == [item.path for item in pictures]
    assert assign_splits(pictures[::-1], 0.2, 0.2, seed=3) == forwards[::-1]


def test_another_seed_divides_otherwise():
    assert assign_splits(items(50), 0.2, 0.2, seed=0) != assign_splits(items(50), 0.2, 0.2, seed=1)


def test_a_picture_keeps_its_split_when_others_are_added():
    before = {item.path: item.split for item in assign_splits(items(200), 0.15, 0.15, seed=0)}
    after = {item.path: item.split for item in assign_splits(items(300), 0.15, 0.15, seed=0)}
    assert all(after[path] == split for path, split in before.items())


def test_copies_of_a_file_stay_together():
    pictures = items(60)
    copies = [replace(item, path=f"copy/{item.path}") for item in pictures]
    divided = assign_splits([*pictures, *copies], 0.2, 0.2, seed=0)
    assert [item.split for item in divided[:120]] == [item.split for item in divided[120:]]


@pytest.mark.parametrize("seed", range(20))
def test_three_pictures_a_class_fill_every_part(seed):
    assert set(shares(assign_splits(items(3), 0.05, 0.05, seed)).values()) == {1}
    assert set(shares(assign_splits(items(3), 0.45, 0.45, seed)).values()) == {1}


def test_a_part_that_is_not_wanted_stays_empty():
    divided = assign_splits(items(40), 0.2, 0.0, seed=0)
    assert {item.split for item in divided} == {"train", "valid"}


def test_splits_that_pictures_carry_are_kept_and_a_missing_one_is_cut_from_training():
    carried = [*items(40, "train"), *items(10, "test", start=40)]
    divided = assign_splits(carried, 0.25, 0.15, seed=0)
    assert {item.path for item in divided if item.split == "test"} == {item.path for item in carried if item.split == "test"}
    count = shares(divided)
    assert 1 <= count[REAL, "valid"] < 25
    assert count[REAL, "train"] + count[REAL, "valid"] == 40


def test_complete_splits_stay_as_they_are():
    carried = [*items(4, "train"), *items(2, "valid", start=4), *items(2, "test", start=6)]
    assert assign_splits(carried, 0.15, 0.15, seed=0) == tuple(carried)


def test_a_class_too_small_to_divide_is_named():
    few = [item for item in items(5) if item.label == REAL or item.path == f"{AI}/0"]
    with pytest.raises(DataError, match="1 different AI-generated pictures"):
        assign_splits(few, 0.15, 0.15, seed=0)


def test_pictures_for_testing_only_cannot_be_trained_on():
    with pytest.raises(DataError, match="0 different real pictures"):
        assign_splits(items(5, "test"), 0.15, 0.15, seed=0)


def prompts(count: int) -> list[Item]:
    """Every prompt with two AI pictures, every second one also with its photo."""
    found = []
    for at in range(count):
        for label, path in ((AI, f"a{at}"), (AI, f"b{at}"), *([(REAL, f"r{at}")] if at % 2 else [])):
            sha256 = hashlib.sha256(path.encode()).hexdigest()
            found.append(Item(path, label, "", "", 8, 8, "PNG", sha256, group=f"prompt {at}"))
    return found


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("count", [6, 7, 40])
def test_a_prompt_never_straddles_splits_and_no_part_of_a_class_is_empty(seed, count):
    divided = assign_splits([*prompts(count), *items(count // 8)], 0.15, 0.15, seed)
    assert straddling(divided) == []
    assert len(shares(divided)) == 6


def test_shares_are_met_with_groups_too():
    count = shares(assign_splits([*prompts(1500), *items(500)], 0.15, 0.25, seed=0))
    for label in (REAL, AI):
        total = sum(count[label, split] for split in ("train", "valid", "test"))
        assert abs(count[label, "valid"] / total - 0.15) < 0.03 and abs(count[label, "test"] / total - 0.25) < 0.04


def test_pictures_without_a_group_are_divided_as_if_there_were_no_groups():
    alone = items(200)
    before = {item.path: item.split for item in assign_splits(alone, 0.15, 0.15, seed=2)}
    with_others = {item.path: item.split for item in assign_splits([*alone, *prompts(60)], 0.15, 0.15, seed=2)}
    assert all(with_others[path] == split for path, split in before.items())


def test_given_splits_that_tear_a_group_are_kept_and_told():
    torn = [replace(item, split="test" if item.path.startswith("a") else "train") for item in prompts(10)]
    divided = assign_splits([*torn, *items(10, "test"), *items(10, "train", 50)], 0.2, 0.2, seed=0)
    assert [item.split for item in divided if item.path.startswith("a")] == ["test"] * 10
    assert len(straddling(divided)) == len(straddling(torn)) == 10


def test_a_picture_without_a_split_follows_the_group_that_was_given_for_testing():
    pictures = [*items(20, "train"), *items(20, "test", 50)]
    given = replace(pictures[-1], group="g")
    loose = replace(items(1, start=99)[-1], group="g")
    assert assign_splits([*pictures[:-1], given, loose], 0.2, 0.2, seed=0)[-1].split == "test"
