import hashlib
from dataclasses import replace

import pytest

from detector.benchmark.pictures import RULE, BenchSet, Picture
from detector.benchmark.rounds import GENERATOR, SEEN, SET, families, rounds_of, rounds_of_trained
from detector.labels import AI, REAL
from tests.benchmark.sets import GENERATORS, picture


def a_set(name: str, count: int = 100, grouped: bool = False, generators: tuple[str, ...] = GENERATORS) -> BenchSet:
    """So many real pictures and so many of each generator; where grouped, pictures of one number share a group."""

    def one(label: int, generator: str, number: int) -> Picture:
        path = f"{generator}{number}"
        made = picture(path, label, generator, f"prompt {number}" if grouped and label == AI else "", name)
        sha256 = hashlib.sha256(f"{name} {path}".encode()).hexdigest()
        return replace(made, item=replace(made.item, sha256=sha256))

    real = [one(REAL, "", number) for number in range(count)]
    return BenchSet(name, tuple(real + [one(AI, each, number) for each in generators for number in range(count)]), "f")


@pytest.mark.parametrize("grouped", [False, True])
def test_no_unit_is_learnt_from_and_tested(grouped: bool) -> None:
    for each in rounds_of([a_set("art", grouped=grouped), a_set("faces")], seeds=(0, 1)):
        parts = [{picture.unit for picture in part} for part in (each.train, each.valid, each.test)]
        assert all(parts) and not parts[0] & parts[1] and not parts[0] & parts[2] and not parts[1] & parts[2]


def test_a_generator_left_out_is_nowhere_in_training_and_beside_its_own_sets_real_pictures() -> None:
    rounds = [each for each in rounds_of([a_set("art"), a_set("objects", generators=("sd14",))], (0,)) if each.task == GENERATOR]
    assert [each.place for each in rounds] == [f"art: {name}" for name in GENERATORS]
    for each in rounds:
        out = each.place.removeprefix("art: ")
        assert out not in {picture.item.generator for picture in (*each.train, *each.valid)}
        assert {picture.item.generator for picture in each.test} == {"", out}
        assert {picture.data for picture in each.test} == {"art"}
        assert "sd14" in {picture.item.generator for picture in each.train}
    real = [{picture.unit for picture in each.test if picture.label == REAL} for each in rounds]
    assert all(found == real[0] for found in real)


def test_a_set_left_out_is_tested_whole() -> None:
    sets = [a_set("art"), a_set("faces")]
    for each in rounds_of(sets, (0,), (SET,)):
        assert {picture.data for picture in (*each.train, *each.valid)}.isdisjoint({each.place})
        assert len(each.test) == 500 and {picture.data for picture in each.test} == {each.place}


def test_a_picture_that_lies_in_two_sets_is_not_tested_after_it_was_learnt() -> None:
    art, faces = a_set("art"), a_set("faces")
    shared = replace(faces.pictures[0], item=art.pictures[0].item)
    both = [art, replace(faces, pictures=(shared, *faces.pictures[1:]))]
    for each in rounds_of(both, (0, 1, 2), (SET,)):
        learnt = {picture.item.sha256 for picture in (*each.train, *each.valid)}
        assert learnt.isdisjoint(picture.item.sha256 for picture in each.test)


def test_sets_of_tiny_pictures_are_learnt_apart() -> None:
    small, large = a_set("cifake"), a_set("art")
    large = replace(large, pictures=tuple(replace(picture, rule=RULE) for picture in large.pictures))
    assert [[each.name for each in family] for family in families([small, large])] == [["cifake"], ["art"]]
    assert {each.place for each in rounds_of([small, large], (0,), (SET,))} == set()
    for each in rounds_of([small, large], (0,), (SEEN,)):
        assert len({picture.data for picture in (*each.train, *each.valid, *each.test)}) == 1


def test_seeds_divide_differently_and_the_same_seed_alike() -> None:
    def tested(seed: int) -> set[str]:
        return {picture.unit for each in rounds_of([a_set("art")], (seed,), (SEEN,)) for picture in each.test}

    assert tested(0) == tested(0) and tested(0) != tested(1)


def test_trained_weights_are_not_tested_on_what_they_know_nor_on_its_group() -> None:
    art = a_set("art", grouped=True)
    trained = {picture.unit for picture in art.pictures[:50]} | {"art/prompt 3"}
    rounds = list(
        rounds_of_trained([art, a_set("faces")], lambda picture: picture.unit in trained and picture.item.generator != "sdxl")
    )
    seen, *generators = [each for each in rounds if each.test[0].data == "art"]
    assert (seen.task, seen.place) == (SEEN, "art")
    assert not {picture.unit for picture in seen.test} & trained
    assert [each.place for each in generators] == ["art: sdxl"], "of the other generators it knows pictures"
    assert (SET, "faces") in {(each.task, each.place) for each in rounds}
