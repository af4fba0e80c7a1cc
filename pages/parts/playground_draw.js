// Drawing on a picture: strokes of a brush, or one rectangle, by mouse, pen or finger. Numbers go out in thousandths.

const CLOSE = 0.4;      // of the radius: points nearer than that add nothing to a stroke
const MOST_POINTS = 1200;

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".draw");
  const [image, canvas] = [root.querySelector("img"), root.querySelector("canvas")];
  const state = (root.state ??= { strokes: [], box: null, from: null, source: "" });
  const size = root.querySelector(".size");
  const brush = data.mode === "brush";

  root.classList.toggle("box", !brush);
  image.alt = data.alt;
  root.querySelector(".send").textContent = data.send;
  if (state.source !== data.image) {
    image.src = state.source = data.image;
    state.strokes = [];
  }
  if (!brush) state.box = data.box;
  image.onload = paint;
  root.paint = paint;
  if (!root.watcher) (root.watcher = new ResizeObserver(() => root.paint())).observe(image);
  paint();

  const place = (event) => {
    const frame = canvas.getBoundingClientRect();
    const share = (value, length) => Math.round(Math.min(Math.max(value / length, 0), 1) * 1000);
    return [share(event.clientX - frame.left, frame.width), share(event.clientY - frame.top, frame.height)];
  };

  canvas.onpointerdown = (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    state.from = place(event);
    if (brush) state.strokes.push([Number(size.value), ...state.from]);
    paint();
  };
  canvas.onpointermove = (event) => {
    if (!state.from) return;
    const [x, y] = place(event);
    if (!brush) {
      const [left, top] = state.from;
      state.box = [Math.min(left, x), Math.min(top, y), Math.max(left, x), Math.max(top, y)];
    } else {
      const stroke = state.strokes.at(-1);
      const [lastX, lastY] = stroke.slice(-2);
      const reach = Math.hypot((x - lastX) * canvas.width, (y - lastY) * canvas.height) / Math.min(canvas.width, canvas.height);
      if (reach >= CLOSE * stroke[0] && points() < MOST_POINTS) stroke.push(x, y);
    }
    paint();
  };
  canvas.onpointerup = canvas.onpointercancel = () => {
    const drawn = state.from;
    state.from = null;
    if (!brush && drawn && state.box && state.box[2] - state.box[0] > 5 && state.box[3] - state.box[1] > 5) {
      setTriggerValue("box", state.box);
    }
    paint();
  };
  root.querySelector(".back").onclick = () => { state.strokes.pop(); paint(); };
  root.querySelector(".clear").onclick = () => { state.strokes = []; paint(); };
  root.querySelector(".send").onclick = () => {
    const strokes = state.strokes;
    state.strokes = [];
    paint();
    if (strokes.length) setTriggerValue("strokes", strokes);
  };

  function points() {
    return state.strokes.reduce((sum, stroke) => sum + (stroke.length - 1) / 2, 0);
  }

  function paint() {
    const { width, height } = image.getBoundingClientRect();
    if (!width) return;
    canvas.width = Math.round(width);
    canvas.height = Math.round(height);
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (brush) state.strokes.forEach((stroke) => paintStroke(context, stroke));
    else if (state.box) paintBox(context, state.box);
    for (const name of ["back", "clear", "send"]) root.querySelector("." + name).disabled = !state.strokes.length;
  }

  function paintStroke(context, [radius, ...flat]) {
    const reach = Math.max((radius * Math.min(canvas.width, canvas.height)) / 1000, 0.5);
    context.strokeStyle = "rgb(213 94 0 / .6)";
    context.lineWidth = 2 * reach;
    context.lineCap = context.lineJoin = "round";
    context.beginPath();
    for (let at = 0; at < flat.length; at += 2) {
      context.lineTo((flat[at] * canvas.width) / 1000, (flat[at + 1] * canvas.height) / 1000);
    }
    if (flat.length === 2) context.lineTo((flat[0] * canvas.width) / 1000 + 0.01, (flat[1] * canvas.height) / 1000);
    context.stroke();
  }

  function paintBox(context, [left, top, right, bottom]) {
    const [x, y] = [(left * canvas.width) / 1000, (top * canvas.height) / 1000];
    const [width, height] = [((right - left) * canvas.width) / 1000, ((bottom - top) * canvas.height) / 1000];
    context.fillStyle = "rgb(18 27 29 / .45)";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.clearRect(x, y, width, height);
    for (const [colour, dash] of [["#fff", []], ["#121b1d", [6, 6]]]) {
      context.setLineDash(dash);
      context.lineWidth = 2;
      context.strokeStyle = colour;
      context.strokeRect(x, y, width, height);
    }
  }
}
