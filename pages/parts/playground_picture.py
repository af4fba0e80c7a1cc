"""Which picture is played with: a sample, which the address names, or one of a person's own, which stays in the session."""

import hashlib

import streamlit as st

from detector.samples import LAB_WEIGHTS, SAMPLES, Sample
from pages.parts.cache import sample_png, sample_thumbnail
from pages.parts.playground_cache import SAMPLE, SOURCES, UPLOAD, Subject
from pages.parts.playground_state import reset
from pages.parts.weights_choice import KEY
from pages.parts.widgets import plain

TYPES = ["jpg", "jpeg", "jfif", "png", "webp", "avif", "gif", "bmp", "tif", "tiff"]
MAX_MB = 50
FIRST = "lab-checkerboard"
_OWN = "playground-own"
_WIDTH = 96


def choose_picture(options: list[str]) -> Subject:
    """The picture, with a place to choose another one."""
    with st.popover("Another picture", icon=":material/photo_library:", width="stretch"):
        file = st.file_uploader(
            "Your own", TYPES, key="playground-upload", max_upload_size=MAX_MB, on_change=_uploaded,
            help="It stays in the memory of the computer that runs this app, and goes when you leave the page.",
        )  # fmt: skip
        st.caption("or one of these")
        with st.container(horizontal=True, gap="small"):
            for sample in SAMPLES:
                with st.container(width=_WIDTH, gap="xsmall"):
                    st.image(sample_thumbnail(sample.name), width=_WIDTH, alt=sample.title)
                    st.button(
                        "Take", key=f"play-{sample.name}", help=sample.title, width="stretch", on_click=_take,
                        args=(sample, options),
                    )  # fmt: skip
    if file is not None and st.session_state.get(_OWN):
        data = file.getvalue()
        return Subject(hashlib.sha256(data).hexdigest(), file.name, lambda: data)
    sample = _sample()
    return Subject(f"{SAMPLE}{sample.name}", sample.title, lambda: sample_png(sample.name))


def first_weights(options: list[str]) -> None:
    """Before the widget is there: the detector that the address names, or on a first visit the one that suits the picture."""
    wanted = st.query_params.get(KEY) or ("" if "sample" in st.query_params else LAB_WEIGHTS)
    if wanted in options and KEY not in st.session_state:
        st.session_state[KEY] = wanted


def source_box() -> str | None:
    """The picture to paste from: a sample, or one that was uploaded for it; its key, None until there is one."""
    kept: dict[str, bytes] = st.session_state.setdefault(SOURCES, {})
    names: dict[str, str] = st.session_state.setdefault(f"{SOURCES}-names", {})
    titles = {f"{SAMPLE}{sample.name}": sample.title for sample in SAMPLES} | {key: names[key] for key in kept}
    file = st.file_uploader("Paste from a picture of your own", TYPES, key="paste-upload", max_upload_size=MAX_MB)
    if file is not None:
        data = file.getvalue()
        key = f"{UPLOAD}{hashlib.sha256(data).hexdigest()[:16]}"
        if key not in kept:
            kept[key], names[key] = data, file.name
            titles[key] = file.name
            st.session_state["paste-source"] = key
    return st.selectbox("Paste from", list(titles), format_func=titles.__getitem__, key="paste-source")


def in_address(subject: Subject) -> bool:
    """Whether a link can bring the picture along."""
    return subject.sha256.startswith(SAMPLE)


def named(subject: Subject, size: tuple[int, int], shrunk: bool) -> str:
    """The picture's name and size, and what was done to it before anything else."""
    said = f"{plain(subject.name)} · {size[0]} × {size[1]} pixels"
    return f"{said}, shrunk for the playground: scores may differ a little from those on Classify" if shrunk else said


def _sample() -> Sample:
    wanted = st.query_params.get("sample", "")
    return next((each for each in SAMPLES if each.name == wanted), next(each for each in SAMPLES if each.name == FIRST))


def _take(sample: Sample, options: list[str]) -> None:
    st.query_params["sample"] = sample.name
    st.session_state[_OWN] = False
    if sample.suggests in options:
        st.session_state[KEY] = sample.suggests
    reset()


def _uploaded() -> None:
    own = st.session_state.get("playground-upload") is not None
    st.session_state[_OWN] = own
    if own:
        st.query_params.pop("sample", None)
    reset()
