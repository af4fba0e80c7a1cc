"""The form of a training run's settings: one widget a field of TrainConfig, made from the field itself."""

from dataclasses import Field, fields
from typing import Any

import streamlit as st

from detector.errors import UserError
from detector.models.names import FITTED, LOW_LEVEL, NETWORKS
from detector.training.config import TrainConfig
from detector.training.flags import GROUPS
from pages.parts.widgets import plain, sentence_case

HIDDEN = ("data", "preset")
FIRST = ("model", "epochs", "batch_size", "learning_rate")
TITLES = {
    "test_fraction": "Test share",
    "valid_fraction": "Validation share",
    "max_images": "Images a class",
    "pretrained": "Pretrained weights",
    "jpeg": "JPEG",
    "svm_folds": "Folds",
    "svm_c": "Values of C",
    "svm_gamma": "Values of gamma",
    "head_c": "Values of C",
    "head_components": "Main components",
    "compact": "Keep weights small",
}
"""Where a field's own name is not the best title."""


def settings_form(preset: TrainConfig, ready: bool) -> tuple[TrainConfig | None, str]:
    """The settings once the form is sent, else None, and the name wished for the run."""
    values: dict[str, Any] = {}
    by_name = {option.name: option for option in fields(TrainConfig)}
    with st.form(f"settings-{preset.preset}", border=False):
        values["model"] = _widget(by_name["model"], preset)
        for column, name in zip(st.columns(3), FIRST[1:], strict=True):
            with column:
                values[name] = _widget(by_name[name], preset)
        with st.expander("All settings", icon=":material/tune:"):
            for tab, group in zip(st.tabs([sentence_case(title) for title in GROUPS.values()]), GROUPS, strict=True):
                with tab:
                    options = [o for o in by_name.values() if o.metadata["group"] == group and o.name not in (*FIRST, *HIDDEN)]
                    columns = st.columns(3)
                    for index, option in enumerate(options):
                        with columns[index % 3]:
                            values[option.name] = _widget(option, preset)
        name = st.text_input("Name of the run", placeholder="made from model, data and time", key="run-name", max_chars=80)
        sent = st.form_submit_button("Start training", type="primary", icon=":material/play_arrow:", disabled=not ready)
        if not ready:
            st.caption("Choose the data first.")
    if not sent:
        return None, name
    try:
        return preset.but(**values), name
    except UserError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return None, name


def _widget(option: "Field[Any]", preset: TrainConfig) -> Any:
    """The widget of a field by its type and bounds, filled with the preset's value."""
    name, value, meta = option.name, getattr(preset, option.name), option.metadata
    title = TITLES.get(name, name.replace("_", " ").capitalize())
    common: dict[str, Any] = {"label": title, "key": f"{preset.preset}-{name}", "help": meta["help"]}
    if name in ("model", "backbone"):
        return _network(value, common, of_backbone=name == "backbone")
    if isinstance(value, bool):
        return st.toggle(value=value, **common)
    if meta.get("choices"):
        return st.selectbox(options=meta["choices"], index=meta["choices"].index(value), **common)
    if isinstance(value, int):
        return st.number_input(value=value, min_value=int(meta["low"]), max_value=int(meta["high"]), step=1, **common)
    if isinstance(value, float):
        return st.number_input(value=value, min_value=float(meta["low"]), max_value=float(meta["high"]), format="%g", **common)
    return st.text_input(value=value, **common)


def _network(value: str, common: dict[str, Any], of_backbone: bool) -> str:
    """A network of the zoo, or any timm name typed in; a backbone is one that can come with pretrained weights."""
    names = [network.name for network in NETWORKS if not of_backbone or network.name not in (*FITTED, *LOW_LEVEL)]
    titles = {network.name: f"{network.title} · {network.name}" for network in NETWORKS}
    options = names if value in names else [value, *names]
    chosen = st.selectbox(
        options=options,
        index=options.index(value),
        format_func=lambda name: titles.get(name, name),
        accept_new_options=True,
        **common,
    )
    return str(chosen).strip()
