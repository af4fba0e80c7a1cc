import numpy as np

from detector.benchmark.feature_store import compute_missing, features_of
from detector.home import cache_folder
from detector.scored import AS_IS
from tests.benchmark.sets import toy_recipe


def everything(features):
    return features


def test_features_are_computed_once_and_come_in_the_order_asked_for(sets) -> None:
    calls: list[int] = []
    extractor, pictures = toy_recipe(calls).extractor, sets[0].pictures[:20]
    first = features_of(extractor, pictures, AS_IS, everything)
    assert sum(calls) == 20 and first.shape == (20, 3)
    again = features_of(extractor, pictures[::-1], AS_IS, everything)
    assert sum(calls) == 20 and (again[::-1] == first).all()
    direct = extractor.compute([extractor.crops(pictures[3].image())])
    assert np.allclose(first[3], direct, atol=1e-3)


def test_a_record_that_was_half_written_is_made_again(sets) -> None:
    calls: list[int] = []
    extractor, pictures = toy_recipe(calls).extractor, sets[0].pictures[:10]
    whole = features_of(extractor, pictures, AS_IS, everything)
    (file,) = (cache_folder() / "benchmark" / "features").rglob("*.rows")
    file.write_bytes(file.read_bytes()[:-5])
    calls.clear()
    assert (features_of(extractor, pictures, AS_IS, everything) == whole).all() and sum(calls) == 1


def test_each_change_has_features_of_its_own_and_progress_is_told(sets) -> None:
    extractor, pictures, told = toy_recipe().extractor, sets[0].pictures[:10], []
    plain = features_of(extractor, pictures, AS_IS, everything)
    compute_missing(extractor, pictures, ("noise", 0.12), progress=lambda *counts: told.append(counts))
    noisy = features_of(extractor, pictures, ("noise", 0.12), everything)
    assert told == [(8, 10), (10, 10)] and not np.allclose(plain, noisy)
