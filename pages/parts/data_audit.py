"""The audit of a data set on a page: its light in a sentence, a figure, and what each probe went by, with pictures."""

import json

import streamlit as st

from detector.data.audit import WARN, Audit, Finding, run_audit
from detector.data.audit_store import read_audit, write_audit
from detector.data.audit_words import (
    LIGHT_WORDS,
    TITLES,
    driver_sentences,
    headline,
    looked_at,
    score_words,
    sentence,
)
from detector.data.manifest import Manifest
from detector.figures.audit import audit_chart
from detector.labels import LABEL_WORDS
from pages.parts.cache import file_thumbnails
from pages.parts.progress import Bar
from pages.parts.widgets import plain, sentence_case

SMALL = 2000
"""Images up to which an audit is made unasked: it takes less than a minute."""
_NAME = 22  # characters of a file's name below its picture
_SIDE = 132  # pixels of a picture: two in their frames fit beside each other on a phone
_BOXES = {"green": st.success, "amber": st.warning, "red": st.error, "grey": st.info}
_ICONS = {"green": "check_circle", "amber": "warning", "red": "error", "grey": "help"}


def show_audit(manifest: Manifest) -> None:
    """The stored audit of this very content; a small set is audited at once, a large one behind a button."""
    st.markdown(
        "Small models that barely look at the pictures try to tell the two classes apart. Where one of them does well, a "
        "detector may learn the same trick, and its accuracy says little about other pictures."
    )
    audit = audit_of(manifest, "audit-start")
    if audit is None:
        return
    show_light(audit)
    st.plotly_chart(audit_chart({"As the files are": audit}), key="audit-chart", alt=headline(audit))
    for finding in audit.findings:
        _finding(manifest, finding)
    st.caption(plain(looked_at(audit)))
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Run again", icon=":material/refresh:", key="audit-again", help="Look at the pictures anew."):
            make_audit(manifest)
            st.rerun()
        st.download_button(
            "Download as JSON", json.dumps(audit.to_dict(), indent=2, ensure_ascii=False), "audit.json", "application/json",
            icon=":material/download:", on_click="ignore", key="audit-json",
        )  # fmt: skip


def audit_of(manifest: Manifest, key: str, unasked: int = SMALL) -> Audit | None:
    """The stored audit, or a new one: at once for at most `unasked` images, else when the button `key` is pressed."""
    audit = read_audit(manifest)
    if audit is not None:
        return audit
    count = len(manifest.items)
    if count > unasked:
        st.info(f"These {count:,} images have not been audited yet. It takes some minutes at most.", icon=":material/help:")
        if not st.button("Audit this set", icon=":material/policy:", key=key):
            return None
    return make_audit(manifest)


def make_audit(manifest: Manifest) -> Audit:
    """Audit with a progress bar, and keep it; a full disk costs a line and not the audit."""
    with Bar("Auditing the pictures") as bar:
        audit = run_audit(manifest, progress=bar.count)
    try:
        write_audit(manifest, audit)
    except OSError as error:
        st.warning(plain(f"This audit cannot be kept ({error.strerror}): free space on the disk."), icon=":material/save:")
    return audit


def show_light(audit: Audit) -> None:
    """The light in words, with the headline."""
    _BOXES[audit.light](f"**{LIGHT_WORDS[audit.light]}.** {plain(headline(audit))}", icon=f":material/{_ICONS[audit.light]}:")


def _finding(manifest: Manifest, finding: Finding) -> None:
    title = f"{TITLES[finding.probe]}: {score_words(finding)}"
    warned = finding.auc is not None and finding.auc >= WARN
    with st.expander(plain(title), expanded=warned, icon=f":material/{_ICONS[finding.light]}:"):
        st.markdown(plain(sentence(finding)))
        for said in driver_sentences(finding):
            st.markdown(f"- {plain(said)}")
        if finding.pairs:
            st.markdown("The pictures that this model is most certain of, a real and an AI-generated one each:")
            with st.container(horizontal=True, gap="small"):
                for pair in finding.pairs:
                    _pair(manifest, pair)


def _pair(manifest: Manifest, pair: tuple[str, str]) -> None:
    """A real and an AI-generated picture side by side."""
    thumbnails = file_thumbnails([manifest.root / path for path in pair])
    with st.container(border=True, width="content"), st.container(horizontal=True, gap="small", width="content"):
        for path, word, picture in zip(pair, LABEL_WORDS, thumbnails, strict=True):
            name = path.rpartition("/")[2]
            short = name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"
            with st.container(width=_SIDE, gap="xsmall"):
                if picture is None:
                    st.caption("No longer there")
                else:
                    st.image(picture, width=_SIDE, alt=f"{sentence_case(word)} picture {name}")
                st.caption(f"{sentence_case(word)}: {plain(short)}", help=plain(path) if short != name else None)
