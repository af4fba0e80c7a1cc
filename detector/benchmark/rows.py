"""The rows of the benchmark: a detector's trials gathered by task and place, and the numbers of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from detector.benchmark.answers import Answers
from detector.benchmark.goals import CALIBRATION, LOWEST, MEAN, TRAVELLED
from detector.benchmark.numbers import Trial, auc_fall, auc_number, class_numbers, lowest, verdict_numbers
from detector.benchmark.result import Row, row_of
from detector.benchmark.rounds import GENERATOR, SEEN, SET, TASKS, Round
from detector.evaluation.curves import auc
from detector.evaluation.left_out import LeftOut
from detector.labels import AI
from detector.scored import AS_IS, Change


@dataclass
class Trials:
    """The trials so far: `plain` by task and place, `pooled` of all sets at once, `changed` by set and title of the change."""

    plain: dict[str, dict[str, list[Trial]]] = field(default_factory=lambda: {task: {} for task in TASKS})
    pooled: list[Trial] = field(default_factory=list)
    changed: dict[tuple[str, str], list[Trial]] = field(default_factory=dict)

    def add(self, each: Round, answers: Mapping[Change, Answers], titles: Mapping[str, Change]) -> None:
        """Take in a round's answers; those of all sets at once are also told apart by set."""
        found = {change: Trial(each.seed, each.test, own) for change, own in answers.items()}
        if each.task == SEEN:
            self.pooled.append(found[AS_IS])
        if each.task == GENERATOR:
            self.plain[GENERATOR].setdefault(each.place, []).append(found[AS_IS])
            return
        for name in dict.fromkeys(picture.data for picture in each.test):
            self.plain[each.task].setdefault(name, []).append(found[AS_IS].of_set(name))
            for title, change in titles.items():
                if change in found:
                    self.changed.setdefault((name, title), []).append(found[change].of_set(name))

    def all_of(self, task: str) -> list[Trial]:
        """Every test of a task, whatever its place."""
        return [test for found in self.plain[task].values() for test in found]


def rows_of(trials: Trials) -> list[Row]:
    """Every row, task by task."""
    rows = [row for task in TASKS for row in _of_task(task, trials)]
    for (name, title), after in trials.changed.items():
        before = trials.plain[SEEN].get(name) or trials.plain[SET][name]
        numbers = {"auc": auc_number(after), "auc_fall": auc_fall(before, after)}
        rows.append(row_of(TRAVELLED, f"{name}, {title}", after, numbers))
    judged = {
        "seen generators": trials.pooled,
        "generators left out": trials.all_of(GENERATOR),
        "sets left out": trials.all_of(SET),
    }
    rows += [row_of(CALIBRATION, name, found, verdict_numbers(found)) for name, found in judged.items() if found]
    return rows


def left_out_of(trials: Trials) -> list[LeftOut]:
    """What became of the pictures of each generator left out, in the first seed, so that each picture counts once."""
    rows = []
    for name, (test, *_) in trials.plain[GENERATOR].items():
        ai, answers = test.labels == AI, test.answers
        found, missed = (int((ai & answers.decided & called).sum()) for called in (answers.called_ai, ~answers.called_ai))
        area = auc(test.labels, answers.probabilities)[0]
        rows.append(LeftOut(name, int(ai.sum()), found, missed, int((ai & answers.covered).sum()), area))
    return rows


def _of_task(task: str, trials: Trials) -> list[Row]:
    """A row a place; of what was left out also the mean and the lowest AUC."""
    places: dict[str, Sequence[Trial]] = dict(trials.plain[task])
    own = {name: class_numbers(found) for name, found in places.items()}
    rows = [row_of(task, name, places[name], numbers) for name, numbers in own.items()]
    if task != SEEN and places:
        where, number = lowest({name: numbers["auc"] for name, numbers in own.items()})
        everything = trials.all_of(task)
        rows.append(row_of(task, MEAN, everything, {"auc": auc_number(everything)}))
        rows.append(row_of(task, LOWEST, places[where], {"auc": number}))
    return rows
