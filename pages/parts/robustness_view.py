"""What survives? A run's recall and AUC on pictures that were compressed, resized, cropped …, tested here and kept."""

import json

import pandas as pd
import streamlit as st

from detector.errors import UserError
from detector.evaluation.caution import FEW
from detector.evaluation.perturbations import KINDS
from detector.evaluation.robustness import MEASURES, Robustness
from detector.figures.robustness import robustness_figure
from detector.files import read_json, write_json
from detector.training.runs import Run
from pages.parts.chart import chart
from pages.parts.progress import Bar
from pages.parts.widgets import plain

FEWEST, MOST, USUAL = 20, 2000, 200
ACROSS = 3
FILE = "robustness.json"


def show_robustness(run: Run) -> None:
    """The section: what was tested is shown, the rest can be; raises nothing."""
    st.subheader("What survives?", anchor=False)
    st.markdown(
        "Pictures on the net were compressed, shrunk and cut. Here the run's best weights look again at images that they have "
        "not seen, after each change, from weak to strong."
    )
    if not run.best_weights.is_dir():
        st.caption("This run has no weights yet: they come with its first finished epoch.")
        return
    asked = _form(run)
    try:
        found = _test(run, *asked) if asked else _known(run)
    except (UserError, OSError) as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    if found:
        _results(found, run)


def _form(run: Run) -> tuple[list[str], int] | None:
    """Which kinds and how many images, once the form is sent."""
    with st.form(f"robustness-{run.name}", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        kinds = st.multiselect("Changes", list(KINDS), list(KINDS), format_func=lambda kind: KINDS[kind].title, key="rob-kinds",
                               width=620, help="\n".join(f"- {each.title}: {each.help}" for each in KINDS.values()))  # fmt: skip
        images = st.number_input("Images", FEWEST, MOST, USUAL, 20, key="rob-images", width=130, help=(
            "At most so many that the weights have not seen, half of each class. What was tested once is kept."))  # fmt: skip
        sent = st.form_submit_button("Run", icon=":material/play_arrow:", type="primary")
    return (kinds, int(images)) if sent and kinds else None


def _test(run: Run, kinds: list[str], images: int) -> Robustness:
    from detector.robustness import robustness  # torch is needed from here on

    st.caption("What is done so far is kept if you leave the page.")
    with Bar("Looking at changed pictures") as bar:
        found = robustness(str(run.best_weights), run.config().data, kinds=kinds, images=images, progress=bar.count)
    write_json(run.folder / FILE, found.to_dict())  # where the command line puts it, too
    return found


def _known(run: Run) -> Robustness | None:
    """What was tested last; nothing for a run that was never tested."""
    path = run.folder / FILE
    return Robustness.from_dict(read_json(path)) if path.is_file() else None


def _results(found: Robustness, run: Run) -> None:
    if min(found.n_real, found.n_ai) < FEW:
        st.caption(
            f":material/warning: Only {found.n_real} real and {found.n_ai} AI-generated images: read the bands, not the lines."
        )
    for sentence in _losses(found):
        st.markdown(f"- {plain(sentence)}")
    unseen = "that played no part in training" if found.seen else "(the weights name none of this data as their own)"
    st.caption(
        f"{found.n_real:,} real and {found.n_ai:,} AI-generated images {unseen}. Bands are 95 % "
        f"intervals, the thin dotted line is chance. The threshold stays at {found.threshold:.2f}."
    )
    st.markdown(":blue[**– – ●**] real called real · :orange[**— ■**] AI-generated found · :green[**⋯ ◆**] AUC")
    kinds = found.kinds
    for start in range(0, len(kinds), ACROSS):
        for column, kind in zip(st.columns(ACROSS), kinds[start : start + ACROSS], strict=False):
            with column:
                chart(
                    robustness_figure(found, kind, legend=False), f"robust-{kind}", f"Recall and AUC against {KINDS[kind].title}"
                )
    with st.expander("As a table", icon=":material/table:"):
        st.dataframe(_table(found), hide_index=True, alt="Every number with its interval and its paired difference")
        with st.container(horizontal=True):
            st.download_button("CSV", lambda: _table(found).to_csv(index=False).encode(), f"{run.name}-robustness.csv",
                               "text/csv", icon=":material/download:", on_click="ignore")  # fmt: skip
            st.download_button("JSON", lambda: json.dumps(found.to_dict(), indent=1).encode(), f"{run.name}-robustness.json",
                               "application/json", icon=":material/download:", on_click="ignore")  # fmt: skip


def _losses(found: Robustness) -> list[str]:
    """For each kind the mildest strength at which a number has clearly fallen, in words."""
    said, whole = [], []
    for kind in found.kinds:
        fallen = next(
            (
                (point, name)
                for point in found.of(kind)[1:]
                for name, number in point.numbers.items()
                if number.clear and number.change < 0
            ),
            None,
        )
        if fallen is None:
            whole.append(KINDS[kind].title)
            continue
        point, name = fallen
        number = point.numbers[name]
        said.append(
            f"{KINDS[kind].title}: {MEASURES[name]} falls clearly from {KINDS[kind].shown(point.strength)} on "
            f"({number.change:+.2f}, 95 %: {number.change_low:+.2f} to {number.change_high:+.2f})."
        )
    return said + ([f"No clear loss at any strength tried: {', '.join(whole)}."] if whole else [])


def _table(found: Robustness) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "change": KINDS[point.kind].title if point.kind in KINDS else "Untouched",
                "strength": KINDS[point.kind].shown(point.strength) if point.kind in KINDS else "",
                "measure": MEASURES[name],
                "value": round(number.value, 4),
                "95 % interval": f"{number.low:.3f} – {number.high:.3f}",
                "from untouched": round(number.change, 4),
                "its 95 % interval": f"{number.change_low:+.3f} – {number.change_high:+.3f}",
            }
            for point in found.points
            for name, number in point.numbers.items()
        ]
    )
