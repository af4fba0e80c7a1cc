// What the desk and the grid share: words of the answers, and pictures that are decoded before they are needed.

const WORDS = { real: "real", ai: "AI-generated", unsure: "unsure", skip: "skipped" };
const PATIENCE = 12000; // milliseconds until answers go out again that nobody confirmed; longer than the wait for a lock

function loaded(picture) {
  if (!picture.url) return paragraph(picture.error);
  const element = Object.assign(new Image(), { src: picture.url, alt: picture.alt ?? "", draggable: false });
  element.decode().catch(() => {}); // one that the browser cannot show stays an empty frame with its alternative text
  return element;
}

function paragraph(text) {
  return Object.assign(document.createElement("p"), { textContent: text });
}

function typing(event) {
  return Boolean(event.composedPath()[0].matches?.("input, textarea, select, [contenteditable=true]"));
}

// While Streamlit swaps desk and grid both are on the page, for seconds on a busy machine: keys belong to the one opened last,
// or an answer meant for the grid would go to the desk's hidden picture. When that one has gone again, they are free.
const claimKeys = (root) => (window.telltaleReviewKeys = root);
const hasKeys = (root) => (window.telltaleReviewKeys?.isConnected ? window.telltaleReviewKeys : claimKeys(root)) === root;
