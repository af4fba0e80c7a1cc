"""Copies in a data set: files in both classes to settle, and groups of copies side by side of which one is enough."""

from collections.abc import Callable, Sequence

import streamlit as st

from detector.data.different import forget_different, tell_apart, told_apart, without_told_apart
from detector.data.duplicates import CopyGroup
from detector.data.edits import Edit, add_edits
from detector.data.manifest import Item, Manifest
from detector.data.settle import WHY, keep_largest, keep_one, largest, members, settle
from detector.errors import UserError
from detector.labels import AI, LABEL_WORDS, REAL
from pages.parts.actions import attempt
from pages.parts.cache import file_thumbnails
from pages.parts.contact_sheet import dropped, short, show_left_out, thumb
from pages.parts.data_cache import copies
from pages.parts.pager import pager, turn_below
from pages.parts.widgets import plain

PAGE = 10
MOST = 12  # pictures shown of a group
TILE = 150  # pixels: two of them fit into a card on a phone
SPLIT_WORDS = {"train": "training", "valid": "validation", "test": "test"}

Members = Sequence[Item]
Test = Callable[[CopyGroup, Members], bool]
KINDS: dict[str, tuple[str, Test]] = {
    "all": ("All", lambda group, items: True),
    "exact": ("Exact", lambda group, items: group.kind == "exact"),
    "near": ("Near", lambda group, items: group.kind == "near"),
    "classes": ("Across classes", lambda group, items: group.across_classes),
    "splits": ("Across given splits", lambda group, items: len({item.split for item in items if item.split}) > 1),
}


@st.fragment
def show_copies(manifest: Manifest) -> None:
    """What must be settled first, then the groups of copies, then what was decided and can be taken back."""
    try:
        gone = [edit for edit in dropped(manifest) if edit.why.startswith(WHY)]
    except UserError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    unsettled, groups = copies(manifest)
    found = members(manifest.items, without_told_apart(manifest, groups))
    st.markdown(
        "A copy that is trained on and tested on again flatters every figure. Copies always go into the same split; "
        "where one picture is enough, leave the others out. Files stay where they are, and everything here can be undone."
    )
    if unsettled:
        show_conflicts(manifest, members(manifest.items, unsettled))
    if found:
        show_groups(manifest, found)
    elif not unsettled:
        st.success(f"No copies among the {len(manifest.items):,} pictures.", icon=":material/check_circle:")
    show_decided(manifest, gone)


def show_conflicts(manifest: Manifest, found: dict[CopyGroup, list[Item]]) -> None:
    """The files that are in both classes, each with its three ways out."""
    many = f"{len(found):,} files are" if len(found) > 1 else "One file is"
    st.error(f"**{many} in both classes.** A detector cannot learn from a picture that is both: training waits for your answer.",
             icon=":material/error:")  # fmt: skip
    first = pager("conflicts", len(found), PAGE) if len(found) > PAGE else 0
    with st.container(horizontal=True, gap="small"):
        for items in list(found.values())[first : first + PAGE]:
            show_conflict(manifest, items)
    turn_below("conflicts", len(found), PAGE)


def show_conflict(manifest: Manifest, items: list[Item]) -> None:
    """One file in both classes."""
    name = items[0].sha256[:16]
    with st.container(border=True, width=card_width(items), key=f"conflict-{name}"):
        show_tiles(manifest, items)
        with st.container(horizontal=True, gap="xsmall"):
            for label in (REAL, AI):
                if st.button(f"It is {LABEL_WORDS[label]}", key=f"settle-{label}-{name}"):
                    decide(manifest, settle(items, label), f"It stays as {LABEL_WORDS[label]}.")
            if st.button("Neither", key=f"settle-none-{name}", help="Leave it out of both classes."):
                decide(manifest, settle(items, None), left_out(len(items)).capitalize() + ".")


def card_width(items: Sequence[Item]) -> int:
    """Pixels for the frame, so that small groups stand side by side and large ones fill the page."""
    return min(max(len(items), 2), 7) * (TILE + 16) + 18


def show_groups(manifest: Manifest, found: dict[CopyGroup, list[Item]]) -> None:
    """A filter, the choice for all at once, and a page of groups."""
    counts = {kind: sum(fits(group, items) for group, items in found.items()) for kind, (_, fits) in KINDS.items()}
    kind = st.segmented_control(
        "Groups of copies", [name for name in KINDS if counts[name] or name == "all"], default="all", required=True, wrap=True,
        format_func=lambda name: f"{KINDS[name][0]} ({counts[name]:,})", key="copies-kind",
        help="Exact: the same file, byte for byte. Near: the same picture saved, scaled or slightly cropped again, or pictures "
        "that look the same.",
    )  # fmt: skip
    shown = {group: items for group, items in found.items() if KINDS[kind][1](group, items)}
    groups = "every group" if kind == "all" else f"these {len(shown):,} groups"
    if st.button(f"Keep the largest of {groups}", icon=":material/filter_1:", key="keep-largest"):
        ask_keep_largest(manifest, list(shown.values()))
    if kind == "classes":
        st.caption(
            "A photo and its AI-made version may well look alike, and such pairs are good to train on. Leave something out only "
            "where one of the two is in the wrong class."
        )
    first = pager("copies", len(shown), PAGE) if len(shown) > PAGE else 0
    with st.container(horizontal=True, gap="small"):
        for group, items in list(shown.items())[first : first + PAGE]:
            show_group(manifest, group, items)
    turn_below("copies", len(shown), PAGE)


