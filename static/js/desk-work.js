/* The page of a queue: its two views, the row under the cursor, and the way back along what one
   looked at. */
"use strict";

(() => {
  const KEPT = 50; // comments that "previous" goes back to
  const TRAIL = "desk.way";
  const { desk } = window;
  const { one } = desk;
  const work = one(".work");
  const all = (selector) => [...document.querySelectorAll(selector)];
  const isList = () => work.classList.contains("view-list");
  const rowOf = (card) =>
    card?.dataset.comment ? document.getElementById(`row-${card.dataset.comment}`) : null;

  /* --- The row under the cursor ----------------------------------------------------------------- */
  desk.cursor = () => isList() && one("#list .row[aria-current] > a");
  /* Nobody decides on a text that was cut, or on what it was before its author changed it; and one
     that was blurred is read in its row when it was shown on the card. */
  const showWhole = (row, card) => {
    const text = one(".text", card);
    if (!text || text.matches(".blurred")) return;
    const isOld = row.dataset.version !== card.dataset.version || "cut" in row.dataset;
    if (!isOld && !one(".blurred", row)) return;
    const parts = text.children.length ? [...text.children] : [text];
    one(".row-text", row).textContent = parts.map((part) => part.textContent).join("\n\n");
    row.dataset.version = card.dataset.version;
    delete row.dataset.cut;
  };
  const markRow = () => {
    const card = one("#card");
    const row = rowOf(card);
    for (const other of all("#list .row[aria-current]")) {
      if (other !== row) other.removeAttribute("aria-current");
    }
    row?.setAttribute("aria-current", "true");
    if (!isList() || !card) return;
    if (!row) {
      if (card.dataset.comment) htmx.ajax("GET", card.dataset.url, { target: "#list", swap: "innerHTML" });
      return;
    }
    showWhole(row, card);
    row.scrollIntoView({ block: "nearest" });
    const rows = all("#list .row");
    if (rows.length - rows.indexOf(row) <= 5) one("#more a")?.click();
  };

  /* --- The two views ------------------------------------------------------------------------------ */
  const setView = (view) => {
    work.classList.toggle("view-list", view === "list");
    work.classList.toggle("view-focus", view === "focus");
    for (const link of all(".views [data-view]")) {
      if (link.dataset.view === view) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `desk_view=${view}; path=/; max-age=31536000; samesite=lax${secure}`;
    if (desk.isNarrow()) desk.showPane(view === "list" ? "list-pane" : "focus");
    markRow();
    desk.focusCard();
  };

  /* What these keys open stands on the card alone. */
  const ON_THE_CARD = ["h", "e", "d", "l"];
  desk.uncover = (key) => {
    if (isList() && ON_THE_CARD.includes(key)) setView("focus");
  };

  /* --- The way back: comments, each once, with the item that it waited as when it was last seen:
     an undo makes another one -------------------------------------------------------------------- */
  const readTrail = () => {
    try {
      return JSON.parse(sessionStorage.getItem(TRAIL)) ?? [];
    } catch {
      return [];
    }
  };
  let trail = readTrail();
  let place = trail.length - 1;
  const visit = () => {
    const { item, comment } = one("#card")?.dataset ?? {};
    if (!item) return;
    if (trail[place]?.comment === comment) {
      trail[place].item = item;
    } else {
      trail = [...trail.filter((other) => other.comment !== comment), { item, comment }].slice(-KEPT);
      place = trail.length - 1;
    }
    try {
      sessionStorage.setItem(TRAIL, JSON.stringify(trail));
    } catch {
      /* kept for this page alone */
    }
  };
  const walk = (by) => {
    const here = one("#card")?.dataset.comment; // an empty queue is no place of its own
    const isAway = trail[place]?.comment !== here;
    const to = isAway && by < 0 ? place : place + by;
    if (!trail[to]) return false;
    place = to;
    const address = `${document.body.dataset.items}${trail[to].item}/?${work.dataset.query}`;
    htmx.ajax("GET", address, { target: "#focus", swap: "innerHTML" });
    return true;
  };

  /* --- Next and previous --------------------------------------------------------------------------- */
  const goOn = () => one("#go-on")?.requestSubmit();
  const toRow = (by) => {
    const rows = all("#list .row");
    const row = rows[rows.indexOf(rowOf(one("#card"))) + by];
    if (!row) return by > 0 && one("#more a")?.click();
    if (by > 0 && desk.isReady(row.dataset.item)) return goOn();
    return one("a", row).click();
  };
  const step = (by) => {
    if (desk.isSending()) desk.whenAnswered(() => step(by));
    else if (desk.isLoading()) return;
    else if (isList()) toRow(by);
    else if (!walk(by) && by > 0) goOn();
  };
  Object.assign(desk.moves, {
    j: () => step(1),
    k: () => step(-1),
    v: () => setView(isList() ? "focus" : "list"),
  });

  /* A row is taken with the first click; with the second, or Enter, it is opened. */
  document.addEventListener(
    "click",
    (event) => {
      const view = event.target.closest?.(".views [data-view]");
      const row = event.target.closest?.("#list .row > a");
      const button = event.target.closest?.(".steps [data-key]");
      if (button) desk.moves[button.dataset.key]();
      if (view) setView(view.dataset.view);
      else if (row && isList() && row.parentElement.hasAttribute("aria-current")) setView("focus");
      else if (row && desk.isSending()) desk.whenAnswered(() => row.click());
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );

  document.addEventListener("desk:shown", () => {
    if (desk.isNarrow()) desk.showPane(isList() ? "list-pane" : "focus");
    visit();
    markRow();
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!event.detail.target?.closest?.("#list, #focus")) return;
    markRow();
    if (document.activeElement === document.body) desk.focusCard();
  });
  /* --- What colleagues do: said in its row, which stays where it is ---------------------------------- */
  const showColleagues = () => {
    const said = new Map(all("#live [data-row]").map((span) => [`state-${span.dataset.row}`, span]));
    for (const state of all("#list .row-state")) {
      const news = said.get(state.id);
      if (news) {
        state.textContent = news.textContent;
        state.classList.toggle("settled", "settled" in news.dataset);
        state.dataset.said = "";
      } else if ("said" in state.dataset && !state.matches(".settled")) {
        state.textContent = "";
        delete state.dataset.said;
      }
    }
  };
  document.addEventListener("htmx:oobAfterSwap", (event) => {
    if (event.detail.target?.id === "live") showColleagues();
  });
  for (const steps of all(".steps")) steps.hidden = false;
  visit();
  if (isList()) {
    markRow();
    if (!location.hash) desk.focusCard();
  }
})();
