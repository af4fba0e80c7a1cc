"""The report on one run: what it is, what it learnt from, how right it is, and what it gets wrong."""

from collections.abc import Mapping
from typing import Any

from detector.data.audit_words import LIGHT_WORDS, TITLES, driver_sentences, headline, looked_at, score_words
from detector.evaluation.predictions import mistakes
from detector.report.drawings import learning_plots, test_plots
from detector.report.page import filled
from detector.report.subject import Subject
from detector.report.tables import (
    MISTAKES,
    data_facts,
    data_rows,
    grid_rows,
    matrix_rows,
    metric_rows,
    mistake_rows,
    part_tables,
    setting_rows,
)
from detector.report.thumbnails import NOTICE, thumbnails
from detector.report.words import SPLIT_WORDS, audit_of, summary, warnings
from detector.training.runs import Run


def run_report(subject: Subject, pictures: bool = False) -> str:
    """The HTML of a report on a run or on a table of predictions; with `pictures` it holds thumbnails of the worst mistakes.

    Raises UserError for a run whose files cannot be read.
    """
    about = subject.run.about() if subject.run else {}
    values: dict[str, Any] = {
        "title": subject.name,
        "summary": summary(subject),
        "warnings": warnings(subject, about),
        "where": SPLIT_WORDS.get(subject.split, subject.split),
        "test": _test(subject, pictures),
        "run": _run(subject.run, about) if subject.run else None,
        "notice": NOTICE,
    }
    return filled("run.html", **values)


def _test(subject: Subject, pictures: bool) -> dict[str, Any] | None:
    """What was measured; None where nothing was."""
    images, metrics = subject.images, subject.metrics
    if images is None or metrics is None:
        return None
    worst = mistakes(images.frame, subject.threshold, MISTAKES)
    rows = mistake_rows(worst, subject.threshold)
    if pictures:
        for row, picture in zip(rows, thumbnails(subject.root, [row["path"] for row in rows]), strict=True):
            row["picture"] = picture
    return {
        "metrics": metrics,
        "rows": metric_rows(metrics),
        "matrix": matrix_rows(metrics),
        "plots": test_plots(images.sample, metrics),
        "parts": part_tables(images, subject.threshold),
        "mistakes": rows,
        "wrong": metrics.confusion_matrix[0][1] + metrics.confusion_matrix[1][0],
        "pictures": pictures,
    }


def _run(run: Run, about: Mapping[str, Any]) -> dict[str, Any]:
    """What the run's folder says."""
    metrics, status, card = run.metrics(), run.status(), run.best_weights / "card.md"
    return {
        "state": status.state,
        "created": str(about.get("created", ""))[:10],
        "note": str(about.get("note", "")),
        "tags": [str(tag) for tag in about.get("tags", ())],
        "plots": learning_plots(metrics, _commonest(about)),
        "grid": grid_rows(metrics),
        "seconds": sum(float(row.get("seconds") or 0) for row in metrics),
        "epochs": run.finished_epochs(),
        "counts": data_rows(about),
        "facts": data_facts(run, about),
        "audit": _audit(about),
        "settings": setting_rows(run),
        "preprocess": {name: str(value) for name, value in about.get("preprocess", {}).items()},
        "parameters": about.get("parameters"),
        "versions": about.get("versions", {}),
        "command": str(about.get("command", "")),
        "card": card.read_text(encoding="utf-8", errors="replace") if card.is_file() else "",
    }


def _commonest(about: Mapping[str, Any]) -> float | None:
    """The share of the more common class among the validation images."""
    counts = about.get("counts", {}).get("valid", {})
    total = sum(counts.values())
    return max(counts.values()) / total if total else None


def _audit(about: Mapping[str, Any]) -> dict[str, Any] | None:
    audit = audit_of(about)
    if audit is None:
        return None
    rows = [
        {
            "title": TITLES.get(each.probe, each.probe),
            "score": score_words(each),
            "light": each.light,
            "words": LIGHT_WORDS[each.light],
            "drivers": driver_sentences(each),
        }
        for each in audit.findings
    ]
    return {"headline": headline(audit), "rows": rows, "looked_at": looked_at(audit)}
