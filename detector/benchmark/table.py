"""The benchmark's table as text, each number with its interval and, where it has one, its goal."""

from collections.abc import Iterator, Sequence

from detector.benchmark.goals import CALIBRATION, TRAVELLED, goal_of
from detector.benchmark.numbers import Number
from detector.benchmark.result import Result, Row, Speed
from detector.benchmark.rounds import TASKS

TITLES = {**TASKS, TRAVELLED: "After the picture has travelled", CALIBRATION: "Calibration and verdicts"}
MEASURES = {
    "balanced_accuracy": "balanced accuracy",
    "recall_real": "real called real",
    "recall_ai": "AI-generated found",
    "auc": "AUC",
    "average_precision": "average precision",
    "tpr_at_1_fpr": "found at 1 % false alarms",
    "tpr_at_5_fpr": "found at 5 % false alarms",
    "ece": "calibration error (ECE)",
    "brier": "Brier score",
    "auc_fall": "AUC falls by",
    "false_alarms": "real called AI-generated",
    "inconclusive": "inconclusive",
    "right_of_decided": "right of what is decided",
}
_ALWAYS = ("auc", "auc_fall", "balanced_accuracy")
"""Of generators and sets that were left out only these are printed; the JSON holds all."""


def table(result: Result) -> str:
    """The whole table, a line a number."""
    learnt = (
        f"trained anew for each round, seeds {', '.join(map(str, result.seeds))}"
        if result.trained_here
        else "as it is, not trained here"
    )
    lines = [
        f"{result.detector}: {learnt}; sets: {', '.join(result.sets)}",
        "Each number with its 95 % interval over groups of pictures and seeds.",
    ]
    for task, title in TITLES.items():
        rows = [row for row in result.rows if row.task == task]
        if rows:
            lines += ["", title, *(line for row in rows for line in _lines(row))]
    if result.speed:
        lines += ["", _speed(result.speed)]
    return "\n".join(lines + ([""] if result.notes else []) + [f"note: {note}" for note in result.notes])


def short_goals(result: Result) -> tuple[int, int]:
    """How many numbers meet their goal, and how many have one."""
    checked = [
        goal.missed_by(number.value) == 0
        for row in result.rows
        for measure, number in row.numbers.items()
        if (goal := goal_of(row.task, row.name, measure))
    ]
    return sum(checked), len(checked)


def _speed(speed: Speed) -> str:
    return (
        f"Speed: {speed.images_per_second:.1f} images a second from file to verdict ({speed.images} images, {speed.threads} "
        f"threads, {speed.device}); {speed.processor_ms_per_image:.0f} ms of processor time an image"
    )


def _lines(row: Row) -> Iterator[str]:
    counts = f"{row.n_real:,} real, {row.n_ai:,} AI-generated"
    yield f"  {row.name}  ({counts}{f', {row.groups:,} groups' if row.groups < row.n_real + row.n_ai else ''})"
    for measure in _shown(row):
        yield f"    {MEASURES[measure]:<26} {_number(row.numbers[measure])}{_goal(row, measure)}"


def _shown(row: Row) -> Sequence[str]:
    """The measures of a row in the order of the table; `false_alarms` stands once, under calibration."""
    few = row.task in ("generator", "set")
    return [
        name
        for name in MEASURES
        if name in row.numbers and (not few or name in _ALWAYS) and (name != "false_alarms" or row.task == CALIBRATION)
    ]


def _number(number: Number) -> str:
    return f"{number.value:6.3f}  ({number.low:.3f} – {number.high:.3f})"


def _goal(row: Row, measure: str) -> str:
    goal = goal_of(row.task, row.name, measure)
    if goal is None:
        return ""
    missed = goal.missed_by(row.numbers[measure].value)
    return f"   goal {'≥' if goal.kind == 'at least' else '≤'} {goal.value:.2f}, {f'missed by {missed:.3f}' if missed else 'met'}"
