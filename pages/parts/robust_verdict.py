"""How robust is this verdict? One picture compressed, shrunk, cut … until the detector says something else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from detector.errors import UserError
from detector.evaluation.perturbations import KINDS
from pages.parts.cache import predictor, stamp
from pages.parts.judged import Picture, Row
from pages.parts.progress import Bar
from pages.parts.widgets import plain

if TYPE_CHECKING:
    from detector.flips import Steps

KEPT = 50
ACROSS = 3


def robust_verdict(folder: Path, picture: Picture, row: Row) -> None:
    """The section of one picture: a button, then the sentences and small lines; safe inside a fragment."""
    kept: dict[str, dict[str, Any]] = st.session_state.setdefault("flips", {})
    key = f"{folder}-{stamp(folder)}-{row['sha256']}"
    with st.expander("How robust is this verdict?", icon=":material/compress:", expanded=key in kept):
        try:
            if key not in kept:
                words = st.empty()
                words.markdown(
                    "Changes the picture as the net does, weak to strong, and looks for where the detector says something else. "
                    "The picture itself stays as it is."
                )
                button = st.empty()
                if not button.button("Try it", icon=":material/play_arrow:", key=f"flip-{row['sha256'][:16]}"):
                    return
                button.empty()
                words.empty()
                kept[key] = _asked(folder, picture)
                for old in list(kept)[:-KEPT]:
                    del kept[old]
        except UserError as error:
            st.error(plain(str(error)), icon=":material/error:")
            return
        _show(kept[key], row)


def _asked(folder: Path, picture: Picture) -> dict[str, Any]:
    """The answer as plain values, for the session."""
    from dataclasses import asdict

    from detector.data.images import open_image
    from detector.flips import flips

    with Bar("Changing the picture") as bar:
        score, steps = flips(predictor(folder), open_image(picture.read()), bar.count)
    return {"score": score, "steps": [asdict(each) for each in steps]}


def _show(found: dict[str, Any], row: Row) -> None:
    from detector.figures.robustness import score_figure  # plotly, which a page without this does not need
    from detector.flips import Steps, sentence

    steps: list[Steps] = [Steps(**values) for values in found["steps"]]
    changed = [each for each in steps if each.flip is not None]
    if changed:
        st.markdown(f"**{len(changed)} of {len(steps)} changes turn the verdict.** The line of the detector decides, at "
                    f"{row['threshold']:.2f}.")  # fmt: skip
    else:
        st.markdown("**No change that was tried turns the verdict.** That makes it stable, not right.")
    for start in range(0, len(steps), ACROSS):
        for column, each in zip(st.columns(ACROSS), steps[start : start + ACROSS], strict=False):
            with column:
                st.markdown(f"**{KINDS[each.kind].title}**  \n{plain(sentence(each))}")
                figure = score_figure(each.kind, found["score"], each.scores, row["threshold"])
                st.plotly_chart(figure, key=f"flip-{row['sha256'][:16]}-{each.kind}", config={"displayModeBar": False},
                                alt=f"Score against {KINDS[each.kind].title}: {sentence(each)}")  # fmt: skip
    st.caption("Scores from 0, real, to 1, AI-generated; the dotted line is the detector's. Squares are called AI-generated.")
