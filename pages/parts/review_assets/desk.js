// The desk: one picture to judge, its answer by key, and the next one at once, since it is in the browser already.
// What the server sends may be older than what was typed meanwhile, so answers on their way always win here.

const BEHIND = 12; // answered pictures kept in the browser, so that undo shows them at once
const SOON = 1000; // milliseconds between two questions whether a map is there
const ORIGINAL_FROM = 1.5; // zoom from which the pixels of a reduced picture no longer do

function openDesk(root, name) {
  const find = (selector) => root.querySelector(selector);
  const stage = find(".stage"), layer = find(".layer"), note = find(".note"), tags = find(".tags");
  const outbox = openOutbox(name), drafts = openDrafts(name), view = openView(root), zoom = openZoom(stage, layer, zoomed);
  const pictures = new Map(), maps = new Map(), originals = new Map(), reveals = new Map(); // by item
  const answered = new Set(outbox.list().map((entry) => entry.item)), past = []; // a reload may have left answers on their way
  let data = { items: [], progress: {} }, trigger = () => {};
  let item = null, phase = "loading"; // loading, ask, wait (for the verdict, blind), revise, failed, empty
  let before = "", mapShown = false, wanted = {}, problem = null, lastSent = 0;
  const clock = openClock();

  function receive(next, sends) {
    data = next;
    trigger = sends;
    outbox.remove(data.done);
    for (const [id, picture] of Object.entries(data.pictures)) if (!pictures.has(id)) pictures.set(id, loaded(picture));
    for (const [id, picture] of Object.entries(data.originals)) if (!originals.has(id)) originals.set(id, loaded(picture));
    for (const [id, map] of Object.entries(data.maps)) if (!maps.has(id)) maps.set(id, { ...map, element: map.url && loaded(map) });
    for (const [id, reveal] of Object.entries(data.reveals)) reveals.set(id, reveal);
    const entry = data.problem && outbox.find(data.problem.id);
    problem = entry ? { ...data.problem, entry } : null;
    if (!outbox.size()) answered.clear(); // the server knows all of it, so its list counts
    find("#known").replaceChildren(...data.tags.map((tag) => Object.assign(document.createElement("option"), { value: tag })));
    settle();
    if (data.items.some((each) => !pictures.has(each.id))) again();
  }

  // Where the desk stands after news from the server.
  function settle() {
    const known = item && data.items.find((each) => each.id === item.id), back = data.items.find((each) => each.id === data.back);
    if (known && !outbox.size()) item = known;
    if (problem) fail();
    else if (phase === "failed") next();
    else if (back && back.id !== item?.id && !answered.has(back.id) && phase !== "wait") put(back);
    else if (!item || phase === "loading" || phase === "empty") next();
    if (item?.first && phase === "ask" && !outbox.size()) phase = "wait";
    if (phase === "wait" && reveals.has(item.id)) reveal();
    if (item) paint();
    draw();
  }

  function fail() {
    const id = problem.entry.item, failed = past.findLast((each) => each.item.id === id)?.item ?? data.items.find((each) => each.id === id);
    if (failed && item?.id !== id) put(failed);
    before = problem.entry.value;
    phase = "failed";
  }

  function next() {
    const following = data.items.find((each) => !answered.has(each.id));
    if (following) return put(following);
    item = null;
    phase = outbox.size() ? "loading" : "empty";
    mapShown = false;
    layer.replaceChildren(paragraph(phase === "empty" ? data.finished : "The next picture is on its way …"));
    stage.dataset.item = note.value = tags.value = "";
    zoom.reset();
    draw();
  }

  function put(which, said = "") {
    const draft = drafts.read(which.id);
    [item, phase, before, mapShown, wanted] = [which, "ask", said, false, {}];
    zoom.reset();
    note.value = draft.note ?? item.note;
    tags.value = draft.tags ?? item.tags.join(", ");
    paint();
    clock.start();
    forget();
    draw();
  }

  function paint() {
    const picture = (mapShown && maps.get(item.id)?.element) || originals.get(item.id) || pictures.get(item.id);
    if (picture && picture.parentNode !== layer) layer.replaceChildren(picture);
    else if (!picture) layer.replaceChildren(paragraph("The picture is on its way …"));
    stage.dataset.item = picture ? item.id : "";
  }

  function reveal() {
    phase = "revise";
    before = item.first || before;
    clock.start();
    if (item.mapped) showMap(true);
  }

  function answer(value) {
    if (phase === "revise") return keep(value);
    if (phase !== "ask") return;
    record(value, 1);
    if (item.blind && value !== "skip") [phase, before] = ["wait", value];
    else leave();
    send();
  }

  function keep(value = before) {
    if (phase !== "revise" || value === "skip") return;
    record(value, 2);
    leave();
    send();
  }

  function record(value, round) {
    const words = { note: note.value.trim(), tags: tags.value.split(",").map((tag) => tag.trim()).filter(Boolean) };
    outbox.add({ kind: "answer", item: item.id, value, round, ms: clock.read(), shown: !item.blind || round === 2, ...words });
    past.push({ item: { ...item, ...words }, round, value });
    if (past.length > BEHIND) past.shift();
    drafts.write(item.id, null);
  }

  function leave() {
    answered.add(item.id);
    next();
  }

  function undo() {
    if (phase === "failed") return takeBack();
    const last = past.pop();
    if (!last && !data.undoable && !outbox.size()) return; // after a reload answers may still be on their way
    outbox.add({ kind: "undo", item: last?.item.id ?? "" });
    if (last) {
      answered.delete(last.item.id);
      put(last.round === 2 ? last.item : { ...last.item, first: "" }, last.value);
      if (last.round === 2) reveal();
    }
    send();
  }

  // An answer that could not be kept is dropped, with whatever was to follow for its picture.
  function takeBack() {
    const id = problem.entry.item;
    outbox.remove(outbox.list().filter((each) => each.item === id).map((each) => each.id));
    answered.delete(id);
    problem = null;
    if (item) put(item);
    else next();
    send();
  }

  function retry() {
    if (phase !== "failed") return keep();
    send();
    find(".status").textContent = "Trying again …";
  }

  function send() {
    const have = [...pictures.keys()];
    trigger({ entries: outbox.list(), have, maps: [...maps.keys()], originals: [...originals.keys()], want: wanted });
    lastSent = performance.now();
    draw();
  }

  // Ask once more for what has not come, but not at every message that crosses another.
  function again() {
    if (performance.now() - lastSent > 1000) send();
  }

  function showMap(shown) {
    mapShown = shown;
    if (shown && !maps.has(item.id)) {
      wanted.map = item.id;
      send();
    }
    paint();
    draw();
  }

  const mayMap = () => Boolean(item?.mapped) && (phase === "revise" || (phase === "ask" && !item.blind));

  function zoomed(scale) {
    find(".scale").textContent = `${Math.round(scale * 100)} %`;
    const picture = layer.querySelector("img");
    if (!picture || !item) return;
    const room = Math.min(stage.clientWidth / item.width, stage.clientHeight / item.height);
    picture.classList.toggle("close", scale > 1 && room * scale > 4); // a pixel is seen as a square by now
    if (item.reduced && scale >= ORIGINAL_FROM && !originals.has(item.id) && wanted.original !== item.id) {
      wanted.original = item.id;
      send();
    }
  }

  function draw() {
    if (item && maps.has(item.id)) delete wanted.map;
    if (item && originals.has(item.id)) delete wanted.original;
    const sent = outbox.list().filter((entry) => entry.kind === "answer"), waiting = sent.length;
    const fresh = new Set(sent.filter((entry) => entry.round === 1).map((entry) => entry.item)).size;
    const [map, shown] = [maps.get(item?.id), reveals.get(item?.id)];
    view.draw({ data, item, phase, before, mapShown, map, mapped: mayMap(), reveal: shown, wanted, problem, past, waiting, fresh });
  }

  // Pictures far behind go from the browser's memory.
  function forget() {
    const near = new Set([item, ...data.items, ...past.map((each) => each.item)].map((each) => each.id));
    for (const held of [pictures, maps, originals]) for (const id of held.keys()) if (!near.has(id)) held.delete(id);
  }

  const stop = listen(root, stage, zoom, {
    real: () => answer("real"), ai: () => answer("ai"), unsure: () => answer("unsure"), skip: () => answer("skip"),
    keep: () => keep(), again: retry, undo, map: () => mayMap() && showMap(!mapShown),
    in: () => zoom.by(1.5), out: () => zoom.by(1 / 1.5), fit: zoom.reset, note: () => note.focus(), tags: () => tags.focus(),
  });
  const type = () => item && drafts.write(item.id, { note: note.value, tags: tags.value });
  for (const field of [note, tags]) field.addEventListener("input", type);
  const patience = setInterval(() => {
    const since = performance.now() - lastSent;
    if (!problem && ((since > PATIENCE && (outbox.size() || data.trouble)) || (since > SOON && (wanted.map || wanted.original)))) send();
  }, SOON / 2);

  function close() {
    stop();
    clearInterval(patience);
    clock.stop();
  }
  return { name, receive, close };
}

// Called at every rerun; a desk lives as long as its place on the page and its queue.
export default function (component) {
  const root = component.parentElement;
  if (root.desk && root.desk.name !== component.data.name) root.desk = root.desk.close();
  root.desk ??= openDesk(root, component.data.name);
  root.desk.receive(component.data, (value) => component.setStateValue("sent", { ...value, name: component.data.name, at: Date.now() + Math.random() }));
  // Streamlit may put the same place on the page again: its keys must go on working, so only what has really gone is closed.
  return () => setTimeout(() => root.isConnected || (root.desk = root.desk?.close()), 100);
}
