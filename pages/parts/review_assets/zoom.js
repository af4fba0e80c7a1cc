// Zoom and pan of what lies on the stage: wheel, two fingers, double click and drag; keys call by, reset and move.

function openZoom(stage, layer, onZoom) {
  const fingers = new Map();
  let scale = 1, x = 0, y = 0, spread = 0;
  const MOST = 12;

  function draw() {
    const edge = { x: ((scale - 1) * stage.clientWidth) / 2, y: ((scale - 1) * stage.clientHeight) / 2 };
    x = Math.min(Math.max(x, -edge.x), edge.x);
    y = Math.min(Math.max(y, -edge.y), edge.y);
    layer.style.transform = scale === 1 ? "" : `translate(${x}px, ${y}px) scale(${scale})`;
    stage.classList.toggle("zoomed", scale > 1);
    onZoom(scale);
  }

  // The point under the pointer stays where it is; without one the middle does.
  function by(factor, event) {
    const box = stage.getBoundingClientRect();
    const px = event ? event.clientX - box.left - box.width / 2 : 0;
    const py = event ? event.clientY - box.top - box.height / 2 : 0;
    const next = Math.min(Math.max(scale * factor, 1), MOST);
    x = px - ((px - x) * next) / scale;
    y = py - ((py - y) * next) / scale;
    scale = next;
    draw();
  }

  function reset() {
    scale = 1;
    x = y = 0;
    draw();
  }

  function move(dx, dy) {
    x += dx;
    y += dy;
    draw();
  }

  function between() {
    const [one, other] = [...fingers.values()];
    return Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
  }

  function middle() {
    const [one, other] = [...fingers.values()];
    return { clientX: (one.clientX + other.clientX) / 2, clientY: (one.clientY + other.clientY) / 2 };
  }

  stage.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && scale === 1 && event.deltaY > 0) return; // nothing to shrink: let the page scroll
    event.preventDefault();
    by(Math.exp(-event.deltaY / 400), event);
  }, { passive: false });
  stage.addEventListener("dblclick", (event) => (scale > 1 ? reset() : by(3, event)));
  stage.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, event);
    if (scale > 1 || fingers.size === 2) stage.setPointerCapture(event.pointerId);
    if (fingers.size === 2) spread = between();
  });
  stage.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    fingers.set(event.pointerId, event);
    if (fingers.size === 2) {
      const now = between();
      by(now / Math.max(spread, 1), middle());
      spread = now;
    } else if (scale > 1) {
      move(event.clientX - before.clientX, event.clientY - before.clientY);
    }
  });
  for (const kind of ["pointerup", "pointercancel", "pointerleave"]) {
    stage.addEventListener(kind, (event) => fingers.delete(event.pointerId));
  }
  return { by, reset, move, zoomed: () => scale > 1 };
}
