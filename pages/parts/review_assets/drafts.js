// Note and tags as they were typed before the answer: kept in the browser's storage, so that a reload does not lose them.

function openDrafts(name) {
  const key = (id) => `telltale-review-draft/${name}/${id}`;

  function read(id) {
    try {
      return JSON.parse(localStorage.getItem(key(id))) ?? {};
    } catch {
      return {};
    }
  }

  function write(id, draft) {
    try {
      if (draft) localStorage.setItem(key(id), JSON.stringify(draft));
      else localStorage.removeItem(key(id));
    } catch {
      // storage is full or forbidden: what was typed stays in its field and goes with the answer all the same
    }
  }
  return { read, write };
}
