// The replay of a training in the browser: all epochs are there from the start, so neither the slider nor the play button asks
// the server for anything.

const WHOLE = 8000; // milliseconds for a whole replay, and for one epoch at least and at most:
const QUICK = 60, SLOW = 900;
const NEUTRAL = 128, DEEP = 0.75; // opacity of a map at its strongest place
const WORDS = { real: "real", ai: "AI-generated" };

export default function (component) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector(".replay");
  const key = JSON.stringify([data.run, data.epochs.length]);
  let replay = root.telltale;
  if (!replay || replay.key !== key) {
    clearInterval(replay?.timer);
    replay = root.telltale = build(root, data, key, replay);
  }
  const onKey = (event) => keys(replay, event);
  root.addEventListener("keydown", onKey);
  return () => { root.removeEventListener("keydown", onKey); if (!root.isConnected) clearInterval(replay.timer); };
}

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const address = (url) => new URL(url.replace(/^\//, ""), new URL("./", document.location.href)).href;

function build(root, data, key, before) {
  const slider = root.querySelector("input"), sheet = root.querySelector(".sheet");
  const last = data.epochs.length - 1;
  const replay = { key, root, data, slider, timer: 0, palette: bytes(data.palette), at: before ? Math.min(before.at, last) : last };
  slider.max = String(last);
  sheet.textContent = "";
  replay.cells = data.pictures.map((picture) => cell(sheet, picture, data));
  slider.oninput = () => { stop(replay); show(replay, Number(slider.value)); };
  root.querySelector(".play").onclick = () => (replay.timer ? stop(replay) : play(replay));
  root.querySelector(".full").onclick = () => full(replay);
  show(replay, replay.at);
  return replay;
}

function cell(sheet, picture, data) {
  const figure = document.createElement("figure");
  figure.innerHTML = '<div class="frame"><img><canvas></canvas></div><div class="bar" aria-hidden="true"><span class="knob"></span></div>' +
    '<figcaption><span class="name"></span><span class="score"></span><span class="truth"></span></figcaption>' +
    '<svg viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true"><path></path><line y1="0" y2="20"></line></svg>';
  const find = (name) => figure.querySelector(name);
  const image = find("img");
  image.alt = picture.name;
  find(".name").textContent = find(".name").title = picture.name;
  find(".truth").textContent = `truly ${WORDS[picture.truth]}${picture.learnt ? ", learnt from" : ""}`;
  const steps = Math.max(picture.scores.length - 1, 1);
  find("path").setAttribute("d", picture.scores.map((score, place) =>
    `${place ? "L" : "M"}${(100 * place) / steps} ${19 - 18 * score}`).join(""));
  sheet.append(figure);
  const made = { picture, image, canvas: find("canvas"), knob: find(".knob"), score: find(".score"), line: find("line"), steps,
    levels: picture.shape ? bytes(picture.levels) : null };
  image.onload = () => { made.canvas.width = image.naturalWidth; made.canvas.height = image.naturalHeight; made.redraw?.(); };
  image.src = address(picture.url);
  return made;
}

function show(replay, at) {
  const { data } = replay;
  replay.at = at;
  replay.slider.value = String(at);
  replay.slider.setAttribute("aria-valuetext", `epoch ${data.epochs[at]}`);
  replay.root.querySelector(".epoch").textContent = `Epoch ${data.epochs[at]} of ${data.epochs[data.epochs.length - 1]}`;
  for (const one of replay.cells) {
    const score = one.picture.scores[at];
    one.knob.style.left = `${100 * score}%`;
    one.score.textContent = `score ${score < 0.01 ? "under 0.01" : score > 0.99 ? "over 0.99" : score.toFixed(2)}`;
    for (const end of ["x1", "x2"]) one.line.setAttribute(end, String((100 * at) / one.steps));
    one.redraw = () => draw(one, at, replay.palette);
    one.redraw();
  }
}

// The map as a small picture of its own, laid smoothly over the part that the network saw.
function draw(one, at, palette) {
  const { canvas, picture, levels } = one, context = canvas.getContext("2d");
  context.clearRect(0, 0, canvas.width, canvas.height);
  if (!levels || !one.image.naturalWidth) return; // its size comes with the picture
  const [rows, columns] = picture.shape, small = new OffscreenCanvas(columns, rows), pixels = new ImageData(columns, rows);
  for (let place = 0; place < rows * columns; place += 1) {
    const level = levels[at * rows * columns + place], side = level > NEUTRAL ? 255 : 0;
    pixels.data.set(palette.subarray(3 * side, 3 * side + 3), 4 * place);
    pixels.data[4 * place + 3] = Math.round((255 * DEEP * Math.abs(level - NEUTRAL)) / (NEUTRAL - 1));
  }
  small.getContext("2d").putImageData(pixels, 0, 0);
  const [left, top, right, bottom] = picture.box, { width, height } = canvas;
  context.imageSmoothingQuality = "high";
  context.drawImage(small, left * width, top * height, (right - left) * width, (bottom - top) * height);
}

function play(replay) {
  const last = replay.data.epochs.length - 1;
  if (last < 1) return;
  if (replay.at === last) show(replay, 0);
  const pause = Math.min(Math.max(WHOLE / last, QUICK), SLOW);
  replay.timer = setInterval(() => {
    if (!replay.root.isConnected || replay.at >= last) stop(replay);
    else show(replay, replay.at + 1);
  }, pause);
  replay.root.querySelector(".play").textContent = "Stop";
}

function stop(replay) {
  clearInterval(replay.timer);
  replay.timer = 0;
  replay.root.querySelector(".play").textContent = "Play";
}

function full(replay) {
  if (document.fullscreenElement) document.exitFullscreen();
  else replay.root.requestFullscreen?.().catch(() => {});
}

function keys(replay, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const last = replay.data.epochs.length - 1;
  const step = (by) => { stop(replay); show(replay, Math.min(Math.max(replay.at + by, 0), last)); };
  const acts = { ArrowRight: () => step(1), PageDown: () => step(1), ArrowLeft: () => step(-1), PageUp: () => step(-1),
    Home: () => step(-last), End: () => step(last), f: () => full(replay) };
  if (!(event.composedPath()[0] instanceof HTMLButtonElement)) acts[" "] = () => (replay.timer ? stop(replay) : play(replay));
  const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}
