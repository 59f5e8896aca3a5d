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

  /* --- Reports: the key goes to them, whether they are folded or not; answering goes on to the next - */
  const toFirst = (within) => within.querySelector(".report-form button")?.focus();
  document.addEventListener("click", (event) => {
    const summary = event.target.closest?.('#reports summary[data-key="e"]');
    if (!summary || event.detail > 0 || document.activeElement === summary) return; // by hand: it folds
    const fold = summary.parentElement;
    if (fold.open && fold.contains(document.activeElement)) return;
    event.preventDefault();
    fold.open = true;
    if (fold.querySelector(".report-form button")) toFirst(fold);
    else summary.focus();
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const { target } = event.detail;
    if (target?.id !== "reports") return;
    const open = target.querySelector('.report-form button[value="agreed"]');
    (open || target.querySelector("summary")).focus();
  });
})();
