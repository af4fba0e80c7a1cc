"""The playground's memory: steps done and undone. The session holds them, and the address shows them so that it can be shared."""

from typing import Any

import streamlit as st

from detector.errors import UserError
from detector.playground.steps import LONGEST_LINK, MOST_STEPS, Step, as_list, from_list, read_steps, write_steps
from pages.parts.widgets import plain

_DONE, _UNDONE, _SAID, _LEFT = "playground-steps", "playground-undone", "playground-said", "playground-left"
ADDRESS = "steps"


def steps() -> tuple[Step, ...]:
    """What was done to the picture, in order."""
    return tuple(from_list(values) for values in st.session_state.get(_DONE, []))


def undone() -> int:
    """How many steps could be done again."""
    return len(st.session_state.get(_UNDONE, []))


def come_back() -> None:
    """Without any wish in the address: what was there when the page was left, so that looking at another page costs nothing."""
    left: dict[str, str] = st.session_state.get(_LEFT, {})
    if left and not len(st.query_params):
        st.query_params.from_dict(left)


def remember(detector: str) -> None:
    """Note the address for `come_back`, with the detector, which it does not name while it is the first one."""
    st.session_state[_LEFT] = {**st.query_params.to_dict(), "weights": detector}


def take_from_address() -> None:
    """Take over the steps of a link, unless they are those that this page wrote there itself."""
    word = st.query_params.get(ADDRESS, "")
    if word == st.session_state.get(_SAID, ""):
        return
    try:
        found = read_steps(word)
    except UserError as error:
        st.warning(plain(str(error)), icon=":material/link_off:")
        found = ()
    _keep([as_list(step) for step in found], [])


def add(step: Step) -> None:
    """Do one more step."""
    done: list[Any] = st.session_state.get(_DONE, [])
    if len(done) >= MOST_STEPS:
        st.toast(f"{MOST_STEPS} steps are the most: download the picture and go on with it.", icon=":material/info:")
        return
    _keep([*done, as_list(step)], [])


def undo() -> None:
    """Take the last step back."""
    done, back = st.session_state.get(_DONE, []), st.session_state.get(_UNDONE, [])
    if done:
        _keep(done[:-1], [*back, done[-1]])


def redo() -> None:
    """Do again what was taken back last."""
    done, back = st.session_state.get(_DONE, []), st.session_state.get(_UNDONE, [])
    if back:
        _keep([*done, back[-1]], back[:-1])


def reset() -> None:
    """Take all steps back; they can be done again one by one."""
    done, back = st.session_state.get(_DONE, []), st.session_state.get(_UNDONE, [])
    _keep([], [*back, *reversed(done)])


def leave_out(number: int) -> None:
    """Forget one step for good, such as one whose source is gone."""
    done = st.session_state.get(_DONE, [])
    _keep([*done[:number], *done[number + 1 :]], st.session_state.get(_UNDONE, []))


def in_address() -> bool:
    """Whether the steps fit into the address."""
    return len(write_steps(steps())) <= LONGEST_LINK


def _keep(done: list[Any], back: list[Any]) -> None:
    st.session_state[_DONE], st.session_state[_UNDONE] = done, back
    word = write_steps([from_list(values) for values in done])
    st.session_state[_SAID] = word if len(word) <= LONGEST_LINK else ""
    if st.session_state[_SAID]:
        st.query_params[ADDRESS] = word
    else:
        st.query_params.pop(ADDRESS, None)
