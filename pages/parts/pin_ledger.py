"""The regression ledger: pinned images against every detector that was shown them, and what each mended and broke."""

import base64
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import streamlit as st

from detector.errors import UserError
from detector.evaluation.pin_results import PinResult, Standing, ledger, list_results, standing_words
from detector.evaluation.pins import Pin, add_pin, list_pins, put_back, remove_pin
from detector.labels import AI, LABEL_WORDS, REAL
from detector.models.digests import weights_hash
from pages.parts.cache import file_thumbnails
from pages.parts.pager import pager
from pages.parts.progress import Bar
from pages.parts.weights_choice import RUN, weights_options, weights_place
from pages.parts.widgets import empty_state, flash, plain

PAGE, COLUMNS = 20, 6
ROW, HEAD = 56, 38
REMOVED = "removed-pins"
TYPES = ["jpg", "jpeg", "jfif", "png", "webp", "avif", "gif", "bmp", "tif", "tiff"]
ALL, WRONG, CHANGED = "All", "Newest is wrong", "Newest fixed or broke"


def pin_ledger() -> None:
    """The view of the page."""
    st.markdown(
        "Images to keep an eye on. Every detector is shown them when its training ends, so that none mends one and breaks "
        "another unseen. Pin them on *Evaluate*, on *Classify* or in a comparison."
    )
    pins = list_pins()
    _undo()
    _add(not pins)
    if not pins:
        empty_state("No image is pinned yet.", "evaluate", "Find one among a detector's mistakes", ":material/keep:")
        return
    _show(pins)
    standings = ledger(pins, list_results())
    if standings:
        _standings(standings)
    _grid(pins, standings)


def _add(opened: bool) -> None:
    with st.expander("Pin pictures of your own", icon=":material/add_photo_alternate:", expanded=opened):
        files = st.file_uploader("Pictures", TYPES, accept_multiple_files=True, max_upload_size=25,
                                 key=f"pin-upload-{st.session_state.get('pinned-times', 0)}")  # fmt: skip
        label = st.radio("They are truly", (REAL, AI), index=None, horizontal=True, format_func=LABEL_WORDS.__getitem__,
                         key="pin-label")  # fmt: skip
        note = st.text_input("Note", max_chars=500, placeholder="Why they are worth watching", key="pin-note")
        ready = bool(files) and label is not None
        if not st.button("Pin them", icon=":material/keep:", disabled=not ready, key="pin-them") or label is None:
            return
        failed = []
        for file in files:
            try:
                add_pin(file.getvalue(), label, file.name, note, "uploaded")
            except (UserError, OSError) as error:
                failed.append(str(error))
        if len(failed) < len(files):
            flash(f"{len(files) - len(failed)} pinned." + (f" {len(failed)} could not be." if failed else ""))
            st.session_state["pinned-times"] = st.session_state.get("pinned-times", 0) + 1
            st.rerun()
        for line in failed:
            st.error(plain(line), icon=":material/broken_image:")


def _show(pins: Sequence[Pin]) -> None:
    """Detectors that have not been shown all pins, and a button that shows them."""
    known = {result.weights: result.scores.keys() for result in list_results()}
    waiting = []
    for each in weights_options():
        try:
            missing = {pin.sha256 for pin in pins} - set(known.get(weights_hash(weights_place(each)), ()))
        except UserError:
            continue
        if missing:
            waiting.append(each)
    if not waiting:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.multiselect(
            "Not shown all of them yet", waiting, default=waiting[:1], key="pins-to", placeholder="Choose detectors",
            format_func=lambda each: each.removeprefix(RUN),
        )  # fmt: skip
        asked = st.button("Show them", icon=":material/play_arrow:", key="pins-show", disabled=not chosen)
    if asked:
        _ask(chosen)


def _ask(chosen: Sequence[str]) -> None:
    from detector.evaluation.pin_check import check_pins

    failed = False
    for each in chosen:
        name = each.removeprefix(RUN)
        try:
            with Bar(f"Asking {name}") as bar:
                check_pins(weights_place(each), name, bar.count)
        except (UserError, OSError) as error:
            failed = True
            st.error(plain(f"{name}: {error}"), icon=":material/error:")
    if not failed:
        st.rerun()


def _standings(standings: Sequence[Standing]) -> None:
    newest = standings[-1]
    st.markdown(f"**{plain(newest.result.name)}**, the newest: {plain(standing_words(newest))}.")
    rows = [
        {
            "Detector": each.result.name,
            "Data": each.result.dataset,
            "Right": f"{each.right} of {each.judged}",
            "Fixed": str(len(each.fixed)) if each.before else "–",
            "Broke": str(len(each.broke)) if each.before else "–",
            "Against": each.before or "first on its data",
            "Learnt from": len(each.result.seen),
        }
        for each in reversed(standings)
    ]
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, alt="Each detector's standing on the pinned images",
        column_config={
            "Against": st.column_config.TextColumn(help="The last detector made before it on the same data."),
            "Learnt from": st.column_config.NumberColumn(help="Pins among its training images: they count for nothing."),
        },
    )  # fmt: skip


