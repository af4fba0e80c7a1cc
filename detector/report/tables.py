"""Tables of a report as plain values: metrics, parts of a test, mistakes, data, settings. Knows no HTML."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from detector.data.specs import data_title
from detector.errors import UserError
from detector.evaluation.metrics import Metrics
from detector.evaluation.slices import Parts, Slice, slices
from detector.evaluation.terms import TERMS, shown, shown_interval
from detector.evaluation.tested import Tested, folders, generators
from detector.labels import AI, LABEL_NAMES, LABEL_WORDS, REAL
from detector.models.names import idle_settings
from detector.training.runs import Run
from detector.words import shown_score

MISTAKES = 24
MOST_PARTS = 60
Row = dict[str, Any]


def metric_rows(metrics: Metrics) -> list[Row]:
    """Every metric: title, value, interval, n and meaning."""
    return [
        {
            "title": term.title,
            "value": shown(name, getattr(metrics, name)),
            "interval": shown_interval(metrics, name),
            "n": term.n(metrics),
            "meaning": term.meaning,
        }
        for name, term in TERMS.items()
    ]


def matrix_rows(metrics: Metrics) -> list[Row]:
    """The confusion matrix: a row a true class, with counts and shares of the row."""
    return [
        {
            "label": LABEL_NAMES[true],
            "word": LABEL_WORDS[true],
            "n": sum(row),
            "cells": [{"n": n, "share": n / sum(row) if sum(row) else None, "right": true == at} for at, n in enumerate(row)],
        }
        for true, row in enumerate(metrics.confusion_matrix)
    ]


def part_tables(images: Tested, threshold: float) -> list[Row]:
    """Recall with interval and n by generator and by folder, where they are named; the parts with most images where many are."""
    found = []
    for title, parts, labels in (
        ("AI-generated images by generator", generators(images.frame), (AI,)),
        ("By folder", folders(images.frame), (AI, REAL)),
    ):
        rows = [row for label in labels for row in _slices(images, parts, threshold, label)] if parts else []
        if rows:
            most = sorted(sorted(rows, key=lambda each: -each.recall.n)[:MOST_PARTS], key=rows.index)
            found.append(
                {
                    "title": title,
                    "both": len(labels) > 1,
                    "left_out": len(rows) - len(most),
                    "rows": [_part(each) for each in most],
                }
            )
    return found


def mistake_rows(frame: pd.DataFrame, threshold: float) -> list[Row]:
    """One row an image, in the order given."""
    return [
        {
            "path": str(path),
            "truth": LABEL_WORDS[label],
            "label": LABEL_NAMES[label],
            "called": LABEL_WORDS[int(score >= threshold)],
            "score": shown_score(score),
            "generator": str(generator),
        }
        for path, label, score, generator in zip(
            frame["path"], frame["label"], frame["probability"], frame["generator"], strict=True
        )
    ]


def data_rows(about: Mapping[str, Any]) -> list[tuple[str, int, int]]:
    """Images a split and class, as the run counted them."""
    return [(split, int(counts.get("real", 0)), int(counts.get("ai", 0))) for split, counts in about.get("counts", {}).items()]


def data_facts(run: Run, about: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is known of the data besides its counts: its name, fingerprint, generators, groups, formats."""
    facts = [("Data set", data_name(run.config().data))]
    if about.get("fingerprint"):
        facts.append(("Fingerprint", f"{about['fingerprint']} (changes with any path, class or file)"))
    if about.get("unreadable"):
        facts.append(("Left out as unreadable", f"{about['unreadable']:,}"))
    try:
        manifest = pd.read_csv(run.manifest_file, dtype=str, keep_default_na=False)
    except (OSError, ValueError):  # an older run has none, and its report says the rest
        return facts
    for title, column in (("Generators", "generator"), ("File formats", "format")):
        if column in manifest and (counted := Counter(name for name in manifest[column] if name)):
            shown_names = [f"{name} ({n:,})" for name, n in counted.most_common(20)]
            more = f" and {len(counted) - 20:,} more" if len(counted) > 20 else ""
            facts.append((title, ", ".join(shown_names) + more))
    if "group" in manifest:
        named = manifest["group"][manifest["group"] != ""]
        words = f"{len(named):,} of {len(manifest):,} images belong to {named.nunique():,} groups, which no split divides"
        facts.append(("Groups", words if len(named) else "No two images are known to belong together"))
    return facts


def setting_rows(run: Run) -> list[tuple[str, str]]:
    """The settings; of the data only the folder's name, never its path."""
    values = run.config().to_dict()
    idle = idle_settings(values["model"])
    values["data"] = data_name(values["data"])
    return [(name.replace("_", " "), _plain(value)) for name, value in values.items() if name not in idle]


def differing_settings(runs: Mapping[str, Run]) -> list[tuple[str, list[str]]]:
    """The settings in which runs differ, a value a run."""
    all_values = [run.config().to_dict() for run in runs.values()]
    for values in all_values:
        values["data"] = data_name(values["data"])
    return [
        (name.replace("_", " "), [_plain(values[name]) for values in all_values])
        for name in all_values[0]
        if len({_plain(values[name]) for values in all_values}) > 1
    ]


def grid_rows(rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    """An svm's candidates, the best first; empty for other networks."""
    try:
        found = [
            {"c": f"{row['c']:g}", "gamma": f"{row['gamma']:.3g}", "accuracy": row["mean_accuracy"], "sd": row["sd"]}
            for row in rows
            if "mean_accuracy" in row
        ]
    except (KeyError, ValueError, TypeError) as error:
        raise UserError("The run's metrics.jsonl is damaged: train it again.") from error
    return sorted(found, key=lambda row: -row["accuracy"])


def data_name(data: str) -> str:
    """The name of a data set without the folders above it, which are nobody else's business."""
    return data_title(data)


def _slices(images: Tested, parts: Parts, threshold: float, label: int) -> list[Slice]:
    return slices(images.sample, parts, threshold, label)


def _part(each: Slice) -> Row:
    return {"name": each.name, "label": LABEL_NAMES[each.label], "word": LABEL_WORDS[each.label], "rate": each.recall}


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value) or "–"
