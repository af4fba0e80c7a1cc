"""Choosing what is compared: runs on their own test images, or any detectors on a data set, which each scores once."""

from collections.abc import Sequence

import streamlit as st

from detector.compare import kept_scores, of_run, on_data
from detector.data.folders import open_data
from detector.data.known import KnownSet, list_sets, stamp_of
from detector.data.manifest import Manifest
from detector.errors import UserError
from detector.evaluation.compare import Comparison, compare
from detector.evaluation.joined import join
from detector.models.digests import weights_hash
from detector.training.runs import Run, find_run, list_runs
from pages.parts.data_cache import data_set
from pages.parts.progress import Bar
from pages.parts.table_cache import comparison
from pages.parts.weights_choice import RUN, weights_options, weights_place
from pages.parts.widgets import empty_state, plain

OWN, SET = "Their own test images", "A data set"
MOST = 6


def chosen_comparison() -> Comparison | None:
    """The comparison the page shows; None while there is nothing to compare, which is said."""
    runs = [run for run in list_runs() if run.predictions_file.exists()]
    options = weights_options()
    if len(runs) < 2 and len(options) < 2:
        empty_state("A comparison needs two detectors.", "train", "Train one", ":material/compare:")
        return None
    kinds = [OWN, SET] if len(runs) > 1 else [SET]
    kind = st.segmented_control(
        "Images", kinds, default=kinds[0], required=True, key="on", bind="query-params",
        help="Test images of runs that were trained on the same data, or images that you choose.",
    )  # fmt: skip
    try:
        return _on_own(runs) if kind == OWN else _on_set(options)
    except (UserError, OSError) as error:
        st.error(plain(str(error)), icon=":material/error:")
        return None


def _on_own(runs: Sequence[Run]) -> Comparison | None:
    names = [run.name for run in runs]
    chosen = st.multiselect(
        "Runs", names, default=_alike(runs), key="runs", bind="query-params", max_selections=MOST, placeholder="Choose two to six"
    )
    if len(chosen) < 2:
        st.caption("Choose two runs or more.")
        return None
    stamps = tuple(_stamp(find_run(name)) for name in chosen)
    return comparison((tuple(chosen), stamps), lambda: compare(join([of_run(name) for name in chosen])))


def _alike(runs: Sequence[Run]) -> list[str]:
    """The newest run and the last one before it on the same data; the newest two where there is none."""
    data = runs[0].config().data
    same = [run.name for run in runs if run.config().data == data]
    return (same if len(same) > 1 else [run.name for run in runs])[:2]


def _stamp(run: Run) -> tuple[int, ...]:
    files = (run.predictions_file, run.manifest_file, run.best_weights / "config.json")
    return tuple(file.stat().st_mtime_ns if file.is_file() else 0 for file in files)


def _on_set(options: Sequence[str]) -> Comparison | None:
    sets = {known.spec: known for known in list_sets() if known.there}
    left, right = st.columns([2, 1])
    with left:
        chosen = st.multiselect(
            "Detectors", options, default=list(options[:2]), key="detectors", bind="query-params", max_selections=MOST,
            placeholder="Choose two to six", format_func=lambda each: each.removeprefix(RUN),
        )  # fmt: skip
    with right:
        spec = st.selectbox(
            "Data set", list(sets), key="data", index=None, bind="query-params", format_func=lambda each: _title(sets[each]),
            placeholder="Choose one", help="Sets are brought on the page Data.",
        )  # fmt: skip
    if spec is None or len(chosen) < 2:
        st.caption("Choose a data set." if spec is None else "Choose two detectors or more.")
        return None
    with Bar("Reading the images") as bar:
        manifest = data_set(spec, lambda: open_data(spec, bar.count))
    if not _scored(chosen, spec, manifest):
        return None
    hashes = tuple(weights_hash(weights_place(each)) for each in chosen)
    return comparison(
        (tuple(chosen), hashes, manifest.fingerprint, stamp_of(spec)),
        lambda: compare(join([on_data(str(weights_place(each)), spec, manifest) for each in chosen])),
    )


def _title(known: KnownSet) -> str:
    return known.title if known.kind in ("lab", "own") else f"{known.name} · {known.spec}"


def _scored(chosen: Sequence[str], spec: str, manifest: Manifest) -> bool:
    """Whether all detectors have scored the set; otherwise a button that lets them."""
    missing = [each for each in chosen if kept_scores(weights_place(each), manifest) is None]
    if not missing:
        return True
    names = ", ".join(plain(each.removeprefix(RUN)) for each in missing)
    st.markdown(f"{names} {'has' if len(missing) == 1 else 'have'} not scored these {len(manifest.items):,} images yet.")
    if not st.button(
        "Score them", icon=":material/play_arrow:", key="score", type="primary",
        help="Images that a detector learnt from are left out. Scores are kept: the next time they are there at once.",
    ):  # fmt: skip
        return False
    for each in missing:
        with Bar(f"Asking {each.removeprefix(RUN)}") as bar:
            on_data(str(weights_place(each)), spec, manifest, bar.count)
    return True
