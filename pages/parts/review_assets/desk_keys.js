// The desk's keys and buttons: each does one of the actions by its name.

const KEYS = {
  r: "real", a: "ai", u: "unsure", s: "skip", k: "keep", enter: "again", z: "undo", h: "map", n: "note", t: "tags",
  "+": "in", "=": "in", "-": "out", 0: "fit",
};
const ARROWS = { arrowleft: [60, 0], arrowright: [-60, 0], arrowup: [0, 60], arrowdown: [0, -60] };

function listen(root, stage, zoom, actions) {
  function onKey(event) {
    const key = event.key.toLowerCase(), target = event.composedPath()[0];
    if (!hasKeys(root) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("[role=dialog]")) return;
    if (typing(event)) {
      if (root.contains(target) && (key === "enter" || key === "escape")) {
        stage.focus();
        event.stopImmediatePropagation();
      }
      return;
    }
    if (key === "enter" && target.matches?.("button, a, summary")) return;
    const step = zoom.zoomed() && ARROWS[key];
    if (!step && !KEYS[key]) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // Streamlit would run the whole page again at R
    if (step) zoom.move(...step);
    else if (!event.repeat || "+=-".includes(key)) actions[KEYS[key]]();
  }

  function onClick(event) {
    const button = event.target.closest("[data-do]");
    if (!button || button.disabled) return;
    actions[button.dataset.do]();
    stage.focus({ preventScroll: true });
  }

  claimKeys(root);
  window.addEventListener("keydown", onKey, true);
  root.firstElementChild.addEventListener("click", onClick);
  return () => window.removeEventListener("keydown", onKey, true);
}
