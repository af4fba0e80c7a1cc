// The stage in the browser: it steps through a deck by itself and tells the page where it stands. Everything that it shows was
// loaded before the first step, so a step asks nobody.

const STEPS = ["look", "guess", "verdict", "map", "check"];
const OUT = ["verdict", "map", "check"]; // steps that give the answer away
const TWICE = 150; // milliseconds between two steps: a clicker that bounces is one click
const WORDS = { real: "real", ai: "AI-generated", inconclusive: "inconclusive" };

export default function (component) {
  const { data, parentElement } = component;
  let stage = parentElement.telltaleStage;
  if (!stage || stage.round !== data.round) {
    stage = parentElement.telltaleStage = begin(parentElement, data);
    load(stage);
  }
  Object.assign(stage, { data, tell: component.setStateValue, trigger: component.setTriggerValue });
  draw(stage);
  const onKey = (event) => key(stage, event);
  window.addEventListener("keydown", onKey, true);
  return () => window.removeEventListener("keydown", onKey, true);
}

function begin(parent, data) {
  const root = parent.querySelector(".stage");
  const places = ["welcome"];
  for (const picture of data.pictures)
    for (const step of STEPS) if (picture.map || !["map", "check"].includes(step)) places.push(`${picture.key}:${step}`);
  places.push("score");
  const stage = {
    root, data, places, round: data.round, at: Math.max(places.indexOf(data.place), 0), hands: { ...data.hands },
    revealed: new Set(data.revealed), split: false, black: false, images: {}, kept: [], loaded: 0, stepped: 0, waiting: 0,
  };
  const on = (name, act) => root.querySelector(name).addEventListener("click", () => act(stage));
  on(".next", (s) => go(s, s.at + 1));
  on(".back", (s) => go(s, s.at - 1));
  on(".full", full);
  on(".leave", (s) => leave(s));
  root.querySelectorAll(".hands input").forEach((input) => input.addEventListener("input", () => count(stage)));
  root.focus();
  return stage;
}

// ---- pictures: held as blobs, so that they stay even where the server goes away
async function load(stage) {
  const wanted = stage.data.pictures.flatMap((picture) => [picture.url, picture.map]).filter(Boolean);
  stage.wanted = wanted.length;
  for (const url of wanted) {
    try {
      const answer = await fetch(address(url));
      if (answer.ok) stage.images[url] = URL.createObjectURL(await answer.blob());
      const picture = new Image(); // kept, so that it is decoded before it is wanted
      picture.src = image(stage, url);
      stage.kept.push(picture);
      await picture.decode();
    } catch { /* shown from its address instead */ }
    stage.loaded += 1;
    if (stage.places[stage.at] === "welcome") draw(stage);
  }
}