def show_group(manifest: Manifest, group: CopyGroup, items: list[Item]) -> None:
    """One group: its pictures with a button each, and a way to say that they are no copies."""
    name = "-".join((items[0].sha256[:16], str(len(items))))
    with st.container(border=True, width=card_width(items), key=f"copies-{name}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{len(items):,} {'exact copies' if group.kind == 'exact' else 'near-copies'}**", width="content")
            if group.across_classes:
                st.badge("both classes", icon=":material/compare_arrows:", color="orange")
            if KINDS["splits"][1](group, items):
                st.badge("several given splits", icon=":material/call_split:", color="orange")
        show_tiles(manifest, items, keep=True)
        if group.kind == "near" and st.button(
            "These are different", icon=":material/difference:", key=f"different-{name}", type="tertiary",
            help="They are no longer listed here, and may go into different splits.",
        ):  # fmt: skip
            attempt(lambda: tell_apart(manifest, group.paths), "They count as different pictures from now on.")


def show_tiles(manifest: Manifest, items: list[Item], keep: bool = False) -> None:
    """The pictures of a group side by side, each with its facts, and with its button if one is to be kept."""
    best = largest(items) if len({item.width * item.height for item in items}) > 1 else None
    pictures = file_thumbnails([manifest.path(item) for item in items[:MOST]])
    with st.container(horizontal=True, gap="small"):
        for item, picture in zip(items, pictures, strict=False):
            with st.container(width=TILE, gap="xsmall"):
                thumb(item.path, picture, item.width, item.height)
                st.caption(plain(short(item.path, 15)), help=plain(item.path))
                st.markdown(facts(item, largest_one=item is best))
                if keep and st.button("Keep this one", key=f"keep-{item.path}", width="stretch"):
                    edits = keep_one(items, item.path)
                    decide(manifest, edits, f"{plain(short(item.path))} stays, {left_out(len(edits))}.")
    if len(items) > MOST:
        st.caption(f"… and {len(items) - MOST:,} more, which are left out with the others.")


def facts(item: Item, largest_one: bool) -> str:
    """Class, size, format and split on two short lines."""
    size = f"{item.width} × {item.height} {item.format}{', largest' if largest_one else ''}"
    split = f" · {SPLIT_WORDS[item.split]}" if item.split else ""
    return f":small[:{'orange' if item.label == AI else 'blue'}[{LABEL_WORDS[item.label]}]{split}  \n:gray[{size}]]"


@st.dialog("Keep the largest of every group?")
def ask_keep_largest(manifest: Manifest, groups: list[list[Item]]) -> None:
    """Say how many go before they go."""
    edits = [edit for items in groups for edit in keep_largest(items)]
    st.markdown(
        f"Of {sum(map(len, groups)):,} pictures in {len(groups):,} groups, {left_out(len(edits))}. The picture with the most "
        "pixels of each group stays; where a group has pictures of both classes, the largest of each class."
    )
    st.caption("No file is deleted. What is left out is listed below the groups and can be brought back.")
    if st.button("Leave them out", type="primary", disabled=not edits, key="keep-largest-now"):
        decide(manifest, edits, f"{left_out(len(edits)).capitalize()}.")


def show_decided(manifest: Manifest, gone: list[Edit]) -> None:
    """What was left out as a copy, and what was told apart, each with the way back."""
    apart = told_apart(manifest.root)
    if apart:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            groups = "One group was" if len(apart) == 1 else f"{len(apart):,} groups were"
            st.caption(f"{groups} told apart as different pictures.", width="content")
            if st.button("Ask again", icon=":material/undo:", type="tertiary", key="ask-again"):
                attempt(lambda: forget_different(manifest.root, apart), "They are listed again.")
    if gone:
        with st.expander(f"Left out as copies ({len(gone):,})", icon=":material/visibility_off:", key="left-out-copies"):
            show_left_out(manifest, gone)


def decide(manifest: Manifest, edits: list[Edit], done: str) -> None:
    """Keep the edits and say so."""
    attempt(lambda: add_edits(manifest.root, edits), done)


def left_out(count: int) -> str:
    """So many pictures, and that they are left out."""
    return "1 is left out" if count == 1 else f"{count:,} are left out"
