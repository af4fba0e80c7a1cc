import json

import numpy as np
import pytest

from detector.benchmark.goals import CALIBRATION, LOWEST, MEAN, TRAVELLED
from detector.benchmark.protocol import CHANGES, measure, with_speed
from detector.benchmark.rounds import GENERATOR, SEEN, SET, TASKS
from detector.benchmark.table import table
from detector.errors import DataError
from tests.benchmark.sets import GENERATORS, toy_recipe


def test_every_task_has_its_rows_with_intervals(sets) -> None:
    phases: list[str] = []
    result = measure(toy_recipe(), sets, (0, 1), tell=lambda phase, done, total: phases.append(phase))
    names = {
        task: [row.name for row in result.rows if row.task == task] for task in (SEEN, GENERATOR, SET, TRAVELLED, CALIBRATION)
    }
    assert names[SEEN] == ["art", "faces"]
    assert names[GENERATOR] == [*(f"art: {each}" for each in GENERATORS), MEAN, LOWEST]
    assert names[SET] == ["art", "faces", MEAN, LOWEST]
    assert len(names[TRAVELLED]) == 2 * len(CHANGES)
    assert names[CALIBRATION] == ["seen generators", "generators left out", "sets left out"]
    for row in result.rows:
        assert all(number.low <= number.value <= number.high for number in row.numbers.values()), row
    seen = result.row(SEEN, "art")
    assert 0.8 < seen.numbers["auc"].value < 1 and seen.numbers["auc"].high - seen.numbers["auc"].low < 0.3
    aucs = [row.numbers["auc"].value for row in result.rows if row.task == GENERATOR and row.name not in (MEAN, LOWEST)]
    assert result.row(GENERATOR, MEAN).numbers["auc"].value == pytest.approx(np.mean(aucs))
    assert result.row(GENERATOR, LOWEST).numbers["auc"].value == pytest.approx(min(aucs))
    assert {row.generator for row in result.left_out} == {f"art: {each}" for each in GENERATORS}
    assert "Features 1 of 4" in phases and "Rounds" in phases


def test_what_was_answered_once_is_not_asked_again(sets) -> None:
    calls: list[int] = []
    first = measure(toy_recipe(calls), sets[:1], (0,), (SEEN, TRAVELLED))
    assert sum(calls) == 4 * len(sets[0].pictures), "each picture once, untouched and under each change"
    recipe = toy_recipe(calls)
    calls.clear()
    again = measure(_Unfit(recipe), sets[:1], (0,), (SEEN, TRAVELLED))
    assert not calls and again.rows == first.rows


def test_a_run_that_was_broken_off_goes_on(sets) -> None:
    def stop(phase: str, done: int, total: int) -> None:
        if phase == "Rounds" and done == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        measure(toy_recipe(), sets, (0,), tuple(TASKS), stop)
    fits: list[int] = []
    measure(_Counting(toy_recipe(), fits), sets, (0,), tuple(TASKS))
    assert len(fits) == 7 - 2


def test_goals_stand_beside_their_numbers(sets) -> None:
    result = measure(toy_recipe(), sets[:1], (0,), (SEEN, GENERATOR))
    text = table(result)
    assert "goal ≥ 0.93, " in text and "goal ≥ 0.85, " in text
    assert "A whole data set left out" not in text
    values = json.loads(json.dumps(result.to_dict()))
    number = next(row for row in values["rows"] if (row["task"], row["name"]) == (SEEN, "art"))["numbers"]["balanced_accuracy"]
    assert number["goal"] == "at least 0.93" and number["missed_by"] == pytest.approx(max(0, 0.93 - number["value"]), abs=1e-6)


def test_speed_is_measured_on_the_files_themselves(sets) -> None:
    recipe, phases = toy_recipe(), []
    result = measure(recipe, sets[:1], (0,), (SEEN,))
    found = with_speed(result, recipe, sets[:1], lambda *words: phases.append(words)).speed
    assert found.images == 64 and found.threads == 2 and found.images_per_second > 0 and found.processor_ms_per_image > 0


def test_sets_too_small_to_divide_are_one_line(sets) -> None:
    from dataclasses import replace

    few = replace(sets[0], pictures=(sets[0].pictures[0], sets[0].pictures[-1]))
    with pytest.raises(DataError, match="add pictures"):
        measure(toy_recipe(), [few], (0,))


class _Unfit:
    """A recipe that may not be fitted."""

    def __init__(self, recipe) -> None:
        self.recipe = recipe
        self.name, self.key, self.knows, self.prepare = recipe.name, recipe.key, recipe.knows, recipe.prepare

    def fit(self, *words):
        raise AssertionError("it was fitted again")


class _Counting(_Unfit):
    def __init__(self, recipe, fits: list[int]) -> None:
        super().__init__(recipe)
        self.fits = fits

    def fit(self, *words):
        self.fits.append(1)
        return self.recipe.fit(*words)
