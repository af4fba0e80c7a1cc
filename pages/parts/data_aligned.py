"""Matched fakes on the page: real pictures made anew, seen beside their originals, and written as a set of their own."""

import re

import streamlit as st

from detector.data.equalise import LARGEST_SIDE, Equalise, default_side
from detector.data.manifest import Item, Manifest
from detector.data.staging import free_name
from detector.errors import UserError
from detector.labels import REAL
from pages.parts.data_cache import made_anew
from pages.parts.data_dialogs import open_button
from pages.parts.progress import Bar
from pages.parts.widgets import flash, plain

SHOWN = 220  # pixels on the page


def show_aligned(manifest: Manifest) -> None:
    """What matched fakes are, a pair to look at, and the form that writes them."""
    st.markdown(
        "A fake that is made from a real picture has its content, its size and its compression: all that is left to learn is "
        "how it was made. Small networks and up-samplers draw each real picture anew, and each counts as a generator."
    )
    st.caption(
        "They stand in for the last steps of real generators only. In our own experiments they helped against some unseen "
        "generators and hurt against others, so compare a detector trained with them with one trained without."
    )
    items = sorted((item for item in manifest.items if item.label == REAL), key=lambda item: item.sha256)
    if not items:
        st.info("This set holds no real pictures to make fakes from.", icon=":material/info:")
        return
    from detector.aligned.operators import OPERATORS  # torch: only for those who come here

    chosen = st.pills(
        "Made anew by", list(OPERATORS), selection_mode="multi", default=list(OPERATORS), key="aligned-operators",
        format_func=lambda name: OPERATORS[name].title, help="They take turns: each real picture gets one fake.",
    )  # fmt: skip
    show_pair(manifest, items, chosen or list(OPERATORS))
    write_form(manifest, chosen)


def show_pair(manifest: Manifest, items: list[Item], names: list[str]) -> None:
    """A real picture and what one of the chosen operators makes of it."""
    from detector.aligned.operators import OPERATORS

    number = st.session_state.get("aligned-pair", 0)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader("Before and after", anchor=False)
        if st.button("Another pair", icon=":material/shuffle:", key="aligned-next"):
            st.session_state["aligned-pair"] = number = number + 1
    item, operator = items[number % len(items)], names[number % len(names)]
    try:
        before, after = made_anew(manifest.path(item), item.sha256, operator)
    except (UserError, OSError) as error:
        st.error(plain(str(error)), icon=":material/broken_image:")
        return
    name = plain(item.path.rpartition("/")[2])
    with st.container(horizontal=True, gap="small"):
        for image, words in ((before, "as it is"), (after, f"{OPERATORS[operator].title}: {OPERATORS[operator].help}")):
            with st.container(width=SHOWN):
                st.image(image, caption=words, alt=f"{name}, {words}")


def write_form(manifest: Manifest, chosen: list[str]) -> None:
    """Name, size rule and the button."""
    root = re.sub(r"[^A-Za-z0-9._-]+", "-", manifest.root.name).strip("-._")[:50]
    st.subheader("Write them", anchor=False)
    with st.form("aligned-copy", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Name of the new set", value=f"{root or 'pictures'}-matched", max_chars=80)
        side = st.number_input(
            "Side in pixels", min_value=32, max_value=LARGEST_SIDE, value=min(256, default_side(manifest.items)), step=8,
            help="Originals and fakes are resized alike and saved as JPEG of quality 75 to 95.",
        )  # fmt: skip
        sent = st.form_submit_button("Write the matched set", icon=":material/save:", disabled=not chosen)
    if sent:
        _write(manifest, chosen, Equalise("resize", int(side)), name.strip())
    if written := st.session_state.get("aligned-written"):
        open_button(f"Open {plain(written.rpartition('/')[2])}", written)


def _write(manifest: Manifest, names: list[str], equalise: Equalise, name: str) -> None:
    from detector.aligned.copy import write_aligned

    try:
        folder = free_name(name)
        with Bar("Making pictures anew") as bar:
            problems = write_aligned(manifest, names, equalise, folder, bar.count)
    except (UserError, OSError) as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    st.session_state["aligned-written"] = str(folder)
    left_out = f", without {len(problems):,} that could not be read" if problems else ""
    flash(f"The set {plain(name)} is written{left_out}")
    st.rerun()
