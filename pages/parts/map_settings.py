"""What is asked of a heat map (a network answers), and how the answer is drawn (no network is run again)."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from detector.explain.methods import METHODS, methods_for
from detector.explain.overlay import PALETTES, SIGNED
from detector.labels import LABEL_NAMES, LABEL_WORDS, label_of
from pages.parts.cache import predictor
from pages.parts.widgets import sentence_case

LAST = "last"  # of detector.explain.hooked, which imports torch


@dataclass(frozen=True)
class Asked:
    """A question to a network: what in the picture speaks for `label`, by this method, read from this layer."""

    label: int
    method: str
    layer: str = LAST


@dataclass(frozen=True)
class Look:
    """How maps are drawn: signed ones where the method has a sign, how opaque, in which colours."""

    signed: bool
    opacity: float
    palette: str

    def palette_of(self, method: str) -> str:
        """The palette of a method's map: SIGNED where evidence for both classes is shown."""
        return SIGNED if self.signed and METHODS[method].signed else self.palette


def map_settings(predicted: str, folder: Path) -> tuple[Asked, Look]:
    """The widgets; the label starts as the predicted one."""
    methods = suitable(folder)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        name = st.segmented_control(
            "Show what speaks for",
            LABEL_NAMES[::-1],
            default=predicted,
            required=True,
            format_func=lambda name: sentence_case(LABEL_WORDS[label_of(name)]),
            key=f"explain-{predicted}",
        )
        method = method_box("Method", methods, "method")
        layer = _layer(folder, method)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        opacity = st.slider("Opacity", 0, 100, 60, 5, format="%d %%", key="opacity", width=180)
        palette = st.segmented_control(
            "Colours", PALETTES, default=PALETTES[0], required=True, format_func=sentence_case, key="palette"
        )
        signed = st.toggle(
            "For and against",
            key="signed",
            help="Orange places speak for AI-generated, striped blue ones for real: one map for both classes. "
            f"{_listed([key for key in methods if METHODS[key].signed])} can tell them apart.",
        )
    return Asked(label_of(name), method, layer), Look(signed, opacity / 100, palette)


def suitable(folder: Path) -> tuple[str, ...]:
    """The methods that suit the network in a weights folder."""
    config = predictor(folder).config
    return methods_for(config.architecture, config.backbone)


def method_box(label: str, methods: tuple[str, ...], key: str) -> str:
    """A select box of methods."""
    help = "\n\n".join(f"**{METHODS[method].title}**: {METHODS[method].help}" for method in methods)
    return st.selectbox(label, methods, format_func=lambda method: METHODS[method].title, help=help, key=key, width=190)


def _layer(folder: Path, method: str) -> str:
    """The layer whose features are read; a select box where there is a choice."""
    from detector.explain.cam import layers

    there = layers(predictor(folder).model)
    if not METHODS[method].layered or len(there) == 1:
        return LAST
    return st.selectbox(
        "Layer",
        there,
        format_func=lambda layer: "Last features" if layer == LAST else layer,
        help="The last features say most about the verdict. Earlier layers give finer maps that say less about it.",
        key=f"layer-{predictor(folder).config.architecture}",
        width=190,
    )


def _listed(methods: list[str]) -> str:
    titles = [METHODS[method].title for method in methods]
    return f"{', '.join(titles[:-1])} and {titles[-1]}" if len(titles) > 1 else "".join(titles)
