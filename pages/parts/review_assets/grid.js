// The grid: many pictures at once, some selected, one answer for all of them. Selection lives here, answers on the server.

function openGrid(root, name) {
  const find = (selector) => root.querySelector(selector);
  const place = find(".tiles"), outbox = openOutbox(name), pictures = new Map(), selected = new Set();
  let data = { tiles: [], done: [], pictures: {} }, trigger = () => {}, anchor = 0, drawn = "", lastSent = 0, problem = null;

  function receive(next, send_) {
    data = next;
    trigger = send_;
    outbox.remove(data.done);
    for (const [id, picture] of Object.entries(data.pictures)) pictures.set(id, loaded(picture));
    problem = data.problem && outbox.find(data.problem.id) ? data.problem : null;
    const here = new Set(data.tiles.map((tile) => tile.id));
    for (const id of selected) if (!here.has(id)) selected.delete(id);
    for (const id of pictures.keys()) if (!here.has(id)) pictures.delete(id);
    if (data.tiles.some((tile) => !pictures.has(tile.id)) && performance.now() - lastSent > 1000) send();
    else if (outbox.size() && !problem && performance.now() - lastSent > PATIENCE) send();
    draw();
  }

  function draw() {
    const order = data.tiles.map((tile) => tile.id).join();
    if (order !== drawn) place.replaceChildren(...data.tiles.map(made));
    drawn = order;
    const sent = new Map(outbox.list().flatMap((entry) => (entry.items ?? []).map((id) => [id, entry.value])));
    data.tiles.forEach((tile, index) => {
      const element = place.children[index], mine = sent.get(tile.id) ?? tile.answer;
      element.setAttribute("aria-selected", String(selected.has(tile.id)));
      const frame = element.querySelector(".frame"), picture = pictures.get(tile.id);
      if (picture && picture.parentNode !== frame) frame.replaceChildren(picture, frame.querySelector(".tick"));
      const lines = element.querySelectorAll(".line");
      lines[1].textContent = tile.said.words;
      lines[1].className = `line ${tile.said.verdict}`;
      lines[2].textContent = mine ? `You: ${WORDS[mine]}${sent.has(tile.id) ? " …" : ""}` : tile.others || "Not answered by you";
      lines[2].className = `line ${mine ?? ""}`;
    });
    const count = selected.size;
    find(".count").textContent = count ? `${count} selected` : data.tiles.length ? "Nothing selected" : "";
    for (const button of root.querySelectorAll(".bar button")) button.disabled = !count || Boolean(problem);
    find("[data-do=undo]").disabled = !(data.undoable || outbox.size()) || Boolean(problem);
    find("[data-do=none]").disabled = !count;
    find(".problem").hidden = !problem;
    if (problem) find(".what").textContent = `${problem.text} Your answers are kept here meanwhile.`;
  }

  function made(tile, index) {
    const element = Object.assign(document.createElement("div"), { className: "tile", tabIndex: index ? -1 : 0, title: tile.name });
    element.setAttribute("role", "option");
    element.setAttribute("aria-label", tile.name);
    const frame = Object.assign(document.createElement("div"), { className: "frame" });
    frame.append(Object.assign(document.createElement("span"), { className: "tick", textContent: "✓", ariaHidden: "true" }));
    const lines = ["name", "", ""].map((kind) => Object.assign(document.createElement("div"), { className: `line ${kind}` }));
    lines[0].textContent = tile.name;
    element.append(frame, ...lines);
    element.addEventListener("click", (event) => choose(index, event.shiftKey));
    return element;
  }

  function choose(index, range) {
    const id = data.tiles[index]?.id;
    if (range) for (const tile of data.tiles.slice(Math.min(anchor, index), Math.max(anchor, index) + 1)) selected.add(tile.id);
    else if (!selected.delete(id)) selected.add(id);
    if (!range) anchor = index;
    focus(index);
    draw();
  }

  function focus(index) {
    const at = Math.min(Math.max(index, 0), data.tiles.length - 1);
    [...place.children].forEach((element, each) => (element.tabIndex = each === at ? 0 : -1));
    place.children[at]?.focus();
  }

  function apply(value) {
    if (!selected.size || problem) return;
    outbox.add({ kind: "many", items: [...selected], value });
    selected.clear();
    send();
    draw();
  }

  function undo() {
    if (problem || !(data.undoable || outbox.size())) return;
    outbox.add({ kind: "undo" });
    send();
    draw();
  }

  function send() {
    lastSent = performance.now();
    trigger({ entries: outbox.list(), have: [...pictures.keys()], maps: [], originals: [], want: {} });
  }

  const actions = {
    real: () => apply("real"), ai: () => apply("ai"), unsure: () => apply("unsure"), again: send, undo,
    all: () => data.tiles.forEach((tile) => selected.add(tile.id)),
    none: () => selected.clear(),
    drop: () => (outbox.remove(outbox.list().map((entry) => entry.id)), (problem = null)),
  };

  function onKey(event) {
    const target = event.composedPath()[0], key = event.key.toLowerCase();
    if (!hasKeys(root) || typing(event) || document.querySelector("[role=dialog]")) return;
    const columns = getComputedStyle(place).gridTemplateColumns.split(" ").length, at = [...place.children].indexOf(target);
    const steps = { arrowleft: -1, arrowright: 1, arrowup: -columns, arrowdown: columns };
    const does = event.ctrlKey || event.metaKey ? { a: "all" }[key] : { r: "real", a: "ai", u: "unsure", z: "undo", escape: "none" }[key];
    if (event.altKey || (!does && (at < 0 || !(key in steps || key === " ")))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (does) actions[does]();
    else if (key === " ") choose(at, event.shiftKey);
    else if (event.shiftKey) choose(Math.min(Math.max(at + steps[key], 0), data.tiles.length - 1), true);
    else focus(at + steps[key]);
    draw();
  }

  function onClick(event) {
    const button = event.target.closest("[data-do]");
    if (!button || button.disabled) return;
    actions[button.dataset.do]();
    draw();
  }

  const clock = setInterval(() => outbox.size() && !problem && performance.now() - lastSent > PATIENCE && send(), 1000);
  claimKeys(root);
  window.addEventListener("keydown", onKey, true);
  root.firstElementChild.addEventListener("click", onClick);
  const close = () => (clearInterval(clock), window.removeEventListener("keydown", onKey, true));
  return { name, receive, close };
}

export default function (component) {
  const root = component.parentElement;
  if (root.grid && root.grid.name !== component.data.name) root.grid = root.grid.close();
  root.grid ??= openGrid(root, component.data.name);
  root.grid.receive(component.data, (value) => component.setStateValue("sent", { ...value, name: component.data.name, at: Date.now() + Math.random() }));
  // Streamlit may put the same place on the page again: its keys must go on working, so only what has really gone is closed.
  return () => setTimeout(() => root.isConnected || (root.grid = root.grid?.close()), 100);
}
