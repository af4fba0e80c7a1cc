import numpy as np
import pytest

from detector.review.desk import add_images, create_queue, next_items
from detector.review.order import Placed, ranks
from tests.review.conftest import filled, image


def names(queue: str, who: str = "Ann", n: int = 50) -> list[str]:
    return [item.name for item in next_items(queue, who, n)]


def test_the_least_certain_come_first_or_the_most_certain():
    assert names(filled("a", 6))[:2] in (["002.png", "003.png"], ["003.png", "002.png"])
    assert set(names(filled("b", 6, order="confident"))[:2]) == {"000.png", "005.png"}


def test_certainty_is_measured_from_the_threshold_and_not_from_one_half():
    images = [Placed(1, "a", False, ((0.5, 0.9),)), Placed(2, "b", False, ((0.88, 0.9),))]
    found = ranks("uncertain", images, 0)
    assert found[2] < found[1]


def test_images_that_detectors_call_differently_come_before_those_they_only_score_differently():
    split = Placed(1, "a", False, ((0.45, 0.5), (0.55, 0.5)))
    apart = Placed(2, "b", False, ((0.55, 0.5), (0.99, 0.5)))
    alone = Placed(3, "c", False, ((0.5, 0.5),))
    found = ranks("disagreement", [alone, apart, split], 0)
    assert found[1] < found[2] < found[3]


def test_a_random_order_is_that_of_its_seed_and_new_images_do_not_shuffle_the_others():
    create_queue("a", "random", seed=1)
    add_images("a", [image(seed) for seed in range(8)])
    before = names("a")
    filled_again = create_queue("b", "random", seed=2).name
    add_images(filled_again, [image(seed) for seed in range(8)])
    assert names("b") != before
    add_images("a", [image(100)])
    assert [name for name in names("a") if name != "100.png"] == before


def test_images_without_a_score_come_last():
    create_queue("a")
    add_images("a", [image(1), image(2, 0.99), image(3, 0.5)])
    assert names("a") == ["003.png", "002.png", "001.png"]


@pytest.mark.parametrize("count", [1, 5, 20])
def test_sentinels_are_strewn_over_the_whole_queue(count: int):
    images = [Placed(i, f"{i}", False, ((i / 100, 0.5),)) for i in range(100)]
    sentinels = [Placed(1000 + i, f"s{i}", True, ()) for i in range(count)]
    found = ranks("uncertain", images + sentinels, 7)
    order = sorted(found, key=found.__getitem__)
    places = np.array([place for place, number in enumerate(order) if number >= 1000])
    stretches = np.minimum((places - np.arange(count)) * count // 100, count - 1)
    assert stretches.tolist() == list(range(count))  # one in each stretch of the queue
