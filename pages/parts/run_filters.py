"""Finding runs: a search over names and notes, and filters by state, data, network and tag, kept in the address."""

from collections.abc import Sequence

import streamlit as st

from detector.training.summary import Summary

_KINDS = {"state": "State", "data": "Data", "model": "Network", "tag": "Tag"}


def filtered(runs: Sequence[Summary]) -> list[Summary]:
    """The runs that fit what is asked for; every word of the search must occur somewhere in a run."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            "Search", key="search", bind="query-params", placeholder="name, tag, note, sweep …", icon=":material/search:",
            help="Runs in which each of these words occurs: in the name, tags, note, sweep, preset, network or data.", width=220,
        )  # fmt: skip
        chosen = {kind: _filter(kind, title, runs) for kind, title in _KINDS.items()}
    words = (text or "").lower().split()
    return [
        run
        for run in runs
        if all(not wanted or wanted & _values(run, kind) for kind, wanted in chosen.items())
        and all(word in _text(run) for word in words)
    ]


def _filter(kind: str, title: str, runs: Sequence[Summary]) -> set[str]:
    options = sorted(set().union(*(_values(run, kind) for run in runs)))
    key = f"only-{kind}"
    if key in st.session_state:  # what no run has any more, such as a tag that was removed, must not hide them all
        st.session_state[key] = [value for value in st.session_state[key] if value in options]
    if len(options) < 2 and not st.session_state.get(key) and kind != "tag":
        return set()
    return set(st.multiselect(title, options, key=key, placeholder="all", width=150)) if options else set()


def _values(run: Summary, kind: str) -> set[str]:
    if kind == "tag":
        return set(run.tags)
    value = {"state": run.state, "data": run.data, "model": str(run.settings.get("model", ""))}[kind]
    return {value} if value else set()


def _text(run: Summary) -> str:
    parts = (run.name, *run.tags, run.note, run.sweep, run.data, str(run.settings.get("model")), str(run.settings.get("preset")))
    return "\n".join(parts).lower()
