"""Cleaning desk: what may have to be cropped, split or left out, before and after, each waiting for a yes."""

from collections.abc import Sequence

import streamlit as st

from detector.data.cleaning.decided import accept, decline, key_of, undecided
from detector.data.cleaning.proposals import KINDS, Proposal, find_proposals, known_proposals
from detector.data.manifest import Manifest
from detector.errors import UserError
from pages.parts.actions import attempt
from pages.parts.cleaning_card import show_card
from pages.parts.cleaning_log import show_copy, show_decided, show_log
from pages.parts.pager import pager, turn_below
from pages.parts.progress import Bar
from pages.parts.widgets import plain, sentence_case

PAGE = 12
ALL = "all"
KIND_HELP = (
    "Borders and strips are cropped off and collages split in four; the other kinds propose to leave the picture out. "
    "Graphics, text and single bars are often part of a picture: look before you accept."
)


@st.fragment
def show_cleaning(manifest: Manifest) -> None:
    """Look for problems, answer what was found, and write the cleaned copy."""
    st.markdown(
        "Credits, borders, collages and odd pictures teach a detector things that have nothing to do with AI. "
        "Each proposal waits for your answer, originals are never touched, and every answer can be undone."
    )
    # Each part has its place from the start: an answer changes what one of them holds and moves no form below it.
    places = {name: st.container(key=f"clean-{name}") for name in ("search", "queue", "decided")}
    found, missing = known_proposals(manifest)
    if missing:
        with places["search"]:
            look_for_problems(manifest, missing)
    try:
        waiting = undecided(found, manifest.root)
    except UserError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    with places["queue"]:
        if waiting:
            show_queue(manifest, found, waiting)
        elif found:
            st.success("All proposals are answered.", icon=":material/check_circle:")
        elif not missing:
            st.success(f"Nothing was found in {len(manifest.items):,} pictures.", icon=":material/check_circle:")
    with places["decided"]:
        show_decided(manifest, found)
    with st.container(horizontal=True, gap="small"):
        show_copy(manifest)
        show_log(manifest)


def look_for_problems(manifest: Manifest, missing: int) -> None:
    """The button, and the bar while every picture is looked at once."""
    some = missing < len(manifest.items)
    pressed = st.button(
        f"Look at {missing:,} more pictures" if some else "Look for problems",
        type="primary",
        icon=":material/search:",
        key="clean-look",
        help="Each picture is looked at once; what was found is kept, also when you stop in between.",
    )
    if not pressed:
        return
    with Bar("Looking at the pictures") as bar:
        find_proposals(manifest, bar.count)
    st.rerun()


def show_queue(manifest: Manifest, found: Sequence[Proposal], waiting: Sequence[Proposal]) -> None:
    """The proposals of one kind that wait, a page at a time."""
    kinds = [ALL, *(kind for kind in KINDS if any(one.kind == kind for one in found))]
    counts = {kind: sum(one.kind == kind for one in waiting) for kind in kinds} | {ALL: len(waiting)}
    kind = st.segmented_control("Kind", kinds, default=ALL, required=True, key="clean-kind", wrap=True, help=KIND_HELP,
                                format_func=lambda kind: f"{sentence_case(kind)} ({counts.get(kind, 0):,})")  # fmt: skip
    least = st.slider("At least this sure", 0.0, 1.0, 0.0, 0.05, key="clean-least", width=300, help=(
        "How clear the case looks to the finder, on a scale of its own: an order, no probability."))  # fmt: skip
    shown = [one for one in waiting if kind in (ALL, one.kind) and one.confidence >= least]
    if not shown:
        st.caption("None of these wait for an answer.")
        return
    first = pager("clean", len(shown), PAGE)
    page = shown[first : first + PAGE]
    show_bulk(manifest, page, shown)
    paths = {one.path for one in page}
    items = {item.path: item for item in manifest.items if item.path in paths}
    with st.container(horizontal=True, gap="small", key="clean-cards"):
        for number, proposal in enumerate(page):
            show_card(manifest, items[proposal.path], proposal, shortcuts=number == 0)
    turn_below("clean", len(shown), PAGE)


def show_bulk(manifest: Manifest, page: Sequence[Proposal], shown: Sequence[Proposal]) -> None:
    """Answers to many at once: the ones with a tick, or all of them."""
    ticked = [one for one in page if st.session_state.get(f"clean-pick-{key_of(one)}")]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button(f"Accept the {len(ticked)} ticked" if ticked else "Accept the ticked", icon=":material/check:",
                     key="clean-accept-ticked", disabled=not ticked):  # fmt: skip
            attempt(lambda: accept(manifest.root, ticked), f"{len(ticked)} accepted.")
        if st.button("Leave the ticked as they are", icon=":material/close:", key="clean-leave-ticked", disabled=not ticked):
            attempt(lambda: decline(manifest.root, ticked), f"{len(ticked)} left as they are.")
        if st.button(f"Accept all {len(shown):,} shown", icon=":material/done_all:", key="clean-accept-all"):
            ask_accept_all(manifest, shown)


@st.dialog("Accept all of them?")
def ask_accept_all(manifest: Manifest, shown: Sequence[Proposal]) -> None:
    """Say what would be done before it is."""
    first: dict[str, Proposal] = {}
    for one in shown:
        first.setdefault(one.path, one)
    words = {"crop": "cropped", "split": "split", "drop": "left out"}
    counts = {did: sum(one.do == do for one in first.values()) for do, did in words.items()}
    said = ", ".join(f"{count:,} {did}" for did, count in counts.items() if count)
    st.markdown(f"**{len(first):,} pictures**, on all pages: {said}. You can undo each of them under *Decided*.")
    if st.button(f"Accept all {len(shown):,}", type="primary", icon=":material/done_all:", key="clean-accept-now"):
        attempt(lambda: accept(manifest.root, shown), f"{len(first):,} accepted.")
