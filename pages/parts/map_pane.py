"""One map over its picture: what it shows in words, the key of its colours, its check, and its download with a caption."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from PIL import Image

from detector.data.preprocess import Box
from detector.explain.methods import METHODS
from detector.explain.overlay import SIGNED, caption_under, overlay
from detector.explain.palettes import stops
from detector.labels import AI, LABEL_WORDS
from detector.words import map_sentence, sentences, shown_score, signed_map_sentence
from pages.parts.cache import explanation, predictor, shown
from pages.parts.judged import Picture, Row
from pages.parts.map_check import map_check
from pages.parts.map_settings import LAST, Asked, Look
from pages.parts.widgets import plain

if TYPE_CHECKING:  # the page is drawn before torch is there
    from detector.predict import Explanation


@dataclass(frozen=True)
class Pane:
    """One map to show: who is asked, what was said of the picture, and the question."""

    folder: Path
    row: Row
    asked: Asked

    def shows(self, look: Look) -> str:
        """The classes whose evidence is shown, in words."""
        signed = look.palette_of(self.asked.method) == SIGNED
        return f"{LABEL_WORDS[AI]} and for real" if signed else LABEL_WORDS[self.asked.label]


def map_pane(pane: Pane, picture: Picture, look: Look, number: int, named: bool) -> None:
    """The map and all that belongs to it; `named` when it must be told from another one. Raises UserError without a map."""
    told = answer(pane, picture, look)
    method, palette = METHODS[pane.asked.method], look.palette_of(pane.asked.method)
    jpeg, size = shown(pane.row["sha256"], picture.read)
    image = Image.open(io.BytesIO(jpeg))
    box = _scaled(told.box, image.width / size[0], image.height / size[1])
    laid = overlay(image, told.heat, box, look.opacity, palette)
    empty, cut = not told.heat.any(), box != (0, 0, *image.size)
    if palette == SIGNED:
        said = signed_map_sentence(method.title, empty, cut)
    else:
        said = map_sentence(method.title, pane.asked.label, empty, cut)
    alt = f"The same picture under a map of what speaks for {pane.shows(look)}"
    st.image(laid, width="stretch", output_format="JPEG", alt=alt)
    if not empty:
        _key_of_colours(palette)
    if named:
        score = shown_score(pane.row["probability"])
        st.markdown(f"**{plain(predictor(pane.folder).name)}** · {method.title} · score {score}")
    st.caption(said)
    if look.signed and not method.signed:
        st.caption(f"{method.title} cannot tell for from against, so its own map is shown.")
    layer = None if pane.asked.layer == LAST else pane.asked.layer
    map_check(pane.folder, picture, pane.row, pane.asked.label, pane.asked.method, layer)
    words = _burnt(pane, picture, look, said)
    st.download_button(
        "Download the overlay",
        lambda: _png(caption_under(laid, words)),
        f"{Path(picture.name).stem}-overlay{f'-{number}' if number > 1 else ''}.png",
        "image/png",
        icon=":material/download:",
        on_click="ignore",
        key=f"download-overlay-{number}",
    )


def answer(pane: Pane, picture: Picture, look: Look) -> Explanation:
    """The pane's map. Quick methods draw both kinds of map at once, so that switching between them asks no network."""
    asked, method = pane.asked, METHODS[pane.asked.method]
    signed = look.palette_of(asked.method) == SIGNED
    kinds = [signed, not signed] if method.signed and method.needs != "passes" else [signed]
    found = [
        explanation(
            pane.folder, pane.row["sha256"], AI if kind else asked.label, asked.method, picture.read, asked.layer, signed=kind
        )
        for kind in kinds
    ]
    return found[0]


def _burnt(pane: Pane, picture: Picture, look: Look, said: str) -> str:
    """The caption under a downloaded overlay: picture, model, method, layer, class, score, and how far to trust them."""
    from detector.predict import Verdict

    detector, method = predictor(pane.folder), METHODS[pane.asked.method]
    verdict = Verdict(
        pane.row["label"], pane.row["verdict"], pane.row["probability"], pane.row["threshold"], tuple(pane.row["reasons"])
    )
    words = sentences(verdict, detector.calibration, detector.config.dataset)
    layer = "last features" if pane.asked.layer == LAST else pane.asked.layer
    how = f"{method.title}, layer: {layer}" if method.layered else method.title
    asked = f"{picture.name}, asked of {detector.name} ({detector.config.architecture})."
    return "\n".join(
        (
            f"{asked} What speaks for {pane.shows(look)}, by {how}.",
            f"{words.headline}. {words.score}",
            said,
            words.caveat,
        )
    )


def _key_of_colours(palette: str) -> None:
    """What the colours mean: a bar from nothing to most, or from real to AI-generated."""
    ends = ("for real", "for neither", "for AI-generated") if palette == SIGNED else ("nothing", "most")
    bar = f"height:.5rem;border-radius:.25rem;background:linear-gradient(90deg,{','.join(stops(palette))})"
    words = "".join(f"<span>{end}</span>" for end in ends)
    st.html(
        f"""
        <div role="img" aria-label="Colours from {" through ".join(ends)}" style="font-size:.8rem">
          <div style="{bar}"></div>
          <div aria-hidden="true" style="display:flex;justify-content:space-between;padding-top:.2rem">{words}</div>
        </div>
        """
    )


def _scaled(box: Box, across: float, down: float) -> Box:
    left, top, right, bottom = box
    return round(left * across), round(top * down), round(right * across), round(bottom * down)


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
