/* Rules: dragged into their order, and commas in fields that offer words. Everything here is done
   by buttons and by typing as well. */
"use strict";

(() => {
  /* --- A list offers what comes after the last comma ------------------------------------------ */
  const kept = new Map();
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement) || !("commas" in field.dataset)) return;
    const source = document.getElementById(field.getAttribute("list"));
    if (!source) return;
    if (!kept.has(source)) kept.set(source, [...source.options].map((o) => [o.value, o.label]));
    const cut = field.value.lastIndexOf(",");
    const before = cut < 0 ? "" : `${field.value.slice(0, cut + 1)} `;
    source.replaceChildren(
      ...kept.get(source).map(([value, label]) => {
        const option = document.createElement("option");
        option.value = before + value;
        option.label = label;
        return option;
      }),
    );
  });

  /* --- Whoever leaves a rule that is written and not saved is asked first ----------------------- */
  const refused = document.querySelector("#rule-form .message[role=alert], .trouble");
  let isUnsaved = Boolean(refused);
  document.addEventListener("input", (event) => {
    if (event.target.closest("#rule-form")) isUnsaved = true;
  });
  document.addEventListener("submit", (event) => {
    if (event.target.id === "rule-form") isUnsaved = false;
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("#rule-form a, .trouble a")) isUnsaved = false; // that is what they say
  });
  window.addEventListener("beforeunload", (event) => {
    if (isUnsaved) event.preventDefault();
  });

  /* --- Rules are dragged by their number -------------------------------------------------------- */
  let dragged = null;
  const lineOf = (event) => event.target instanceof Element && event.target.closest(".rule-line");
  const unmark = () =>
    document.querySelectorAll(".rule-over, .rule-dragged").forEach((line) => {
      line.classList.remove("rule-over", "rule-dragged");
    });
  document.addEventListener("dragstart", (event) => {
    dragged = lineOf(event);
    if (!dragged) return;
    dragged.classList.add("rule-dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.rule);
    event.dataTransfer.setDragImage(dragged, 0, 0);
  });
  document.addEventListener("dragover", (event) => {
    const line = lineOf(event);
    if (!dragged || !line) return;
    event.preventDefault();
    document.querySelector(".rule-over")?.classList.remove("rule-over");
    line.classList.add("rule-over");
  });
  document.addEventListener("dragend", () => {
    unmark();
    dragged = null;
  });
  document.addEventListener("drop", (event) => {
    const line = lineOf(event);
    if (!dragged || !line) return;
    event.preventDefault();
    const button = dragged.querySelector("button[name=before]");
    /* It takes the place of the rule that it is dropped on. */
    const isAbove = dragged.compareDocumentPosition(line) & Node.DOCUMENT_POSITION_FOLLOWING;
    const before = isAbove ? (line.nextElementSibling?.dataset.rule ?? "") : line.dataset.rule;
    unmark();
    if (line !== dragged && button) {
      button.value = before;
      button.click();
    }
    dragged = null;
  });

  /* --- Alt with an arrow moves the rule that has the focus: once for each time it is pressed ------ */
  const steps = []; // ids of buttons: each is there again when the move before it is done
  let isMoving = false;
  const step = () => {
    const button = document.getElementById(steps.shift());
    isMoving = Boolean(button);
    button?.focus();
    button?.click();
  };
  document.addEventListener("keydown", (event) => {
    const line = lineOf(event);
    const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    if (!line || !way || !event.altKey) return;
    event.preventDefault();
    steps.push(`${way}-${line.dataset.rule}`);
    if (!isMoving) step();
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "rules") step();
  });
  document.addEventListener("htmx:sendError", () => {
    steps.length = 0;
    isMoving = false;
  });
})();
