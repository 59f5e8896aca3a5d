/* Small comforts of a card: what a mark says is put away with Esc until one looks elsewhere. */
"use strict";

(() => {
  const root = document.documentElement;
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") root.classList.add("no-tips");
  });
  for (const away of ["pointerout", "focusout"]) {
    document.addEventListener(away, (event) => {
      if (event.target.matches?.("mark[data-tip]")) root.classList.remove("no-tips");
    });
  }
})();
