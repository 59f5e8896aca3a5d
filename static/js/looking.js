/* What scripts add to looking: folds that are remembered, and what is new to a guest. All of it stays
   in this browser; that somebody looks at all is told once for each page. */
(() => {
  "use strict";

  const VISIT_ENDS_MS = 30 * 60 * 1000;
  const MOST = 200; // articles, and folds, that are remembered
  const DAY_MS = 86400 * 1000;

  function remembered(name) {
    try {
      return JSON.parse(localStorage.getItem(name)) || {};
    } catch {
      return {}; // storage that is full, forbidden or not ours
    }
  }

  function remember(name, values) {
    const latest = Object.entries(values).slice(-MOST);
    try {
      localStorage.setItem(name, JSON.stringify(Object.fromEntries(latest)));
    } catch { /* then it is forgotten */ }
  }

  /* Put last what was used last, so that the oldest is forgotten first. */
  function put(values, name, value) {
    delete values[name];
    if (value) values[name] = value;
  }

  /* --- Folded threads ----------------------------------------------------------------------- */

  const FOLDS = "ordstyrer.folded";

  function threadOf(fold) {
    return fold.closest(".thread")?.querySelector(".c[id]")?.id;
  }

  function restoreFolds() {
    const folded = remembered(FOLDS);
    const wanted = location.hash && document.getElementById(location.hash.slice(1));
    for (const fold of document.querySelectorAll("details.replies")) {
      const isWanted = (wanted && fold.contains(wanted)) || fold.querySelector(".focus");
      if (folded[threadOf(fold)] && !isWanted) fold.open = false;
    }
  }

  function rememberFolds() {
    document.addEventListener("toggle", (event) => {
      if (!event.target.matches?.("details.replies")) return;
      const all = remembered(FOLDS);
      put(all, threadOf(event.target), event.target.open ? 0 : 1);
      remember(FOLDS, all);
    }, true);
  }

  /* --- Since the last visit ------------------------------------------------------------------ */

  const VISITS = "ordstyrer.visits";
  const language = document.documentElement.lang || "en";
  const weekday = new Intl.DateTimeFormat(language, { weekday: "long", hour: "2-digit", minute: "2-digit" });
  const date = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" });

  function when(at) {
    const parts = Date.now() - at < 6 * DAY_MS ? weekday : date;
    return parts.format(at);
  }

  /* Moments of the server alone are compared: a clock that is wrong here makes nothing new or old. */
  function publicAt(comment) {
    return Date.parse(comment.dataset.public || comment.querySelector(".when time")?.dateTime);
  }

  function isOthers(comment) {
    return !comment.matches(".own, .gone") && !comment.querySelector(":scope > details.muted")
      && !comment.querySelector('.acts a[href$="/withdraw/"]');
  }

  function mark(comment, following, words) {
    const link = document.createElement("a");
    link.className = "new";
    link.href = following ? `#${following.id}` : "#new";
    const sign = document.createElement("span");
    sign.setAttribute("aria-hidden", "true");
    sign.textContent = following ? " ↓" : " ↑";
    const spoken = document.createElement("span");
    spoken.className = "unseen";
    spoken.textContent = `, ${following ? words.next : words.last}`;
    link.append(words.mark, sign, spoken);
    comment.querySelector("header").append(" ", link);
  }

  function showNew(bar, comments, visit) {
    const fresh = comments.filter((comment) => publicAt(comment) > visit.newest);
    if (!fresh.length) return;
    fresh.forEach((comment, n) => mark(comment, fresh[n + 1], bar.dataset));
    const words = fresh.length === 1 ? bar.dataset.one : bar.dataset.many;
    bar.querySelector("p").textContent = words.replace("%n", fresh.length).replace("%s", when(visit.at));
    bar.querySelector("a").href = `#${fresh[0].id}`;
    bar.hidden = false;
  }

  /* A visit: ``newest`` is the latest comment that was there when the visit before ended, at ``at``;
     ``seen`` and ``seenAt`` are the same of this one. */
  function visitOf(kept) {
    if (!kept) return null;
    const isOver = Date.now() - kept.seenAt > VISIT_ENDS_MS;
    return isOver ? { ...kept, newest: kept.seen, at: kept.seenAt } : kept;
  }

  function lookAsGuest(discussion, comments) {
    const bar = document.getElementById("new");
    const all = remembered(VISITS);
    const id = discussion.dataset.article;
    const visit = visitOf(all[id]);
    if (visit && bar) showNew(bar, comments.filter(isOthers), visit);
    return () => {
      const newest = Math.max(visit?.seen || 0, ...comments.map(publicAt).filter(Boolean));
      const now = { seen: newest, seenAt: Date.now() };
      put(all, id, { newest: visit?.newest ?? newest, at: visit?.at ?? now.seenAt, ...now });
      remember(VISITS, all);
    };
  }

  function readAll() {
    const all = remembered(VISITS);
    const id = document.getElementById("discussion").dataset.article;
    const kept = all[id];
    if (kept) put(all, id, { ...kept, newest: kept.seen, at: Date.now() });
    remember(VISITS, all);
    for (const link of document.querySelectorAll("a.new")) link.remove();
    const bar = document.getElementById("new");
    bar.hidden = true;
    document.getElementById("discussion-title").scrollIntoView();
  }

  /* --- Looking ------------------------------------------------------------------------------- */

  function whenSeen(discussion, then) {
    const watcher = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting) || document.hidden) return;
      watcher.disconnect();
      document.removeEventListener("visibilitychange", again);
      then();
    });
    function again() {
      watcher.unobserve(discussion);
      watcher.observe(discussion);
    }
    watcher.observe(discussion);
    document.addEventListener("visibilitychange", again);
  }

  /* A frame in another page tells it in its own way (embed-frame.js). */
  function tell(path, at) {
    const detail = { path, at };
    const seen = new CustomEvent("ordstyrer:seen", { detail, cancelable: true });
    if (!document.dispatchEvent(seen)) return;
    const body = new URLSearchParams({ at });
    fetch(path, { method: "POST", body, keepalive: true }).catch(() => {});
  }

  function look() {
    const discussion = document.getElementById("discussion");
    if (!discussion) return;
    const comments = [...discussion.querySelectorAll(".c[id]")];
    const isKnown = "known" in discussion.dataset;
    const done = isKnown ? () => {} : lookAsGuest(discussion, comments);
    whenSeen(discussion, () => {
      done();
      tell(discussion.dataset.seen, discussion.dataset.at);
    });
    for (const time of document.querySelectorAll("time.since")) {
      const at = new Date(time.dateTime);
      time.textContent = when(at);
      time.title = date.format(at);
    }
  }

  document.addEventListener("click", (event) => {
    const does = event.target.closest("button[data-do]")?.dataset.do;
    if (does === "read") readAll();
    if (does === "reload") location.reload();
  });
  document.addEventListener("DOMContentLoaded", () => {
    restoreFolds();
    look();
    rememberFolds(); // from here on: what was restored is no wish
  });
  /* In a frame another page takes the place of the first, for whoever is known there. */
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target !== document.body) return;
    restoreFolds();
    look();
  });
})();
