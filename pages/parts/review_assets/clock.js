// How long a picture was looked at, in milliseconds; the time while the tab was hidden does not count.

function openClock() {
  let began = performance.now(), hidden = 0, away = 0;

  function onChange() {
    if (document.hidden) hidden = performance.now();
    else away += performance.now() - Math.max(hidden, began);
  }

  document.addEventListener("visibilitychange", onChange);
  return {
    start: () => ([began, away] = [performance.now(), 0]),
    read: () => Math.round(performance.now() - began - away),
    stop: () => document.removeEventListener("visibilitychange", onChange),
  };
}
