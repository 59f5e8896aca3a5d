/* The desk's keys, focus and polling. Everything here is a shortcut for a link or a form that
   works without it. What only the page of a queue needs is in desk-work.js, desk-go.js and
   desk-select.js, which hang their keys into ``desk.moves``. */
"use strict";

(() => {
  const POLL_MS = 10000;
  const LENGTHEN_MS = 60000;
  const KEYS_OFF = "desk.keys";
  const one = (selector, within = document) => within.querySelector(selector);
  const say = (words) => {
    const done = one("#done");
    if (!done) return;
    one("[data-fades]", done)?.remove();
    const line = one(".done-words", done) ?? document.createElement("span");
    line.className = "done-words";
    line.textContent = words;
    done.prepend(line);
  };

  /* --- Which keys count: those of the panel, and no others ------------------------------------ */
  const listed = new Map(
    [...document.querySelectorAll("#keys [data-listed]")].map((row) => [row.dataset.listed, row.dataset]),
  );
  const isDigit = (key) => /^[1-9]$/.test(key);
  const actsOnce = (key) => isDigit(key) || "once" in (listed.get(key) ?? {});
  const keysAreOn = () => {
    try {
      return localStorage.getItem(KEYS_OFF) !== "off";
    } catch {
      return true;
    }
  };
  const rememberKeys = (on) => {
    try {
      localStorage.setItem(KEYS_OFF, on ? "on" : "off");
    } catch {
      /* a browser that keeps nothing: the switch holds for this page */
    }
  };
  const isTyping = (target) =>
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input:not([type=checkbox]), textarea, select"));

  /* --- Requests under way: a second press never decides a comment that nobody has read ------- */
  const underWay = new Set();
  let lastActive = 0;
  let lastLengthened = Date.now();

  /* --- Panels (flag, remove) ----------------------------------------------------------------- */
  const panels = () => [...document.querySelectorAll("details.act")];
  const openPanel = () => panels().find((panel) => panel.open);
  const closePanels = () => {
    const open = openPanel();
    if (!open) return false;
    open.open = false;
    focusCard();
    return true;
  };
  const showPanel = (panel) => {
    one("[data-first]", panel)?.focus();
    panel.lastElementChild.scrollIntoView({ block: "nearest" }); // below the fold, on a page that scrolls
  };
  const togglePanel = (summary) => {
    const panel = summary.parentElement;
    panels().forEach((other) => {
      other.open = other === panel ? !panel.open : false;
    });
    const answer = one("#answer")?.value;
    const note = panel.open && one("#removal-note", panel);
    if (answer && note && !note.value) note.value = answer;
    if (panel.open) showPanel(panel);
  };

  /* --- What each key does -------------------------------------------------------------------- */
  const focusCard = () => (desk.cursor?.() || one("#card"))?.focus({ preventScroll: true });
  const showPane = (id) => {
    if (location.hash !== `#${id}`) location.replace(`#${id}`);
  };
  const isNarrow = () => !window.matchMedia("(min-width: 80rem)").matches;
  const toggleContext = () => {
    const context = one("#context");
    if (!context) return;
    const back = context.contains(document.activeElement);
    if (isNarrow()) showPane(back ? "focus" : "context");
    if (back) focusCard();
    else context.focus();
  };
  const toFilters = () => {
    const field = one(".filters select, .filters input");
    if (!field) return;
    if (isNarrow() && one("#queues-pane")) showPane("queues-pane");
    field.focus();
  };
  const moves = { o: toggleContext, q: toFilters, "/": window.leaving.toSearch };
  const press = (key) => {
    if (!listed.has(key) && !isDigit(key) && key !== "?") return false;
    if (key === "u" && desk.isSending?.()) {
      desk.whenAnswered(() => press(key)); // what is to be undone is not done yet
      return true;
    }
    if (moves[key]) {
      moves[key]();
      return true;
    }
    const panel = openPanel();
    const digit = panel && one(`[data-digit="${CSS.escape(key)}"]`, panel);
    const found = digit || one(`[data-key="${CSS.escape(key)}"]`);
    if (!found || found.hidden) return false;
    desk.uncover?.(key);
    if (found.matches("details.act > summary")) togglePanel(found);
    else found.click();
    return true;
  };

  /* With the question open, a letter is its first one: whoever types "a" there approves nothing. */
  const asksFreely = (key) => {
    const field = one("details.act[open] [data-typed]");
    if (!field || key.length !== 1 || isDigit(key) || key === "?") return false;
    field.focus();
    return true; // the browser types it
  };

  document.addEventListener("keydown", (event) => {
    lastActive = Date.now();
    if (one("#keys")?.open) return;
    if (event.key === "Escape") {
      if (closePanels()) event.preventDefault();
      else if (isTyping(event.target)) {
        event.target.blur();
        focusCard();
      }
      return;
    }
    if (!keysAreOn() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || event.isComposing) return;
    if ((event.repeat || underWay.size > 0) && actsOnce(event.key)) return;
    if (asksFreely(event.key)) return;
    if (event.key.length === 1 && press(event.key)) event.preventDefault();
  });
  document.addEventListener("pointerdown", () => {
    lastActive = Date.now();
  });
  document.addEventListener("click", (event) => {
    const summary = event.target.closest?.("details.act > summary");
    if (!summary) return;
    event.preventDefault();
    togglePanel(summary);
  });

  /* --- A comment came, or a refusal --------------------------------------------------------------- */
  const arrived = () => {
    lastLengthened = Date.now();
    const card = one("#card");
    if (card?.dataset.url) history.replaceState(null, "", card.dataset.url);
    document.dispatchEvent(new Event("desk:shown"));
    focusCard();
  };
  const refusalArrived = () => {
    one("#actions [role=alert]")?.closest(".trouble, form")?.scrollIntoView({ block: "nearest" });
    one("#actions [aria-invalid], #actions .trouble .button, #actions [data-first]")?.focus();
  };

  /* --- htmx ---------------------------------------------------------------------------------- */
  const isAboutCard = (event) => event.detail.target?.id === "focus";
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!isAboutCard(event)) return;
    const { xhr } = event.detail;
    underWay.add(xhr);
    xhr.addEventListener("loadend", () => underWay.delete(xhr)); // even if its form is gone by then
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const id = event.detail.target?.id;
    if (id === "focus") arrived();
    if (id === "actions" && event.detail.requestConfig?.verb === "post") refusalArrived();
  });
  /* What is said of one comment never lands on the card of another. */
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const about = event.detail.fragment.dataset?.item;
    if (about && about !== one("#card")?.dataset.item) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:sendError", () => say(document.body.dataset.unsent));
  document.addEventListener("htmx:timeout", () => say(document.body.dataset.unsent));
  document.addEventListener("htmx:responseError", (event) => {
    if (["queues", "look", "my-day"].includes(event.detail.elt?.id)) return; // a poll: the next one comes soon
    say(event.detail.xhr.status === 403 ? document.body.dataset.refused : document.body.dataset.broken);
  });

  /* --- Counts, arrivals, who has it: asked for while somebody looks ------------------------------ */
  let etag = "";
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt.id === "queues" && etag) event.detail.headers["If-None-Match"] = etag;
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.elt?.id !== "queues") return;
    if (underWay.size > 0 || desk.isSending?.()) {
      event.detail.shouldSwap = false; // it would take away the form that asks; the next poll comes
      return;
    }
    etag = event.detail.xhr.getResponseHeader("ETag") || "";
  });
  const poll = () => {
    const queues = one("#queues[hx-get]");
    if (!queues || document.hidden) return;
    htmx.trigger(queues, "poll");
    const now = Date.now();
    const lengthen = one("#lengthen");
    if (lengthen && one("#lease") && lastActive > lastLengthened && now - lastLengthened > LENGTHEN_MS) {
      lastLengthened = now;
      htmx.trigger(lengthen, "lengthen");
    }
  };
  setInterval(poll, POLL_MS);
  document.addEventListener("visibilitychange", poll);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) poll();
  });

  /* --- Leaving gives the comment back ----------------------------------------------------------- */
  window.addEventListener("pagehide", () => {
    const card = one("#card[data-release]");
    const lease = one("#lease");
    const token = one("#lengthen [name=csrfmiddlewaretoken]");
    if (!card || !lease || !token) return;
    const form = new FormData();
    form.append("csrfmiddlewaretoken", token.value);
    form.append("lease", lease.value);
    navigator.sendBeacon(card.dataset.release, form);
  });

  /* --- The switch and the panel of keys ----------------------------------------------------------- */
  const dialog = one("#keys");
  const opener = one("#keys-open");
  const checkbox = one("#keys-on");
  if (dialog && opener && checkbox) {
    opener.closest("li").hidden = false;
    checkbox.closest("label").hidden = false;
    checkbox.checked = keysAreOn();
    checkbox.addEventListener("change", () => rememberKeys(checkbox.checked));
    opener.addEventListener("click", () => dialog.showModal());
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "?") dialog.close();
    });
  }

  const desk = { one, say, press, moves, focusCard, showPane, isNarrow, arrived, refusalArrived };
  desk.isLoading = () => underWay.size > 0;
  window.desk = desk;
  if (one("#focus #card") && !location.hash) focusCard();
  else if (one(".answer") && openPanel()) showPanel(openPanel()); // sent, and not taken
})();
