"""The samples at hand: a row of small pictures, one click each."""

from collections.abc import Callable

import streamlit as st

from detector.samples import SAMPLES, Sample
from pages.parts.cache import sample_png, sample_thumbnail
from pages.parts.judged import Picture

WIDTH = 96


def sample_row(key: str, on_click: Callable[[Sample], None] | None = None) -> Sample | None:
    """Show the samples with a button each; returns the one just clicked, after calling `on_click` before the page reruns."""
    clicked = None
    with st.container(horizontal=True, gap="small"):
        for sample in SAMPLES:
            with st.container(width=WIDTH, gap="xsmall"):
                st.image(sample_thumbnail(sample.name), width=WIDTH, alt=sample.title)
                if st.button(
                    "Classify", key=f"{key}-{sample.name}", help=sample.title, width="stretch", on_click=on_click, args=(sample,)
                ):
                    clicked = sample
    return clicked


def sample_picture(name: str) -> Picture | None:
    """The sample of that name as a picture to classify, or None when there is none."""
    sample = next((sample for sample in SAMPLES if sample.name == name), None)
    return sample and Picture(f"sample:{name}", sample.title, lambda: sample_png(name))
