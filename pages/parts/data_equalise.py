"""Equalise on the page: a rule that treats both classes alike, seen before and after, audited before and after, written."""

import re
import time
from collections.abc import Callable

import pandas as pd
import streamlit as st

from detector.data.audit import Audit, run_audit
from detector.data.audit_store import read_audit, write_audit
from detector.data.audit_words import TITLES, headline, score_words
from detector.data.equalise import LARGEST_SIDE, Equalise, default_side, scaled_up
from detector.data.equalised_copy import copies_of, write_equalised
from detector.data.manifest import Item, Manifest
from detector.data.staging import free_name
from detector.errors import UserError
from detector.figures.audit import audit_chart
from detector.labels import AI, LABEL_WORDS, REAL
from pages.parts.data_cache import equalised
from pages.parts.data_dialogs import open_button
from pages.parts.run_view import duration
from pages.parts.widgets import flash, plain, sentence_case

RULES = {"crop": "Cut out the middle", "resize": "Resize"}
SHOWN = 184  # pixels on the page: before and after fit beside each other


def show_equalise(manifest: Manifest) -> None:
    """Choose a rule, see what it does, audit before and after, and write a copy."""
    st.markdown(
        "A detector learns whatever tells the classes apart most easily, such as PNG against JPEG or large against small. "
        "Equalising brings every picture of both classes to one size and one kind of JPEG, so that this tells nothing any more."
    )
    equalise = choose_rule(manifest)
    show_pair(manifest, equalise)
    show_audits(manifest, equalise)
    use_it(manifest, equalise)


def choose_rule(manifest: Manifest) -> Equalise:
    """Size rule, side and qualities, with what they mean for this set."""
    left, middle, right = st.columns(3, gap="medium")
    with left:
        rule = st.segmented_control(
            "Size",
            list(RULES),
            default="crop",
            required=True,
            format_func=RULES.__getitem__,
            key="equalise-rule",
            help="Cutting keeps every pixel as it is, and with it the traces that low-level detectors read. Resizing keeps more "
            "of the picture and wipes such traces out; choose it where sizes differ much and content is to be judged.",
        )
    with middle:
        side = st.number_input(
            "Side in pixels",
            min_value=8,
            max_value=LARGEST_SIDE,
            value=default_side(manifest.items),
            step=8,
            key=f"equalise-side-{manifest.fingerprint}",
            help="Every picture becomes a square of this side. The default is what nearly all pictures of both classes reach.",
        )
    with right:
        low, high = st.slider(
            "JPEG quality",
            min_value=30,
            max_value=100,
            value=(75, 95),
            key="equalise-qualities",
            help="Each picture is saved once at a quality from this range, which its own pixels decide; both classes get the "
            "same mixture. Lower qualities hide more of how a picture was saved before, and more of its fine traces.",
        )
    small = scaled_up(manifest.items, int(side))
    if small:
        each = ", ".join(
            f"{scaled_up((item for item in manifest.items if item.label == label), int(side)):,} {LABEL_WORDS[label]}"
            for label in (REAL, AI)
        )
        st.warning(
            f"{small:,} of {len(manifest.items):,} pictures {'is' if small == 1 else 'are'} smaller than {side} pixels ({each}) "
            "and will be scaled up, which leaves traces of its own: a smaller side avoids that.",
            icon=":material/zoom_out_map:",
        )
    return Equalise("crop" if rule == "crop" else "resize", int(side), (low, high))


def show_pair(manifest: Manifest, equalise: Equalise) -> None:
    """A real and an AI-generated picture, each before and after."""
    number = st.session_state.get("equalise-pair", 0)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader("Before and after", anchor=False)
        if st.button("Another pair", icon=":material/shuffle:", key="equalise-next"):
            st.session_state["equalise-pair"] = number = number + 1
    for column, label in zip(st.columns(2, gap="medium"), (REAL, AI), strict=True):
        items = sorted((item for item in manifest.items if item.label == label), key=lambda item: item.sha256)
        with column, st.container(border=True):
            _before_and_after(manifest, items[number % len(items)], equalise)


def _before_and_after(manifest: Manifest, item: Item, equalise: Equalise) -> None:
    st.markdown(f"**{sentence_case(LABEL_WORDS[item.label])}**")
    st.caption(plain(item.path))
    try:
        before, after, quality = equalised(manifest.path(item), equalise)
    except (UserError, OSError) as error:
        st.error(plain(str(error)), icon=":material/broken_image:")
        return
    name = plain(item.path.rpartition("/")[2])
    with st.container(horizontal=True, gap="small"):
        for image, words in (
            (before, f"{item.format}, {item.width} × {item.height}"),
            (after, f"JPEG of quality {quality}, {equalise.side} × {equalise.side}"),
        ):
            with st.container(width=SHOWN):
                st.image(image, caption=words, alt=f"{name}: {words}")


