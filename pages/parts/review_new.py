"""A new queue: where its pictures come from, who scores them, in which order people see them, and how many people each."""

import streamlit as st

from detector.errors import UserError
from detector.explain.methods import METHODS
from detector.review.desk import ORDERS, add_images, create_queue, delete_queue, erase_queue, score_queue
from pages.parts.progress import Bar
from pages.parts.review_sources import Chosen, choose_source, data_set, drawn_sentinels
from pages.parts.weights_choice import RUN, weights_options
from pages.parts.widgets import flash, plain

MOST_DETECTORS, MOST_PEOPLE, MOST_SENTINELS = 2, 20, 200
QUICK = [key for key, method in METHODS.items() if method.needs in ("gradients", "features") and key != "randomcam"]
LEFT_OUT = "review-left-out"
LINES_SHOWN = 50


def new_queue(taken: list[str]) -> None:
    """The form; it ends by opening the new queue."""
    source = choose_source()
    proposal = _free(source.name if source else "", taken)
    name = st.text_input("Name of the queue", proposal, max_chars=120, key=f"queue-name-{proposal}").strip()
    detectors = _detectors(source)
    scored = bool(detectors) or bool(source and source.scored)
    left, right = st.columns(2, gap="medium")
    with left:
        order = _order(scored, len(detectors) + bool(source and source.scored))
        people = st.number_input("People for each picture", 1, MOST_PEOPLE, 1, key="queue-people",
                                 help="With two or more, Results says how far they agree.")  # fmt: skip
    with right:
        blind = st.toggle("Blind first", key="queue-blind", disabled=not scored,
                          help="People answer before they see the verdict and its map, then keep or revise their answer. It "
                          "shows how often the detector pulls people right and wrong. It needs a detector's scores.")  # fmt: skip
        method = st.selectbox("Heat map", QUICK, format_func=lambda key: METHODS[key].title, key="queue-method",
                              disabled=not scored)  # fmt: skip
    sentinels, count = _sentinels()
    if st.button("Make the queue", type="primary", icon=":material/add:", disabled=not (source and name), key="queue-make"):
        assert source
        settings = {"order": order, "answers": int(people), "blind": blind and scored, "method": method if scored else ""}
        _make(name, source, [each.removeprefix(RUN) for each in detectors], settings, sentinels, count)


def _free(name: str, taken: list[str]) -> str:
    """The name, with a number where another queue has it."""
    short = name[:100]
    numbers = (f"{short} {number}" for number in range(2, len(taken) + 3))
    return short if short not in taken else next(each for each in numbers if each not in taken)


def _detectors(source: Chosen | None) -> list[str]:
    with_it = bool(source and source.scored)
    return st.multiselect(
        "Detector to compare with" if not with_it else "Another detector to compare with", weights_options(),
        key="queue-detectors", max_selections=MOST_DETECTORS - with_it, placeholder="None",
        help="It scores the pictures now. With two, the pictures that they disagree on can come first.",
    )  # fmt: skip


def _order(scored: bool, detectors: int) -> str:
    fits = [key for key in ORDERS if key == "random" or (scored and (key != "disagreement" or detectors > 1))]
    if st.session_state.get("queue-order") not in fits:
        st.session_state.pop("queue-order", None)
    return st.selectbox("Order", fits, format_func=ORDERS.__getitem__, key="queue-order",
                        help="Orders by score need a detector, disagreement needs two.")  # fmt: skip


def _sentinels() -> tuple[Chosen | None, int]:
    """Pictures of known class, strewn among the others to see whether people look closely."""
    if not st.toggle("Strew in pictures of known class", key="queue-sentinels",
                     help="People do not see which ones. What they get right of them tells how closely they look."):  # fmt: skip
        return None, 0
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = data_set("Take them from", "queue-sentinel-set", "Half of them real, half AI-generated, drawn at random.")
        count = st.number_input("How many", 2, MOST_SENTINELS, 10, 2, key="queue-sentinel-count", width=140)
    return chosen, int(count)


def _make(
    name: str, source: Chosen, detectors: list[str], settings: dict[str, object], sentinels: Chosen | None, count: int
) -> None:
    """Read first, so that a source that fails leaves no queue; scores that fail leave a queue without them, and say so."""
    try:
        with Bar("Reading the pictures") as bar:
            found = source.read(bar.count)
        known = []
        if sentinels:
            with Bar("Reading the pictures of known class") as bar:
                known = drawn_sentinels(sentinels.read(bar.count), count, seed=len(found.images))
        if not found.images:
            st.error("No picture there can be read." + (f" {plain(found.left_out[0])}" if found.left_out else ""))
            return
        create_queue(name, **settings)  # type: ignore[arg-type]
    except (UserError, OSError) as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    trouble = list(found.left_out)
    try:
        add_images(name, found.images)
        if known:
            add_images(name, known, sentinels=True)
    except (UserError, OSError) as error:
        delete_queue(name)
        erase_queue(name)
        st.error(plain(str(error)), icon=":material/error:")
        return
    for detector in detectors:
        try:
            with Bar(f"Asking {detector}") as bar:
                trouble += score_queue(name, detector, bar.count)
        except (UserError, OSError) as error:
            trouble.append(f"{detector} has not scored the queue. {error}")
    st.session_state[LEFT_OUT] = [name, trouble]
    flash(f"{plain(name)}: {len(found.images) + len(known):,} pictures.")
    st.query_params["queue"] = name
    st.rerun()


def show_left_out(name: str) -> None:
    """What could not be read when this queue was made, in this session."""
    made, lines = st.session_state.get(LEFT_OUT, ["", []])
    if made != name or not lines:
        return
    with st.expander(f"{len(lines):,} {'thing' if len(lines) == 1 else 'things'} left out", icon=":material/warning:"):
        st.markdown("\n".join(f"- {plain(line)}" for line in lines[:LINES_SHOWN]))
        if len(lines) > LINES_SHOWN:
            st.caption(f"… and {len(lines) - LINES_SHOWN:,} more.")
