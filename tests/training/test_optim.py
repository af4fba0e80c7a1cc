import pytest

from detector.training.config import TrainConfig
from detector.training.optim import learning_rate


def test_a_constant_rate_stays() -> None:
    config = TrainConfig(schedule="constant", learning_rate=0.1, epochs=2)
    assert {learning_rate(config, step, 10) for step in range(20)} == {0.1}


def test_a_cosine_rate_starts_whole_is_halved_in_the_middle_and_ends_near_zero() -> None:
    config = TrainConfig(schedule="cosine", learning_rate=0.1, epochs=10)
    assert learning_rate(config, 0, 10) == pytest.approx(0.1)
    assert learning_rate(config, 50, 10) == pytest.approx(0.05)
    assert learning_rate(config, 99, 10) < 0.001


def test_a_stepped_rate_is_divided_by_ten_twice() -> None:
    config = TrainConfig(schedule="step", learning_rate=1.0, epochs=4)
    assert [learning_rate(config, step, 1) for step in range(4)] == pytest.approx([1.0, 1.0, 0.1, 0.01])


def test_warm_up_rises_to_the_full_rate() -> None:
    config = TrainConfig(schedule="cosine", learning_rate=1.0, epochs=10, warmup_epochs=1.0)
    rates = [learning_rate(config, step, 4) for step in range(5)]
    assert rates == sorted(rates) and rates[0] == pytest.approx(0.25) and rates[3] == pytest.approx(1.0)
