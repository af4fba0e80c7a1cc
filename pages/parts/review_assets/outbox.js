// Answers on their way: each lies in the browser's storage from the key press until the server says that it is kept,
// so that a reload, a crash or a second tab loses none. One storage entry an answer: two tabs never write the same one.

function openOutbox(name) {
  const prefix = `telltale-review/${name}/`;
  const entries = new Map(stored(prefix));
  let count = 0;

  function add(entry) {
    const id = `${Date.now().toString(36)}-${String(count++).padStart(4, "0")}-${Math.random().toString(36).slice(2, 8)}`;
    const whole = { id, ...entry };
    entries.set(id, whole);
    try {
      if (entry.kind !== "undo") localStorage.setItem(prefix + id, JSON.stringify(whole)); // an undo must not come twice
    } catch {
      // storage is full or forbidden: the answer still goes out, it only would not outlive a reload before it is kept
    }
    return whole;
  }

  function remove(ids) {
    for (const id of ids) {
      entries.delete(id);
      try {
        localStorage.removeItem(prefix + id);
      } catch {
        // nothing was stored, then
      }
    }
  }

  const list = () => [...entries.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  return { add, remove, list, find: (id) => entries.get(id), size: () => entries.size };
}

function stored(prefix) {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(prefix));
    return keys.map((key) => JSON.parse(localStorage.getItem(key))).map((entry) => [entry.id, entry]);
  } catch {
    return [];
  }
}