const address = (url) => new URL(url.replace(/^\//, ""), new URL("./", document.location.href)).href;
const image = (stage, url) => stage.images[url] || address(url);

// ---- steps
function go(stage, to) {
  const now = performance.now();
  if (now - stage.stepped < TWICE || to < 0 || to >= stage.places.length) return;
  Object.assign(stage, { stepped: now, at: to, black: false, split: false });
  const [name, step] = stage.places[to].split(":");
  if (OUT.includes(step)) stage.revealed.add(name);
  stage.root.focus();
  draw(stage);
  say(stage);
}

function say(stage) {
  stage.tell("told", { place: stage.places[stage.at], revealed: [...stage.revealed], hands: stage.hands });
}

function count(stage) {
  const { name } = here(stage);
  const [real, ai] = [...stage.root.querySelectorAll(".hands input")].map((input) =>
    Math.min(Math.max(Math.round(Number(input.value)) || 0, 0), 9999));
  stage.hands[name] = [real, ai];
  clearTimeout(stage.waiting);
  stage.waiting = setTimeout(() => say(stage), 300);
}

function leave(stage) {
  clearTimeout(stage.waiting);
  if (document.fullscreenElement) document.exitFullscreen();
  say(stage);
  stage.trigger("leave", true);
}

function full(stage) {
  if (document.fullscreenElement) document.exitFullscreen();
  else stage.root.requestFullscreen?.().catch(() => {}); // some browsers and frames forbid it
}

function key(stage, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || !stage.root.isConnected) return;
  const typing = event.composedPath()[0] instanceof HTMLInputElement;
  const hands = stage.root.querySelectorAll(".hands input");
  const next = () => go(stage, stage.at + 1), back = () => go(stage, stage.at - 1);
  const acts = {
    ArrowRight: next, PageDown: next, " ": next, Enter: next, ArrowLeft: back, PageUp: back,
    Escape: () => (typing ? stage.root.focus() : leave(stage)),
  };
  if (typing && event.key === "Enter" && event.composedPath()[0] === hands[0]) acts.Enter = () => hands[1].select();
  if (!typing) {
    Object.assign(acts, {
      Home: () => go(stage, 0), End: () => go(stage, stage.places.length - 1), Backspace: back,
      f: () => full(stage), t: () => { stage.split = !stage.split; draw(stage); },
      b: () => { stage.black = !stage.black; draw(stage); }, r: () => hands[0].select(), a: () => hands[1].select(),
    });
    acts["."] = acts.b; // what clickers send to darken the screen
  }
  // A focused button takes its own Enter and space.
  const pressed = event.composedPath()[0] instanceof HTMLButtonElement && [" ", "Enter"].includes(event.key);
  const act = pressed ? null : acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  event.stopImmediatePropagation(); // the page's own keys, such as r for "rerun", are not for the stage
  if (!act) return;
  event.preventDefault();
  if (!event.repeat) act();
}

// ---- drawing
function here(stage) {
  const [name, step] = stage.places[stage.at].split(":");
  const number = stage.data.pictures.findIndex((picture) => picture.key === name);
  return { name, step: step || name, number, picture: stage.data.pictures[number] };
}

function draw(stage) {
  const { root, data } = stage, { step, number, picture } = here(stage);
  root.dataset.step = step;
  root.classList.toggle("black", stage.black);
  const put = (name, words) => { const place = root.querySelector(name); if (place.textContent !== words) place.textContent = words; };
  put(".title", data.title);
  put(".where", picture ? `Picture ${number + 1} of ${data.pictures.length}` : "");
  root.querySelector(".back").disabled = stage.at === 0;
  root.querySelector(".next").disabled = stage.at === stage.places.length - 1;
  root.querySelector(".progress span").style.width = `${(100 * stage.at) / (stage.places.length - 1)}%`;
  join(stage);
  if (step === "welcome") {
    put(".welcome h1", data.title);
    put(".welcome .lead", `${data.pictures.length} ${data.pictures.length === 1 ? "picture" : "pictures"}. Real or AI-generated? You guess first, then a detector does.`);
    put(".welcome .ready", stage.loaded < stage.wanted ? `Loading ${stage.loaded} of ${stage.wanted} …` : `Detector: ${data.detector}`);
  } else if (step === "score") score(stage, put);
  else slide(stage, put, step, picture);
}

function join(stage) {
  const { root, data } = stage;
  root.classList.toggle("phones", Boolean(data.join));
  if (!data.join) return;
  for (const qr of root.querySelectorAll(".qr")) if (qr.getAttribute("src") !== data.join.qr) qr.src = data.join.qr;
  for (const place of root.querySelectorAll(".url")) place.textContent = data.join.url.replace("http://", "");
}

function slide(stage, put, step, picture) {
  const { root } = stage, out = OUT.includes(step);
  const base = root.querySelector(".base"), over = root.querySelector(".over");
  for (const [place, url] of [[base, picture.url], [over, picture.map]]) {
    const src = url ? image(stage, url) : "";
    if (place.getAttribute("src") !== src) place.setAttribute("src", src);
  }
  base.alt = `Picture: ${picture.name}`;
  over.style.opacity = ["map", "check"].includes(step) ? 1 : 0;
  const guesses = total(stage, picture.key);
  if (step === "guess") {
    const known = stage.revealed.has(picture.key), hands = stage.hands[picture.key];
    root.querySelectorAll(".hands input").forEach((input, side) => {
      const value = hands && (hands[0] || hands[1]) ? String(hands[side]) : "";
      if (root.getRootNode().activeElement !== input) input.value = value;
      input.disabled = known && Boolean(hands);
    });
    const votes = sum(stage.data.votes[picture.key]);
    put(".votes b", String(votes));
    put(".counted", votes === 1 ? "vote by phone" : "votes by phone");
    put(".votes .split", stage.split || known ? `${(stage.data.votes[picture.key] || [0, 0])[0]} real · ${(stage.data.votes[picture.key] || [0, 0])[1]} AI-generated` : "");
    put(".locked", known ? "The answer was out: votes no longer count." : "");
  }
  if (!out) return;
  put(".audience", audience(guesses));
  put(".said", picture.headline);
  root.querySelector(".said").dataset.verdict = picture.verdict;
  root.querySelector(".knob").style.left = `${100 * picture.score}%`;
  root.querySelector(".line").style.left = `${100 * picture.threshold}%`;
  put(".scored", `score ${picture.shown}, line at ${picture.threshold.toFixed(2)}`);
  put(".detail", picture.detail);
  put(".truth", picture.truth ? `It is ${WORDS[picture.truth]}.` : "Nobody here knows what it truly is.");
  root.querySelector(".truth").dataset.verdict = picture.truth || "inconclusive";
  put(".seen", picture.seen ? "The detector was trained on this very picture." : "");
  put(".mapwords", picture.mapWords);
  put(".badge", picture.badge);
  put(".found", picture.check);
  put(".nomap", picture.map ? "" : picture.problem);
}

function total(stage, name) {
  const hands = stage.hands[name] || [0, 0], votes = stage.data.votes[name] || [0, 0];
  return [hands[0] + votes[0], hands[1] + votes[1]];
}

const sum = (counts) => (counts ? counts[0] + counts[1] : 0);

function audience([real, ai]) {
  if (!real && !ai) return "You did not vote.";
  if (real === ai) return `You are split: ${real} to ${ai}.`;
  return `You said ${ai > real ? WORDS.ai : WORDS.real}: ${Math.max(real, ai)} of ${real + ai}.`;
}

function score(stage, put) {
  const { score: found } = stage.data;
  put(".verdict-of-all", found.verdict);
  for (const side of ["audience", "detector"]) {
    put(`.score .${side} b`, found.n ? `${found[side]} of ${found.n}` : "–");
    put(`.score .${side} small`, found[`${side}Interval`]);
  }
  put(".notes", found.notes.join(" "));
}
