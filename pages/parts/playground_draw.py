"""Drawing on a picture in the browser: strokes of a brush, or one rectangle. What was drawn comes back in thousandths."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from detector.playground.steps import Box

_HTML = """
<div class="draw">
  <div class="frame"><img alt="" draggable="false"><canvas></canvas></div>
  <div class="bar">
    <label>Brush <input class="size" type="range" min="10" max="200" value="60" aria-label="Size of the brush"></label>
    <button class="back" type="button">Undo stroke</button>
    <button class="clear" type="button">Clear</button>
    <button class="send" type="button"></button>
  </div>
</div>
"""

_CSS = """
.draw { font-family: var(--st-font); color: var(--st-text-color); font-size: .875rem; }
.frame { position: relative; line-height: 0; border-radius: var(--st-base-radius); overflow: hidden; }
img { width: 100%; display: block; user-select: none; }
canvas { position: absolute; inset: 0; width: 100%; height: 100%; cursor: crosshair; touch-action: none; }
.bar { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; padding-top: .6rem; }
.box .bar { display: none; }
label { display: flex; gap: .4rem; align-items: center; flex: 1 1 8rem; }
input { flex: 1; min-width: 4rem; accent-color: var(--st-primary-color); }
button { font: inherit; color: inherit; background: var(--st-background-color); border: 1px solid var(--st-border-color);
         border-radius: var(--st-button-radius, .5rem); padding: .35rem .7rem; cursor: pointer; }
button:hover:enabled { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:disabled { opacity: .45; cursor: not-allowed; }
.send:enabled { background: var(--st-primary-color); border-color: var(--st-primary-color); color: #fff; }
.send:hover:enabled { color: #fff; filter: brightness(1.08); }
"""

_draw = st.components.v2.component(
    "telltale_draw",
    html=_HTML,
    css=_CSS,
    js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
)


def brush_canvas(image: str, alt: str, send: str, key: str, on_strokes: Callable[[list[Any]], None]) -> None:
    """A picture to brush on; `on_strokes` gets [radius, x, y, x, y …] for each stroke when the button `send` is pressed."""
    _draw(
        key=key,
        data={"image": image, "mode": "brush", "alt": alt, "send": send},
        on_strokes_change=lambda: on_strokes(st.session_state[key]["strokes"] or []),
    )


def box_canvas(image: str, alt: str, box: Box, key: str, on_box: Callable[[list[Any]], None]) -> None:
    """A picture with a rectangle that can be drawn anew; `on_box` gets its left, top, right and bottom."""
    _draw(
        key=key,
        data={"image": image, "mode": "box", "alt": alt, "send": "", "box": list(box)},
        on_box_change=lambda: on_box(st.session_state[key]["box"] or []),
    )
