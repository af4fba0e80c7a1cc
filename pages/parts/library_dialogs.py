"""The library's questions: import a file, keep a run's weights, rename, delete."""

from pathlib import Path

import streamlit as st

from detector.models.library import delete, import_file, rename, save_as
from detector.models.names import FITTED, NETWORKS
from detector.training.runs import find_run, list_runs
from pages.parts.actions import attempt
from pages.parts.widgets import plain

MAX_MB = 1024  # the largest networks of the list have about 350 MB
NAME_HELP = "Letters, digits, dots, dashes and underscores, 80 at most."


def runs_with_weights() -> list[str]:
    """Names of the runs that have best weights, newest first."""
    return [run.name for run in list_runs() if (run.best_weights / "model.safetensors").is_file()]


@st.dialog("Import weights", width="medium")
def ask_import() -> None:
    """A safetensors file, the network it fits, and a name."""
    titles = {network.name: f"{network.title} · {network.name}" for network in NETWORKS if network.name not in FITTED}
    file = st.file_uploader(
        "Weights", ["safetensors"], key="import-file", max_upload_size=MAX_MB, help="Only safetensors: other kinds can run code."
    )
    path = st.text_input(
        "Or a file on this computer",
        key="import-path",
        placeholder="/home/me/model.safetensors",
        help="For files too large to upload.",
    ).strip()
    source = file.getvalue() if file else Path(path).expanduser()
    architecture = st.selectbox(
        "Network",
        list(titles),
        format_func=lambda name: titles.get(name, name),
        accept_new_options=True,
        key="import-network",
        help="The network that these weights were trained in; any timm name can be typed.",
    )
    outputs = st.segmented_control(
        "Outputs",
        [2, 1],
        default=2,
        required=True,
        key="import-outputs",
        help="Two logits (real, AI-generated), or one that says AI-generated.",
    )
    size = st.number_input("Side of its input in pixels", 0, 1024, 0, key="import-size", help="0 takes the network's own.")
    name = st.text_input("Name", key="import-name", max_chars=80, help=NAME_HELP).strip()
    if st.button("Import", type="primary", disabled=not ((file or path) and architecture and name)):
        with st.spinner("Checking that they fit …"):
            attempt(lambda: import_file(source, architecture, name, outputs, size), f"Imported {plain(name)}.")


def _forget_wish() -> None:
    st.query_params.pop("save", None)


def _keep(run: str, name: str) -> None:
    save_as(find_run(run).best_weights, name)
    _forget_wish()


@st.dialog("Keep a run's weights", on_dismiss=_forget_wish)
def ask_keep(runs: list[str], wanted: str) -> None:
    """The best weights of a run under a name of the library."""
    run = st.selectbox("Run", runs, index=runs.index(wanted) if wanted in runs else 0, key="keep-run")
    name = st.text_input("Name", value=run, key=f"keep-name-{run}", max_chars=80, help=NAME_HELP).strip()
    if st.button("Keep", type="primary", disabled=not name):
        attempt(lambda: _keep(run, name), f"{plain(name)} is in the library.")


@st.dialog("Rename")
def ask_rename(name: str) -> None:
    """Another name."""
    new = st.text_input("Name", value=name, key="rename-name", max_chars=80, help=NAME_HELP).strip()
    if st.button("Rename", type="primary", disabled=not new or new == name):
        attempt(lambda: rename(name, new), f"Renamed to {plain(new)}.")


@st.dialog("Delete for good?")
def ask_delete(name: str) -> None:
    """Ask before anything is gone."""
    st.markdown(f"**{plain(name)}** goes from the library, with its card. A run it came from stays.")
    if st.button("Delete", type="primary", icon=":material/delete:", key="delete-now"):
        attempt(lambda: delete(name), f"Deleted {plain(name)}.")
