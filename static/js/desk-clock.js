/* Times that run out, once a second: how long a comment is one's own, how long the foot says what
   was done, and when that is too old for a key. No screen reader is told; the clock time stands
   beside it. */
"use strict";

(() => {
  const { left, out, now } = document.body.dataset;
  const [page] = performance.getEntriesByType("navigation");
  const then = performance.timeOrigin + (page?.responseStart ?? 0);
  const ahead = now ? Date.parse(now) - then : 0; // the database's clock before this one
  const secondsTo = (moment) => Math.ceil((Date.parse(moment) - Date.now() - ahead) / 1000);
  const spoken = (seconds) =>
    seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

  const tick = () => {
    for (const clock of document.querySelectorAll("[data-until]")) {
      const seconds = secondsTo(clock.dataset.until);
      clock.textContent = seconds > 0 ? left.replace("%s", spoken(seconds)) : out;
    }
    for (const clock of document.querySelectorAll("[data-fades]")) {
      const seconds = secondsTo(clock.dataset.fades);
      if (seconds > 0) {
        clock.textContent = spoken(seconds);
        continue;
      }
      const foot = clock.parentElement;
      const button = foot.querySelector("button[data-key=u]");
      foot.querySelector(".done-words")?.remove();
      if (button) button.querySelector("span").textContent = clock.dataset.after;
      clock.remove();
    }
    for (const history of document.querySelectorAll("[data-from][hidden]")) {
      if (secondsTo(history.dataset.from) > 0) continue;
      history.parentElement.querySelector("form")?.remove(); // too old for one key
      history.hidden = false;
    }
  };
  setInterval(tick, 1000);
  document.addEventListener("htmx:afterSettle", tick);
  document.addEventListener("desk:shown", tick);
  tick();
})();
