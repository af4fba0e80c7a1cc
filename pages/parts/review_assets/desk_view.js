// What the desk shows for a state; it decides nothing.

const SAYS_AFTER = [{ words: "The detector's verdict comes after your answer.", verdict: "" }];

function openView(root) {
  const find = (selector) => root.querySelector(selector);
  const all = (selector) => [...root.querySelectorAll(selector)];

  // state: as in desk.js, with the item's reveal and map, how many answers wait, and of how many pictures they are the first
  function draw(state) {
    const { data, item, phase, problem } = state, open = phase === "ask" || phase === "revise";
    const said = !item ? [] : phase === "revise" ? state.reveal : item.blind ? SAYS_AFTER : item.said;
    find(".said").replaceChildren(...(said ?? []).flatMap(({ words, verdict }, at) => [at ? " · " : "", spoken(words, verdict)]));
    find(".name").textContent = item ? [item.name, item.facts].filter(Boolean).join(" · ") : "";
    const map = state.mapShown && item ? state.map : null;
    find(".words").textContent = map ? (map.words ?? map.error) : "";
    find(".words").hidden = !map;
    for (const button of all(".answers button")) {
      button.disabled = !open;
      button.classList.toggle("chosen", Boolean(item) && button.dataset.do === state.before);
    }
    for (const button of all("[data-do=undo]")) button.disabled = !(state.past.length || state.waiting || data.undoable || phase === "failed");
    find("[data-do=keep]").hidden = phase !== "revise";
    find("[data-do=skip]").hidden = phase === "revise";
    find("[data-do=map]").disabled = !state.mapped;
    find("[data-do=map]").setAttribute("aria-pressed", String(Boolean(state.mapShown && item)));
    for (const button of all("[data-do=in], [data-do=out], [data-do=fit]")) button.disabled = !item;
    for (const field of all("input")) field.disabled = !open;
    find(".problem").hidden = phase !== "failed";
    if (problem) find(".what").textContent = `${problem.text} ${kept(problem.entry)}`;
    const busy = busyWith(state);
    find(".busy").textContent = busy;
    find(".busy").hidden = !busy;
    count(state);
    find(".status").textContent = status(state);
  }

  function count({ data, fresh }) {
    const { done = 0, total = 0, pace = "" } = data.progress, now = Math.min(done + fresh, total);
    find("progress").max = total || 1;
    find("progress").value = now;
    find(".counts").textContent = [`${now.toLocaleString("en")} of ${total.toLocaleString("en")} done`, pace].filter(Boolean).join(" · ");
  }

  return { draw };
}

function spoken(words, verdict) {
  const span = document.createElement("span");
  span.textContent = words;
  span.className = verdict;
  return span;
}

function kept(entry) {
  return entry.kind === "undo" ? "The undo is tried again when you say so." : `Your answer, ${WORDS[entry.value]}, is kept here meanwhile.`;
}

function busyWith({ phase, mapShown, item, map, wanted }) {
  if (phase === "wait") return "What does the detector say? …";
  if (mapShown && item && !map) return "Finding where the detector looks …";
  return item && wanted.original === item.id ? "The original pixels are on their way …" : "";
}

function status({ data, phase, problem, waiting, past }) {
  if (problem) return "";
  if (data.trouble) return `${data.trouble} It is tried again meanwhile.`;
  if (waiting) return `${waiting} ${waiting === 1 ? "answer is" : "answers are"} being saved …`;
  if (phase === "revise") return "Keep your answer, or press the key of another one.";
  return past.length ? "All answers are saved." : "";
}