def _grid(pins: Sequence[Pin], standings: Sequence[Standing]) -> None:
    """Pins down, detectors across, the newest first; pins can be ticked and taken away."""
    st.subheader("Image by image", anchor=False)
    pins = _filtered(pins, standings)
    if not pins:
        st.caption("None.")
        return
    results = [each.result for each in reversed(standings)]
    if len(results) > COLUMNS:
        names = [result.name for result in results]
        picked = st.multiselect("Detectors shown", range(len(names)), default=range(COLUMNS), format_func=names.__getitem__,
                                key="pin-columns")  # fmt: skip
        results = [results[place] for place in picked]
    first = pager("pins", len(pins), PAGE)
    on_page = pins[first : first + PAGE]
    event = st.dataframe(
        _table(on_page, results), hide_index=True, key=f"pin-grid-{first}", row_height=ROW, on_select="rerun",
        selection_mode="multi-row", height=HEAD + ROW * min(len(on_page), 10) + 2, alt="What each detector says of each pin",
        column_config={"Image": st.column_config.ImageColumn(width=64), "Truth": st.column_config.TextColumn(width=104)},
    )  # fmt: skip
    ticked = [on_page[row] for row in event.selection.rows if row < len(on_page)]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Take away", icon=":material/keep_off:", disabled=not ticked, key="pins-remove", on_click=_remove, args=(ticked,)
        )
        st.download_button("Ledger as CSV", lambda: _csv(pins, results), "pins.csv", "text/csv", icon=":material/download:",
                           on_click="ignore")  # fmt: skip
    st.caption(
        "✓ right, ✗ wrong, with the score; ○ learnt from it, which is no merit; – not shown yet. Tick rows to take them away."
    )


def _filtered(pins: Sequence[Pin], standings: Sequence[Standing]) -> list[Pin]:
    if not standings:
        return list(pins)
    newest = standings[-1]
    kind = st.segmented_control("Pins", [ALL, WRONG, CHANGED], default=ALL, required=True, key="pins-kind",
                                label_visibility="collapsed")  # fmt: skip
    if kind == WRONG:
        return [pin for pin in pins if newest.result.right(pin) is False]
    return [*newest.broke, *newest.fixed] if kind == CHANGED else list(pins)


def _table(pins: Sequence[Pin], results: Sequence[PinResult]) -> pd.DataFrame:
    pictures = file_thumbnails([pin.file for pin in pins], 96)
    table = _words(pins, results)
    table.insert(0, "Image", [f"data:image/jpeg;base64,{base64.b64encode(each).decode()}" if each else "" for each in pictures])
    return table


def _words(pins: Sequence[Pin], results: Sequence[PinResult]) -> pd.DataFrame:
    table = pd.DataFrame({"Truth": [LABEL_WORDS[pin.label] for pin in pins], "Name": [Path(pin.name).name for pin in pins]})
    names = [result.name for result in results]
    for result in results:  # two of one name are told apart by their weights
        name = result.name if names.count(result.name) == 1 else f"{result.name} ({result.weights[:4]})"
        table[name] = [_cell(result, pin) for pin in pins]
    table["Note"] = [pin.note or pin.source for pin in pins]
    return table


def _cell(result: PinResult, pin: Pin) -> str:
    if pin.sha256 not in result.scores:
        return "–"
    right = result.right(pin)
    return f"{'○' if right is None else '✓' if right else '✗'} {result.scores[pin.sha256]:.2f}"


def _csv(pins: Sequence[Pin], results: Sequence[PinResult]) -> bytes:
    table = _words(pins, results)
    table.insert(0, "sha256", [pin.sha256 for pin in pins])
    return table.to_csv(index=False).encode()


def _remove(pins: Sequence[Pin]) -> None:
    gone = []
    for pin in pins:
        try:
            gone.append(remove_pin(pin.sha256))
        except (UserError, OSError) as error:
            st.toast(plain(str(error)), icon=":material/error:")
    st.session_state[REMOVED] = [({"sha256": pin.sha256, "label": pin.label, "name": pin.name, "note": pin.note,
                                   "source": pin.source, "when": pin.when}, data) for pin, data in gone]  # fmt: skip


def _undo() -> None:
    """What was taken away last can be put back while the page is open."""
    removed = st.session_state.get(REMOVED)
    if removed:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{len(removed)} taken away.", width="content")
            st.button("Undo", icon=":material/undo:", key="pins-undo", on_click=_put_back)


def _put_back() -> None:
    for values, data in st.session_state.pop(REMOVED, []):
        put_back(Pin(**values), data)
