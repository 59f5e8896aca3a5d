/* The author's drawer beside a card: opened, closed, and where the keyboard goes then. */
"use strict";

(() => {
  const one = (selector, within = document) => within.querySelector(selector);
  const opener = () => one("#drawer-open");
  const drawer = () => one("#context #drawer");
  const isNarrow = () => !window.matchMedia("(min-width: 80rem)").matches;

  const close = () => {
    drawer().replaceChildren();
    opener().setAttribute("aria-expanded", "false");
    if (isNarrow()) location.replace("#focus");
    one("#card")?.focus({ preventScroll: true });
  };

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt !== opener() || !drawer()?.hasChildNodes()) return;
    event.preventDefault(); // the same key closes it
    close();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-close-drawer]")) close();
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const { target } = event.detail;
    if (target?.id === "drawer-comments") one("a", target)?.focus();
    if (target?.id !== "drawer") return;
    const told = one(".drawer-done, .drawer-trouble, [aria-invalid=true], .is-invalid", target);
    const first = told || one("#drawer-title", target);
    if (drawer()) {
      opener().setAttribute("aria-expanded", "true");
      if (isNarrow() && location.hash !== "#context") location.replace("#context");
    }
    first?.focus({ preventScroll: true });
    first?.scrollIntoView({ block: told ? "center" : "start" });
  });
})();
