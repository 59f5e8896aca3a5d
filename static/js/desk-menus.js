/* Menus of the desk's head (details.menu): Escape closes them, and so does going elsewhere, so that
   an open one never hides what has the focus. */
"use strict";

(() => {
  const open = () => [...document.querySelectorAll("details.menu[open]")];
  const closeOthers = (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  };
  document.addEventListener("focusin", closeOthers);
  document.addEventListener("pointerdown", closeOthers);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
})();
