"""Score histogram: how far apart a detector's scores hold the two classes."""

from itertools import pairwise

import numpy as np
import plotly.graph_objects as go

from detector.evaluation.metrics import Values
from detector.figures.style import LABEL_COLOURS, figure, mark_x
from detector.labels import LABEL_WORDS

BINS = 20


def score_histogram(labels: Values, probabilities: Values, threshold: float) -> go.Figure:
    """Counts of images by score, one bar a class, with the threshold as a line."""
    truth, scores = np.asarray(labels), np.asarray(probabilities, float)
    chart = figure("Score", "Images", barmode="group", bargap=0.1, showlegend=True, height=340)
    for label, word in enumerate(LABEL_WORDS):
        counts, edges = np.histogram(scores[truth == label], bins=BINS, range=(0, 1))
        chart.add_bar(  # counted here: a hundred thousand scores are too many to send to a browser
            x=((edges[:-1] + edges[1:]) / 2).tolist(),
            y=counts.tolist(),
            name=f"{word} (n = {int(counts.sum()):,})",
            marker={"color": LABEL_COLOURS[label], "pattern_shape": "/" if label else ""},
            customdata=[f"{low:.2f} to {high:.2f}" for low, high in pairwise(edges)],
            hovertemplate=f"{word}: %{{y:,}} images<br>score %{{customdata}}<extra></extra>",
        )
    mark_x(chart, threshold, f"threshold {threshold:.2f}", left=threshold > 0.5)
    return chart.update_xaxes(range=[-0.01, 1.01])
