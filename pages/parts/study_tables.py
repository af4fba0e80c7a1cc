"""Tables of a study's result: reported beside here, all experiments, and a study's own grid."""

import pandas as pd

from detector.studies.plan import Plan
from detector.studies.result import Outcome, StudyResult
from detector.studies.words import MEASURES, shown, shown_interval, test_words
from pages.parts.run_view import duration


def beside_table(result: StudyResult, names: dict[str, str]) -> pd.DataFrame:
    """A row a reported number."""
    return pd.DataFrame(
        [
            {
                "experiment": names[row.experiment],
                "measured": f"{test_words(row.test)} {MEASURES[row.measure]}",
                "reported": ("about " if row.about else "") + shown(row.measure, row.reported),
                "here": shown(row.measure, row.here),
                "95 % interval": shown_interval(row.measure, row.low, row.high),
                "n": row.n,
                "verdict": row.words,
            }
            for row in result.numbers
        ]
    )


def experiment_table(result: StudyResult) -> pd.DataFrame:
    """A row an experiment: accuracy with interval and n on each test, then size and time."""
    tests = list(dict.fromkeys(test for each in result.outcomes for test in each.scores))
    rows = []
    for each in result.outcomes:
        row: dict[str, object] = {"experiment": each.title, "images": each.role}
        row |= {f"{test_words(test)} accuracy": _accuracy(each, test) for test in tests}
        row["test AUC"] = _auc(each)
        row |= {"epochs": str(each.epochs or "–"), "parameters": f"{each.parameters:,}", "time": duration(each.seconds)}
        rows.append(row)
    return pd.DataFrame(rows).fillna("–")


def svm_words(outcome: Outcome) -> str:
    """The chosen C and gamma with the mean and deviation of the folds' accuracies."""
    rows = [row for row in outcome.curves if "mean_accuracy" in row]
    if not rows:
        return "–"
    best = max(rows, key=lambda row: row["mean_accuracy"])
    folds = outcome.settings["svm_folds"]
    mean = f"{best['mean_accuracy']:.1%} ± {best['sd']:.1%} (mean ± standard deviation)"
    return f"C {best['c']:g}, gamma {best['gamma']:.2g}; accuracy over {folds} folds {mean}"


GRIDS = {"rice": "Test accuracy by network and images", "boston": "CNN-3: training and test accuracy by batch size and rate"}
"""Studies with a table of their own, and its title."""


def grid_table(plan: Plan, result: StudyResult) -> pd.DataFrame:
    """rice: network × images; boston: batch size × learning rate of the CNN; empty for the others."""
    if plan.name not in GRIDS:
        return pd.DataFrame()
    cells: dict[str, dict[str, str]] = {}
    for each in result.outcomes:
        if plan.name == "rice":
            cells.setdefault(each.title, {})[each.role] = _accuracy(each, "test")
        elif each.model == "cnn3":
            both = f"{_accuracy(each, 'train', bare=True)} / {_accuracy(each, 'test')}"
            cells.setdefault(f"batch {each.settings['batch_size']}", {})[f"rate {each.settings['learning_rate']:g}"] = both
    return pd.DataFrame.from_dict(cells, orient="index").fillna("–")


def _accuracy(outcome: Outcome, test: str, bare: bool = False) -> str:
    scored = outcome.scores.get(test)
    if scored is None:
        return "–"
    value = shown("accuracy", scored.values["accuracy"])
    return value if bare else f"{value} ({shown_interval('accuracy', *scored.intervals['accuracy'])}, n = {scored.n:,})"


def _auc(outcome: Outcome) -> str:
    scored = outcome.scores.get("test")
    return "–" if scored is None or "auc" not in scored.values else f"{scored.values['auc']:.3f}"