def show_audits(manifest: Manifest, equalise: Equalise) -> None:
    """What a cheater would score before and after, side by side; audited once and kept."""
    st.subheader("What a cheater would score", anchor=False)
    before, after = read_audit(manifest), read_audit(manifest, equalise)
    if before is None or after is None:
        st.markdown("Small models that never look at the picture as such try to tell the classes apart, before and after.")
        if not st.button("Audit before and after", icon=":material/troubleshoot:", type="primary", key="equalise-audit"):
            return
        try:
            before = before or _audited(manifest, None, "Before")
            after = after or _audited(manifest, equalise, "After")
        except (UserError, OSError) as error:
            st.error(plain(str(error)), icon=":material/error:")
            return
    audits = {"Before": before, "After": after}
    for name, audit in audits.items():
        st.markdown(f"**{name}:** {plain(headline(audit))}")
    st.plotly_chart(
        audit_chart(audits), key="equalise-chart", alt="AUC of each probe before and after equalising, with intervals"
    )
    st.dataframe(_table(audits), hide_index=True)


def _audited(manifest: Manifest, equalise: Equalise | None, name: str) -> Audit:
    """The audit, run with a bar and kept."""
    bar = st.progress(0.0, f"{name}: reading the pictures")
    audit = run_audit(manifest, equalise, progress=_shown(bar, f"{name}: reading picture"))
    write_audit(manifest, audit, equalise)
    bar.empty()
    return audit


def _table(audits: dict[str, Audit]) -> pd.DataFrame:
    """The figure's numbers, for those who read rather than look."""
    found = {name: {finding.probe: score_words(finding) for finding in audit.findings} for name, audit in audits.items()}
    return pd.DataFrame(
        {"What it sees": title, **{name: scores.get(probe, "") for name, scores in found.items()}}
        for probe, title in TITLES.items()
    )


def use_it(manifest: Manifest, equalise: Equalise) -> None:
    """Write a copy, or do the same while training."""
    st.subheader("Use it", anchor=False)
    st.markdown(
        f"While training: in the recipe's data settings choose *{equalise.rule}* under *Equalise*, with a side of "
        f"{equalise.side}, or add `--equalise {equalise.rule} --equalise-side {equalise.side}` to the command. Qualities from "
        "75 to 95 are used, the rule stays with the weights, and pictures to classify go the same way. Nothing is copied."
    )
    st.markdown(
        "As a copy: pictures are written anew, without metadata, to be trained on anywhere. The originals stay as they are."
    )
    with st.form("equalise-copy", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(
            "Name of the copy", value=_proposed(manifest, equalise), key=f"equalise-name-{equalise.key()}", max_chars=80
        )
        sent = st.form_submit_button("Write the equalised copy", icon=":material/save:")
    if sent:
        _write(manifest, equalise, name.strip())
    for copy in copies_of(manifest):
        open_button(f"Open {plain(copy.name)}", str(copy))


def _proposed(manifest: Manifest, equalise: Equalise) -> str:
    """A name that may be a folder's."""
    root = re.sub(r"[^A-Za-z0-9._-]+", "-", manifest.root.name).strip("-._")[:50]
    return f"{root or 'pictures'}-{equalise.rule}-{equalise.side}"


def _write(manifest: Manifest, equalise: Equalise, name: str) -> None:
    bar = st.progress(0.0, "Writing the copy")
    try:
        problems = write_equalised(manifest, equalise, free_name(name), _shown(bar, "Writing picture"))
    except (UserError, OSError) as error:
        bar.empty()
        st.error(plain(str(error)), icon=":material/error:")
        return
    bar.empty()
    for problem in problems[:5]:
        st.warning(f"Left out {plain(problem.path)}: {plain(problem.reason)}", icon=":material/broken_image:")
    if len(problems) > 5:
        st.caption(f"… and {len(problems) - 5:,} more were left out.")
    if problems:
        st.success(f"The copy {plain(name)} is written, but for the pictures above.", icon=":material/check:")
    else:
        flash(f"The copy {plain(name)} is written")
        st.rerun()


def _shown(bar: "st.delta_generator.DeltaGenerator", words: str) -> Callable[[int, int], None]:
    """A progress callback that fills the bar and tells the time left."""
    started = time.monotonic()

    def show(done: int, total: int) -> None:
        left = (time.monotonic() - started) * (total - done) / max(done, 1)
        about = f", about {duration(left)} left" if done > 20 and left > 2 else ""
        if done % 10 == 0 or done == total:  # the browser need not hear of each
            bar.progress(done / max(total, 1), f"{words} {done:,} of {total:,}{about}")

    return show
