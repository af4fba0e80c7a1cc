"""Face regions of one judged picture: outlined and named, and a table that tests what the map claims about each."""

import io
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st
from PIL import Image

from detector.data.preprocess import Box
from detector.errors import UserError
from detector.explain.faces import Face
from detector.explain.ledger_words import SIGNIFICANT, shown_p
from detector.explain.outlines import outlined
from detector.explain.regions import REGIONS
from detector.explain.regions import face_regions as region_masks
from detector.labels import LABEL_WORDS
from pages.parts.cache import explanation, largest_face, predictor, shown, stamp
from pages.parts.judged import Picture, Row
from pages.parts.waited import Tell, waited
from pages.parts.widgets import plain, sentence_case

if TYPE_CHECKING:  # it imports torch, and the page should be drawn before
    from detector.explain.ledger import Ledger, LedgerRow
    from detector.predict import Explanation, Predictor

_HELP = (
    "Each region is smoothed, and swapped with its mirror image, and so are up to 199 random places of the same shape and area "
    "in the same picture. p says how often those move the score at least as much, corrected for testing eight regions (Holm). "
    "It takes from some seconds to some minutes, by network and machine."
)
_SWITCH = "face-regions"
_SIDE = 640  # pixels across of the face as it is drawn


@st.fragment
def face_regions(folder: Path, picture: Picture, row: Row, label: int, method: str) -> None:
    """A switch, and behind it the regions on the picture, what is said of each, and the numbers."""
    if not st.toggle("Test the regions of the face: smile, wrinkles and others", key=_SWITCH, help=_HELP):
        return
    key = f"{folder}-{stamp(folder)}-{row['sha256'][:16]}-{label}-{method}-regions"
    try:
        face = largest_face(row["sha256"], picture.read)
        if face is None:
            st.caption("No face that looks at the camera was found in this picture, so there are no regions to test.")
            return
        told = explanation(folder, row["sha256"], label, method, picture.read)
        test = partial(_test, predictor(folder), picture.read(), face, told, label)
        tested = waited(key, "Testing each region against random places", test, _switch_off)
    except UserError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    if tested is None:
        return
    left, right = st.columns(2, gap="medium")
    jpeg, size = shown(row["sha256"], picture.read)
    names = ", ".join(REGIONS[each.name].words for each in tested.rows)
    left.image(
        _drawn(jpeg, size, face, told.box),
        width="stretch",
        output_format="JPEG",
        alt=f"The face with its regions outlined: {names}",
    )
    left.caption(
        "The largest face; its regions are placed by eyes and mouth. Where there is a straight frame, the detector saw no more."
    )
    with right:
        told = sorted(tested.rows, key=lambda each: (min(each.p_smooth, each.p_swap), -each.ratio))
        if not any(min(each.p_smooth, each.p_swap) <= SIGNIFICANT for each in told):
            st.markdown("**No region of this face moves the score more than random patches do.**")
        for each in told:
            st.markdown(f"- {plain(each.sentence)}")
    st.dataframe(_table(tested.rows), hide_index=True, alt="Each region's share of the map and effect on the score")
    st.caption(
        f"Effects are changes of the evidence for {LABEL_WORDS[label]}, in logits; it was {tested.score:+.2f} before. "
        "What is true of one picture need not be true of the detector: the study on the page Evaluate asks that of many faces."
    )


def _test(detector: "Predictor", picture: bytes, face: Face, told: "Explanation", label: int, tell: Tell) -> "Ledger":
    from detector.data.images import open_image
    from detector.explain.ledger import face_ledger

    return face_ledger(detector, open_image(picture), face, told.heat, told.box, label, progress=tell)


def _switch_off() -> None:
    st.session_state[_SWITCH] = False


def _table(rows: "Sequence[LedgerRow]") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "region": [sentence_case(REGIONS[row.name].words) for row in rows],
            "share of map": [f"{row.share:.1%}" for row in rows],
            "share of area": [f"{row.area_share:.1%}" for row in rows],
            "ratio": [f"{row.ratio:.2f}×" for row in rows],
            "smoothed": [f"{row.effect_smooth:+.2f}" for row in rows],
            "smoothed, p": [shown_p(row.p_smooth)[4:] for row in rows],
            "mirrored": [f"{row.effect_swap:+.2f}" for row in rows],
            "mirrored, p": [shown_p(row.p_swap)[4:] for row in rows],
            "random places": [f"{row.draws[0]} and {row.draws[1]}" for row in rows],
        }
    )


def _drawn(jpeg: bytes, size: tuple[int, int], face: Face, box: Box) -> Image.Image:
    """The face enlarged, with the regions of the part that the detector saw; `size` and `box` are in the picture's own pixels."""
    x, y = face.eyes
    half = max(1.75 * face.eye_distance, 2.2 * (face.mouth[1] - y))
    near = round(max(0, x - half)), round(max(0, y - half)), round(min(size[0], x + half)), round(min(size[1], y + half))
    large = _SIDE, round(_SIDE * (near[3] - near[1]) / (near[2] - near[0]))
    image = Image.open(io.BytesIO(jpeg)).convert("RGB")
    across, down = image.width / size[0], image.height / size[1]
    shown_part = (near[0] * across, near[1] * down, near[2] * across, near[3] * down)
    enlarged = image.resize(large, Image.Resampling.BICUBIC, box=shown_part)
    seen = np.zeros((size[1], size[0]), np.uint8)
    seen[box[1] : box[3], box[0] : box[2]] = 255
    held = np.asarray(Image.fromarray(seen).resize((_SIDE, _SIDE), Image.Resampling.NEAREST, box=near)) > 0
    masks = {name: mask & held for name, mask in region_masks(face.within(near, _SIDE), (_SIDE, _SIDE)).items()}
    return outlined(enlarged, (0, 0, *large), masks, {name: region.words for name, region in REGIONS.items()})
