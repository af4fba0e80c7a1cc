"""One judged picture in full: the verdict in words, and where the detector looks. Only a new question asks the network again."""

import io
from pathlib import Path

import streamlit as st
from PIL import Image

from detector.data.preprocess import Box
from detector.errors import UserError
from detector.explain.methods import METHODS
from detector.explain.overlay import PALETTES, caption_under, overlay
from detector.labels import LABEL_NAMES, LABEL_WORDS, label_of
from detector.words import Words, map_sentence, sentences
from pages.parts.cache import explanation, predictor, shown
from pages.parts.judged import Picture, Row
from pages.parts.widgets import plain, score_bar, sentence_case, verdict_headline


@st.fragment
def detail(picture: Picture, row: Row, folder: Path) -> None:
    """Verdict, original beside overlay, and the settings of the map."""
    words = _verdict(row, folder)
    label, method, opacity, palette = _settings(row["label"])
    try:
        told = explanation(folder, row["sha256"], label, method, picture.read)
    except UserError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    jpeg, size = shown(row["sha256"], picture.read)
    image = Image.open(io.BytesIO(jpeg))
    box = _scaled(told.box, image.width / size[0], image.height / size[1])
    laid = overlay(image, told.heat, box, opacity, palette)
    said = map_sentence(METHODS[method].title, label, empty=not told.heat.any(), cut=box != (0, 0, *image.size))
    left, right = st.columns(2, gap="medium")
    left.image(jpeg, width="stretch", alt=f"The picture {picture.name}")
    left.caption(f"{plain(picture.name)} · {size[0]} × {size[1]} pixels")
    right.image(
        laid, width="stretch", output_format="JPEG", alt=f"The same picture under a map of what speaks for {LABEL_WORDS[label]}"
    )
    right.caption(said)
    caption = "\n".join((f"{picture.name}, asked of {folder.name}", f"{words.headline}. {words.score}", said, words.caveat))
    right.download_button(
        "Download the overlay",
        lambda: _png(caption_under(laid, caption)),
        f"{Path(picture.name).stem}-overlay.png",
        "image/png",
        icon=":material/download:",
        on_click="ignore",
    )


def _verdict(row: Row, folder: Path) -> Words:
    """Say the verdict; returns its words."""
    from detector.predict import Verdict  # torch is needed by now, but the page was drawn before

    detector = predictor(folder)
    verdict = Verdict(row["label"], row["verdict"], row["probability"], row["threshold"])
    words = sentences(verdict, detector.calibration, detector.config.dataset)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        verdict_headline(verdict.verdict, words.headline)
        st.markdown(plain(f"{words.detail} {words.caveat}"))
    with right:
        score_bar(verdict.probability, verdict.threshold)
    return words


def _settings(predicted: str) -> tuple[int, str, float, str]:
    """The label to explain, method, opacity and palette; the label starts as the predicted one."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        name = st.segmented_control(
            "Show what speaks for",
            LABEL_NAMES[::-1],
            default=predicted,
            required=True,
            format_func=lambda name: sentence_case(LABEL_WORDS[label_of(name)]),
            key=f"explain-{predicted}",
        )
        opacity = st.slider("Opacity", 0, 100, 60, 5, format="%d %%", key="opacity", width=180)
        palette = st.segmented_control(
            "Colours", PALETTES, default=PALETTES[0], required=True, format_func=sentence_case, key="palette"
        )
        method = st.selectbox(
            "Method", list(METHODS), format_func=lambda key: METHODS[key].title, help=_methods_help(), key="method", width=160
        )
    return label_of(name), method, opacity / 100, palette


def _methods_help() -> str:
    return "\n\n".join(f"**{method.title}**: {method.help}" for method in METHODS.values())


def _scaled(box: Box, across: float, down: float) -> Box:
    left, top, right, bottom = box
    return round(left * across), round(top * down), round(right * across), round(bottom * down)


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
