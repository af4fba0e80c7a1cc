"""Drawings: the figures of a report, each answering a question, each with n and the line of chance where there is one."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from detector.evaluation.curves import precision_recall, roc_of, thinned
from detector.evaluation.metrics import Metrics
from detector.evaluation.sample import Floats, Sample
from detector.evaluation.scores import reliability
from detector.labels import LABEL_WORDS
from detector.report.plot import Bar, Dot, Line, Plot, Point, epochs, fitting, scores, shares

BINS = 20  # of the histogram of scores
MOST = 300  # points of a curve
_CLASSES = ("real", "ai")  # styles; the index is the label
COIN_LOSS = 0.693  # nats, of always saying one half


def test_plots(sample: Sample, metrics: Metrics) -> list[Plot]:
    """What a test shows; ROC and precision–recall only where both classes are there."""
    share = sum(metrics.confusion_matrix[1]) / metrics.n
    curves = [_roc(sample, metrics), _precision(sample, metrics, share)] if sample.both else []
    return [*curves, _reliability(sample, share), _histogram(sample, metrics.threshold)]


def roc_of_several(samples: Mapping[str, Sample]) -> Plot:
    """The ROC curves of several detectors on the same images."""
    lines = tuple(Line(_roc_points(sample), f"line{i % 6}", name) for i, (name, sample) in enumerate(samples.items()))
    n = next(iter(samples.values())).n
    return Plot(
        "How many does each find, at how many false alarms?",
        f"ROC curves of {len(samples)} detectors on the same {n:,} images.",
        shares("Real images called AI-generated"),
        shares("AI-generated images found"),
        (_diagonal("chance"), *lines),
    )


def learning_plots(rows: Sequence[Mapping[str, Any]], chance: float | None = None) -> list[Plot]:
    """Loss and accuracy by epoch, with the best epoch and the line of chance; none without a finished epoch.

    `chance` is the accuracy of always naming the class that is more common among the validation images.
    """
    done = [row for row in rows if row.get("epoch") is not None]
    if not done:
        return []
    losses = [(float(row["valid_loss"]), int(row["epoch"])) for row in done if _number(row.get("valid_loss"))]
    best = min(losses)[1] if losses else None
    return [_learning(done, "loss", COIN_LOSS, best), _learning(done, "accuracy", chance, best)]


def _roc_points(sample: Sample) -> tuple[Point, ...]:
    fpr, tpr, _ = roc_of(sample)
    return _points(fpr, tpr)


def _roc(sample: Sample, metrics: Metrics) -> Plot:
    alarms = metrics.confusion_matrix[0][1] / sum(metrics.confusion_matrix[0])
    return Plot(
        "How many does it find, at how many false alarms?",
        f"ROC curve. At the threshold it finds {metrics.recall_ai:.1%} of the AI-generated images and calls {alarms:.1%} of the "
        "real ones AI-generated.",
        shares("Real images called AI-generated"),
        shares("AI-generated images found"),
        (_diagonal("chance"), Line(_roc_points(sample), "ai", f"AUC {metrics.auc:.3f} (n = {metrics.n:,})")),
        (Dot(alarms, metrics.recall_ai, "point", name=f"threshold {metrics.threshold:.2f}"),),
    )


def _precision(sample: Sample, metrics: Metrics, share: float) -> Plot:
    recall, precision, _ = precision_recall(sample)
    places = thinned(recall, precision, MOST)
    corners: list[Point] = []
    for x, y in zip(recall[places].tolist(), precision[places].tolist(), strict=True):
        corners += [(corners[-1][0] if corners else 0.0, y), (x, y)]  # steps: the sum under them is the average precision
    called = sum(row[1] for row in metrics.confusion_matrix)
    return Plot(
        "How often is an alarm right?",
        f"Precision–recall curve. It depends on how many of the images are AI-generated: here {share:.0%}.",
        shares("AI-generated images found"),
        shares("Alarms that are right"),
        (
            Line(((0.0, share), (1.0, share)), "chance", f"chance ({share:.0%} are AI)"),
            Line(tuple(corners), "ai", f"average precision {metrics.average_precision:.3f} (n = {metrics.n:,})"),
        ),
        (Dot(metrics.recall_ai, metrics.precision_ai, "point", name=f"threshold {metrics.threshold:.2f}"),) if called else (),
    )


def _reliability(sample: Sample, share: float) -> Plot:
    found = reliability(sample)
    dots = tuple(Dot(each.mean_score, each.share_ai, "ai", each.interval[0], each.interval[1]) for each in found)
    counts = ", ".join(f"{each.low:.1f}–{each.high:.1f}: {each.n:,}" for each in found)
    return Plot(
        "Does a score mean what it says?",
        f"Reliability: of images that scored alike, how many are AI-generated, with 95 % intervals. Images by score: {counts}.",
        scores("Score"),
        shares("Share that is AI-generated"),
        (_diagonal("score = share"), Line(((0.0, share), (1.0, share)), "chance", f"chance ({share:.0%} are AI)")),
        dots,
        legend=(("ai", f"ten bins of scores (n = {sample.n:,})"),),
    )


def _histogram(sample: Sample, threshold: float) -> Plot:
    bars, most, names = [], 0.0, []
    for label, style in enumerate(_CLASSES):
        counts, edges = np.histogram(sample.scores[sample.labels == label], bins=BINS, range=(0, 1))
        width = (edges[1] - edges[0]) * 0.42
        start = 0.08 * (edges[1] - edges[0]) + label * width
        bars += [
            Bar(float(at + start), float(at + start + width), float(n), style) for at, n in zip(edges, counts, strict=False) if n
        ]
        most = max(most, float(counts.max()))
        names.append((style, f"{LABEL_WORDS[label]} (n = {int(counts.sum()):,})"))
    y = fitting("Images", [most], whole=True)
    return Plot(
        "How far apart are the classes?",
        "Images by score.",
        scores("Score"),
        y,
        (Line(((threshold, y.low), (threshold, y.high)), "threshold", f"threshold {threshold:.2f}"),),
        bars=tuple(bars),
        legend=tuple(names),
    )


def _learning(rows: Sequence[Mapping[str, Any]], measure: str, chance: float | None, best: int | None) -> Plot:
    x = epochs([float(row["epoch"]) for row in rows])
    lines = []
    for split, name, style in (("train", "training", "faint"), ("valid", "validation", "line0")):
        key = f"{split}_{measure}"
        points = tuple((float(row["epoch"]), float(row[key])) for row in rows if _number(row.get(key)))
        if points:
            lines.append(Line(points, style, name))
    title = measure.capitalize()
    y = shares(title) if measure == "accuracy" else fitting(title, [value for line in lines for _, value in line.points])
    marks = []
    if chance is not None and chance <= y.high:
        words = f"chance ({chance:.0%})" if measure == "accuracy" else f"chance ({chance:.3f})"
        marks.append(Line(((x.low, chance), (x.high, chance)), "chance", words))
    if best is not None:
        marks.append(Line(((best, y.low), (best, y.high)), "threshold", f"best epoch: {best}"))
    dots = tuple(Dot(*point, style=line.style) for line in lines if len(line.points) < 3 for point in line.points)
    return Plot(f"{title} by epoch", f"{title} on training and validation images.", x, y, (*marks, *lines), dots)


def _points(x: Floats, y: Floats) -> tuple[Point, ...]:
    places = thinned(x, y, MOST)
    return tuple(zip(x[places].tolist(), y[places].tolist(), strict=True))


def _diagonal(name: str) -> Line:
    return Line(((0.0, 0.0), (1.0, 1.0)), "diagonal", name)


def _number(value: object) -> bool:
    return isinstance(value, (int, float)) and value == value  # nan is none


def loss_of_several(histories: Mapping[str, Sequence[Mapping[str, Any]]]) -> Plot | None:
    """Validation loss of several runs by epoch; None where none has a finished epoch."""
    lines = []
    for i, (name, rows) in enumerate(histories.items()):
        points = tuple(
            (float(row["epoch"]), float(row["valid_loss"])) for row in rows if _number(row.get("valid_loss")) and "epoch" in row
        )
        if points:
            lines.append(Line(points, f"line{i % 6}", name))
    if not lines:
        return None
    x = epochs([at for line in lines for at, _ in line.points])
    y = fitting("Validation loss", [COIN_LOSS, *(value for line in lines for _, value in line.points)])
    chance = Line(((x.low, COIN_LOSS), (x.high, COIN_LOSS)), "chance", f"chance ({COIN_LOSS})")
    dots = tuple(Dot(*line.points[0], style=line.style) for line in lines if len(line.points) == 1)
    return Plot(
        "How did they learn?", "Validation loss by epoch, each on its own validation images.", x, y, (chance, *lines), dots
    )
