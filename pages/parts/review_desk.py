"""The desk: one picture at a time, answered by key. The server keeps answers and sends the next pictures ahead."""

from functools import partial
from statistics import median
from typing import Any

import streamlit as st

from detector.errors import UserError
from detector.review.desk import SECOND, Item, Queue, Score, history, item, next_items, progress
from detector.words import shown_score
from pages.parts.progress import duration
from pages.parts.review_cache import map_over, maps, original, picture
from pages.parts.review_components import desk_component
from pages.parts.review_sent import State, holding_nothing, missed, receive, state_of
from pages.parts.widgets import WORDS, plain

AHEAD = 6  # pictures in the browser: at a key every half second the server has three seconds to bring more
PACE = 30  # latest answers that the pace is taken from
KEY = "review-desk"
STEADY = "<style>[data-stale]:has(.stBidiComponent) { opacity: 1 !important; transition: none !important; }</style>"
"""What is looked at must not fade while the server saves."""
_BREAK = 300_000  # milliseconds: longer looks were breaks


def show_desk(queue: Queue, who: str) -> None:
    """The desk of a queue for an annotator."""
    state_of(_place(queue, who)).update(holding_nothing())  # the whole page runs: the browser may have drawn it anew
    st.html(STEADY)
    if queue.detectors:
        maps()
    _desk(queue, who)
    state_of(_place(queue, who))["scope"] = "fragment"


@st.fragment
def _desk(queue: Queue, who: str) -> None:
    state = state_of(_place(queue, who))
    try:
        data = data_or_last(queue, who, state)
    except (UserError, OSError) as error:
        st.error(plain(str(error)), icon=":material/error:")
        st.button("Try again", icon=":material/refresh:", key="desk-again")
        return
    result = desk_component(key=KEY, data=data, on_sent_change=partial(_receive, queue, who))
    if missed(state, result.get("sent")):
        receive(state, queue.name, who, result["sent"])
        st.rerun(scope=state["scope"])
    if _draw_map(state, who, queue.method):
        st.rerun(scope="fragment")


def _place(queue: Queue, who: str) -> str:
    return f"desk/{queue.name}/{who}"


def _receive(queue: Queue, who: str) -> None:
    receive(state_of(_place(queue, who)), queue.name, who, st.session_state.get(KEY, {}).get("sent"))


def data_or_last(queue: Queue, who: str, state: State) -> dict[str, Any]:
    """What the browser needs; while the database cannot be used what it had last, so that the answer stays on screen.

    Raises as `desk_data` where there is nothing to fall back on.
    """
    trouble = ""
    if not (state["problem"] and state["last"]):  # waiting for a lock once is enough
        try:
            data = desk_data(queue, who, state)
            state["last"] = data | {name: {} for name in ("pictures", "originals", "maps")}
            return data
        except (UserError, OSError) as error:
            if not state["last"]:
                raise
            trouble = str(error)
    return {**state["last"], "done": state["done"], "problem": state["problem"], "back": "", "trouble": trouble}


def desk_data(queue: Queue, who: str, state: State) -> dict[str, Any]:
    """What the browser needs: the next pictures, without those that it holds, and which answers are kept."""
    coming = next_items(queue.name, who, AHEAD)
    if state["back"] and state["back"] not in {str(each.id) for each in coming}:
        coming.insert(0, item(int(state["back"]), who))
    steps = progress(queue.name, who)
    wanted = [each for each in (state["want"].get("original"),) if each and each not in state["originals"]]
    pictures, items = {}, []
    for each in coming:
        try:
            shown = picture(each)
            facts = {"width": shown.width, "height": shown.height, "reduced": shown.reduced}
            found = {"url": shown.url, "alt": "" if queue.blind else each.name}
        except (UserError, OSError) as error:
            facts = {"width": 1, "height": 1, "reduced": False}
            found = {"error": f"{error} Skip it, or bring the file back."}
        if str(each.id) not in state["have"]:
            pictures[str(each.id)] = found
        items.append(_described(each, queue, facts))
    return {
        "name": _place(queue, who),
        "items": items,
        "pictures": pictures,
        "originals": _originals(wanted, who),
        "maps": {key: value for key, value in state.get("drawn", {}).items() if key not in state["maps"]},
        "reveals": {str(each.id): said_of(each.scores) for each in coming if queue.blind and each.blind_open},
        "done": state["done"],
        "problem": state["problem"],
        "back": state["back"],
        "undoable": bool(steps.mine or steps.skipped),
        "progress": {
            "done": steps.mine + steps.skipped,
            "total": steps.mine + steps.skipped + steps.left,
            "pace": _pace(queue, who, steps.left),
        },
        "tags": sorted({tag for each in coming for tag in each.tags} | set(state["tags"])),
        "finished": _finished(steps.leased),
        "trouble": "",
    }


def _described(each: Item, queue: Queue, facts: dict[str, Any]) -> dict[str, Any]:
    """A picture in words. Its true class is not among them, and neither is the verdict where the first answer is to be blind."""
    size = f"{facts['width']:,} × {facts['height']:,} pixels" if facts["width"] > 1 else ""
    blind = queue.blind and bool(each.scores)
    return {
        "id": str(each.id),
        "name": "" if blind else each.name,  # a name may give the class away
        "facts": size + (", shown smaller until you zoom in" if facts["reduced"] else ""),
        "blind": blind,
        "said": None if blind else said_of(each.scores),
        "mapped": bool(each.scores),
        "first": each.first if each.blind_open else "",
        "note": each.note,
        "tags": list(each.tags),
        **facts,
    }


def said_of(scores: tuple[Score, ...]) -> list[dict[str, str]]:
    """What each detector says of a picture: its words, and its verdict, which colours them."""
    return [
        {
            "words": f"{each.detector}: {WORDS.get(each.verdict or each.label, '')}, score {shown_score(each.probability)}",
            "verdict": each.verdict or each.label,
        }
        for each in scores
    ] or [{"words": "No detector has scored this picture.", "verdict": ""}]


def _originals(wanted: list[str], who: str) -> dict[str, Any]:
    found = {}
    for key in wanted:
        try:
            found[key] = {"url": original(item(int(key), who)), "alt": "The original pixels"}
        except (UserError, OSError) as error:
            found[key] = {"error": str(error)}
    return found


def _draw_map(state: State, who: str, method: str) -> bool:
    """Draw the map that the browser asks for; True when there is one more to send."""
    key = state["want"].get("map")
    drawn = state.setdefault("drawn", {})
    if not key or key in state["maps"] or key in drawn:
        return False
    asked = item(int(key), who)
    try:
        found = map_over(asked, asked.scores[0], method)
        if found is None:
            return False  # the browser asks again in a second
        drawn[key] = {"url": found[0], "words": found[1], "alt": f"{asked.name} under a heat map"}
    except (UserError, OSError) as error:
        drawn[key] = {"error": str(error)}
    for old in list(drawn)[:-4]:
        del drawn[old]
    return True


def _pace(queue: Queue, who: str, left: int) -> str:
    """Seconds a picture, from the latest answers, and the time left at that pace."""
    times = [step["ms"] for step in history(queue.name, who, PACE) if 0 < (step["ms"] or 0) < _BREAK and step["round"] < SECOND]
    if len(times) < 3 or not left:
        return ""
    each = median(times) / 1000
    return f"{each:.1f} s a picture · about {duration(each * left)} left"


def _finished(leased: int) -> str:
    if leased:
        return f"{leased:,} pictures lie before other annotators now. What they leave comes to you: reload in five minutes."
    return "You have answered every picture that waits for you. See the results, or take another queue."
