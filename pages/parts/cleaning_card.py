"""One proposal of the cleaning desk as a card: the picture as it is with the box drawn in, what would come of it, the answer."""

from dataclasses import replace

import streamlit as st

from detector.data.cleaning.decided import accept, decline, key_of
from detector.data.cleaning.proposals import Proposal
from detector.data.manifest import Item, Manifest
from detector.errors import UserError
from pages.parts.actions import attempt
from pages.parts.contact_sheet import short
from pages.parts.data_cache import before_and_after
from pages.parts.widgets import plain, sentence_case

CARD, HALF, WHOLE = 350, 152, 318  # pixels: a card fits a phone
ACCEPT = {"crop": "Crop", "split": "Split", "drop": "Leave out"}
DONE = {"crop": "It will be cropped in the cleaned copy.", "split": "It will be split in the cleaned copy.", "drop": "Left out."}


def show_card(manifest: Manifest, item: Item, proposal: Proposal, shortcuts: bool) -> None:
    """The card; the first on a page answers to the keys A and L."""
    key = key_of(proposal)
    with st.container(border=True, width=CARD, gap="xsmall", key=f"clean-card-{proposal.kind}-{proposal.sha256[:12]}"):
        name = plain(short(proposal.path, 30))
        st.checkbox(name, key=f"clean-pick-{key}", help=plain(proposal.path))
        show_pictures(manifest, item, proposal)
        st.caption(f"**{sentence_case(proposal.kind)}**, sure to {proposal.confidence:.2f}. {plain(proposal.why)}")
        with st.container(horizontal=True, gap="xsmall"):
            if st.button(ACCEPT[proposal.do], icon=":material/check:", key=f"clean-accept-{key}",
                         type="primary" if shortcuts else "secondary",
                         shortcut="A" if shortcuts else None):  # fmt: skip
                attempt(lambda: accept(manifest.root, [proposal]), DONE[proposal.do])
            if st.button("Leave it", key=f"clean-leave-{key}", shortcut="L" if shortcuts else None,
                         help="It stays as it is and is not proposed again."):  # fmt: skip
                attempt(lambda: decline(manifest.root, [proposal]), "It stays as it is.")
            if proposal.do == "crop":
                adjust(manifest, item, proposal, key)


def show_pictures(manifest: Manifest, item: Item, proposal: Proposal) -> None:
    """Before, and after where something is left of it."""
    try:
        before, after = before_and_after(manifest.path(item), proposal.boxes)
    except (UserError, OSError) as error:
        st.caption(f":material/broken_image: {plain(str(error))}")
        return
    if after is None:
        st.image(before, width=WHOLE, alt=f"{proposal.path}, proposed to be left out")
        return
    with st.container(horizontal=True, gap="xsmall"):
        st.image(before, width=HALF, alt=f"{proposal.path} as it is, with the part to keep outlined", caption="Before")
        st.image(after, width=HALF, alt=f"{proposal.path} after the {proposal.do}", caption="After")


def adjust(manifest: Manifest, item: Item, proposal: Proposal, key: str) -> None:
    """The sides of the crop as numbers, for a box that is nearly right."""
    with st.popover("Adjust", icon=":material/crop:", help="Choose another box."):
        st.caption(f"The part to keep, in pixels of {item.width} × {item.height}.")
        sides = [
            int(st.number_input(name, 0, most, box, key=f"clean-{name}-{key}"))
            for name, most, box in zip(
                ("Left", "Top", "Right", "Bottom"), (item.width, item.height) * 2, proposal.boxes[0], strict=True
            )
        ]
        left, top, right, bottom = sides
        wrong = left >= right or top >= bottom
        if wrong:
            st.caption(":material/error: Right and bottom should be larger than left and top.")
        if st.button("Crop to this", type="primary", icon=":material/check:", key=f"clean-adjusted-{key}", disabled=wrong):
            other = replace(proposal, boxes=((left, top, right, bottom),))
            attempt(lambda: accept(manifest.root, [other]), DONE["crop"])
