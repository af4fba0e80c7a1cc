"""Where the pictures of a new queue come from: the widgets of each source, and the reading of what was chosen."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from detector.data.known import list_sets
from detector.home import home, runs_folder
from detector.labels import AI, REAL
from detector.review.desk import (
    Found,
    NewImage,
    from_batch,
    from_data,
    from_folder,
    from_run,
    from_uploads,
    from_zip,
)

Progress = Callable[[int, int], None]
TYPES = ["jpg", "jpeg", "jfif", "png", "webp", "avif", "gif", "bmp", "tif", "tiff"]
MAX_MB, MAX_ZIP_MB = 50, 1024
SPLITS = {"test": "Test", "valid": "Validation", "": "All"}


@dataclass(frozen=True)
class Chosen:
    """A source that can be read: a proposal for the queue's name, how to read it, and whether scores come with it."""

    name: str
    read: Callable[[Progress], Found]
    scored: bool = False


def choose_source() -> Chosen | None:
    """The widgets; None until something is chosen."""
    sources = {
        "Pictures": _uploads,
        "Folder": _folder,
        "Zip file": _zip,
        "Data set": _data,
        "A run's predictions": _run,
        "A batch's results": _batch,
    }
    kind = st.segmented_control("Pictures from", list(sources), default="Pictures", required=True, key="queue-from", wrap=True)
    return sources[kind]()


def _uploads() -> Chosen | None:
    files = st.file_uploader("Pictures", TYPES, accept_multiple_files=True, key="queue-files", max_upload_size=MAX_MB,
                             help="Copies are kept in the workspace until the queue is erased.")  # fmt: skip
    if not files:
        return None
    name = f"{files[0].name} and {len(files) - 1:,} more" if len(files) > 1 else files[0].name
    return Chosen(name, lambda _: from_uploads([(file.name, file.getvalue()) for file in files]))


def _folder() -> Chosen | None:
    path = st.text_input("Folder on this computer", key="queue-folder", placeholder=str(home() / "data" / "photos"),
                         help="It stays where it is and is only read, with its sub-folders.").strip()  # fmt: skip
    return Chosen(Path(path).name, lambda count: from_folder(Path(path).expanduser(), count)) if path else None


def _zip() -> Chosen | None:
    file = st.file_uploader("Zip file", ["zip"], key="queue-zip", max_upload_size=MAX_ZIP_MB)
    path = st.text_input("Or a zip on this computer", key="queue-zip-path", placeholder="/home/me/pictures.zip",
                         help="For files too large to upload.").strip()  # fmt: skip
    source = file or (Path(path).expanduser() if path else None)
    if source is None:
        return None
    return Chosen(Path(file.name if file else path).stem, lambda count: from_zip(source, count))


def _data() -> Chosen | None:
    return data_set("Data set", "queue-data", "Its true classes are known: they are not shown, and Results counts with them.")


def data_set(label: str, key: str, help: str) -> Chosen | None:
    """A select box of the sets at hand."""
    sets = {known.spec: known.name for known in list_sets() if known.there}
    spec = st.selectbox(label, list(sets), index=None, key=key, format_func=lambda each: sets.get(each, each),
                        placeholder="Choose a data set", help=help)  # fmt: skip
    return Chosen(sets[spec], lambda count: from_data(spec, count)) if spec else None


def _run() -> Chosen | None:
    runs = sorted(file.parent.name for file in runs_folder().glob("*/predictions.csv"))
    if not runs:
        st.caption("No run has predictions yet: they come at the end of a training.")
        return None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        run = st.selectbox("Run", runs, index=None, key="queue-run", placeholder="Choose a run")
        split = st.segmented_control("Images", list(SPLITS), default="test", required=True, key="queue-split",
                                     format_func=SPLITS.__getitem__)  # fmt: skip
    return Chosen(run, lambda _: from_run(run, split), scored=True) if run else None


def _batch() -> Chosen | None:
    batches = sorted(file.parent.name for file in (home() / "batches").glob("*/results.jsonl"))
    if not batches:
        st.caption("No batch has results yet: the page Batches classifies a folder or a zip.")
        return None
    batch = st.selectbox("Batch", batches, index=None, key="queue-batch", placeholder="Choose a batch")
    return Chosen(batch, lambda _: from_batch(batch), scored=True) if batch else None


def drawn_sentinels(found: Found, count: int, seed: int) -> list[NewImage]:
    """As many real as AI-generated pictures, drawn at random from a set whose classes are known."""
    draw = random.Random(seed)
    picked: list[NewImage] = []
    for label, share in ((REAL, count - count // 2), (AI, count // 2)):
        own = [each for each in found.images if each.label == label]
        picked += draw.sample(own, min(share, len(own)))
    return picked
