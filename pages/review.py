"""Review: people look at pictures, one at a time or many at once, and what they say is set beside what a detector says."""

from collections.abc import Callable

import streamlit as st

from detector.errors import UserError
from detector.review.desk import ORDERS, Progress, Queue, progress, queue
from pages.parts.review_desk import show_desk
from pages.parts.review_grid import show_grid
from pages.parts.review_list import close_queue, show_queues
from pages.parts.review_new import show_left_out
from pages.parts.review_results import show_results
from pages.parts.shell import shell
from pages.parts.widgets import plain, show_flash

VIEWS: dict[str, Callable[[Queue, str], None]] = {"Desk": show_desk, "Grid": show_grid, "Results": show_results}
NAMELESS = "Results"


def main() -> None:
    shell()
    show_flash()
    st.title("Review", anchor=False)
    name = st.query_params.get("queue", "")
    if not name:
        st.markdown("Look at pictures yourself, and set what people say beside what a detector says.")
        who = annotator()
        show_queues(who)
        return
    try:
        chosen, done = queue(name), progress(name)
    except (UserError, OSError) as error:
        st.error(plain(str(error)), icon=":material/error:")
        st.button("All queues", icon=":material/arrow_back:", on_click=close_queue)
        return
    view, who = header(chosen, done)
    if not done.images:
        st.info("This queue holds no pictures: delete it and make another one.", icon=":material/inbox:")
    elif not who and view != NAMELESS:
        st.info("Give your name above, then the first picture comes. Answers are kept under it.", icon=":material/person:")
    else:
        show_left_out(chosen.name)
        VIEWS[view](chosen, who)


def header(chosen: Queue, done: Progress) -> tuple[str, str]:
    """Which queue this is, the view of it, and who looks."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button("All queues", icon=":material/arrow_back:", on_click=close_queue)
        view = st.segmented_control(
            "View", list(VIEWS), default="Desk", required=True, key="view", bind="query-params", label_visibility="collapsed"
        )
        who = annotator()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plain(chosen.name)}**", width="content")
        if chosen.blind:
            st.badge("Blind first", icon=":material/visibility_off:", color="gray", help="You answer before you see the verdict.")
        people = "one answer" if chosen.answers == 1 else f"{chosen.answers} people's answers"
        st.caption(f"{done.images:,} pictures · {ORDERS[chosen.order].lower()} · {people} each", width="content")
    return view, who


def annotator() -> str:
    """The name that answers are kept under; the address remembers it."""
    name = st.text_input(
        "Your name", key="who", bind="query-params", max_chars=60, width=220, placeholder="Your name", icon=":material/person:",
        label_visibility="collapsed", help="Answers are kept under it. The address of this page remembers it.",
    )  # fmt: skip
    return " ".join((name or "").split())


main()
