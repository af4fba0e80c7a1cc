"""What an alarm is worth: the same detector where AI-generated images are rare, or common."""

import streamlit as st

from detector.evaluation.prevalence import Worth, worth
from detector.figures.prevalence import prevalence_figure
from pages.parts.chart import chart
from pages.parts.evaluation import Evaluation

PERCENTS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99)


def base_rate(shown: Evaluation) -> None:
    """The view of the page."""
    st.subheader("How often is an alarm right where AI-generated images are rare?", anchor=False)
    percent = st.select_slider(
        "Share of AI-generated images among those you judge", PERCENTS, 10, key="prevalence",
        format_func=lambda value: f"{value:g} %",
        help=f"In this test it is {shown.share_ai:.0%}. Precision depends on it; the two recalls do not.",
    )  # fmt: skip
    found = worth(shown.metrics, percent / 100)
    if found is None:
        st.caption("This needs test images of both classes.")
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        curve = [each for share in _grid() if (each := worth(shown.metrics, share))]
        chart(prevalence_figure(curve, found, shown.metrics.n), "base-rate", "Share of right answers by prevalence")
    with right:
        _words(shown, found, percent)


def _grid() -> list[float]:
    """Shares to draw, closer where the curve bends."""
    return [0.001, 0.002, 0.005, *(step / 100 for step in range(1, 100)), 0.995, 0.998, 0.999]


def _words(shown: Evaluation, found: Worth, percent: float) -> None:
    real, ai = (sum(row) for row in shown.metrics.confusion_matrix)
    n = f"From {ai:,} AI-generated and {real:,} real images."
    if found.ppv is None:
        st.markdown("At this threshold no image is called AI-generated, so there are no alarms.")
    else:
        low, high = (100 * (1 - end) for end in reversed(found.ppv_interval))
        st.markdown(
            f"If **{percent:g} %** of the images are AI-generated, then of 100 alarms about **{100 * (1 - found.ppv):.0f} would "
            f"be real photos** ({low:.0f} to {high:.0f})."
        )
    if found.npv is not None:
        low, high = (100 * (1 - end) for end in reversed(found.npv_interval))
        st.markdown(
            f"Of 100 images called real about **{_few(100 * (1 - found.npv))} would be AI-generated** "
            f"({_few(low)} to {_few(high)})."
        )
    st.markdown(f"It raises an alarm on {found.alarms:.1%} of all images.")
    st.caption(f"{n} In brackets 95 % intervals. It holds where images are like those of this test and only the mixture differs.")


def _few(number: float) -> str:
    return f"{number:.0f}" if number >= 10 or number == 0 else f"{number:.1f}"
