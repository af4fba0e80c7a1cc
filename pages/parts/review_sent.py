"""What the desk and the grid send: answers and undos with their ids, kept one by one in the library's database.

An answer stays on the browser's list until its id comes back from here, so whatever goes wrong, it is sent again.
"""

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from detector.errors import UserError
from detector.review.desk import Item, answer, answer_many, describe, undo

KEY = "review-state"
REMEMBERED, TAGS = 400, 60

State = dict[str, Any]
"""Builtins only. done: ids that are kept; problem: the entry that is not, and why; back: the item an undo brought back; tags:
those in use; last: what the desk sent last; have, maps, originals: what the browser holds, by item; want: what it asks for."""


def state_of(place: str) -> State:
    """The state of a place on the page, such as the desk of one queue and annotator; a new place starts a new one."""
    if st.session_state.get(KEY, {}).get("place") != place:
        st.session_state[KEY] = new_state(place)
    state: State = st.session_state[KEY]
    return state


def new_state(place: str) -> State:
    """Nothing was sent yet."""
    return {"place": place, "done": [], "problem": None, "back": "", "tags": [], "last": {}, "at": None} | holding_nothing()


def holding_nothing() -> State:
    """What is known of a browser that has just drawn the page anew."""
    return {"have": [], "maps": [], "originals": [], "want": {}, "scope": "app"}


def missed(state: State, message: Mapping[str, Any] | None) -> bool:
    """Whether a message for this place was not received: a run that another one cut short may have dropped its callback."""
    return bool(message) and message.get("name") == state["place"] and message.get("at") != state["at"]


def receive(state: State, queue: str, who: str, message: Mapping[str, Any] | None) -> None:
    """Keep what a message brings, in its order; at the first entry that cannot be kept the rest waits behind it."""
    if not message:
        return
    state |= {"problem": None, "back": "", "at": message.get("at")}
    state |= {name: message.get(name) or [] for name in ("have", "maps", "originals")}
    state["want"] = message.get("want") or {}
    for entry in message.get("entries", []):
        if entry["id"] in state["done"]:
            continue
        try:
            back = _KINDS[entry["kind"]](state, queue, who, entry)
        except (UserError, OSError, sqlite3.Error) as error:
            state["problem"] = {"id": entry["id"], "text": _sentence(str(error))}
            return
        state["back"] = str(back.id) if entry["kind"] == "undo" and back else ""
        state["tags"] = sorted({*state["tags"], *entry.get("tags", ())})[:TAGS]
        state["done"] = [*state["done"], entry["id"]][-REMEMBERED:]


def _answer(state: State, queue: str, who: str, entry: Mapping[str, Any]) -> Item | None:
    number, note, tags = int(entry["item"]), str(entry.get("note", "")), tuple(entry.get("tags", ()))
    turn, ms, shown = int(entry["round"]), int(entry.get("ms") or 0), bool(entry.get("shown"))
    kept = answer(number, who, entry["value"], round=turn, note=note, tags=tags, ms=ms, token=entry["id"], shown=shown)
    if (kept.note and not note) or (kept.tags and not tags):  # taken out again before the answer
        describe(number, who, note=note, tags=tags)
    return None


def _many(state: State, queue: str, who: str, entry: Mapping[str, Any]) -> None:
    if new := answer_many([int(each) for each in entry["items"]], who, entry["value"]):
        state["bulk"] = new


def _undo(state: State, queue: str, who: str, entry: Mapping[str, Any]) -> Item | None:
    """The last answer goes; after an answer to many, all of them go."""
    back = None
    for _ in range(state.pop("bulk", 1)):
        back = undo(queue, who)
    return back


_KINDS: dict[str, Callable[[State, str, str, Mapping[str, Any]], Item | None]] = {"answer": _answer, "many": _many, "undo": _undo}


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
