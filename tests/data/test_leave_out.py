import pytest

from detector.data.leave_out import generators_of, named_generators, without_generators
from detector.data.manifest import Item
from detector.data.splits import assign_splits, unit_of
from detector.errors import DataError
from detector.labels import AI, REAL


def items(prompts: int = 0) -> tuple[Item, ...]:
    """Sixty real pictures and thirty of each of three generators; with `prompts` those of one number share a group."""
    found = []
    for label, generator, count in ((REAL, "", 60), (AI, "dalle", 30), (AI, "sdxl", 30), (AI, "flux", 30)):
        for number in range(count):
            name = f"{generator or 'real'}-{number}"
            group = f"prompt {number}" if prompts and label == AI else ""
            found.append(Item(f"{name}.png", label, generator, "", 8, 8, "PNG", f"{hash_of(name):064x}", group=group))
    return assign_splits(found, 0.2, 0.2, 0)


def hash_of(name: str) -> int:
    return sum((at + 1) * 7919**at * ord(letter) for at, letter in enumerate(name)) % 2**250


def test_a_left_out_generator_is_only_tested_and_others_never() -> None:
    found = without_generators(items(), ["sdxl"])
    assert {item.split for item in found if item.generator == "sdxl"} == {"test"}
    assert sum(item.generator == "sdxl" for item in found) == 30
    assert {item.split for item in found if item.label == AI and item.generator != "sdxl"} == {"train", "valid"}


def test_the_real_test_pictures_are_the_same_whichever_is_left_out() -> None:
    tests = [
        {item.path for item in without_generators(items(), [name]) if item.label == REAL and item.split == "test"}
        for name in ("dalle", "sdxl", "flux")
    ]
    assert tests[0] and tests[0] == tests[1] == tests[2]


def test_no_group_is_both_learnt_and_tested() -> None:
    found = without_generators(items(prompts=True), ["sdxl"])
    learnt = {unit_of(item) for item in found if item.split in ("train", "valid")}
    tested = [item for item in found if item.split == "test" and item.label == AI]
    assert tested and all(item.generator == "sdxl" and unit_of(item) not in learnt for item in tested)


def test_an_unknown_generator_is_named_with_those_there_are() -> None:
    with pytest.raises(DataError, match=r"no generator 'imagen' .* dalle, flux, sdxl"):
        without_generators(items(), ["imagen"])


def test_what_cannot_be_tested_or_trained_is_said() -> None:
    with pytest.raises(DataError, match="keep another generator"):
        without_generators(items(), ["dalle", "sdxl", "flux"])
    nothing_tests = assign_splits([item.__class__(**{**vars(item), "split": ""}) for item in items()], 0.2, 0.0, 0)
    with pytest.raises(DataError, match="test_fraction"):
        without_generators(nothing_tests, ["dalle"])


def test_generators_are_listed_and_read_from_a_flag() -> None:
    assert generators_of(items()) == ("dalle", "flux", "sdxl")
    assert named_generators(" sdxl,dalle,,sdxl ") == ("sdxl", "dalle")
