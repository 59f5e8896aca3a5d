/* Which comments are selected: ticked in the list, kept over reloads and new arrivals for each part
   of a queue, sent with one form. desk-batches.js lets them go when they are decided. */
"use strict";

(() => {
  const { desk } = window;
  const { one } = desk;
  const KEPT = `desk.picked ${one(".work").dataset.query}`;
  const form = one("#picked");
  const counted = one("#picked-count");
  const inHand = () => one("#card")?.dataset.comment;
  const boxes = () => [...document.querySelectorAll("#list .pick")];
  const isWhole = () => !one("#list .from-top") && !one("#more");
  /* Where the list has every row, what it lacks was decided meanwhile. */
  const read = () => {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEPT)) ?? [];
      const rows = new Set(boxes().map((box) => box.value));
      return new Set(kept.filter((comment) => rows.has(comment) || !isWhole()));
    } catch {
      return new Set();
    }
  };
  let picked = read();
  let from = null; // where a range begins

  const show = () => {
    for (const box of boxes()) box.checked = picked.has(box.value);
    const number = picked.size;
    counted.textContent =
      number === 0 ? "" : number === 1 ? counted.dataset.one : counted.dataset.many.replace("%s", number);
    form.hidden = number === 0;
    one("#picked-number").textContent = number || "";
    one(".steps [data-key=x]").setAttribute("aria-pressed", picked.has(inHand()));
    try {
      sessionStorage.setItem(KEPT, JSON.stringify([...picked]));
    } catch {
      /* kept for this page alone */
    }
  };
  const pick = (comment, on) => {
    if (on) picked.add(comment);
    else picked.delete(comment);
    from = comment;
    show();
  };
  const pickRange = (to) => {
    const all = boxes().map((box) => box.value);
    const ends = [all.indexOf(from ?? to), all.indexOf(to)].sort((a, b) => a - b);
    if (ends[0] < 0) return pick(to, true);
    for (const comment of all.slice(ends[0], ends[1] + 1)) picked.add(comment);
    from = to;
    return show();
  };

  Object.assign(desk.moves, {
    x: () => inHand() && pick(inHand(), !picked.has(inHand())),
    X: () => inHand() && pickRange(inHand()),
  });
  document.addEventListener("click", (event) => {
    const box = event.target.closest?.("#list .pick");
    if (!box) return;
    if (event.shiftKey) pickRange(box.value);
    else pick(box.value, box.checked);
  });
  one("#picked-none").addEventListener("click", () => {
    picked.clear();
    show();
    desk.focusCard();
  });
  form.addEventListener("submit", () => {
    const shown = new Set(boxes().map((box) => box.value));
    for (const sent of form.querySelectorAll("[name=comment]")) sent.remove(); // by the time before
    for (const comment of picked) {
      if (shown.has(comment)) continue; // a box of the list brings it
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: "comment", value: comment });
      form.append(field);
    }
  });
  /* A browser that goes back puts ticks where they stood, whichever comment is there by now. */
  window.addEventListener("pageshow", () => {
    picked = read();
    show();
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.closest?.("#list") || event.detail.target?.id === "more") show();
  });
  document.addEventListener("desk:shown", show);
  one("#picked-none").hidden = false;
  show();
})();
