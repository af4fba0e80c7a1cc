"""Before and after in one frame, with a line between them that the mouse, a finger or the arrow keys move."""

import streamlit as st

_HTML = """
<div class="frame">
  <img class="before" alt="" draggable="false">
  <img class="after" alt="" draggable="false">
  <div class="line" aria-hidden="true"></div>
  <span class="tag left" aria-hidden="true">before</span><span class="tag right" aria-hidden="true">after</span>
  <input type="range" min="0" max="100" value="50" step="1" aria-label="Line between before and after">
</div>
"""

_CSS = """
.frame { --at: 50%; position: relative; line-height: 0; border-radius: var(--st-base-radius); overflow: hidden;
         background: var(--st-secondary-background-color); font-family: var(--st-font); user-select: none; }
img { width: 100%; display: block; }
img.after { position: absolute; inset: 0; height: 100%; object-fit: contain; background: var(--st-secondary-background-color);
            clip-path: inset(0 0 0 var(--at)); }
.line { position: absolute; inset: 0 auto 0 var(--at); width: 2px; margin-left: -1px; background: #fff;
        box-shadow: 0 0 0 1px rgb(0 0 0 / .45); pointer-events: none; }
.line::after { content: "↔"; position: absolute; top: 50%; left: 50%; transform: translate(-50%, -50%); line-height: 1.6rem;
               width: 1.6rem; text-align: center; border-radius: 50%; background: #fff; color: #121b1d; font-size: .9rem;
               box-shadow: 0 0 0 1px rgb(0 0 0 / .45); }
.tag { position: absolute; bottom: .4rem; padding: 0 .45rem; line-height: 1.4rem; border-radius: .7rem; font-size: .75rem;
       background: rgb(18 27 29 / .75); color: #fff; pointer-events: none; }
.left { left: .4rem; } .right { right: .4rem; }
input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: ew-resize; touch-action: pan-y; }
.frame:focus-within { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
"""

_JS = """
export default function ({ data, parentElement }) {
  const frame = parentElement.querySelector(".frame");
  for (const name of ["before", "after"]) {
    const image = frame.querySelector("img." + name);
    if (image.getAttribute("src") !== data[name]) image.src = data[name];
    image.alt = data[name + "_alt"];
  }
  const line = frame.querySelector("input");
  line.oninput = () => frame.style.setProperty("--at", line.value + "%");
}
"""

_compare = st.components.v2.component("telltale_compare", html=_HTML, css=_CSS, js=_JS)


def compare(before: str, after: str, name: str, key: str) -> None:
    """Two pictures as data addresses, in one frame."""
    data = {"before": before, "after": after, "before_alt": f"{name}, before", "after_alt": f"{name}, after"}
    _compare(key=key, data=data)
