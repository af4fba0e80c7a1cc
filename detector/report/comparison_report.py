"""The report on several runs: their numbers side by side, their differences on the same images, and where they differ."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from detector.compare import of_run
from detector.data.audit_words import headline
from detector.errors import UserError
from detector.evaluation.compare import Comparison, Pair, best, compare
from detector.evaluation.compare_words import (
    MEASURE_WORDS,
    difference_words,
    kappa_words,
    match_words,
    p_words,
    pair_sentence,
    warnings,
)
from detector.evaluation.joined import join
from detector.evaluation.metrics import Metrics
from detector.evaluation.terms import TERMS, shown, shown_interval
from detector.report.drawings import loss_of_several, roc_of_several
from detector.report.page import filled
from detector.report.subject import subject_of
from detector.report.tables import data_name, data_rows, differing_settings, matrix_rows, mistake_rows
from detector.report.thumbnails import NOTICE, thumbnails
from detector.report.words import SPLIT_WORDS, audit_of, interval, percent, summary
from detector.training.runs import Run

ALONE = 8  # images shown of those that one detector alone gets right
MOST_PAIRS = 10


def comparison_report(runs: Sequence[Run], split: str = "", pictures: bool = False) -> str:
    """The HTML of a report on two runs or more.

    Where they have scored no images in common, each stands for itself and the report says so. Raises UserError for a run whose
    files cannot be read, or without images of the split.
    """
    subjects = [subject_of(run, split) for run in runs]
    shared = split or ("test" if all(subject.split == "test" for subject in subjects) else "valid")
    found, why = None, ""
    try:
        found = compare(join([of_run(run.name, shared) for run in runs]))
    except UserError as error:
        why = str(error)
    names = [run.name for run in runs]
    metrics = list(found.metrics) if found else [subject.metrics for subject in subjects]
    values: dict[str, Any] = {
        "title": " · ".join(names),
        "names": names,
        "summary": _summary(found) if found else [summary(subject) for subject in subjects],
        "warnings": warnings(found) if found else [f"{why} So each stands for itself here, and no differences are taken."],
        "where": SPLIT_WORDS.get(shared, shared),
        "rows": _side_by_side(metrics),
        "matrices": [(name, matrix_rows(each)) for name, each in zip(names, metrics, strict=True) if each],
        "plots": _plots(found, runs),
        "pairs": [_pair(found, pair, pictures) for pair in found.pairs[:MOST_PAIRS]] if found else [],
        "left_out": len(found.pairs) - MOST_PAIRS if found else 0,
        "measures": MEASURE_WORDS,
        "several": len(runs) > 2,
        "settings": differing_settings({run.name: run for run in runs}),
        "runs": [_run(run) for run in runs],
        "pictures": pictures,
        "notice": NOTICE,
    }
    return filled("comparison.html", **values)


def _summary(found: Comparison) -> list[str]:
    """Which images, which detector is clearly better, and pair by pair who is right where the other is wrong."""
    names, winner = found.joined.names, best(found, "accuracy")
    rates = (
        f"{name} {percent(each.accuracy)} ({interval(each, 'accuracy')})" for name, each in zip(names, found.metrics, strict=True)
    )
    if winner is not None:
        said = f"{names[winner]} is the most accurate, by more than chance explains."
    else:
        said = f"{'Neither' if len(names) == 2 else 'None'} is clearly more accurate than the other{'s' * (len(names) > 2)}."
    return [
        " ".join([*match_words(found), f"Rightly called: {', '.join(rates)}.", said]),
        *(pair_sentence(found, pair) for pair in found.pairs[:MOST_PAIRS]),
    ]


def _side_by_side(metrics: Sequence[Metrics | None]) -> list[dict[str, Any]]:
    return [
        {
            "title": term.title,
            "meaning": term.meaning,
            "cells": [
                {"value": shown(name, getattr(each, name)), "interval": shown_interval(each, name), "n": term.n(each)}
                if each
                else None
                for each in metrics
            ],
        }
        for name, term in TERMS.items()
    ]


def _plots(found: Comparison | None, runs: Sequence[Run]) -> list[Any]:
    curves = []
    if found and found.joined.samples[0].both:
        curves.append(roc_of_several(dict(zip(found.joined.names, found.joined.samples, strict=True))))
    learning = loss_of_several({run.name: run.metrics() for run in runs})
    return [*curves, learning] if learning else curves


def _pair(found: Comparison, pair: Pair, pictures: bool) -> dict[str, Any]:
    """The numbers of a pair, and the images on which one alone is right, most divided scores first."""
    names = found.joined.names
    return {
        "names": (names[pair.a], names[pair.b]),
        "sentence": pair_sentence(found, pair),
        "differences": [(word, difference_words(pair, key), _p(pair, key)) for key, word in MEASURE_WORDS.items()],
        "agreement": pair.agreement,
        "kappa": kappa_words(pair.kappa),
        "alone": [_alone(found, pair.a, pair.b, pictures), _alone(found, pair.b, pair.a, pictures)],
    }


def _p(pair: Pair, key: str) -> str:
    return p_words(pair.differences[key].holm) if key in pair.differences else ""


def _alone(found: Comparison, winner: int, other: int, pictures: bool) -> dict[str, Any]:
    joined = found.joined
    places = np.flatnonzero(joined.right[winner] & ~joined.right[other])
    apart = np.abs(joined.scores[winner] - joined.scores[other])
    chosen = places[np.argsort(-apart[places], kind="stable")][:ALONE]
    frame = joined.frame.iloc[chosen].assign(probability=joined.scores[winner][chosen])
    rows = mistake_rows(frame, joined.thresholds[winner])
    others = mistake_rows(frame.assign(probability=joined.scores[other][chosen]), joined.thresholds[other])
    small = thumbnails(joined.root, [row["path"] for row in rows]) if pictures else [""] * len(rows)
    return {
        "name": joined.names[winner],
        "other": joined.names[other],
        "n": len(places),
        "rows": [{**row, "other": o["score"], "picture": p} for row, o, p in zip(rows, others, small, strict=True)],
    }


def _run(run: Run) -> dict[str, Any]:
    about = run.about()
    audit = audit_of(about)
    return {
        "name": run.name,
        "data": data_name(run.config().data),
        "fingerprint": str(about.get("fingerprint", "")),
        "counts": data_rows(about),
        "audit": headline(audit) if audit else "No audit was made of this data.",
        "command": str(about.get("command", "")),
        "versions": about.get("versions", {}),
    }
