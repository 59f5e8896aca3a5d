/* What scripts add to the reader's pages. Every page works without them. */
(() => {
  "use strict";

  const MINUTE = 60, HOUR = 3600, DAY = 86400;
  const page = document.documentElement.lang || "en";
  const language = navigator.language.startsWith(page) ? navigator.language : page; // en-GB for en
  const ago = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const exact = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" });

  /* Times become relative; the exact one stays at hand, for the pointer and for screen readers. */
  function relative(at) {
    const seconds = (at - Date.now()) / 1000;
    const past = Math.abs(seconds);
    if (past < MINUTE) return ago.format(0, "second");
    if (past < HOUR) return ago.format(Math.round(seconds / MINUTE), "minute");
    if (past < DAY) return ago.format(Math.round(seconds / HOUR), "hour");
    if (past < 14 * DAY) return ago.format(Math.round(seconds / DAY), "day");
    return null;
  }

  const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
  const dayAndClock = new Intl.DateTimeFormat(
    language, { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });

  /* Every time is told in the reader's zone: "data-clock" as the hour, "data-exact" as day and hour,
     all others as how long ago. The server's words are in the site's zone and stay without scripts. */
  function showTimes(root) {
    for (const time of root.querySelectorAll("time[datetime]:not([title])")) {
      const at = new Date(time.dateTime);
      time.title = exact.format(at);
      if ("clock" in time.dataset) showClock(time, at);
      else if ("exact" in time.dataset) time.textContent = time.title;
      else showAgo(time, at);
    }
  }

  function showClock(time, at) {
    const today = at.toDateString() === new Date().toDateString();
    time.textContent = (today ? clock : dayAndClock).format(at);
  }

  function showAgo(time, at) {
    const words = relative(at);
    if (!words) {
      time.textContent = time.title;
      return;
    }
    const spoken = document.createElement("span");
    spoken.className = "unseen";
    spoken.textContent = ` (${time.title})`;
    time.replaceChildren(words, spoken);
  }

  /* What asks for something first: what is known of a returning guest is filled in already. */
  function firstToFill(place) {
    return [...place.querySelectorAll("[required]")].find((field) => !field.value)
      || place.querySelector("textarea, input:not([type=hidden]), button[type=submit]");
  }

  /* A form or a note under one comment; a second click takes it away again. */
  function under(link, path) {
    const comment = link.closest(".c");
    const open = comment.querySelector(":scope > .under:not(:has(> .c))"); // a reply that was sent stays
    open?.remove();
    if (open?.dataset.from === path) return;
    const place = document.createElement("div");
    place.className = "under";
    place.dataset.from = path;
    comment.append(place);
    htmx.ajax("GET", path, { target: place, swap: "innerHTML", source: place }).then(() => {
      firstToFill(place)?.focus();
      if (!place.hasChildNodes()) location.assign(link.href);
    }, () => location.assign(link.href));
  }

  async function share(link) {
    const url = link.href;
    try {
      if (navigator.share && matchMedia("(pointer: coarse)").matches) {
        await navigator.share({ url });
        return;
      }
      await navigator.clipboard.writeText(url);
    } catch {
      location.assign(url);
      return;
    }
    const before = link.textContent;
    link.setAttribute("role", "status");
    link.textContent = document.body.dataset.copied;
    setTimeout(() => {
      link.textContent = before;
      link.removeAttribute("role");
    }, 2000);
  }

  function cancel(link, event) {
    const place = link.closest(".under");
    if (!place) return;
    event.preventDefault();
    const comment = place.closest(".c");
    place.remove();
    comment.querySelector('.acts a[data-do="reply"]')?.focus();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-do]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    const does = link.dataset.do;
    if (does === "cancel") cancel(link, event);
    if (does === "share") {
      event.preventDefault();
      share(link);
    }
    if (!window.htmx || !link.closest(".c")) return;
    if (["report", "mute", "disagree"].includes(does)) {
      event.preventDefault();
      under(link, new URL(link.href).pathname);
    }
    if (does === "reply") {
      event.preventDefault();
      const permalink = link.closest(".c").querySelector("a.when");
      under(link, `${new URL(permalink.href).pathname}reply/`);
    }
  });

  /* A double click sends once; the server would take it for one comment anyway. */
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const button = event.target.querySelector("button[type=submit]");
    if (button) setTimeout(() => { button.disabled = true; }, 0);
  });
  addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("button[type=submit]")) button.disabled = false;
  });

  /* When nothing came back, or nothing that can be shown: say so beside the text. What is refused
     (the page is from before its reader signed in) is sent as without scripts: the answer is a page
     that says what to do, with the text. */
  function couldNot(event) {
    const form = event.target.closest("form");
    if (event.detail.xhr?.status === 403 && form) {
      form.submit();
      return;
    }
    const note = form?.querySelector(".could-not");
    if (note) note.hidden = false;
  }
  document.addEventListener("htmx:sendError", couldNot);
  document.addEventListener("htmx:responseError", couldNot);
  document.addEventListener("htmx:timeout", couldNot);
  document.addEventListener("htmx:beforeRequest", (event) => {
    const note = event.target.closest("form")?.querySelector(".could-not");
    if (note) note.hidden = true;
  });

  /* What came back with a remark: go to the remark. What was taken: show it. */
  document.addEventListener("htmx:afterSwap", () => {
    showTimes(document);
  });
  document.addEventListener("htmx:load", (event) => {
    const arrived = event.detail.elt;
    const refused = ".alert, .closed[role=alert]";
    const remark = arrived.querySelector?.(".is-invalid") || arrived.querySelector?.(refused);
    if (remark?.matches(refused)) remark.tabIndex = -1;
    remark?.focus();
  });

  /* The form that was sent is gone, and the focus with it: go on at what stands in its place. */
  document.addEventListener("htmx:afterSettle", ({ target, detail }) => {
    const isOver = detail.requestConfig?.verb === "post" && !detail.boosted;
    if (!isOver || document.activeElement !== document.body) return;
    const said = "[role=status]:not(.unseen)"; // the count of letters is no answer
    const place = target.matches(".under .c") ? target : target.querySelector(said);
    if (!place) return;
    place.tabIndex = -1;
    place.focus();
  });

  document.addEventListener("DOMContentLoaded", () => {
    showTimes(document);
    const jump = document.querySelector('a[data-do="jump"]');
    if (jump && !location.hash) document.querySelector(jump.hash)?.scrollIntoView();
  });
  if (document.readyState !== "loading") showTimes(document);
})();
