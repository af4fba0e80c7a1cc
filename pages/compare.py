"""Compare: detectors on the same images, whether their difference may be chance, and the pinned images that all are shown."""

import streamlit as st

from pages.parts.compare_choice import chosen_comparison
from pages.parts.compare_gallery import compare_gallery
from pages.parts.compare_numbers import curves_and_agreement, differences, downloads, numbers, what_is_compared
from pages.parts.pin_ledger import pin_ledger
from pages.parts.shell import shell
from pages.parts.widgets import show_flash

DETECTORS, PINS = "Detectors", "Pinned images"


def main() -> None:
    shell()
    show_flash()
    st.title("Compare", anchor=False)
    st.markdown("Is one detector better than another, or was it chance? All are asked about the same images. "
                "The positive class is **AI-generated**.")  # fmt: skip
    view = st.segmented_control(
        "View", [DETECTORS, PINS], default=DETECTORS, required=True, key="view", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    if view == PINS:
        pin_ledger()
        return
    comparison = chosen_comparison()
    if comparison is None:
        return
    what_is_compared(comparison)
    numbers(comparison)
    differences(comparison)
    curves_and_agreement(comparison)
    compare_gallery(comparison)
    downloads(comparison)


main()
