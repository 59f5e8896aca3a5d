/* The desk's keys, focus and polling. Everything here is a shortcut for a link or a form that
   works without it. */
"use strict";

(() => {
  const POLL_MS = 10000;
  const LENGTHEN_MS = 60000;
  const KEYS_OFF = "desk.keys";
  const one = (selector, within = document) => within.querySelector(selector);
  const say = (words) => {
    const done = one("#done");
    if (done) done.textContent = words;
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
  const togglePanel = (summary) => {
    const panel = summary.parentElement;
    panels().forEach((other) => {
      other.open = other === panel ? !panel.open : false;
    });
    if (panel.open) one("[data-first]", panel)?.focus();
  };

  /* --- The comment in hand ------------------------------------------------------------------- */
  const isList = () => Boolean(one(".work.view-list"));
  const focusCard = () => {
    const row = isList() && one("#list .row[aria-current] a");
    (row || one("#card"))?.focus({ preventScroll: true });
  };
  const rowOf = (card) =>
    card?.dataset.comment ? document.getElementById(`row-${card.dataset.comment}`) : null;
  const step = (forward) => {
    const row = rowOf(one("#card"));
    const rows = [...document.querySelectorAll("#list .row")];
    const at = rows.indexOf(row);
    const target = at < 0 ? rows[0] : rows[at + (forward ? 1 : -1)];
    if (target) one("a", target).click();
    else if (forward) one("#more a")?.click();
  };
  const showPane = (id) => {
    if (location.hash !== `#${id}`) location.replace(`#${id}`);
  };
  const isNarrow = () => !window.matchMedia("(min-width: 80rem)").matches;

  const keepRowInSight = () => {
    const row = rowOf(one("#card"));
    if (!row || !isList()) return;
    row.scrollIntoView({ block: "nearest" });
    const rows = [...document.querySelectorAll("#list .row")];
    if (rows.length - rows.indexOf(row) <= 5) one("#more a")?.click();
  };
  const cardArrived = () => {
    const card = one("#card");
    if (!card) return;
    if (card.dataset.url) history.replaceState(null, "", card.dataset.url);
    if (isNarrow()) showPane(isList() ? "list-pane" : "focus");
    document.querySelectorAll("#list .row[aria-current]").forEach((row) => {
      row.removeAttribute("aria-current");
    });
    const row = rowOf(card);
    if (row) {
      row.setAttribute("aria-current", "true");
      keepRowInSight();
    } else if (card.dataset.comment) {
      htmx.ajax("GET", card.dataset.url, { target: "#list", swap: "innerHTML" });
    }
    lastLengthened = Date.now();
    focusCard();
  };

  /* --- What each key does -------------------------------------------------------------------- */
  const toggleContext = () => {
    const context = one("#context");
    if (!context) return;
    const back = context.contains(document.activeElement);
    if (isNarrow()) showPane(back ? "focus" : "context");
    if (back) focusCard();
    else context.focus();
  };
  const toSearch = () => one("a[data-search]")?.click();
  const toFilters = () => {
    const field = one(".filters select, .filters input");
    if (!field) return;
    if (isNarrow() && one("#queues-pane")) showPane("queues-pane");
    field.focus();
  };
  const setView = (view) => {
    const work = one(".work");
    if (!work) return;
    work.classList.toggle("view-list", view === "list");
    work.classList.toggle("view-focus", view === "focus");
    for (const link of document.querySelectorAll(".views [data-view]")) {
      const isOn = link.dataset.view === view;
      if (isOn) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `desk_view=${view}; path=/; max-age=31536000; samesite=lax${secure}`;
    if (isNarrow()) showPane(view === "list" ? "list-pane" : "focus");
    keepRowInSight();
    focusCard();
  };
  const MOVES = {
    j: () => step(true),
    k: () => step(false),
    o: toggleContext,
    q: toFilters,
    v: () => setView(isList() ? "focus" : "list"),
    "/": toSearch,
  };
  const press = (key) => {
    if (!listed.has(key) && !isDigit(key) && key !== "?") return false;
    if (MOVES[key]) {
      MOVES[key]();
      return true;
    }
    const panel = openPanel();
    const digit = panel && one(`[data-digit="${CSS.escape(key)}"]`, panel);
    const found = digit || one(`[data-key="${CSS.escape(key)}"]`);
    if (!found || found.hidden) return false;
    if (found.matches("details.act > summary")) togglePanel(found);
    else found.click();
    return true;
  };

  document.addEventListener("keydown", (event) => {
    lastActive = Date.now();
    if (one("#keys")?.open) return;
    if (event.key === "Escape") {
      if (closePanels()) event.preventDefault();
      else if (isTyping(event.target)) focusCard();
      return;
    }
    if (!keysAreOn() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || event.isComposing) return;
    if ((event.repeat || underWay.size > 0) && actsOnce(event.key)) return;
    if (event.key.length === 1 && press(event.key)) event.preventDefault();
  });
  document.addEventListener("pointerdown", () => {
    lastActive = Date.now();
  });
  document.addEventListener("click", (event) => {
    const view = event.target.closest?.(".views [data-view]");
    const step = event.target.closest?.(".steps [data-key]");
    if (view) {
      event.preventDefault();
      setView(view.dataset.view);
      return;
    }
    if (step) MOVES[step.dataset.key]();
    const summary = event.target.closest?.("details.act > summary");
    if (!summary) return;
    event.preventDefault();
    togglePanel(summary);
  });

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
    if (id === "focus") cardArrived();
    if (id === "actions" && event.detail.requestConfig?.verb === "post") {
      one("#actions [role=alert]")?.closest(".trouble, form")?.scrollIntoView({ block: "nearest" });
      one("#actions [aria-invalid], #actions .trouble .button, #actions [data-first]")?.focus();
    }
  });
  document.addEventListener("htmx:sendError", () => say(document.body.dataset.unsent));
  document.addEventListener("htmx:timeout", () => say(document.body.dataset.unsent));
  document.addEventListener("htmx:responseError", (event) => {
    if (["queues", "look"].includes(event.detail.elt?.id)) return; // a poll: the next one comes soon
    say(event.detail.xhr.status === 403 ? document.body.dataset.refused : document.body.dataset.broken);
  });

  /* --- Counts, arrivals, who has it: asked for while somebody looks ------------------------------ */
  let etag = "";
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt.id === "queues" && etag) event.detail.headers["If-None-Match"] = etag;
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.elt?.id !== "queues") return;
    if (underWay.size > 0) {
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
    document.querySelectorAll(".steps").forEach((steps) => {
      steps.hidden = false;
    });
    checkbox.closest("label").hidden = false;
    checkbox.checked = keysAreOn();
    checkbox.addEventListener("change", () => rememberKeys(checkbox.checked));
    opener.addEventListener("click", () => dialog.showModal());
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "?") dialog.close();
    });
  }
  if (one("#focus #card")) {
    if (!location.hash) focusCard();
    keepRowInSight();
  }
})();
