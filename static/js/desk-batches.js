/* What is selected in a queue stays selected while one is only asked about it: it is let go on the
   page of the batch that takes it. */
"use strict";

(() => {
  const BEGUN = "desk.begun";
  try {
    const begun = sessionStorage.getItem(BEGUN);
    sessionStorage.removeItem(BEGUN);
    if (begun && document.getElementById("batch")) sessionStorage.removeItem(begun);
  } catch {
    return; // a browser that keeps nothing has kept no selection
  }
  document.querySelector(".batch-form")?.addEventListener("submit", (event) => {
    const selected = event.target.querySelector("[name=selected]");
    if (selected) sessionStorage.setItem(BEGUN, `desk.picked ${selected.value}`);
  });
})();
